"""Sums over days: in all, day by day, and told apart by platform, account, client or brand."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from pydantic import Field

from analytics.advisor.looked import Cell, Fact, Looked, Unit, columns, plain, rows_of
from analytics.advisor.reader import Asked, Nowhere, Reader
from analytics.documents.fields import Kind
from analytics.queries import overview as query
from analytics.queries import platform as platform_query
from analytics.queries.account_days import Told
from analytics.queries.narrowing import Wish
from analytics.queries.overview import COUNTED, Group, Overview
from analytics.span import DAY

DAILY = (*COUNTED, "followers", "posts")
Metric = Literal["views", "reach", "engagement", "clicks", "likes", "comments", "shares", "saves", "follows",
                 "followers", "posts"]  # fmt: skip
STEPS = {"day": 1, "week": 7, "month": 31}
MOST_DAYS, MOST_WEEKS = 100, 104
UNITS = {Kind.COUNT: Unit.COUNT, Kind.SHARE: Unit.SHARE, Kind.SECONDS: Unit.SECONDS}


class ByDay(Asked):
    """One figure over time."""

    metric: Metric = "views"
    step: Literal["day", "week", "month"] = "day"


class Compared(Asked):
    """The same told apart."""

    by: Literal["platform", "account", "client", "brand"] = Field(description="What to tell apart.")
    metric: Literal["views", "reach", "engagement", "followers", "posts"] = Field(
        "views", description="What they are held against each other by."
    )


class OfPlatform(Asked):
    """All figures of one platform's accounts."""

    platform: str = Field(min_length=1, max_length=40)


def change(now: float | None, before: float | None) -> float | None:
    """How a number moved, in percent; None where that cannot be said."""
    if now is None or before is None or before <= 0 or now < 0:
        return None
    return (now / before - 1) * 100


def narrowed_to(wish: Wish) -> list[str]:
    """What a look was narrowed to, by name."""
    named = (wish.account, wish.client, wish.brand)
    return [name for name in (wish.platform, *(each.name for each in named if each)) if name]


def totals(reader: Reader, asked: Asked) -> Looked:
    """Every figure of the days against as many days before."""
    wish = reader.wish(asked)
    found = reader.overview(wish)
    told: list[tuple[str, Told, Unit]] = [
        (name, Told(_float(found.now.won[name]), _float(found.before.won[name])), Unit.COUNT) for name in COUNTED
    ]
    rate = Told(found.now.rate(found.ground), found.before.rate(found.ground))
    told.append(("engagement_rate", rate, Unit.SHARE))
    told.append(("followers_gained", found.gained, Unit.COUNT))
    told.append(("followers", _together(group.followers for group in found.accounts), Unit.COUNT))
    if any(group.account and group.account.is_music for group in found.accounts):
        told.append(("streams", found.plays, Unit.COUNT))
    told.append(("conversions", found.conversions, Unit.COUNT))
    told.append(("posts", Told(found.now.published, found.before.published), Unit.COUNT))
    rows = [(name, each.now, each.before, *_moved(each, unit)) for name, each, unit in told]
    uneven = _uneven(each for _name, each, _unit in told)
    return _of_overview(
        found,
        wish,
        Looked(
            tool="totals",
            asked=asked.told,
            columns=columns(
                figure=Unit.TEXT, now=Unit.MIXED, before=Unit.MIXED, change=Unit.CHANGE, points=Unit.POINTS
            ),
            rows=rows_of(rows),
            units=[unit for _name, _told, unit in told],
            notes=uneven,
            details={"ground": found.ground},
        ),
    )


def _together(told: Iterable[Told]) -> Told:
    whole = Told()
    for each in told:
        whole = whole.plus(each)
    return whole


def _uneven(told: Iterable[Told]) -> list[str]:
    return ["uneven"] if any(each.is_uneven for each in told) else []


def _moved(told: Told, unit: Unit) -> tuple[float | None, float | None]:
    """By how much it changed: shares in points, everything else in percent."""
    if unit is not Unit.SHARE:
        return _rounded(change(told.now, told.before)), None
    if told.now is None or told.before is None:
        return None, None
    return None, round((told.now - told.before) * 100, 4)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _float(value: int | None) -> float | None:
    return None if value is None else float(value)


