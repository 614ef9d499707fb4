"""Search Console's exports as people bring them: the zip, or its Queries, Pages, Dates (Chart) files by themselves.

A Queries or Pages file holds one sum of all its days: which days, stands in the Dates file of the same zip, else in
its Filters file, else the person says it.
"""

import csv
import datetime as dt
import io
import math
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 60 * 1024 * 1024
MOST_FILES, MOST_ROWS = 30, 100_000
LONGEST_PAGE, LONGEST_QUERY = 500, 300
DELIMITERS = (",", ";", "\t")
QUERIES, PAGES, DAYS, FILTERS = "queries", "pages", "days", "filters"
# What the first column of each file is called, in the languages whose exports we have seen.
FIRST: Mapping[str, str] = {
    **dict.fromkeys(("top queries", "queries", "query", "häufigste suchanfragen"), QUERIES),
    **dict.fromkeys(("top pages", "pages", "page", "url", "häufigste seiten"), PAGES),
    **dict.fromkeys(("date", "day", "datum", "तारीख"), DAYS),
    **dict.fromkeys(("filter",), FILTERS),
}  # fmt: skip
COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(("clicks", "klicks", "url clicks"), "clicks"),
    **dict.fromkeys(("impressions", "impressionen"), "impressions"),
    **dict.fromkeys(("position", "average position", "avg position", "avg. position"), "position"),
    **dict.fromkeys(("ctr", "url ctr"), "ctr"),
}
WHOLE = frozenset({"clicks", "impressions"})
LAST_DAYS: Mapping[str, int] = {
    "last 24 hours": 1, "last 7 days": 7, "last 28 days": 28, "last 3 months": 91, "last 6 months": 182,
    "last 12 months": 365, "last 16 months": 487,
}  # fmt: skip
RANGE = re.compile(r"(\d{4}-\d{2}-\d{2})\s*(?:-|–|to|and)\s*(\d{4}-\d{2}-\d{2})")


class CannotRead(Exception):
    """The file is no export of Search Console; the message says why and what to do. Nothing was kept."""


@dataclass(frozen=True)
class Row:
    """One line: a query, a page or a day, with its numbers."""

    key: str
    clicks: int
    impressions: int
    position: float | None


@dataclass
class Export:
    """What was read: days of the whole site, and sums by query and by page with the days they are of."""

    days: dict[dt.date, Row] = field(default_factory=dict)
    queries: list[Row] = field(default_factory=list)
    pages: list[Row] = field(default_factory=list)
    first: dt.date | None = None
    last: dt.date | None = None
    last_days: int | None = None  # "Last 3 months", without saying until when
    passed_over: int = 0

    @property
    def needs_period(self) -> bool:
        """Whether somebody has to say of which days its sums are."""
        return bool(self.queries or self.pages) and (self.first is None or self.last is None)

    @property
    def count(self) -> int:
        """How many rows it holds."""
        return len(self.days) + len(self.queries) + len(self.pages)


