"""Lists narrowed by what somebody types: rows that hold every word, wherever each of them stands."""

from django.db.models import Q

MOST_WORDS = 8  # of what was typed; each costs a look through the fields


def holding(said: str, *fields: str) -> Q:
    """Return the question whether each word of `said` stands in one of the fields; whatever fits where none is said."""
    found = Q()
    for word in said.replace("\0", " ").split()[:MOST_WORDS]:
        here = Q()
        for field in fields:
            here |= Q((f"{field}__icontains", word))
        found &= here
    return found
