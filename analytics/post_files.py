"""Files of posts' numbers: a line per post (its id or its address), a column per metric. Pure; says what is wrong."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import translation
from django.utils.translation import gettext as _

from analytics.catalogue import METRICS, Metric, Unit
from analytics.documents import numbers
from analytics.documents.fields import Kind
from trenddrop.core import csvs
from trenddrop.core.csvs import CannotRead

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 2000
MOST_ERRORS = 200
POST_NAMES = frozenset({"post", "post id", "id", "key"})
URL_NAMES = frozenset({"url", "link", "address", "permalink"})
DAY_NAMES = frozenset({"counted", "counted at", "date", "day", "as of"})
KINDS = {Unit.SHARE: Kind.SHARE, Unit.SECONDS: Kind.SECONDS}


@dataclass(frozen=True)
class PostRow:
    """A line of the file: which post, as of which day (None: now), and its counts by key."""

    line: int
    post: uuid.UUID | None
    url: str
    day: dt.date | None
    counts: Mapping[str, float | int]


@dataclass
class PostFile:
    """What a file says, and what is wrong in it: line, column, words."""

    rows: list[PostRow] = field(default_factory=list)
    errors: list[tuple[int, str, str]] = field(default_factory=list)

    def say(self, line: int, column: str, what: str) -> None:
        """Note what is wrong."""
        if len(self.errors) < MOST_ERRORS:
            self.errors.append((line, column, what))


def read(data: bytes, *, today: dt.date) -> PostFile:
    """Read a file of posts; raise CannotRead."""
    text, _encoding = csvs.decoded(data, most=MOST_BYTES)
    known = names()
    other = POST_NAMES | URL_NAMES | DAY_NAMES
    delimiter = csvs.delimiter_of(text, lambda name: csvs.plain(name) in known or csvs.plain(name) in other)
    table = csvs.table(text, delimiter)
    if not table:
        raise CannotRead(_("The file is empty. Its first line names the columns; a line for each post follows."))
    header = [csvs.plain(name) for name in table[0]]
    if not any(name in POST_NAMES | URL_NAMES for name in header):
        raise CannotRead(_("No column says which post a line is about. Name one “post” (its id) or “url”."))
    columns = {place: known[name] for place, name in enumerate(header) if name in known}
    if not columns:
        raise CannotRead(_("No column is a number that platforms count. Name them as the table of posts does."))
    if len(table) - 1 > MOST_ROWS:
        raise CannotRead(_("The file has more than %(most)s lines. Split it.") % {"most": MOST_ROWS})
    found = PostFile()
    order = numbers.DayOrder.of(
        [
            csvs.clean(cell)
            for cells in table[1:]
            for name, cell in zip(header, cells, strict=False)
            if name in DAY_NAMES
        ]
    )
    scales = {
        place: numbers.Scale.of(csvs.clean(cells[place]) for cells in table[1:] if len(cells) > place)
        for place in columns
    }
    for line, cells in enumerate(table[1:], start=2):
        if any(map(str.strip, cells)):
            _row(found, line, header, cells, columns, scales, order, today)
    return found


def names() -> dict[str, Metric]:
    """Columns a file may have, in English and in the reader's language: only what is counted, nothing reckoned."""
    counted = [metric for metric in METRICS.values() if not metric.is_derived]
    found = {csvs.plain(str(metric.name)): metric for metric in counted}
    with translation.override("en"):
        found |= {csvs.plain(str(metric.name)): metric for metric in counted}
    return found | {csvs.plain(metric.key): metric for metric in counted}


def _row(
    found: PostFile,
    line: int,
    header: Sequence[str],
    cells: Sequence[str],
    columns: Mapping[int, Metric],
    scales: Mapping[int, numbers.Scale],
    order: numbers.DayOrder,
    today: dt.date,
) -> None:
    by_name = {name: csvs.clean(cell) for name, cell in zip(header, cells, strict=False)}
    post = _key(next((by_name[name] for name in header if name in POST_NAMES and by_name.get(name)), ""))
    url = next((by_name[name] for name in header if name in URL_NAMES and by_name.get(name)), "")
    if not post and not url:
        found.say(line, "post", _("says no post: an id or an address is needed"))
        return
    told = next((by_name[name] for name in header if name in DAY_NAMES and by_name.get(name)), "")
    day = numbers.day(told, order) if told else None
    if told and (day is None or day > today):
        found.say(line, "date", _("“%(value)s” is no day that has been") % {"value": told[:40]})
        return
    counts: dict[str, float | int] = {}
    for place, metric in columns.items():
        if place < len(cells):
            _count(found, counts, line, metric, csvs.clean(cells[place]), scales[place])
    if counts:
        found.rows.append(PostRow(line, post, url, day, counts))


def _count(
    found: PostFile, counts: dict[str, float | int], line: int, metric: Metric, text: str, scale: numbers.Scale
) -> None:
    try:
        value = numbers.number(text, KINDS.get(metric.unit, Kind.COUNT), scale)
    except numbers.NoNumber:
        found.say(line, str(metric.name), _("“%(value)s” is no such number") % {"value": text[:40]})
        return
    if value is not None and value < 0:
        found.say(line, str(metric.name), _("less than nothing cannot be counted"))
    elif value is not None:
        counts[metric.key] = value


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
