"""A made-up history in which what becomes of topics can be learned: some begin steep, and those break out."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

import numpy as np

from trends.collection.observing import Observed, observe
from trends.forecasting.learning import Listing
from trends.forecasting.panel import HOUR as SECONDS
from trends.forecasting.panel import Panel
from trends.models import TrendSource, TrendTopic

HOUR = dt.timedelta(hours=1)
BREAKOUT = 1000.0
STEEP, FLASHES = 0.08, 0.1  # of the topics; flashes begin steeper still and come to nothing: the rule believes them
Reading = tuple[int, int, float]  # topic, hour, level


def readings(*, hours: int, each_hour: int = 3, seed: int = 1) -> list[Reading]:
    """Return what a list said of topics that begin in these hours."""
    chance = np.random.default_rng(seed)
    told: list[Reading] = []
    for topic in range(hours * each_hour):
        begins, is_steep = topic // each_hour, bool(chance.random() < STEEP)
        level = chance.uniform(100, 200)
        told.append((topic, begins, level))
        is_flash = not is_steep and chance.random() < FLASHES
        second = 2.0 if is_steep else 3.0 if is_flash else chance.uniform(0.7, 1.2)
        told.append((topic, begins + 1, level * second))
        if is_steep:
            told += [(topic, begins + 2 + number, 1500 * 0.7**number) for number in range(6)]
        else:
            told += [(topic, begins + 2 + number, level * 0.8**number) for number in range(int(chance.integers(1, 6)))]
    return told


def panel(told: Sequence[Reading], *, start: int = 0) -> Panel:
    """Return readings as a panel."""
    columns = np.array(told)
    topics, hours = columns[:, 0].astype(np.int64), columns[:, 1].astype(np.int64)
    return Panel.of(topics, start + hours * SECONDS, columns[:, 2], breakout=BREAKOUT)


def listing(*, hours: int) -> Listing:
    """Return a history to learn from; steep or not, a topic's words say nothing."""
    made = panel(readings(hours=hours))
    return Listing(made, {int(topic): f"Topic {topic}" for topic in np.unique(made.topics)}, "bluesky")


def observed(source: TrendSource, told: Sequence[Reading], *, until: dt.datetime, hours: int) -> dict[int, UUID]:
    """Write readings as observations of a source that end at a moment; returns the topics' keys."""
    begins = until - hours * HOUR
    numbers = sorted({topic for topic, _hour, _level in told})
    rows = TrendTopic.objects.bulk_create(
        TrendTopic(
            title=f"Topic {number}",
            normalized=f"topic {number}",
            kind="keyword",
            first_detected_at=begins,
            last_seen_at=until,
            status="expired",
        )
        for number in numbers
    )
    keys = {number: row.pk for number, row in zip(numbers, rows, strict=True)}
    seen = ((topic, begins + hour * HOUR, level) for topic, hour, level in told)
    observe(Observed(keys[topic], source.pk, hour, round(level)) for topic, hour, level in seen if hour <= until)
    return keys
