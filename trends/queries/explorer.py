"""The list of topics: one page by keyset, its tabs counted as far as it is cheap."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, FilteredRelation, Q, QuerySet
from django.utils.dateparse import parse_datetime

from accounts.models import BrandProfile
from trends.detection import sentence
from trends.detection.explaining import TOLD_BURST, times
from trends.models import TrendTopic
from trends.queries.search import narrowed
from trends.queries.wishes import Wish
from trends.retelling import retold

PAGE = 30
MOST_COUNTED = 10_000
COLUMNS = {
    "fit": "fit_score", "score": "score", "growth": "growth_24h", "newest": "first_detected_at", "burst": "burst",
}  # fmt: skip
UNKNOWN = {"fit", "growth", "burst"}  # may be empty: such topics have no place in that order
STATES = ("emerging", "trending", "declining")
SHOWN = [
    "title", "language", "regions", "status", "state_since", "sparkline", "growth_24h", "mention_count", "burst",
    "first_detected_at", "source_kinds", "source_count", "score", "is_example", "observed",
    "expected",
]  # fmt: skip


class BadPlace(ValueError):
    """The place to go on from is not one of ours."""


@dataclass(frozen=True)
class Row:
    """One topic of the list: how well it fits the chosen brand (None: not) and why, the weightiest reason first.

    `told` is why it is said to rise, in the reader's language; `beyond` how many times its usual; "" once it is over.
    """

    topic: TrendTopic
    score: float | None
    why: str
    told: str = ""
    beyond: str = ""

    @property
    def sources(self) -> list[str]:
        """The kinds of sources it was seen in."""
        return self.topic.source_kinds


@dataclass(frozen=True)
class Page:
    """Rows, the place after the last one ("" at the end), and how many topics each tab holds.

    A tab holds at most MOST_COUNTED + 1, which says "more than that"; a narrowed list is not counted at all.
    """

    rows: list[Row]
    counts: dict[str, int]
    view: str
    sort: str
    next: str = ""


def page(brand: BrandProfile | None, wish: Wish, *, now: dt.datetime, size: int = PAGE) -> Page:
    """Return what a reader wants to see: two statements, three at most."""
    live = with_fit(TrendTopic.objects.live(), brand)
    counts = {} if wish.is_narrowed or wish.after else _counts(live, brand)
    view = wish.view or ("ours" if _has_ours(counts, live, brand) else "all")
    sort = _sort(wish.sort, view, brand)
    column = COLUMNS[sort]
    rows = _in_view(_narrowed(live, wish, now=now), view, sort).only(*SHOWN).order_by(F(column).desc(), "-pk")
    found = list(_after(rows, column, wish.after)[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return Page([row_of(topic, now=now) for topic in found[:size]], counts, view, sort, _place(last, column))


def with_fit(topics: QuerySet[TrendTopic], brand: BrandProfile | None) -> QuerySet[TrendTopic]:
    """Annotate `fit_score` and `fit_reasons`: the fit to one brand, None without one."""
    mine = Q(relevances__brand_id=brand.pk if brand else uuid.UUID(int=0))
    joined = topics.annotate(fit=FilteredRelation("relevances", condition=mine))
    return joined.annotate(fit_score=F("fit__score"), fit_reasons=F("fit__reasons"))  # type: ignore[no-redef]


def row_of(topic: TrendTopic, *, now: dt.datetime) -> Row:
    """Return a topic that was asked for `with_fit`."""
    reasons = topic.fit_reasons or []
    why = retold(reasons[0][-1]) if reasons else ""
    return Row(topic, topic.fit_score, why, why_it_rises(topic, now=now), _beyond(topic))


def _beyond(topic: TrendTopic) -> str:
    if topic.observed is None or topic.expected is None or topic.expected < 1 or (topic.burst or 0) < TOLD_BURST:
        return ""
    return times(topic.observed / topic.expected)


def why_it_rises(topic: TrendTopic, *, now: dt.datetime) -> str:
    """Say "8× its usual for this hour, in 4 sources, 35 minutes old"; nothing of what is over."""
    if topic.status == TrendTopic.Status.EXPIRED:
        return ""
    return sentence(
        observed=topic.observed,
        expected=topic.expected,
        burst=topic.burst,
        growth=topic.growth_24h,
        sources=topic.source_count,
        age=now - topic.first_detected_at,
    )


def _sort(asked: str, view: str, brand: BrandProfile | None) -> str:
    if asked and not (asked == "fit" and brand is None):
        return asked
    return "fit" if view == "ours" and brand else "score"


def _narrowed(topics: QuerySet[TrendTopic], wish: Wish, *, now: dt.datetime) -> QuerySet[TrendTopic]:
    topics = narrowed(topics, wish.q, wish.facets)
    if wish.age:
        topics = topics.filter(first_detected_at__gte=now - dt.timedelta(hours=int(wish.age)))
    return topics.filter(fit_score__gte=int(wish.least)) if wish.least else topics  # type: ignore[misc]


def _has_ours(counts: dict[str, int], live: QuerySet[TrendTopic], brand: BrandProfile | None) -> bool:
    if counts or brand is None:
        return bool(counts.get("ours"))
    return _in_view(live, "ours", "fit").exists()


def _counts(live: QuerySet[TrendTopic], brand: BrandProfile | None) -> dict[str, int]:
    """Count each tab up to the limit: one statement."""
    views = (*STATES, "ours") if brand else STATES
    parts = {view: _in_view(live, view, "score").order_by().values("pk")[: MOST_COUNTED + 1] for view in views}
    told = {view: part.query.sql_with_params() for view, part in parts.items()}
    columns = [f"(SELECT count(*) FROM ({sql}) AS {view})" for view, (sql, _) in told.items()]  # noqa: S608 (compiled by Django)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)}", [value for _, values in told.values() for value in values])
        found = dict(zip(views, cursor.fetchone(), strict=True))
    found.setdefault("ours", 0)
    return found | {"all": min(sum(found[state] for state in STATES), MOST_COUNTED + 1)}


def _in_view(topics: QuerySet[TrendTopic], view: str, sort: str) -> QuerySet[TrendTopic]:
    """Keep what stands in a tab, and what has a place in the order."""
    if view in STATES:
        topics = topics.filter(status=view)
    columns = {COLUMNS[sort]} if sort in UNKNOWN else set()
    for column in columns | ({"fit_score"} if view == "ours" else set()):
        topics = topics.filter(**{f"{column}__isnull": False})
    return topics


def _place(last: TrendTopic | None, column: str) -> str:
    if last is None:
        return ""
    value = getattr(last, column)
    return f"{value.isoformat() if isinstance(value, dt.datetime) else repr(value)}~{last.pk}"


def _after(topics: QuerySet[TrendTopic], column: str, place: str) -> QuerySet[TrendTopic]:
    """Go on behind a place; the plain bound in front is what an index can use."""
    if not place:
        return topics
    written, _, key = place.partition("~")
    try:
        value, last = _value(column, written), uuid.UUID(key)
    except (ValueError, OverflowError) as error:
        raise BadPlace(place) from error
    behind = Q(**{f"{column}__lt": value}) | Q(**{column: value}, pk__lt=last)
    return topics.filter(Q(**{f"{column}__lte": value}) & behind)


def _value(column: str, written: str) -> Any:
    if column != "first_detected_at":
        return float(written)
    found = parse_datetime(written)
    if found is None or found.tzinfo is None:
        raise ValueError(written)
    return found.astimezone(dt.UTC)
