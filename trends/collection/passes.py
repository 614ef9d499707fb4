"""What is done every few minutes with all topics together."""

import datetime as dt

from trends.collection import alerting, blocking, clustering, examples, fitting, forecasts, ideas, rating, storing


def score(*, now: dt.datetime) -> int:
    """Rate and foretell what is live, fit it to every brand, tell who watches; returns the number of topics."""
    examples.refresh(now=now)
    blocking.keep_defaults(now=now)
    storing.embed_missing()
    if clustering.merge_alike(now=now).merged:
        ideas.follow_merged()
        storing.embed_missing()
    rated = rating.rate_all(now=now)
    forecasts.foretell(now=now)
    fitting.fit_all()
    alerting.tell(now=now, seen_since=now - alerting.IN_A_PASS)
    return rated
