"""The overview as its page, its files and the API tell it: headlines, a line, and the same told apart."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from analytics.documents.fields import Kind
from analytics.queries import overview as query
from analytics.queries.account_days import Told
from analytics.queries.narrowing import Wish
from analytics.queries.overview import Group, Overview, Sums
from analytics.screens import figures
from analytics.screens.figures import Change, Figure
from analytics.tables import Table
from trenddrop.core import charts
from trenddrop.core.charts import LineChart, Mark, Series

Words = str | Promise
METRICS: Mapping[str, Words] = {
    "views": gettext_lazy("Views"),
    "reach": gettext_lazy("Reach"),
    "engagement": gettext_lazy("Engagement"),
    "followers": gettext_lazy("Followers gained"),
    "clicks": gettext_lazy("Clicks"),
}
MUSIC: Mapping[str, Words] = {"streams": gettext_lazy("Streams")}  # offered where artists are counted
USUAL = "views"
A_DAY: Mapping[str, Words] = {
    "views": gettext_lazy("Views a day"),
    "reach": gettext_lazy("Reach a day"),
    "engagement": gettext_lazy("Engagement a day"),
    "followers": gettext_lazy("Followers gained a day"),
    "clicks": gettext_lazy("Clicks a day"),
    "streams": gettext_lazy("Streams a day"),
}
MEANS: Mapping[str, Words] = {
    "views": gettext_lazy("how often posts were seen or played in these days"),
    "reach": gettext_lazy("people who saw a post; who saw several is in it several times"),
    "rate": gettext_lazy("likes, comments, shares and saves as a part of reach"),
    "rate_views": gettext_lazy("likes, comments, shares and saves as a part of views"),
    "followers": gettext_lazy("followers at the end less those before the first day"),
    "streams": gettext_lazy("streams and plays of the artists that are counted"),
    "conversions": gettext_lazy("sign-ups, subscriptions and purchases that sites told of"),
}


@dataclass(frozen=True)
class Row:
    """A platform, account, client or brand as the table shows it."""

    name: str
    url: str
    platform: str
    views: int | None
    change: Change | None
    reach: int | None
    rate: str
    followers: int | None
    gained: int | None
    plays: int | None
    posts: int


def headlines(found: Overview) -> list[Figure]:
    """The figures of the span against those of the days before."""
    rate = Told(found.now.rate(found.ground), found.before.rate(found.ground))
    by_views = found.ground == "views"
    told = [
        _won(found, "views"),
        _won(found, "reach"),
        figures.figure(
            "rate",
            _("Engagement rate"),
            rate,
            kind=Kind.SHARE,
            note="" if rate.now is not None else _none_told(found, "reach"),
            means=MEANS["rate_views" if by_views else "rate"],
            is_practice=found.is_practice,
        ),
        _followers(found),
    ]
    if found.has_music:
        told.append(_streams(found))
    return [*told, _conversions(found)]


def _won(found: Overview, name: str) -> Figure:
    told = Told(_number(found.now.won[name]), _number(found.before.won[name]))
    note = figures.not_given_by(found.untold.get(name, ()), is_told=told.now is not None)
    return figures.figure(
        name,
        METRICS[name],
        told,
        note=note or ("" if told.now is not None else _none_told(found, name)),
        means=MEANS[name],
        is_practice=found.is_practice,
    )


def _number(value: int | None) -> float | None:
    return None if value is None else float(value)


def _none_told(found: Overview, name: str) -> str:
    return figures.not_given_by(found.untold.get(name, ()), is_told=False) or _("no day of these was counted")


def _followers(found: Overview) -> Figure:
    note = ""
    if found.gained.now is None:
        music = any(group.gained.now is not None for group in found.accounts)
        note = _("music platforms are not in this") if music else _("no account’s followers were counted")
    elif found.gained.is_partial:
        note = _("some accounts are counted only since within these days")
    return figures.figure(
        "followers",
        METRICS["followers"],
        found.gained,
        signed=True,
        note=note,
        means=MEANS["followers"],
        is_practice=found.is_practice,
    )


def _streams(found: Overview) -> Figure:
    note = ", ".join(found.plays_from[:3])
    if found.plays.now is None:
        note = _("only dashboards show them: enter them, or bring their files")
    elif found.plays.days < found.span.days:
        counted = {"n": found.plays.days, "of": found.span.days}
        gaps = _("%(n)s of %(of)s days counted") % counted
        note = f"{note}; {gaps}"
    return figures.figure(
        "streams", _("Streams"), found.plays, note=note, means=MEANS["streams"], is_practice=found.is_practice
    )


def _conversions(found: Overview) -> Figure:
    note = "" if found.conversions.now is not None else _("no site tells of any yet")
    if found.is_practice:
        note = _("the practice network sells nothing")
    return figures.figure("conversions", _("Conversions"), found.conversions, note=note, means=MEANS["conversions"])


def metrics(found: Overview) -> Mapping[str, Words]:
    """What the line can show."""
    return {**METRICS, **MUSIC} if found.has_music else METRICS


def chart(found: Overview, metric: str) -> LineChart:
    """One figure day by day, with the days before as a second line."""
    by_day = _by_day(found, metric)
    now = [by_day.get(date) for date in found.span.dates]
    before = [by_day.get(date) for date in found.span.before.dates]
    title = str(A_DAY[metric])
    x = list(range(found.span.days))
    return LineChart(
        title=title,
        summary=_summary(title, now, before),
        x=x,
        labels=[_day(date) for date in found.span.dates],
        series=[Series(_("These days"), now), Series(_before_words(found), before, "two")],
        ticks=ticks(found.span.dates),
        marks=_marks(found) if metric in query.COUNTED else (),
        x_name=_("Day"),
    )


def _by_day(found: Overview, metric: str) -> dict[dt.date, float | None]:
    if metric == "followers":
        return {date: float(value) for date, value in query.followers_by_day(found).items()}
    if metric == "streams":
        return {date: float(value) for date, value in query.plays_by_day(found).items()}
    return {date: _number(row[metric]) for date, row in found.daily.items()}


def _day(date: dt.date) -> str:
    return date_format(date, "j M")


def _before_words(found: Overview) -> str:
    days = found.span.days
    return ngettext("%(n)s day before", "%(n)s days before", days) % {"n": days}


def _summary(title: str, now: Sequence[float | None], before: Sequence[float | None]) -> str:
    known = [value for value in now if value is not None]
    past = [value for value in before if value is not None]
    if not known:
        return _("%(title)s: no day was counted.") % {"title": title}
    said = _("%(title)s: %(sum)s in %(n)s counted days.") % {
        "title": title,
        "sum": figures.written(sum(known)),
        "n": len(known),
    }
    if not past:
        return said
    earlier = _("%(sum)s in the days before.") % {"sum": figures.written(sum(past))}
    return f"{said} {earlier}"


def ticks(dates: Sequence[dt.date]) -> list[tuple[float, str]]:
    """Where days stand under a line: some six, on whole days."""
    places = sorted({round(at) for at in charts.spaced(range(len(dates)), count=min(6, max(1, len(dates) - 1)))})
    return [(float(at), _day(dates[at])) for at in places if at < len(dates)]


def _marks(found: Overview) -> list[Mark]:
    """The post that won most, on the day it went live, where that lies within."""
    best = next(iter(found.best), None)
    if best is None or best.published_at is None:
        return []
    date = best.published_at.astimezone(found.zone).date()
    if date not in found.span.dates:
        return []
    title = best.title if len(best.title) <= 32 else f"{best.title[:31].rstrip()}…"
    return [Mark(float((date - found.span.first).days), f"“{title}”")]


def gaps(found: Overview) -> str:
    """Say that days are missing."""
    missing = found.span.days - found.days_counted
    if missing <= 0 or not found.daily:
        return ""
    words = ngettext(
        "%(n)s of these %(of)s days has no numbers of posts; the line stops there.",
        "%(n)s of these %(of)s days have no numbers of posts; the line stops there.",
        missing,
    )
    return words % {"n": missing, "of": found.span.days}


# Told apart

Link = Callable[[Group], str]


def platform_rows(found: Overview) -> list[Row]:
    """By platform, each with its page."""

    def to(group: Group) -> str:
        return f"{reverse('numbers_platform', args=[group.key])}?{found.span.query}"

    return [_row(group, found.ground, to) for group in found.platforms]


def account_rows(found: Overview) -> list[Row]:
    """By account: those with any number."""
    told = [group for group in found.accounts if _says(group)]
    return [_row(group, found.ground, lambda each: _narrowed(found, "account", each.key)) for group in told]


def client_rows(found: Overview) -> list[Row]:
    """By client, each with the page made for it; what is the organisation's own stands without one."""

    def to(group: Group) -> str:
        return f"{reverse('numbers_client', args=[group.key])}?{found.span.query}" if group.key else ""

    return _named(found, found.clients, to, _("Our own"))


