"""What is done every few minutes with all topics together."""

import datetime as dt

from trends.collection import clustering, examples, fitting, rating, storing


def score(*, now: dt.datetime) -> int:
    """Rate every live topic, then fit what is live to every brand; returns the number of topics."""
    examples.refresh(now=now)
    storing.embed_missing()
    if clustering.merge_alike(now=now).merged:
        storing.embed_missing()
    rated = rating.rate_all(now=now)
    fitting.fit_all()
    return rated
