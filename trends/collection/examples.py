"""Example topics for an installation without a network: invented, labelled, and gone when real ones come.

The rule: examples live only while no real source has ever answered. The first real answer ends them
(`storing.store`), and from then on they are not loaded again.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from django.db.models import F, Max, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts import tenancy
from trends import demo, demo_week, sources
from trends.collection import fitting, rating, storing
from trends.models import TrendDay, TrendObservation, TrendSource, TrendTopic
from trends.sources.base import Item

OVER = TrendTopic.Status.EXPIRED
Feeds = dict[demo.Feed, TrendSource]


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
    return _present().count()


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


def _sources() -> Feeds:
    """Return the example sources; they are switched off, so nobody asks a network for them."""
    rows = [
        TrendSource(kind=feed.kind, name=_name(feed), region=feed.region, is_example=True, enabled=False)
        for feed in demo.FEEDS
    ]
    TrendSource.objects.bulk_create(rows, ignore_conflicts=True)
    known = {(feed.kind, feed.region, _name(feed)) for feed in demo.FEEDS}
    mine = {(row.kind, row.region, row.name): row for row in TrendSource.objects.filter(is_example=True)}
    TrendSource.objects.filter(pk__in=[row.pk for key, row in mine.items() if key not in known]).delete()
    found = {key[:2]: row for key, row in mine.items() if key in known}
    return {feed: found[feed.kind, feed.region] for feed in demo.FEEDS}


def _name(feed: demo.Feed) -> str:
    country = f" {feed.region}" if feed.region else ""
    return f"{sources.source(feed.kind).label}{country} ({demo.LABEL.lower()})"


def _are_fresh(mine: Iterable[TrendSource], *, now: dt.datetime) -> bool:
    newest = TrendObservation.objects.filter(source__in=mine).aggregate(at=Max("hour"))["at"]
    return newest is not None and newest == storing.hour_of(now)


def _past() -> QuerySet[TrendTopic]:
    """The topics of the week before: over, and first runs."""
    return TrendTopic.objects.filter(is_example=True, status=OVER, normalized__in=demo_week.KEYS, run=1)


def _present() -> QuerySet[TrendTopic]:
    """The topics of these days."""
    return TrendTopic.objects.filter(is_example=True).exclude(status=OVER, normalized__in=demo_week.KEYS, run=1)


def _replay(mine: Feeds, *, now: dt.datetime) -> None:
    """Store the last two days anew, through the same door as real answers; topics keep their keys."""
    _tell_week_before(mine, now=now)
    snapshots = demo.demo_items(now)
    told = {feed: _items_of(feed, snapshots) for feed in mine}
    vectors: dict[str, tuple[str, storing.Vector]] = {}
    for feed, source in mine.items():
        vectors |= storing.vectors_for(source, told[feed], now=now)
    topics = _present()
    with tenancy.operator():
        storing.lock_topics()
        TrendObservation.objects.filter(source__in=mine.values()).delete()
        topics.update(status=TrendTopic.Status.EMERGING)
        for feed, source in mine.items():
            storing.store(source, told[feed], now=now, vectors=vectors)
        topics.update(first_detected_at=_observed(Min), last_seen_at=_observed(Max))
        topics.filter(observations=None).delete()
        TrendSource.objects.filter(is_example=True).update(
            health=TrendSource.Health.OK, last_success_at=now, last_polled_at=now
        )
    rating.rate(list(topics.values_list("pk", flat=True)), now=now)
    _fit(now=now)


def _fit(*, now: dt.datetime) -> None:
    """Fit everything to the brands, what is over included: the week before shows what would have fitted."""
    week_before = list(_past().values_list("pk", flat=True))
    TrendTopic.objects.filter(pk__in=week_before).update(status=TrendTopic.Status.DECLINING)
    fitting.fit_all()
    TrendTopic.objects.filter(pk__in=week_before).update(status=OVER, updated_at=now)


def _tell_week_before(mine: Feeds, *, now: dt.datetime) -> None:
    """Write what rose and fell in the week before, once a week. What stood under its names makes room."""
    with tenancy.operator():
        storing.lock_topics()
        monday = demo_week.last_monday(now)
        if _past().filter(peaked_at__gte=monday).exists():
            return
        TrendTopic.objects.filter(is_example=True, normalized__in=demo_week.KEYS).delete()
        sources_by_kind = {feed.kind: source for feed, source in reversed(mine.items())}
        rows = [(past, _over(past, now=now)) for past in demo_week.PAST]
        TrendTopic.objects.bulk_create([row for _, row in rows], ignore_conflicts=True)
        kept = set(TrendTopic.objects.filter(pk__in=[row.pk for _, row in rows]).values_list("pk", flat=True))
        TrendDay.objects.bulk_create(
            TrendDay(topic=topic, source=sources_by_kind[kind], day=day, hours=hours, count=count, most=most)
            for past, topic in rows
            if topic.pk in kept
            for kind, day, hours, count, most in demo_week.days(past, now)
        )


def _over(past: demo_week.Past, *, now: dt.datetime) -> TrendTopic:
    first, told, peak, last = demo_week.moments(past, now)
    return TrendTopic(
        title=past.title,
        normalized=past.key,
        names=[name for name in past.forms.values() if name != past.title],
        forms={kind: [name] for kind, name in past.forms.items()},
        kind=past.kind.value,
        context=[past.context],
        tags=list(past.tags),
        language="en",
        status=OVER,
        is_example=True,
        source_kinds=sorted(past.forms),
        source_count=len(past.forms),
        first_detected_at=first,
        started_at=first,
        alarmed_at=told,
        peaked_at=peak,
        last_seen_at=last,
        state_since=last,
        score=past.score / 3,
        top_score=past.score,
        mention_count=0,
        sparkline=demo_week.sparkline(past),
    )


def _items_of(feed: demo.Feed, snapshots: Iterable[demo.Snapshot]) -> list[Item]:
    """Return what one source would have said in two days, each item at its hour."""
    mine = [snapshot for snapshot in snapshots if snapshot.feed == feed]
    return [replace(item, observed_at=snapshot.at) for snapshot in mine for item in snapshot.items]


def _observed(function: type[Min] | type[Max]) -> Coalesce:
    """Return the first or last hour a topic was observed in, as a column."""
    hours = TrendObservation.objects.filter(topic=OuterRef("pk")).order_by().values("topic")
    return Coalesce(Subquery(hours.annotate(at=function("hour")).values("at")), F("last_seen_at"))