def brand_rows(found: Overview) -> list[Row]:
    """By brand."""

    def to(group: Group) -> str:
        return _narrowed(found, "brand", group.key) if group.key else ""

    return _named(found, found.brands, to, _("No brand"))


def _named(found: Overview, groups: Sequence[Group], to: Link, other: str) -> list[Row]:
    """Nothing to tell apart is told by nothing."""
    if not any(group.key for group in groups):
        return []
    rows = [_row(group, found.ground, to) for group in groups]
    return [row if row.name else Row(**{**vars(row), "name": other}) for row in rows]


def _narrowed(found: Overview, name: str, key: str) -> str:
    return f"{reverse('numbers')}?{found.span.query}&{name}={key}"


def _says(group: Group) -> bool:
    told = (group.followers.now, group.plays.now, group.now.won["views"], group.now.won["engagement"])
    return any(value is not None for value in told) or group.now.published > 0


def _row(group: Group, ground: str, to: Link) -> Row:
    views = Told(_number(group.now.won["views"]), _number(group.before.won["views"]))
    return Row(
        name=group.name,
        url=to(group),
        platform=group.platform,
        views=group.now.won["views"],
        change=figures.changed(views.now, views.before),
        reach=group.now.won["reach"],
        rate=figures.written(group.now.rate(ground), Kind.SHARE),
        followers=_whole(group.followers),
        gained=_whole(group.gained),
        plays=_whole(group.plays),
        posts=group.now.published,
    )


