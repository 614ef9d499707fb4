"""Example topics for an installation without a network.

They show only while no real source has ever answered; each carries `is_example`, and pages label them.
"""

import datetime as dt

from trends.collection import examples


def load(now: dt.datetime) -> int:
    """Load the examples, or bring them up to this hour; returns the number of topics, 0 where real ones have come."""
    return examples.load(now=now)


def remove() -> int:
    """Remove every example topic and source; returns the number of topics."""
    return examples.remove()