def _of_overview(found: Overview, wish: Wish, look: Looked) -> Looked:
    notes = [f"untold:{name}:{','.join(platforms)}" for name, platforms in found.untold.items() if platforms]
    if found.gained.is_partial:
        notes.append("followers_since")
    return Looked(
        **{
            **vars(look),
            "first": wish.span.first,
            "last": wish.span.last,
            "of": narrowed_to(wish),
            "notes": [*look.notes, *notes],
            "is_made_up": found.is_practice,
        }
    )


def by_day(reader: Reader, asked: ByDay) -> Looked:
    """One figure day by day, week by week or month by month, with its sum, mean, highest and lowest."""
    wish = reader.wish(asked)
    found = reader.overview(wish)
    days = _days(found, asked.metric)
    step = asked.step
    if step == "day" and wish.span.days > MOST_DAYS:
        step = "week"
    if step == "week" and wish.span.days > 7 * MOST_WEEKS:
        step = "month"
    now = _stepped(days, wish.span.dates, step)
    before = _stepped(days, wish.span.before.dates, step)
    earlier = list(before.values()) if step == "day" else [None] * len(now)
    rows = [(date, value, earlier[at] if at < len(earlier) else None) for at, (date, value) in enumerate(now.items())]
    known = {date: value for date, value in now.items() if value is not None}
    facts = _facts(known)
    best = max(known, key=lambda date: (known[date], -date.toordinal()), default=None)
    worst = min(known, key=lambda date: (known[date], date.toordinal()), default=None)
    look = Looked(
        tool="by_day",
        asked={**asked.told, "metric": asked.metric, "step": step},
        columns=columns(date=Unit.DATE, now=Unit.COUNT, before=Unit.COUNT),
        rows=rows_of(rows),
        facts=facts,
        notes=["gaps"] if len(known) < len(now) else [],
        chart="line",
        details={"highest": best and best.isoformat(), "lowest": worst and worst.isoformat()},
    )
    return _of_overview(found, wish, look)


def _facts(known: Mapping[dt.date, float]) -> list[Fact]:
    if not known:
        return []
    told = {"sum": sum(known.values()), "mean": sum(known.values()) / len(known)}
    told |= {"highest": max(known.values()), "lowest": min(known.values())}
    facts = [Fact(name, round(value, 4), Unit.COUNT) for name, value in told.items()]
    return [*facts, Fact("counted", len(known), Unit.COUNT)]


def _days(found: Overview, metric: str) -> Mapping[dt.date, float | None]:
    if metric == "followers":
        return {date: float(value) for date, value in query.followers_by_day(found).items()}
    return {date: _float(row[metric]) for date, row in found.daily.items()}


def _stepped(days: Mapping[dt.date, float | None], dates: Sequence[dt.date], step: str) -> dict[dt.date, float | None]:
    """Sum days into weeks (from Monday) or months; what has no day that was told is not told."""

    def begins(date: dt.date) -> dt.date:
        if step == "week":
            return max(date - date.weekday() * DAY, dates[0])
        return max(date.replace(day=1), dates[0]) if step == "month" else date

    found: dict[dt.date, float | None] = {}
    for date in dates:
        value, key = days.get(date), begins(date)
        found.setdefault(key, None)
        if value is not None:
            found[key] = (found[key] or 0) + value
    return found


GROUPS: Mapping[str, Callable[[Overview], Sequence[Group]]] = {
    "platform": lambda found: found.platforms,
    "account": lambda found: found.accounts,
    "client": lambda found: found.clients,
    "brand": lambda found: found.brands,
}