def _whole(told: Told) -> int | None:
    return None if told.now is None else round(told.now)


# As files

PARTS = ("views", "reach", "engagement", "clicks", "likes", "comments", "shares", "saves")
PART_NAMES: Mapping[str, Words] = {
    "likes": gettext_lazy("Likes"),
    "comments": gettext_lazy("Comments"),
    "shares": gettext_lazy("Shares"),
    "saves": gettext_lazy("Saves"),
}


def tables(found: Overview, told: Sequence[Figure]) -> list[Table]:
    """Everything on the page as tables."""
    return [
        Table(
            "headlines",
            _("Headlines"),
            (_("Figure"), _("These days"), _("The days before"), _("Note")),
            figures.csv_rows(told),
        ),
        _days_table(found),
        _groups_table("platforms", _("By platform"), found.platforms, found.ground),
        _groups_table("accounts", _("By account"), found.accounts, found.ground),
        _groups_table("clients", _("By client"), found.clients, found.ground),
        _groups_table("brands", _("By brand"), found.brands, found.ground),
        posts_table(found.best),
    ]


def _days_table(found: Overview) -> Table:
    header = [_("Day"), *(str(METRICS.get(name, PART_NAMES.get(name, name))) for name in PARTS), _("Posts")]
    span = found.span
    rows = [
        [date, *(found.daily.get(date, {}).get(name) for name in (*PARTS, "posts"))]
        for date in (*span.before.dates, *span.dates)
    ]
    return Table("days", _("Day by day"), header, rows)


def _groups_table(name: str, title: str, groups: Sequence[Group], ground: str) -> Table:
    header = [
        _("Name"), _("Platform"), _("Views"), _("Views before"), _("Reach"), _("Engagement"), _("Engagement rate"),
        _("Followers"), _("Followers gained"), _("Streams"), _("Posts"),
    ]  # fmt: skip
    rows = [
        [
            group.name, group.platform, group.now.won["views"], group.before.won["views"], group.now.won["reach"],
            group.now.won["engagement"], rounded(group.now, ground), group.followers.now, group.gained.now,
            group.plays.now, group.now.published,
        ]
        for group in groups
    ]  # fmt: skip
    return Table(name, title, header, rows)


def rounded(sums: Sums, ground: str) -> float | None:
    """The engagement rate as files have it."""
    rate = sums.rate(ground)
    return None if rate is None else round(rate, 6)


def posts_table(best: Sequence[query.Best]) -> Table:
    """The best posts as a table."""
    header = [
        _("Post"),
        _("Platform"),
        _("Account"),
        _("Went live"),
        _("Views"),
        _("Reach"),
        _("Engagement"),
        _("Saves"),
    ]
    rows = [
        [
            each.title, each.platform, each.account, each.published_at and each.published_at.isoformat(), each.views,
            each.reach, each.engagement, each.saves,
        ]
        for each in best
    ]  # fmt: skip
    return Table("posts", _("Best posts"), header, rows)


@dataclass(frozen=True)
class Choice:
    """One of few in an address."""

    words: str
    url: str
    here: bool


def periods(path: str, wish: Wish, lengths: Sequence[int], *, more: str = "") -> list[Choice]:
    """The usual lengths of time, the one that is shown marked."""
    found = []
    for days in lengths:
        here = wish.span.days == days and wish.span.last == wish.today - dt.timedelta(days=1)
        kept = [part for part in wish.query.split("&") if not part.startswith(("from=", "to="))]
        query_string = "&".join([f"days={days}", *kept, *([more] if more else [])])
        found.append(Choice(_("%(n)s d") % {"n": days}, f"{path}?{query_string}", here))
    return found
