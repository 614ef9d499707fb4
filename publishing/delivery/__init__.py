"""Delivery: claim, resume, send, record, look again. No request and no Celery in here.

A post is sent by whoever's claim gets through. The attempt row is committed before any call, every step of the
adapter is committed before it counts, and a result is written only by the worker that still holds the claim.
What may have been sent is looked for before anything is sent again; what cannot be known is asked of a person.
No post first appears later than POST_MAX_LATENESS after its time: this holds for every try, also for a post
that was claimed in time and was told to wait. A surprise at night is worse than a post that asks to be sent.
"""
