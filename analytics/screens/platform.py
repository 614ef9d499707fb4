"""A platform's own page, its files and its answers through the API."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from analytics.documents import reasons
from analytics.documents.fields import Document, Field, Kind
from analytics.queries.account_days import plays_of
from analytics.queries.platform import Counted, FieldTold, PlatformNumbers
from analytics.screens import figures
from analytics.screens.figures import Figure
from analytics.screens.overview import ticks
from analytics.span import DAY
from analytics.tables import Table
from trenddrop.core.catalogue import badge
from trenddrop.core.charts import LineChart, Mark, Series

Words = str | Promise
HEADLINES = 6
ITEM_NAMES: Mapping[str, Words] = {
    "title": gettext_lazy("Title"),
    "name": gettext_lazy("Name"),
    "created": gettext_lazy("Posted"),
    "views": gettext_lazy("Views"),
    "impressions": gettext_lazy("Impressions"),
    "likes": gettext_lazy("Likes"),
    "comments": gettext_lazy("Comments"),
    "shares": gettext_lazy("Shares"),
    "saves": gettext_lazy("Saves"),
    "reposts": gettext_lazy("Reposts"),
    "replies": gettext_lazy("Replies"),
    "watch_minutes": gettext_lazy("Minutes watched"),
    "plays": gettext_lazy("Plays"),
    "streams": gettext_lazy("Streams"),
    "playlist_adds": gettext_lazy("Adds to playlists"),
    "rank": gettext_lazy("Rank"),
    "popularity": gettext_lazy("Popularity"),
    "count": gettext_lazy("How many"),
    "share": gettext_lazy("Share"),
    "position": gettext_lazy("Place"),
    "followers": gettext_lazy("Followers"),
    "chart": gettext_lazy("Chart"),
    "country": gettext_lazy("Country"),
}
HIDDEN = ("id", "url")
MOST_ITEMS = 20
SOUGHT = ("views", "reach")  # before other figures that were won
COUNTRIES = "top_countries"


@dataclass(frozen=True)
class Cell:
    """One cell of a list: words, perhaps a link, perhaps a number."""

    text: str
    url: str = ""
    is_number: bool = False


@dataclass(frozen=True)
class Listing:
    """Top posts, tracks, cities, playlists of one account, as its last day had them."""

    key: str
    title: Words
    account: str
    header: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[Cell]]
    more: int


def figure(told: FieldTold, *, is_practice: bool) -> Figure:
    """A field as a figure, with why it is null."""
    field = told.field
    note = reasons.words(told.reason) if told.reason else ""
    if told.told.now is None and not note:
        note = _("no day of these was counted")
    return figures.figure(
        field.key, field.name, told.told, kind=field.kind, note=note, means=means(field), is_practice=is_practice
    )


def means(field: Field) -> str:
    """How the figure was put together from days."""
    if field.kind is not Kind.COUNT:
        return _("the mean of the days that tell it")
    return _("as it stood at the end") if field.total else _("all days together")


def told_apart(found: PlatformNumbers) -> tuple[list[Figure], list[Figure], list[Figure]]:
    """Return headlines, the other figures that are told, and those that are not."""
    every = [figure(each, is_practice=found.is_practice) for each in found.fields]
    given = [each for each in every if each.value is not None]
    first = sorted(given, key=lambda each: _rank(found.document, each.key))[:HEADLINES]
    rest = [each for each in given if each not in first]
    return first, rest, [each for each in every if each.value is None]


def _rank(document: Document, key: str) -> int:
    """What is looked for first: followers, streams, what was won, then what only stands."""
    field, plays = document.field(key), plays_of(document)
    if field is None or key == document.followers:
        return 0
    if plays and key == plays.key:
        return 1
    if field.total or field.kind is not Kind.COUNT or field.since == document.content_count:
        return 5
    return SOUGHT.index(key) - len(SOUGHT) + 4 if key in SOUGHT else 4


def chart(found: PlatformNumbers) -> LineChart | None:
    """The line that was chosen; what was not counted is a gap."""
    line = found.line
    if line is None:
        return None
    span = found.wish.span
    now = [line.now.get(date) for date in span.dates]
    before = [line.before.get(date) for date in span.before.dates]
    known = len(line.now)
    summary = _("%(name)s, day by day: %(n)s of %(of)s days are counted.")
    return LineChart(
        title=str(line.field.name),
        summary=summary % {"name": line.field.name, "n": known, "of": span.days},
        x=list(range(span.days)),
        labels=[date_format(date, "j M") for date in span.dates],
        series=[
            Series(_("These days"), now),
            Series(ngettext("%(n)s day before", "%(n)s days before", span.days) % {"n": span.days}, before, "two"),
        ],
        ticks=ticks(span.dates),
        marks=[Mark(float((date - span.first).days), name, _("counted from here")) for date, name in line.joined[:3]],
        x_name=_("Day"),
        from_nought=not line.field.total,
    )


def choices(found: PlatformNumbers) -> list[tuple[str, Words]]:
    """What the line can show: every figure that is told."""
    return [(each.field.key, each.field.name) for each in found.fields if each.told.now is not None]


def stretches(days: Sequence[dt.date]) -> str:
    """Days as a reader names them: 3 to 5 Nov, 9 Nov."""
    if not days:
        return ""
    found, first = [], days[0]
    for day, following in pairwise([*days, days[-1] + 9 * DAY]):
        if following - day > DAY:
            told = {"first": date_format(first, "j M"), "last": date_format(day, "j M")}
            found.append(told["last"] if first == day else _("%(first)s to %(last)s") % told)
            first = following
    return ", ".join(found)


def gaps(found: PlatformNumbers) -> list[str]:
    """Which days nobody counted, by account."""
    return [
        _("%(name)s was not counted on %(days)s.") % {"name": each.account.name, "days": stretches(each.missing)}
        for each in found.accounts
        if each.missing
    ]


def listings(found: PlatformNumbers) -> list[Listing]:
    """The document's lists, each with the columns that anything stands in."""
    shown = []
    for key, told in found.lists.items():
        field = found.document.field(key)
        for account, items in told:
            if field and field.items:
                shown.append(_listing(field, account.name if len(found.accounts) > 1 else "", items))
    return shown


