"""One topic: what was observed of it, and the topics that are its own in another time or name."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateTimeField, F, Max, OuterRef, Q, Sum, Value
from django.db.models.functions import Cast, Coalesce

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
    """What one source said of a topic in one hour, or in a whole day (`at` is its start), and which source that is."""

    source: UUID
    kind: str
    name: str
    region: str
    at: dt.datetime
    is_day: bool
    count: int | None
    rank: int | None
    traffic: int | None
    engagement: float | None


SOURCE = ("source_id", "source__kind", "source__name", "source__region")
FIGURES = ("count", "rank", "traffic", "engagement")


def told_of(topic: TrendTopic, *, since: dt.datetime, days_since: dt.date | None = None) -> list[Told]:
    """Return what was observed of a topic hour by hour, oldest first, as plain rows: one statement.

    With `days_since` also what was rolled up by day from then on.
    """
    hours = TrendObservation.objects.filter(topic=topic, hour__gte=since)
    told = hours.annotate(at=F("hour"), is_day=Value(False)).values_list(*SOURCE, "at", "is_day", *FIGURES)
    if days_since is not None:
        days = TrendDay.objects.filter(topic=topic, day__gte=days_since)
        dated = days.annotate(at=Cast("day", DateTimeField()), is_day=Value(True))
        told = told.union(dated.values_list(*SOURCE, "at", "is_day", *FIGURES), all=True)
    return sorted((Told(*row) for row in told), key=lambda row: (row.at, row.kind, row.name))


def observations(topic: TrendTopic, *, since: dt.datetime) -> list[TrendObservation]:
    """Return what was observed of a topic, oldest first, with its sources: one statement."""
    rows = TrendObservation.objects.filter(topic=topic, hour__gte=since).select_related("source")
    return list(rows.order_by("hour", "source__kind", "source__name"))


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
    """Return a topic's earlier runs and what was merged into it: one statement."""
    earlier = Q(normalized=topic.normalized, is_example=topic.is_example, run__lt=topic.run, merged_into=None)
    rows = TrendTopic.objects.filter(earlier | Q(merged_into=topic), is_blocked=False).exclude(pk=topic.pk)
    found = list(rows.only(*KIN_SHOWN).annotate(by_day=_by_day()).order_by("-last_seen_at", "-pk")[:KIN])
    runs = [row for row in found if row.merged_into_id is None][:RUNS]
    return Kin([_run(row) for row in runs], [row for row in found if row.merged_into_id])


def _by_day() -> ArraySubquery:
    """A topic's mentions (or searches and views) by day, oldest first."""
    days = TrendDay.objects.filter(topic=OuterRef("pk")).order_by("day").values("day")
    return ArraySubquery(days.annotate(figure=Coalesce(Sum("count"), Max("traffic"), 0)).values("figure"))


def _run(topic: TrendTopic) -> Run:
    began, days = topic.first_detected_at, [float(each) for each in topic.by_day]  # type: ignore[attr-defined]
    rise = topic.peaked_at - began if topic.peaked_at else None
    return Run(topic, days if len(days) > 1 else topic.sparkline, rise, topic.last_seen_at - began)
