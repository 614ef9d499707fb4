"""What is done every few minutes with all topics together."""

import datetime as dt

from trends.collection import alerting, blocking, clustering, examples, fitting, rating, storing


def score(*, now: dt.datetime) -> int:
    """Rate every live topic, fit what is live to every brand, tell who watches; returns the number of topics."""
    examples.refresh(now=now)
    blocking.keep_defaults(now=now)
    storing.embed_missing()
    if clustering.merge_alike(now=now).merged:
        storing.embed_missing()
    rated = rating.rate_all(now=now)
    fitting.fit_all()
    alerting.tell(now=now, seen_since=now - alerting.IN_A_PASS)
    return rated
