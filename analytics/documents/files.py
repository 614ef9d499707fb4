"""Files of days: which export it is, which of its columns are which fields, and what its rows say.

The for-Artists dashboards document no format of their exports; their headers are taken from what people publish of
them, in several spellings, and are not verified against the dashboards.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.documents import numbers
from analytics.documents.fields import Document, Field, Kind
from trenddrop.core import csvs
from trenddrop.core.catalogue import badge
from trenddrop.core.csvs import CannotRead

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 4000
MOST_ERRORS = 200
HEADER_WITHIN = 15
EARLIEST = dt.date(2004, 1, 1)
PLAIN = "plain"
DAY_NAMES = frozenset(
    {"date", "day", "datum", "tag", "timestamp", "date time", "dia", "fecha", "jour", "दिनांक", "तारीख"}
)
TOTALS = frozenset({"total", "totals", "sum", "gesamt", "summe"})


@dataclass(frozen=True)
class Export:
    """A file that a platform's dashboard gives out: whose it is, what its columns mean, and what must stand in it."""

    key: str
    name: str | Promise
    platform: str
    columns: Mapping[str, str]
    needs: frozenset[str]
    no_days: frozenset[str] = frozenset()


EXPORTS: tuple[Export, ...] = (
    Export(
        "spotify_for_artists", gettext_lazy("Spotify for Artists"), "spotify",
        {"listeners": "listeners", "streams": "streams", "followers": "followers", "saves": "saves",
         "monthly listeners": "monthly_listeners", "monthly active listeners": "monthly_listeners",
         "playlist adds": "playlist_adds", "total streams": "streams_total", "followers total": "followers"},
        frozenset({"streams"}), frozenset({"song", "playlist", "title"}),
    ),
    Export(
        "apple_music_for_artists", gettext_lazy("Apple Music for Artists"), "apple_music",
        {"plays": "plays", "average daily listeners": "average_daily_listeners", "avg. daily listeners":
         "average_daily_listeners", "avg daily listeners": "average_daily_listeners", "listeners": "listeners",
         "daily listeners": "listeners", "shazams": "shazams", "radio spins": "radio_spins", "spins": "radio_spins",
         "song purchases": "song_sales", "purchases": "song_sales", "song sales": "song_sales",
         "video views": "video_views", "views": "video_views"},
        frozenset({"plays"}), frozenset({"song", "city", "country", "country or region"}),
    ),
    Export(
        "amazon_music_for_artists", gettext_lazy("Amazon Music for Artists"), "amazon_music",
        {"streams": "streams", "listeners": "listeners", "fans": "followers", "followers": "followers",
         "voice requests": "voice_requests", "alexa requests": "voice_requests", "voice plays": "voice_requests",
         "requests": "voice_requests", "playlist placements": "playlist_placements"},
        frozenset({"streams"}), frozenset({"track", "song", "city", "country"}),
    ),
)  # fmt: skip
OF_PLATFORM = {export.platform: export for export in EXPORTS}
NAMES: Mapping[str, str | Promise] = {
    **{export.key: export.name for export in EXPORTS},
    PLAIN: gettext_lazy("A table of days"),
}


@dataclass(frozen=True)
class FileRow:
    """A day of the file, with its line as a spreadsheet shows it (the first is 1)."""

    line: int
    date: dt.date
    figures: Mapping[str, Any]


@dataclass(frozen=True)
class FileRead:
    """A file of days that was read: what it is, what its columns mean, its days, and what is wrong by line."""

    recognised: str
    columns: Mapping[str, str]
    rows: Sequence[FileRow]
    errors: Sequence[tuple[int, str, str]] = ()
    unknown: Sequence[str] = ()
    encoding: str = "utf-8"
    delimiter: str = ","


@dataclass
class _Reading:
    names: Sequence[str]
    fields: Sequence[Field | None]
    day_at: int
    order: numbers.DayOrder
    scales: Sequence[numbers.Scale]
    today: dt.date
    errors: list[tuple[int, str, str]] = field(default_factory=list)
    seen: dict[dt.date, int] = field(default_factory=dict)

    def say(self, line: int, column: str, what: str) -> None:
        if len(self.errors) < MOST_ERRORS:
            self.errors.append((line, column, what))


def read(data: bytes, document: Document, *, today: dt.date) -> FileRead:
    """Read a file of an account's days; raise CannotRead."""
    text, encoding = csvs.decoded(data, most=MOST_BYTES)
    if not text.strip():
        raise CannotRead(_("The file is empty. Its first line names the columns; a line for each day follows."))
    known = names_of(document)
    if other := _of_elsewhere(text, document, known):
        words = _(
            "This is a file of %(export)s, and this account is on %(platform)s. Bring it to the account it is of."
        )
        raise CannotRead(words % {"export": other.name, "platform": badge(document.platform).name})
    delimiter, at, table = _header(text, known)
    header = table[at]
    fields = _fields(header, document, known)
    day_at = next(place for place, name in enumerate(header) if csvs.plain(name) in DAY_NAMES)
    lines = [
        (number, cells) for number, cells in enumerate(table[at + 1 :], start=at + 2) if any(map(str.strip, cells))
    ]
    if len(lines) > MOST_ROWS:
        words = _("The file has %(count)s rows; at most %(most)s are read at once. Split it.")
        raise CannotRead(words % {"count": len(lines), "most": MOST_ROWS})
    order = numbers.DayOrder.of([csvs.clean(cells[day_at]) for _line, cells in lines if len(cells) > day_at])
    scales = [
        numbers.Scale.of(csvs.clean(cells[place]) for _line, cells in lines if len(cells) > place)
        for place in range(len(header))
    ]
    reading = _Reading(header, fields, day_at, order, scales, today)
    rows = [row for line, cells in lines if (row := _row(reading, line, cells))]
    if not rows and not reading.errors:
        raise CannotRead(_("There is no day below the names of the columns. Nothing was brought."))
    columns = {name: one.key for name, one in zip(header, fields, strict=True) if one}
    unknown = [
        name for place, (name, one) in enumerate(zip(header, fields, strict=True))
        if one is None and place != day_at and name.strip()
    ]  # fmt: skip
    return FileRead(_recognised(header, document), columns, rows, reading.errors, unknown, encoding, delimiter)


