"""One topic: what was observed of it, and the topics that are its own in another time or name."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Max, Q, Sum

from trends.models import TrendDay, TrendObservation, TrendTopic

KIN = 40
RUNS = 5
CHAIN = 8
KIN_SHOWN = [
    "title", "language", "run", "status", "normalized", "first_detected_at", "peaked_at", "last_seen_at", "top_score",
    "sparkline", "merged_into",
]  # fmt: skip


@dataclass(frozen=True)
class Run:
    """An earlier run of a topic: its curve by day, how long it rose (None: no peak known) and lived."""

    topic: TrendTopic
    curve: list[float]
    rise: dt.timedelta | None
    lived: dt.timedelta


@dataclass(frozen=True)
class Kin:
    """Earlier runs of the same topic, the latest first; and topics merged into it."""

    runs: list[Run]
    merged: list[TrendTopic]


@dataclass(frozen=True, slots=True)
class Told:
    """What one source said of a topic in one hour, and which source that is."""

    source: UUID
    kind: str
    name: str
    region: str
    hour: dt.datetime
    count: int | None
    rank: int | None
    traffic: int | None
    engagement: float | None


def told_of(topic: TrendTopic, *, since: dt.datetime) -> list[Told]:
    """Return what was observed of a topic, oldest first, as plain rows: one statement."""
    rows = TrendObservation.objects.filter(topic=topic, hour__gte=since).order_by(
        "hour", "source__kind", "source__name"
    )
    names = ("source_id", "source__kind", "source__name", "source__region")
    told = rows.values_list(*names, "hour", "count", "rank", "traffic", "engagement")
    return [Told(*row) for row in told.order_by("hour", "source__kind", "source__name")]


def observations(topic: TrendTopic, *, since: dt.datetime) -> list[TrendObservation]:
    """Return what was observed of a topic, oldest first, with its sources: one statement."""
    rows = TrendObservation.objects.filter(topic=topic, hour__gte=since).select_related("source")
    return list(rows.order_by("hour", "source__kind", "source__name"))


def days_of(topic: TrendTopic, *, since: dt.date) -> list[TrendDay]:
    """Return what was rolled up of a topic, oldest first, with its sources: one statement."""
    rows = TrendDay.objects.filter(topic=topic, day__gte=since).select_related("source")
    return list(rows.order_by("day", "source__kind", "source__name"))


def winner_of(topic: TrendTopic) -> TrendTopic | None:
    """Return the topic this one was merged into, at the end of the chain; None where it stands for itself."""
    seen, found = {topic.pk}, topic
    while found.merged_into_id and found.merged_into_id not in seen and len(seen) < CHAIN:
        seen.add(found.merged_into_id)
        following = TrendTopic.objects.filter(pk=found.merged_into_id).only("merged_into", "is_blocked").first()
        if following is None:
            break
        found = following
    return None if found.pk == topic.pk or found.is_blocked else found


def kin_of(topic: TrendTopic) -> Kin:
    """Return a topic's earlier runs and what was merged into it: two statements."""
    earlier = Q(normalized=topic.normalized, is_example=topic.is_example, run__lt=topic.run, merged_into=None)
    rows = TrendTopic.objects.filter(earlier | Q(merged_into=topic), is_blocked=False).exclude(pk=topic.pk)
    found = list(rows.only(*KIN_SHOWN).order_by("-last_seen_at", "-pk")[:KIN])
    runs = [row for row in found if row.merged_into_id is None][:RUNS]
    curves = _by_day([row.pk for row in runs]) if runs else {}
    return Kin(
        [_run(row, curves.get(row.pk) or row.sparkline) for row in runs], [row for row in found if row.merged_into_id]
    )


def _run(topic: TrendTopic, curve: list[float]) -> Run:
    began = topic.first_detected_at
    rise = topic.peaked_at - began if topic.peaked_at else None
    return Run(topic, curve, rise, topic.last_seen_at - began)


def _by_day(topics: Sequence[UUID]) -> dict[UUID, list[float]]:
    """Return each topic's mentions (or searches and views) by day."""
    days = TrendDay.objects.filter(topic__in=topics).values("topic_id", "day")
    told = days.annotate(counted=Sum("count"), looked=Max("traffic")).order_by("topic_id", "day")
    found: dict[UUID, list[float]] = defaultdict(list)
    for row in told:
        found[row["topic_id"]].append(float(row["counted"] if row["counted"] is not None else row["looked"] or 0))
    return found
