"""What people did with posts, one row each: taken in once, summed by hour and day, archived, brought back.

`identity` names events and people, `reading` makes rows of what programs send, `taking` writes them in one go,
`rollup` sums the hours that were touched, `keeping` holds the months, `archiving` and `restoring` the files.
"""