def names_of(document: Document) -> dict[str, str]:
    """Return by which names, as `csvs.plain` writes them, a document's fields may stand in a file."""
    found: dict[str, str] = {}
    for one in document.fields:
        if one.kind == Kind.ITEMS:
            continue
        with translation.override("en"):
            english = str(one.name)
        for name in (one.key, english, str(one.name)):
            found.setdefault(csvs.plain(name), one.key)
    export = OF_PLATFORM.get(document.platform)
    for name, key in (export.columns if export else {}).items():
        found[csvs.plain(name)] = key
    return found


def _of_elsewhere(text: str, document: Document, known: Mapping[str, str]) -> Export | None:
    """Return another platform's export that a file is: it names nothing else, and some of it means nothing here."""
    for delimiter in csvs.DELIMITERS:
        try:
            table = csvs.table(text, delimiter)
        except CannotRead:
            continue
        for cells in table[:HEADER_WITHIN]:
            names = {csvs.plain(cell) for cell in cells if cell.strip()}
            told = names - DAY_NAMES
            for export in EXPORTS if told < names and len(told - known.keys()) > 1 else ():
                if export.platform != document.platform and export.needs <= told <= export.columns.keys():
                    return export
    return None


def _header(text: str, known: Mapping[str, str]) -> tuple[str, int, list[list[str]]]:
    """Return what stands between cells, in which line the columns are named, and the table; raise CannotRead.

    Some exports have lines of their own before it: whose numbers these are, and from when to when.
    """
    best: tuple[int, str, int, list[list[str]]] | None = None
    for delimiter in csvs.DELIMITERS:
        try:
            table = csvs.table(text, delimiter)
        except CannotRead:
            continue
        for at, cells in enumerate(table[:HEADER_WITHIN]):
            names = [csvs.plain(cell) for cell in cells]
            score = sum(name in known for name in names) if DAY_NAMES & set(names) else 0
            if score and (best is None or score > best[0]):
                best = score, delimiter, at, table
    if best is None:
        raise CannotRead(_no_days(text))
    return best[1], best[2], best[3]


def _no_days(text: str) -> str:
    first = next((line for line in text.lstrip("\ufeff").splitlines() if line.strip()), "")
    names = {csvs.plain(name) for mark in csvs.DELIMITERS for name in first.split(mark)}
    if any(export.no_days & names for export in EXPORTS) and not DAY_NAMES & names:
        return _("This file tells one sum per song or place, not days. Take the file of the timeline, with a date in "
                 "each line.")  # fmt: skip
    return _("No line names the columns: one must be “date”, and another a figure of this platform. See the template.")


def _fields(header: Sequence[str], document: Document, known: Mapping[str, str]) -> list[Field | None]:
    """Return which field each column is; raise CannotRead where two are the same."""
    keys = [known.get(csvs.plain(name)) for name in header]
    for place, key in enumerate(keys):
        if key and key in keys[:place]:
            raise CannotRead(_("Two columns are the same figure: %(name)s. Take one out.") % {"name": header[place]})
    return [document.field(key) if key else None for key in keys]


def _recognised(header: Sequence[str], document: Document) -> str:
    export = OF_PLATFORM.get(document.platform)
    names = {csvs.plain(name) for name in header}
    is_it = export and export.needs <= names and len(names & {csvs.plain(name) for name in export.columns}) > 1
    return export.key if export and is_it else PLAIN


def _row(reading: _Reading, line: int, cells: Sequence[str]) -> FileRow | None:
    written = csvs.clean(cells[reading.day_at]) if len(cells) > reading.day_at else ""
    if written.casefold() in TOTALS:
        return None
    date = numbers.day(written, reading.order)
    problem = _wrong_day(date, written, reading)
    if problem or date is None:
        reading.say(line, reading.names[reading.day_at], problem)
        return None
    figures: dict[str, Any] = {}
    for name, one, scale, cell in zip(reading.names, reading.fields, reading.scales, cells, strict=False):
        if one is None:
            continue
        try:
            value = numbers.number(csvs.clean(cell), one.kind, scale)
        except numbers.NoNumber:
            reading.say(line, name, _("“%(cell)s” is no number here.") % {"cell": cell.strip()[:40]})
            continue
        if value is not None:
            figures[one.key] = value
    reading.seen[date] = line
    return FileRow(line, date, figures) if figures else None


def _wrong_day(date: dt.date | None, written: str, reading: _Reading) -> str:
    if date is None:
        return _("“%(cell)s” is no day.") % {"cell": written[:40]}
    if date > reading.today:
        return _("That day is still to come.")
    if date < EARLIEST:
        return _("That day is before any of these platforms.")
    if date in reading.seen:
        return _("Line %(line)s has this day already; the first counts.") % {"line": reading.seen[date]}
    return ""


def template(document: Document) -> list[str]:
    """Return the columns of a file to fill in."""
    return ["date", *(one.key for one in document.fields if one.kind != Kind.ITEMS)]