def _listing(field: Field, account: str, items: Sequence[Mapping[str, object]]) -> Listing:
    kinds = field.items or {}
    columns = [key for key in kinds if key not in HIDDEN and any(item.get(key) is not None for item in items)]
    rows = [[_cell(field, item, key, is_first=key == columns[0]) for key in columns] for item in items[:MOST_ITEMS]]
    header = [(str(ITEM_NAMES.get(key, key)), kinds[key] is not Kind.TEXT) for key in columns]
    return Listing(field.key, field.name, account, header, rows, max(0, len(items) - MOST_ITEMS))


def _cell(field: Field, item: Mapping[str, object], key: str, *, is_first: bool) -> Cell:
    value, kind = item.get(key), (field.items or {})[key]
    if isinstance(value, int | float) and not isinstance(value, bool) and kind is not Kind.TEXT:
        return Cell(figures.part(value) if kind is Kind.SHARE else figures.written(float(value), kind), is_number=True)
    url = item.get("url")
    is_link = is_first and isinstance(url, str) and url.startswith(("https://", "http://"))
    text = str(value) if value is not None else "–"
    if key == "country" or (key == "name" and field.key == COUNTRIES):
        text = figures.country(text)
    return Cell(text, str(url) if is_link else "", kind is not Kind.TEXT)


def tables(found: PlatformNumbers) -> list[Table]:
    """Everything on the page as tables."""
    every = [figure(each, is_practice=found.is_practice) for each in found.fields]
    name = badge(found.platform).name
    header = (_("Figure"), _("These days"), _("The days before"), _("Note"))
    shown = [Table("figures", _("%(name)s, figures") % {"name": name}, header, figures.csv_rows(every))]
    if found.line:
        span, told = found.wish.span, {**found.line.before, **found.line.now}
        rows = [[date, told.get(date)] for date in (*span.before.dates, *span.dates)]
        shown.append(Table("days", str(found.line.field.name), (_("Day"), str(found.line.field.name)), rows))
    shown.append(_accounts_table(found.accounts))
    for key, told_lists in found.lists.items():
        field = found.document.field(key)
        if field and field.items:
            columns = list(field.items)
            listed = [
                [account.name, *(item.get(each) for each in columns)] for account, items in told_lists for item in items
            ]
            shown.append(
                Table(key, field.name, (_("Account"), *(str(ITEM_NAMES.get(each, each)) for each in columns)), listed)
            )
    return shown


def _accounts_table(accounts: Sequence[Counted]) -> Table:
    header = (
        _("Account"), _("Followers"), _("In 24 h"), _("In 7 days"), _("In 30 days"), _("Days counted"),
        _("Days missing"), _("Numbers from"),
    )  # fmt: skip
    rows = [
        [
            each.account.name, *each.moved.values(), each.days, len(each.missing),
            each.last.get_origin_display() if each.last else "",
        ]
        for each in accounts
    ]  # fmt: skip
    return Table("accounts", _("Accounts"), header, rows)
