"""Watches held against topics: which topic meets which watch, and why in words.

Keywords of all watches stand in one index, so that a topic's texts are read once, however many watches there are;
watches without keywords are found by the brands a topic fits.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from trends.models import TrendAlert, TrendRelevance, TrendTopic
from trends.watchwords import Index, Said, read

CHUNK = 1000
PREVIEWED = 20_000  # live topics that a preview looks at, the strongest first
MUCH_MORE = 1.5  # times its usual, from where it is said so
NOTABLE_GROWTH = 0.1
SEEN = (
    "pk", "title", "names", "context", "kind", "status", "platform", "language", "regions", "url", "score",
    "growth_24h", "observed", "expected", "source_kinds", "first_detected_at", "started_at", "last_seen_at",
)  # fmt: skip

Fits = Mapping[tuple[uuid.UUID, uuid.UUID], float]  # topic, brand → 0–100


@dataclass(frozen=True, slots=True)
class Met:
    """A topic that meets a watch: how well it fits the brand (None: not at all), and why in words."""

    watch: TrendAlert
    topic: TrendTopic
    relevance: float | None
    reason: str


@dataclass(slots=True)
class Watches:
    """Watches to hold against topics: by key, by keyword, and by brand where the fit alone decides."""

    by_key: dict[uuid.UUID, TrendAlert] = field(default_factory=dict)
    index: Index = field(default_factory=Index)
    by_fit: dict[uuid.UUID, list[uuid.UUID]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[TrendAlert]) -> "Watches":
        """Arrange watches; their brands are loaded."""
        by_key = {row.pk: row for row in rows}
        found = cls(by_key, Index.of({key: row.keywords for key, row in by_key.items()}))
        for key, row in by_key.items():
            if not any(word.key and not word.leaves_out for word in map(read, row.keywords)):
                found.by_fit.setdefault(row.brand_id, []).append(key)
        return found

    @property
    def brands(self) -> set[uuid.UUID]:
        """The brands they watch for."""
        return {row.brand_id for row in self.by_key.values()}


def standing() -> QuerySet[TrendAlert]:
    """Return the watches that are on, of organisations and clients that are there. Ask in the operator's scope."""
    there = Q(brand__client=None) | Q(brand__client__deleted_at=None)
    rows = TrendAlert.objects.filter(there, is_active=True, organization__deleted_at=None)
    return rows.select_related("brand").defer("webhook_secret")


def topics() -> QuerySet[TrendTopic]:
    """Return what may be told of: live, not an example, not part of another topic."""
    return TrendTopic.objects.live().filter(is_example=False, merged_into=None).only(*SEEN)


def chunks(rows: QuerySet[TrendTopic]) -> Iterator[list[TrendTopic]]:
    """Yield topics some at a time, so that memory stays flat."""
    last: uuid.UUID | None = None
    while found := list((rows.filter(pk__gt=last) if last else rows).order_by("pk")[:CHUNK]):
        yield found
        last = found[-1].pk


def fits_of(found: Sequence[TrendTopic], brands: Iterable[uuid.UUID]) -> dict[tuple[uuid.UUID, uuid.UUID], float]:
    """Return how well topics fit brands: one statement. Ask in a scope that sees the brands."""
    rows = TrendRelevance.objects.filter(topic_id__in=[one.pk for one in found], brand_id__in=list(brands))
    return {(topic, brand): score for topic, brand, score in rows.values_list("topic_id", "brand_id", "score")}


def meetings(watches: Watches, found: Sequence[TrendTopic], fits: Fits) -> Iterator[Met]:
    """Yield every watch that a topic meets."""
    brands: dict[uuid.UUID, list[uuid.UUID]] = {}
    for topic, brand in fits:
        brands.setdefault(topic, []).append(brand)
    for topic_row in found:
        said, spared = watches.index.met([topic_row.title, *topic_row.names], topic_row.context)
        by_fit = (key for brand in brands.get(topic_row.pk, ()) for key in watches.by_fit.get(brand, ()))
        for key in dict.fromkeys([*said, *(key for key in by_fit if key not in spared)]):
            watch = watches.by_key[key]
            fit = fits.get((topic_row.pk, watch.brand_id))
            if is_met(watch, topic_row, fit):
                yield Met(watch, topic_row, fit, reason_of(said.get(key), topic_row, fit, watch.brand.name))


def is_met(watch: TrendAlert, topic: TrendTopic, fit: float | None) -> bool:
    """Say whether a topic stands as a watch wants it and is told where it wants, whatever it says."""
    return (
        (fit or 0) >= watch.minimum_relevance
        and topic.score >= watch.minimum_score
        and (not watch.statuses or topic.status in watch.statuses)
        and (not watch.regions or not set(topic.regions).isdisjoint(watch.regions))
    )


def reason_of(said: Said | None, topic: TrendTopic, fit: float | None, brand: str) -> str:
    """Say why: "says “monsoon skincare”; 8× its usual; fits Kesar Naturals 72"."""
    parts = []
    if said:
        parts.append(f"says “{said.keyword}”" if said.is_name else f"“{said.keyword}” is said about it")
    parts.append(_rise_of(topic))
    if fit:
        parts.append(f"fits {brand} {fit:.0f}")
    return "; ".join(filter(None, parts))[:300]


def _rise_of(topic: TrendTopic) -> str:
    times = topic.observed / topic.expected if topic.observed and topic.expected else 0.0
    if times >= MUCH_MORE:
        return f"{times:.0f}× its usual" if times >= 10 else f"{round(times, 1):g}× its usual"
    if topic.growth_24h and topic.growth_24h >= NOTABLE_GROWTH:
        return f"{topic.growth_24h * 100:+.0f} % in a day"
    return str(topic.get_status_display()).lower()


@dataclass(frozen=True, slots=True)
class Preview:
    """What would have fired: the strongest, how many in all, and of how many topics that were looked at."""

    met: list[Met]
    count: int
    looked_at: int


def preview(watch: TrendAlert, *, limit: int = 10) -> Preview:
    """Say which live topics a watch, saved or not, would tell of now; its brand is loaded."""
    rows = topics().filter(score__gte=watch.minimum_score)
    if watch.statuses:
        rows = rows.filter(status__in=watch.statuses)
    if watch.minimum_relevance:
        rows = rows.filter(relevances__brand_id=watch.brand_id, relevances__score__gte=watch.minimum_relevance)
    watches, looked_at = Watches.of([watch]), 0
    met: list[Met] = []
    found = list(rows.order_by("-score", "-pk")[:PREVIEWED])
    for start in range(0, len(found), CHUNK):
        part = found[start : start + CHUNK]
        met += meetings(watches, part, fits_of(part, watches.brands))
        looked_at += len(part)
    return Preview(met[:limit], len(met), looked_at)
