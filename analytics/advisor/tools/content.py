"""What goes with better results: hours, hashtags, kinds, lengths, days of the week, categories."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from pydantic import Field

from analytics.advisor.looked import Cell, Column, Fact, Looked, Unit, columns, plain, rows_of
from analytics.advisor.reader import Asked, Period, Reader
from analytics.advisor.tools.sums import narrowed_to
from analytics.comparing import FEWEST, Interval
from analytics.queries import results, what_works
from analytics.queries.narrowing import Wish
from analytics.queries.posts import AT_MOST_HOURS
from analytics.queries.results import Result
from analytics.queries.what_works import Group
from publishing.models import BestTime

HALF_A_YEAR: Period = "last_180_days"
MOST_HOURS, MOST_TAGS = 8, 15
PRACTICE = "practice"


class Works(Asked):
    """Posts parted by what they have in common."""

    period: Period = HALF_A_YEAR
    by: Literal["kind", "format", "length", "caption", "platform", "weekday", "hour", "category", "language"] = "kind"


class Times(Asked):
    """Hours of the week, or of one of its days."""

    weekday: int | None = Field(None, ge=0, le=6, description="0 is Monday; without it the whole week.")


class Tags(Asked):
    """Hashtags."""

    period: Period = HALF_A_YEAR


def _results(reader: Reader, wish: Wish) -> tuple[list[Result], bool]:
    first, last = reader.edges(wish.span)
    found = results.of_member(reader.membership, first=first, last=last, now=reader.now)
    mine = set(reader.connections(wish))
    if wish.is_narrowed:
        found = [each for each in found if each.connection_id in mine]
    return results.real_or_made_up(found)


def _facts(found: Sequence[Result]) -> list[Fact]:
    return [
        Fact("compared", sum(each.ratio is not None for each in found), Unit.COUNT),
        Fact("fewest", FEWEST, Unit.COUNT),
        Fact("compared_at", AT_MOST_HOURS, Unit.HOURS),
    ]


def works(reader: Reader, asked: Works) -> Looked:
    """What posts of each group did against the usual, and against all others."""
    wish = reader.wish(asked)
    found, made_up = _results(reader, wish)
    groups = what_works.groups(found, _key(asked.by, reader), order=_order(asked.by))
    unit = {"category": Unit.NAME, "weekday": Unit.WEEKDAY, "hour": Unit.HOUR}.get(asked.by, Unit.TEXT)
    ends = _ends(asked.by)
    return Looked(
        tool="works",
        asked={**asked.told, "by": asked.by},
        columns=[Column("name", unit), *_edges(asked.by), *_measures()],
        rows=rows_of([*_named(group.key, asked.by), *ends.get(group.key, ()), *_told(group)] for group in groups),
        first=wish.span.first,
        last=wish.span.last,
        of=narrowed_to(wish),
        facts=_facts(found),
        notes=["thin"] if any(group.is_thin for group in groups) else [],
        chart="bars",
        is_made_up=made_up,
    )


def _key(by: str, reader: Reader) -> Callable[[Result], str]:
    keys: Mapping[str, Callable[[Result], str]] = {
        "kind": lambda each: each.kind,
        "format": lambda each: each.format,
        "length": what_works.seconds_of,
        "caption": what_works.letters_of,
        "platform": lambda each: each.platform,
        "weekday": lambda each: str(each.published_at.astimezone(reader.zone).weekday()),
        "hour": lambda each: f"{each.published_at.astimezone(reader.zone).hour:02d}",
        "category": lambda each: each.category,
        "language": lambda each: each.language,
    }
    return keys[by]


def _order(by: str) -> list[str]:
    if by in {"weekday", "hour"}:
        return [str(day) for day in range(7)] if by == "weekday" else [f"{hour:02d}" for hour in range(24)]
    ranges = {"length": what_works.SECONDS, "caption": what_works.LETTERS}.get(by, ())
    return [name for _limit, name in ranges]


def _named(key: str, by: str) -> list[Cell]:
    return [int(key)] if by in {"weekday", "hour"} else [key]


def _edges(by: str) -> list[Column]:
    unit = {"length": Unit.SECONDS, "caption": Unit.COUNT}.get(by)
    return [Column("from", unit), Column("to", unit)] if unit else []


def _ends(by: str) -> dict[str, tuple[int | None, int | None]]:
    """The ends of each range of lengths, as numbers."""
    found = {}
    for name in _order(by) if by in {"length", "caption"} else ():
        low, _dash, high = name.partition("-")
        found[name] = (int(low) if low else None, int(high) if high else None)
    return found


def _measures() -> list[Column]:
    return columns(
        posts=Unit.COUNT, median=Unit.RATIO, lift=Unit.RATIO, lift_low=Unit.RATIO, lift_high=Unit.RATIO
    )  # fmt: skip


def _told(group: Group) -> list[Cell]:
    usual = None if group.is_thin or group.usual is None else group.usual.value
    return [group.posts, plain(_two(usual)), *_interval(group.lift)]


def _interval(lift: Interval | None) -> list[Cell]:
    if lift is None:
        return [None, None, None]
    return [plain(_two(lift.value)), plain(_two(lift.low)), plain(_two(lift.high))]


def _two(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def tags(reader: Reader, asked: Tags) -> Looked:
    """What posts with each hashtag did against posts without it."""
    wish = reader.wish(asked)
    found, made_up = _results(reader, wish)
    told = what_works.tags(found, until=reader.edges(wish.span)[1])
    told = sorted(told, key=lambda each: (each.is_thin, -(each.lift.value if each.lift else 0), -each.posts, each.key))
    return Looked(
        tool="hashtags",
        asked=asked.told,
        columns=[Column("name", Unit.NAME), *_measures(), *columns(recent=Unit.COUNT, earlier=Unit.COUNT)],
        rows=rows_of([f"#{each.key}", *_told(each), each.now, each.before] for each in told[:MOST_TAGS]),
        first=wish.span.first,
        last=wish.span.last,
        of=narrowed_to(wish),
        facts=[*_facts(found), Fact("used", len(told), Unit.COUNT), Fact("recent", 28, Unit.DAYS)],
        notes=["thin"] if any(each.is_thin for each in told[:MOST_TAGS]) else [],
        chart="bars",
        is_made_up=made_up,
    )


def best_times(reader: Reader, asked: Times) -> Looked:
    """The hours of the week, or of one day, that did best, each drawn towards what is known around it."""
    wish = reader.wish(asked)
    chosen = [each for each in reader.accounts if each.connection_id and wish.takes(each)]
    real = [each for each in chosen if each.platform != PRACTICE]
    keys: list[uuid.UUID] = [each.connection_id for each in real or chosen if each.connection_id]
    rows = BestTime.objects.visible_to(reader.membership).filter(connection__in=keys)
    if real and not rows.exists():  # nothing is known of the real ones yet
        practice = [each.connection_id for each in chosen if each.platform == PRACTICE]
        rows = BestTime.objects.visible_to(reader.membership).filter(connection__in=practice)
        real = []
    found = what_works.hours(rows)
    cells = [cell for cell in found.cells if cell.score is not None] if found else []
    cells = [cell for cell in cells if asked.weekday in {None, cell.weekday}]
    best = sorted(cells, key=lambda cell: (-(cell.score or 0), -cell.posts, cell.weekday, cell.hour))[:MOST_HOURS]
    worst = min(cells, key=lambda cell: (cell.score or 0, -cell.posts), default=None)
    return Looked(
        tool="best_times",
        asked=asked.told,
        columns=columns(
            weekday=Unit.WEEKDAY, hour=Unit.HOUR, score=Unit.SCORE, times=Unit.RATIO, posts=Unit.COUNT
        ),
        rows=rows_of((cell.weekday, cell.hour, cell.score, _two(cell.times), cell.posts) for cell in best),
        of=narrowed_to(wish),
        facts=[Fact("posts", found.posts, Unit.COUNT)] if found else [],
        chart="bars",
        is_made_up=bool(rows) and not real,
        details={"zones": found.zones if found else [], "worst": [worst.weekday, worst.hour] if worst else []},
    )  # fmt: skip