def compared(reader: Reader, asked: Compared) -> Looked:
    """What each platform, account, client or brand won, against the days before."""
    wish = reader.wish(asked)
    found = reader.overview(wish)
    if asked.by == "client" and reader.membership.client_id:
        raise Nowhere("There is one client here.")
    groups = [group for group in GROUPS[asked.by](found) if group.name or asked.by in {"client", "brand"}]
    unit = Unit.TEXT if asked.by == "platform" else Unit.NAME
    named = columns(
        name=unit, platform=Unit.TEXT, views=Unit.COUNT, views_before=Unit.COUNT, change=Unit.CHANGE, reach=Unit.COUNT,
        engagement=Unit.COUNT, engagement_rate=Unit.SHARE, followers=Unit.COUNT, followers_gained=Unit.COUNT,
        streams=Unit.COUNT, posts=Unit.COUNT,
    )  # fmt: skip
    look = Looked(
        tool="compared",
        asked={**asked.told, "by": asked.by, "metric": asked.metric},
        columns=named,
        rows=rows_of(_group_row(group, found.ground, by=asked.by) for group in groups),
        facts=[Fact("posts", found.now.published, Unit.COUNT)],
        chart="bars",
    )
    return _of_overview(found, wish, look)


def _group_row(group: Group, ground: str, *, by: str) -> list[Cell]:
    now, before = group.now.won["views"], group.before.won["views"]
    return [
        group.key if by == "platform" else group.name or f"no_{by}",
        group.platform,
        now,
        before,
        plain(_rounded(change(now, before))),
        group.now.won["reach"],
        group.now.won["engagement"],
        plain(group.now.rate(ground)),
        plain(group.followers.now),
        plain(group.gained.now),
        plain(group.plays.now),
        group.now.published,
    ]


def streams(reader: Reader, asked: Asked) -> Looked:
    """What each music account's streams were, against the days before."""
    wish = reader.wish(asked)
    found = reader.overview(wish)
    groups = [group for group in found.accounts if group.account and group.account.is_music]
    rows = [
        (
            group.name, group.platform, group.plays.now, group.plays.before,
            _rounded(change(group.plays.now, group.plays.before)), group.followers.now, group.gained.now,
        )
        for group in groups
    ]  # fmt: skip
    whole = _together(group.plays for group in groups)
    facts = [Fact("sum", whole.now, Unit.COUNT)] if whole.now is not None else []
    facts += [Fact("before", whole.before, Unit.COUNT)] if whole.before is not None else []
    moved = change(whole.now, whole.before)
    facts += [Fact("change", round(moved, 4), Unit.CHANGE)] if moved is not None else []
    return Looked(
        tool="streams",
        asked=asked.told,
        columns=columns(
            name=Unit.NAME, platform=Unit.TEXT, streams=Unit.COUNT, streams_before=Unit.COUNT, change=Unit.CHANGE,
            followers=Unit.COUNT, followers_gained=Unit.COUNT,
        ),
        rows=rows_of(rows),
        first=wish.span.first,
        last=wish.span.last,
        of=narrowed_to(wish),
        facts=facts,
        notes=_uneven([whole]),
        chart="bars",
        is_made_up=found.is_practice,
    )  # fmt: skip


def of_platform(reader: Reader, asked: OfPlatform) -> Looked:
    """Every figure that a platform's accounts tell of their days."""
    wish = reader.wish(asked)
    try:
        found = platform_query.of(wish.platform, wish, reader.accounts)
    except KeyError as error:
        raise Nowhere("The days of this platform’s accounts are not counted.") from error
    told = [each for each in found.fields if each.told.now is not None]
    units = [UNITS[each.field.kind] for each in told]
    rows = [
        (each.field.key, each.told.now, each.told.before, *_moved(each.told, unit))
        for each, unit in zip(told, units, strict=True)
    ]
    untold = [each.field.key for each in found.fields if each.told.now is None]
    return Looked(
        tool="of_platform",
        asked=asked.told,
        columns=columns(figure=Unit.TEXT, now=Unit.MIXED, before=Unit.MIXED, change=Unit.CHANGE, points=Unit.POINTS),
        rows=rows_of(rows),
        units=units,
        first=wish.span.first,
        last=wish.span.last,
        of=narrowed_to(wish),
        notes=[*([f"not_given:{','.join(untold)}"] if untold else []), *_uneven(each.told for each in told)],
        is_made_up=found.is_practice,
        details={"platform": wish.platform},
    )
