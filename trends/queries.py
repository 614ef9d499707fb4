"""Questions of the trends pages. Each page is a fixed number of statements, whatever its rows."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.db.models import Count, F, FilteredRelation, Q, QuerySet

from accounts.models import BrandProfile
from trends.models import TrendObservation, TrendSource, TrendTopic
from trends.normalise import Kind, normalise

PAGE = 30
VIEWS = ("ours", "emerging", "trending", "declining", "all")
LATE = dt.timedelta(minutes=30)
ILL = ("down", "failing", "slow", "ok", "never")  # worst first
Q_LIMIT = 200


class BadPlace(ValueError):
    """The place to go on from is not one of ours."""


@dataclass(frozen=True)
class Wish:
    """What a reader wants to see; every value comes from the address and is harmless whatever it holds."""

    view: str = ""
    q: str = ""
    source: str = ""
    kind: str = ""
    region: str = ""
    after: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Wish":
        """Read the address; what is not ours is left out."""
        view, kind = given.get("view", ""), given.get("kind", "")
        return cls(
            view=view if view in VIEWS else "",
            q=" ".join(given.get("q", "").replace("\0", "").split())[:Q_LIMIT],
            source=given.get("source", "").replace("\0", "")[:20],
            kind=kind if kind in TrendTopic.Kind.values else "",
            region=given.get("region", "").replace("\0", "")[:8],
            after=given.get("after", "")[:80],
        )

    @property
    def is_narrowed(self) -> bool:
        """Say whether anything but the tab narrows the list."""
        return bool(self.q or self.source or self.kind or self.region)

    def address(self, **changes: str) -> str:
        """Return the query string of this wish with changes; a new tab or filter begins at the top."""
        wish = replace(self, **({"after": ""} | changes))
        named = {name: getattr(wish, name) for name in ("view", "q", "source", "kind", "region", "after")}
        return "?" + urlencode({name: value for name, value in named.items() if value})


@dataclass(frozen=True)
class Row:
    """One topic of the list: how well it fits the chosen brand (None: not) and why, the weightiest reason first."""

    topic: TrendTopic
    score: float | None
    why: str

    @property
    def sources(self) -> list[str]:
        """The kinds of sources it was seen in."""
        return self.topic.source_kinds


@dataclass(frozen=True)
class Page:
    """Rows, the place after the last one ("" at the end), and how many topics each tab holds."""

    rows: list[Row]
    counts: dict[str, int]
    view: str
    next: str = ""


def page(brand: BrandProfile | None, wish: Wish, *, size: int = PAGE) -> Page:
    """Return what a reader wants to see: two statements."""
    fitting = _filtered(with_fit(TrendTopic.objects.live(), brand), wish)
    counts = _counts(fitting)
    view = wish.view or ("ours" if counts["ours"] else "all")
    column = "fit_score" if view == "ours" else "score"
    rows = _in_view(fitting, view).defer("embedding", "score_factors").order_by(F(column).desc(), "-pk")
    found = list(_after(rows, column, wish.after)[: size + 1])
    more = len(found) > size
    last = found[size - 1] if more else None
    place = f"{getattr(last, column)!r}~{last.pk}" if last else ""
    return Page([row_of(topic) for topic in found[:size]], counts, view, place)


def with_fit(topics: QuerySet[TrendTopic], brand: BrandProfile | None) -> QuerySet[TrendTopic]:
    """Annotate `fit_score` and `fit_reasons`: the fit to one brand, None without one."""
    mine = Q(relevances__brand_id=brand.pk if brand else uuid.UUID(int=0))
    joined = topics.annotate(fit=FilteredRelation("relevances", condition=mine))
    return joined.annotate(fit_score=F("fit__score"), fit_reasons=F("fit__reasons"))  # type: ignore[no-redef]


def row_of(topic: TrendTopic) -> Row:
    """Return a topic that was asked for `with_fit`."""
    reasons = topic.fit_reasons or []
    return Row(topic, topic.fit_score, reasons[0][-1] if reasons else "")


def _filtered(topics: QuerySet[TrendTopic], wish: Wish) -> QuerySet[TrendTopic]:
    if wish.q:
        topics = topics.filter(says(wish.q))
    if wish.source:
        topics = topics.filter(source_kinds__contains=[wish.source])
    if wish.kind:
        topics = topics.filter(kind=wish.kind)
    return topics.filter(region=wish.region) if wish.region else topics


def says(q: str) -> Q:
    """Match the words as they stand, in any of a topic's forms, and whatever way they are spelt together."""
    found = Q(title__icontains=q) | Q(names__icontains=q)
    for kind in (Kind.KEYWORD, Kind.HEADLINE):
        key = normalise(q, kind)
        if key:
            found |= Q(normalized__contains=key)
    return found