def read(data: bytes) -> Export:
    """Read a zip or one file of it; raise CannotRead."""
    if len(data) > MOST_BYTES:
        raise CannotRead(_("The file is larger than %(size)s MB.") % {"size": MOST_BYTES // 1024**2})
    found = Export()
    tables = list(_unpacked(data)) if data[:4] == b"PK\x03\x04" else [data]
    known = [_take(found, table) for table in tables]
    if not any(known):
        words = _("This is no export of Search Console. There, choose “Performance”, “Export”, “Download CSV”.")
        raise CannotRead(words)
    if not found.count:
        raise CannotRead(_("The file holds no numbers. Choose a longer period in Search Console, and export again."))
    if found.days:
        found.first, found.last = min(found.days), max(found.days)
    return found


def _unpacked(data: bytes) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = [each for each in archive.infolist() if each.filename.lower().endswith(".csv")][:MOST_FILES]
            if sum(each.file_size for each in files) > MOST_UNPACKED:
                raise CannotRead(_("Unpacked, this file would be too large."))
            for each in files:
                with archive.open(each) as packed:
                    content = packed.read(MOST_UNPACKED + 1)
                if len(content) > each.file_size:
                    raise CannotRead(_("This zip file is damaged. Download it again."))
                yield content
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise CannotRead(_("This zip file is damaged. Download it again.")) from error


def _take(found: Export, data: bytes) -> bool:
    """Add one file's rows; say whether it is one that is known here."""
    text = _decoded(data)
    first_line = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first_line.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise CannotRead(_("The file is damaged. Export it again.")) from error
    header = [_plain(cell) for cell in lines[0]] if lines else []
    kind = FIRST.get(header[0]) if header else None
    if kind == FILTERS:
        _take_filters(found, lines[1:])
        return True
    places = {COLUMNS[name]: place for place, name in enumerate(header) if name in COLUMNS}
    if kind is None or not {"clicks", "impressions"} <= set(places):
        return False
    if len(lines) > MOST_ROWS:
        raise CannotRead(_("The file has more than %(most)s rows.") % {"most": MOST_ROWS})
    for cells in lines[1:]:
        _take_row(found, kind, cells, places)
    return True


def _take_row(found: Export, kind: str, cells: Sequence[str], places: Mapping[str, int]) -> None:
    row = _row(cells, places) if any(cell.strip() for cell in cells) else None
    if row is None:
        found.passed_over += any(cell.strip() for cell in cells)
    elif kind == QUERIES and len(row.key) <= LONGEST_QUERY:
        found.queries.append(row)
    elif kind == PAGES and len(row.key) <= LONGEST_PAGE:
        found.pages.append(row)
    elif kind == DAYS and (day := _day(row.key)):
        found.days[day] = row
    else:
        found.passed_over += 1


def _row(cells: Sequence[str], places: Mapping[str, int]) -> Row | None:
    told = {name: number(cells[place], whole=name in WHOLE) for name, place in places.items() if place < len(cells)}
    clicks, impressions, position = told.get("clicks"), told.get("impressions"), told.get("position")
    key = cells[0].strip()
    if not key or clicks is None or impressions is None or clicks < 0 or impressions < clicks:
        return None
    return Row(key, round(clicks), round(impressions), position if position and position >= 1 else None)


def _take_filters(found: Export, lines: Sequence[Sequence[str]]) -> None:
    for name, value in (line[:2] for line in lines if len(line) > 1):
        if _plain(name) not in {"date", "datum"}:
            continue
        if match := RANGE.search(value):
            first, last = _day(match[1]), _day(match[2])
            if first and last and first <= last:
                found.first, found.last = first, last
        found.last_days = LAST_DAYS.get(_plain(value), found.last_days)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        return None


def number(text: str, *, whole: bool = False) -> float | None:
    """Return 1,234 and 12,34,567 and 4.5% and 4,5 % as numbers, None where it is none; `whole`: 1.234 is a thousand."""
    plain = re.sub(r"[\s\u00a0\u202f'’]", "", unicodedata.normalize("NFKC", text)).rstrip("%")
    dots, commas = plain.count("."), plain.count(",")
    if dots and commas:
        plain = plain.replace(",", "") if plain.rfind(".") > plain.rfind(",") else _point(plain.replace(".", ""))
    elif commas:
        plain = plain.replace(",", "") if _is_grouped(plain, ",") else _point(plain)
    elif dots > 1 or (whole and dots and _is_grouped(plain, ".")):
        plain = plain.replace(".", "")
    try:
        value = float(plain)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _point(text: str) -> str:
    return text.replace(",", ".")


def _is_grouped(text: str, mark: str) -> bool:
    """Say whether a mark parts groups: 1,234 or 12,34,567, where the last has three digits."""
    *_head, last = text.lstrip("-").split(mark)
    return len(last) == 3


def _plain(cell: str) -> str:
    return " ".join(cell.replace("\ufeff", "").strip().strip('"').lower().split())


def _decoded(data: bytes) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if b"\x00" in data[:1000]:
        raise CannotRead(_("This is no CSV file and no zip of them."))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("windows-1252", errors="replace")
