"""Items into topics and hourly observations: the same few statements however long the answer was.

Forms of a topic meet under its normalised name, whatever network they come from: a topic that a second network
names becomes a general one. Whoever writes topics holds one lock for the few milliseconds it takes, so that two
sources can't open the same topic twice.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.db import transaction
from django.db.models import Max
from numpy.typing import NDArray

from trenddrop.core.alone import alone
from trenddrop.core.embeddings import EmbeddingFailed, embedder
from trends import sources, tuning
from trends.collection import blocking
from trends.collection.bounding import bounded
from trends.collection.meanings import Meanings, meanings_of
from trends.collection.observing import Observed, observe
from trends.models import TrendObservation, TrendSource, TrendTopic
from trends.normalise import country_of
from trends.sources.base import Counting, Item

Vector = NDArray[np.float32]
Vectors = Mapping[str, tuple[str, Vector]]  # text → embedder's name, vector

NAMES = 30
SAID = 8
TAGS = 20
FORMS = 8
COUNTRIES = 100
URL_LIMIT = 1000
HOUR = dt.timedelta(hours=1)
TOLD_FOR = dt.timedelta(days=2)  # before a topic was seen last
AT_ONCE = 20_000  # rows of one statement: more than any answer has
WRITTEN = [
    "names", "forms", "platform", "language", "regions", "url", "context", "tags", "source_kinds", "last_seen_at",
    "updated_at", "compared_at", "is_blocked", "blocked_by",
]  # fmt: skip

Told = dict[str, list[Item]]  # by the key of the topic the items are about


@dataclass(frozen=True, slots=True)
class Seen:
    """When a source saw a topic, first and last."""

    first: dt.datetime
    last: dt.datetime

    def is_over(self, now: dt.datetime) -> bool:
        """Whether a run that was seen last then has ended since."""
        return self.last <= now - _quiet()

    def touches(self, topic: TrendTopic) -> bool:
        """Whether a run had begun, or was not over yet, when this was seen."""
        return self.first <= topic.last_seen_at + _quiet() and self.last >= topic.first_detected_at - _quiet()


def _quiet() -> dt.timedelta:
    """Return how long nothing is heard of a topic before it is over."""
    return dt.timedelta(hours=tuning.current().expires_after)


def lock_topics() -> None:
    """Be the one writer of topics until the transaction ends."""
    alone("trends_topics")


def vectors_for(source: TrendSource, items: Sequence[Item], *, now: dt.datetime) -> dict[str, tuple[str, Vector]]:
    """Embed what these items will make new or change, in one batch and outside of any transaction.

    Without an answer of the embedder the topics go without a vector; the next rating asks again.
    """
    told, meant = _by_key(items)
    if not told:
        return {}
    model, latest = embedder(), _latest(told)
    before = {topic.pk: text_of(topic) for topic in latest.values() if topic.embedder == model.name}
    topics = _topics(source, told, latest, meant, now=now).values()
    texts = list(dict.fromkeys(text for one in topics if (text := text_of(one)) != before.get(one.pk)))
    try:
        rows = model.embed(texts)
    except EmbeddingFailed:
        return {}
    return {text: (model.name, row) for text, row in zip(texts, rows, strict=True)}


def text_of(topic: TrendTopic) -> str:
    """Return what stands for a topic when it is compared with texts: title, other names, what is said about it."""
    return " · ".join([topic.title, *topic.names[:6], *topic.context[:4]])


def store(source: TrendSource, items: Sequence[Item], *, now: dt.datetime, vectors: Vectors) -> list[UUID]:
    """Write what a source said; returns the topics' keys. Call inside the transaction that holds the claim."""
    lock_topics()
    told, meant = _by_key(items)
    if not told:
        return []
    if not source.is_example:
        _retire_examples()
    topics = _topics(source, told, _latest(told), meant, now=now)
    blocking.hold_back([topic for topic in topics.values() if topic.compared_at is None], now=now)
    _write(topics.values(), vectors)
    observe(_told_hours(source, told, topics, now=now))
    return [topic.pk for topic in topics.values()]


