"""Example topics for an installation without a network: invented, labelled, and gone when real ones come.

The rule: examples live only while no real source has ever answered. The first real answer ends them
(`storing.store`), and from then on they are not loaded again.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from django.db.models import F, Max, Min, OuterRef, Subquery
from django.db.models.functions import Coalesce

from accounts import tenancy
from trends import demo, sources
from trends.collection import fitting, rating, storing
from trends.models import TrendObservation, TrendSource, TrendTopic
from trends.sources.base import Item

REGION = "IN"


def are_wanted() -> bool:
    """Say whether examples may show: no real source has ever answered."""
    return not TrendSource.objects.filter(is_example=False).exclude(last_success_at=None).exists()


def load(*, now: dt.datetime) -> int:
    """Bring the examples up to this hour; returns the number of topics, 0 where real ones have come."""
    if not are_wanted():
        return 0
    mine = _sources()
    if not _are_fresh(mine.values(), now=now):
        _replay(mine, now=now)
    topics = TrendTopic.objects.filter(is_example=True).exclude(status=TrendTopic.Status.EXPIRED)
    return topics.count()


def refresh(*, now: dt.datetime) -> int:
    """Bring the examples up to this hour where they were loaded before."""
    return load(now=now) if TrendSource.objects.filter(is_example=True).exists() else 0


def remove() -> int:
    """Remove every example; returns the number of topics."""
    with tenancy.operator():
        storing.lock_topics()
        topics = TrendTopic.objects.filter(is_example=True)
        removed = topics.count()
        topics.delete()
        TrendSource.objects.filter(is_example=True).delete()
    return removed


def _sources() -> dict[str, TrendSource]:
    """Return the example sources by kind; they are switched off, so nobody asks a network for them."""
    rows = [
        TrendSource(
            kind=kind,
            name=f"{sources.source(kind).label} ({demo.LABEL.lower()})",
            region=REGION,
            is_example=True,
            enabled=False,
        )
        for kind in demo.SHOWN
    ]
    TrendSource.objects.bulk_create(rows, ignore_conflicts=True)
    return {row.kind: row for row in TrendSource.objects.filter(is_example=True)}


def _are_fresh(mine: Iterable[TrendSource], *, now: dt.datetime) -> bool:
    newest = TrendObservation.objects.filter(source__in=mine).aggregate(at=Max("hour"))["at"]
    return newest is not None and newest == storing.hour_of(now)


def _replay(mine: dict[str, TrendSource], *, now: dt.datetime) -> None:
    """Store the last two days anew, through the same door as real answers; topics keep their keys."""
    snapshots = demo.demo_items(now)
    told = {kind: _items_of(kind, snapshots) for kind in mine}
    vectors: dict[str, tuple[str, storing.Vector]] = {}
    for kind, source in mine.items():
        vectors |= storing.vectors_for(source, told[kind], now=now)
    topics = TrendTopic.objects.filter(is_example=True)
    with tenancy.operator():
        storing.lock_topics()
        TrendObservation.objects.filter(source__in=mine.values()).delete()
        topics.update(status=TrendTopic.Status.EMERGING)
        for kind, source in mine.items():
            storing.store(source, told[kind], now=now, vectors=vectors)
        topics.update(first_detected_at=_observed(Min), last_seen_at=_observed(Max))
        topics.filter(observations=None).delete()
        TrendSource.objects.filter(is_example=True).update(
            health=TrendSource.Health.OK, last_success_at=now, last_polled_at=now
        )
    rating.rate(list(topics.values_list("pk", flat=True)), now=now)
    fitting.fit_all()


def _items_of(kind: str, snapshots: Iterable[demo.Snapshot]) -> list[Item]:
    """Return what one source would have said in two days, each item at its hour."""
    mine = [snapshot for snapshot in snapshots if snapshot.source == kind]
    return [replace(item, observed_at=snapshot.at) for snapshot in mine for item in snapshot.items]


def _observed(function: type[Min] | type[Max]) -> Coalesce:
    """Return the first or last hour a topic was observed in, as a column."""
    hours = TrendObservation.objects.filter(topic=OuterRef("pk")).order_by().values("topic")
    return Coalesce(Subquery(hours.annotate(at=function("hour")).values("at")), F("last_seen_at"))