def _counts(topics: QuerySet[TrendTopic]) -> dict[str, int]:
    states = ("emerging", "trending", "declining")
    return topics.order_by().aggregate(
        all=Count("pk"), ours=Count("fit_score"), **{state: Count("pk", filter=Q(status=state)) for state in states}
    )


def _in_view(topics: QuerySet[TrendTopic], view: str) -> QuerySet[TrendTopic]:
    if view == "ours":
        return topics.filter(fit_score__isnull=False)  # type: ignore[misc]
    return topics if view == "all" else topics.filter(status=view)


def _after(topics: QuerySet[TrendTopic], column: str, place: str) -> QuerySet[TrendTopic]:
    if not place:
        return topics
    number, _, key = place.partition("~")
    try:
        score, last = float(number), uuid.UUID(key)
    except ValueError as error:
        raise BadPlace(place) from error
    return topics.filter(Q(**{f"{column}__lt": score}) | Q(**{column: score}, pk__lt=last))


@dataclass(frozen=True)
class Strand:
    """All feeds of one kind of source, as the health strip shows them: the worst feed speaks for them."""

    kind: str
    feeds: int
    health: str
    last_success_at: dt.datetime | None
    error: str = ""
    is_late: bool = False
    regions: frozenset[str] = field(default=frozenset())


def sources() -> list[TrendSource]:
    """Return the sources that are asked, or the examples while no real one has answered: one statement."""
    rows = list(TrendSource.objects.filter(Q(enabled=True) | Q(is_example=True)).order_by("kind", "name"))
    answered = any(row.last_success_at for row in rows if not row.is_example)
    return [row for row in rows if not (row.is_example and answered)]


def strands(rows: Iterable[TrendSource], *, now: dt.datetime) -> list[Strand]:
    """Return the sources by kind, the ill ones first."""
    kinds: dict[str, list[TrendSource]] = {}
    for row in rows:
        if not row.is_example:
            kinds.setdefault(row.kind, []).append(row)
    found = [_strand(kind, feeds, now=now) for kind, feeds in kinds.items()]
    return sorted(found, key=lambda strand: (ILL.index(strand.health), not strand.is_late, strand.kind))


def _strand(kind: str, feeds: list[TrendSource], *, now: dt.datetime) -> Strand:
    worst = min(feeds, key=lambda row: ILL.index(row.health))
    due = [row.next_poll_at for row in feeds if row.next_poll_at]
    return Strand(
        kind=kind,
        feeds=len(feeds),
        health=worst.health,
        last_success_at=max((row.last_success_at for row in feeds if row.last_success_at), default=None),
        error=worst.last_error,
        is_late=bool(due) and min(due) < now - LATE,
        regions=frozenset(row.region for row in feeds if row.region),
    )


def observations(topic: TrendTopic, *, since: dt.datetime) -> list[TrendObservation]:
    """Return what was observed of a topic, oldest first, with its sources: one statement."""
    rows = TrendObservation.objects.filter(topic=topic, hour__gte=since).select_related("source")
    return list(rows.order_by("hour"))