def repeat(
    source: TrendSource, *, now: dt.datetime, items: Sequence[Item] = (), since: dt.datetime | None = None
) -> list[UUID]:
    """Note that a source still says what it said last: levels and totals stand for this hour too.

    What it said are these `items`, or (304, no items) what was seen since it was asked then; what had left its list
    before is not repeated. A count of the day does not stand: after midnight it would be yesterday's.
    """
    mine = TrendObservation.objects.filter(source=source)
    if items:
        mine = mine.filter(topic__in=[topic.pk for topic in _latest(_by_key(items)[0]).values()])
    elif since is not None:
        mine = mine.filter(topic__last_seen_at__gte=since)
    last = mine.aggregate(at=Max("hour"))["at"]
    if last is None:
        return []
    rows = list(mine.filter(hour=last))
    keys = [row.topic_id for row in rows]
    lock_topics()
    TrendTopic.objects.live().filter(pk__in=keys).update(last_seen_at=now, updated_at=now)
    if sources.source(source.kind).counting is not Counting.DAY and hour_of(now) > last:
        for row in rows:
            row.hour = hour_of(now)
        TrendObservation.objects.bulk_create(rows, ignore_conflicts=True)
    return keys


def hour_of(moment: dt.datetime) -> dt.datetime:
    """Return the start of the hour, in UTC."""
    return moment.astimezone(dt.UTC).replace(minute=0, second=0, microsecond=0)


def embed_missing(*, limit: int = 500) -> int:
    """Give live topics without a vector of the present embedder theirs; returns how many got one."""
    model = embedder()
    topics = list(TrendTopic.objects.live().exclude(embedder=model.name).order_by("-score")[:limit])
    if not topics:
        return 0
    try:
        rows = model.embed([text_of(topic) for topic in topics])
    except EmbeddingFailed:
        return 0
    for topic, row in zip(topics, rows, strict=True):
        topic.embedder, topic.embedding = model.name, row.tolist()
    with transaction.atomic():
        lock_topics()
        TrendTopic.objects.bulk_update(topics, ["embedder", "embedding"], batch_size=100)
    return len(topics)


def _by_key(items: Iterable[Item]) -> tuple[Told, Meanings]:
    """Return the items by the topic they are about, and what is known of their names: one statement."""
    named: dict[str, list[Item]] = {}
    for item in bounded(items):
        if key := item.key:
            named.setdefault(key, []).append(item)
    meant = meanings_of(named) if named else Meanings()
    told: Told = {}
    for key, mine in named.items():
        told.setdefault(meant.of(key), []).extend(mine)
    return told, meant


def _latest(keys: Iterable[str]) -> dict[str, TrendTopic]:
    """Return the newest run under each name."""
    rows = (
        TrendTopic.objects.filter(normalized__in=keys)
        .order_by("normalized", "-run")
        .distinct("normalized")
        .defer("embedding")
    )
    return {topic.normalized: topic for topic in rows}


def _topics(
    source: TrendSource, told: Told, latest: Mapping[str, TrendTopic], meant: Meanings, *, now: dt.datetime
) -> dict[str, TrendTopic]:
    """Return the topic of each name with what was said taken in: the running one, or a new run."""
    platform = sources.source(source.kind).platform
    topics = {}
    for key, items in told.items():
        topic, seen = latest.get(key), _seen(source, items, now=now)
        if topic is None or topic.is_example != source.is_example or _is_past(topic, seen, now=now):
            topic = _opened(source, key, items, after=topic, platform=platform, seen=seen)
            topic.status = TrendTopic.Status.EXPIRED if seen.is_over(now) else topic.status
        elif topic.platform != platform:
            topic.platform = ""
        before = list(topic.names)
        for item in items:
            _take_in(topic, item, source.kind, meant)
        if topic.names != before:
            topic.compared_at = None
        topic.regions = _joined(topic.regions, _told_in(source, items, topic, seen), limit=COUNTRIES)
        topic.source_kinds = sorted({*topic.source_kinds, source.kind})
        topic.last_seen_at = max(topic.last_seen_at, seen.last)
        topic.updated_at = now
        topics[key] = topic
    return topics


def _told_in(source: TrendSource, items: Iterable[Item], topic: TrendTopic, seen: Seen) -> Iterator[str]:
    """Yield the countries that tell a topic these days: where a file tells it was told long ago does not count."""
    since = max(topic.last_seen_at, seen.last) - TOLD_FOR
    for item in items:
        if (item.observed_at or seen.last) >= since:
            yield country_of(item.region) or country_of(source.region)


def _seen(source: TrendSource, items: Iterable[Item], *, now: dt.datetime) -> Seen:
    """Return when a topic was seen: now, or in the hours that a file tells of."""
    if not sources.source(source.kind).is_imported:
        return Seen(now, now)
    hours = [hour_of(item.observed_at or now) for item in items]
    return Seen(min(*hours, now), min(max(hours) + HOUR, now))


def _is_past(topic: TrendTopic, seen: Seen, *, now: dt.datetime) -> bool:
    """Say whether a run is over, and what was seen is no part of it."""
    return topic.status == TrendTopic.Status.EXPIRED and not (seen.is_over(now) and seen.touches(topic))


def _write(topics: Iterable[TrendTopic], vectors: Vectors) -> None:
    """Insert new topics and update known ones; a vector is long and is written only where it is new."""
    changed, kept = [], []
    for topic in topics:
        found = vectors.get(text_of(topic))
        if found:
            topic.embedder, topic.embedding = found[0], found[1].tolist()
            changed.append(topic)
        else:
            topic.embedding = None  # not among the columns of an update, so what stands stays
            kept.append(topic)
    write_topics(kept, WRITTEN)
    write_topics(changed, [*WRITTEN, "embedding", "embedder"])


def write_topics(topics: list[TrendTopic], fields: list[str]) -> None:
    """Insert topics, or write these fields of those that are there: one statement."""
    TrendTopic.objects.bulk_create(
        topics, update_conflicts=True, unique_fields=["id"], update_fields=fields, batch_size=AT_ONCE
    )


def _opened(
    source: TrendSource, key: str, items: Sequence[Item], *, after: TrendTopic | None, platform: str, seen: Seen
) -> TrendTopic:
    """Open a run under a key. Told only by a name that stands for the key, the run is called as the one before it."""
    own = next((item for item in items if item.key == key), None)
    item = own or items[0]
    known = after if own is None else None
    topic = TrendTopic(
        title=known.title if known else item.title,
        normalized=key,
        kind=known.kind if known else item.kind.value,
        platform=platform,
    )
    topic.run = after.run + 1 if after else 1
    if after is not None:
        topic.is_blocked, topic.is_cleared = after.is_blocked, after.is_cleared
        topic.blocked_by_id = after.blocked_by_id
    topic.is_example = source.is_example
    topic.first_detected_at = topic.started_at = seen.first
    topic.last_seen_at = seen.last
    return topic


def _take_in(topic: TrendTopic, item: Item, told_by: str, meant: Meanings) -> None:
    names = [name for name in (item.title, *item.names) if meant.may_name(name, topic.normalized)]
    topic.names = _joined(topic.names, names, limit=NAMES, but=topic.title)
    topic.forms = {**topic.forms, told_by: _joined(topic.forms.get(told_by, []), names, limit=FORMS)}
    topic.context = _joined(topic.context, [text[:500] for text in item.context], limit=SAID, but=topic.title)
    topic.tags = _joined(topic.tags, [tag[:60] for tag in item.tags], limit=TAGS)
    topic.language = topic.language or item.language[:8]
    topic.url = topic.url or (item.url if len(item.url) <= URL_LIMIT else "")


def _joined(known: Iterable[str], new: Iterable[str], *, limit: int, but: str = "") -> list[str]:
    return [text for text in dict.fromkeys([*known, *new]) if text and text != but][:limit]


def _told_hours(
    source: TrendSource, told: Mapping[str, list[Item]], topics: Mapping[str, TrendTopic], *, now: dt.datetime
) -> Iterator[Observed]:
    """Yield the hours of these items. Two forms of a topic in one answer don't add up, they overlap."""
    for key, items in told.items():
        topic = topics[key].pk
        for item in items:
            hour = min(hour_of(item.observed_at or now), hour_of(now))
            yield Observed(topic, source.pk, hour, item.count, item.rank, item.traffic, item.engagement)
            for at, count in item.history:
                if hour_of(at) < hour:
                    yield Observed(topic, source.pk, hour_of(at), count, is_past=True)


def _retire_examples() -> None:
    """End the examples: real topics have come."""
    TrendTopic.objects.filter(is_example=True).exclude(status=TrendTopic.Status.EXPIRED).update(
        status=TrendTopic.Status.EXPIRED
    )
