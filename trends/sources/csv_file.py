"""Topics from a table that an operator gives: one line per topic and hour. Read whole or not at all.

Columns, in any order, named in the first line; all but the title may be missing or empty:
title (or topic, name, hashtag, keyword) · kind (hashtag, keyword, headline, mention) · hour (ISO 8601; without a zone
it is UTC; empty is now) · count · rank · traffic · engagement · url · language · region · names and tags (several
with | between) · context (what is said about it).
"""

import codecs
import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import ClassVar

from trends.normalise import Kind
from trends.sources import base, decoding

MOST_ROWS = 10_000
MOST_FAULTS = 20
OLDEST = dt.timedelta(days=180)
SAMPLE = 20_000
COLUMNS = ("title", "kind", "hour", "count", "rank", "traffic", "engagement", "url", "language", "region", "names",
           "tags", "context")  # fmt: skip
ALIASES = {
    **dict.fromkeys(("topic", "name", "hashtag", "keyword", "hashtag_name"), "title"),
    **dict.fromkeys(("mentions", "posts", "publish_cnt", "publish_count"), "count"),
    **dict.fromkeys(("views", "video_views", "searches"), "traffic"),
    **dict.fromkeys(("date", "time", "observed_at", "datetime"), "hour"),
    **dict.fromkeys(("country", "country_code", "region_code"), "region"),
}
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
MIXED = "its letters are in another encoding than those before it. Save the file as UTF-8."
Row = Mapping[str, str]


class CsvFile(base.Source):
    """Counts are mentions in the hour of the line."""

    key: ClassVar[str] = "csv"
    label: ClassVar[str] = "CSV file"
    platform: ClassVar[str] = ""
    interval: ClassVar[dt.timedelta] = dt.timedelta(days=1)
    counting: ClassVar[base.Counting] = base.Counting.LEVEL
    is_imported: ClassVar[bool] = True
    options: ClassVar[tuple[base.Option, ...]] = (
        base.Option("language", "", "a language code such as en or hi", r"([a-z]{2,3}(-[A-Za-z0-9]{2,8})?)?"),
        base.Option("region", "", "a two-letter country code such as IN", r"([A-Za-z]{2})?"),
    )

    def request(self, config: base.Config, _now: dt.datetime, _key: str = "") -> list[base.Request]:
        """Ask nobody."""
        base.settle(config, self.options)
        return []

    def parse(self, content: bytes, *, config: base.Config, now: dt.datetime) -> base.Items:
        """Read a table; raises BadFile with every fault and its line."""
        return read_table(content, chosen=base.settle(config, self.options), now=now)


def read_table(content: bytes, *, chosen: Mapping[str, str], now: dt.datetime, kind: Kind | None = None) -> base.Items:
    """Return the items of a table, all or none; `kind` is meant where a line names none. Raises BadFile."""
    text, notes = read_text(content)
    lines = csv.reader(io.StringIO(text, newline=""), dialect=_dialect(text), strict=True)
    names, strange = _header(_lines(lines))
    if strange:
        notes.append(f"Columns that were not read: {', '.join(strange)}.")
    items = gathered(
        ((f"Line {number}", dict(zip(names, cells, strict=False))) for number, cells in _lines(lines)),
        lambda row: item_of(row, chosen=chosen, now=now, kind=kind),
    )
    items.notes[:0] = notes
    return items


def read_text(content: bytes) -> tuple[str, list[str]]:
    """Return a file's text by its byte order mark, as UTF-8, or else as Windows-1252 with a note; raises BadFile."""
    if not content.strip(b"\0 \r\n\t"):
        raise base.BadFile(["The file is empty."])
    marked = next((name for mark, name in MARKS.items() if content.startswith(mark)), "")
    if marked:
        return _decoded(content, marked), []
    try:
        return content.decode(), []
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        if any(byte >= 0x80 for byte in content[: error.start]):
            raise base.BadFile([f"Line {line}: {MIXED}"]) from error
    return _decoded(content, "cp1252"), ["Read as Windows-1252, for it is not UTF-8: look at its accents."]


def gathered(rows: Iterable[tuple[str, Row]], read: Callable[[Row], base.Item | None]) -> base.Items:
    """Return every row's item, or raise BadFile with what is wrong in which place; empty rows are passed over."""
    items, faults, many = base.Items(), [], 0
    try:
        for place, row in rows:
            if not any(value.strip() for value in row.values()):
                continue
            many += 1
            if many > MOST_ROWS:
                raise base.BadFile([f"The file has more than {MOST_ROWS:,} rows. Split it."])
            try:
                item = read(row)
            except base.BadFeed as error:
                faults.append(f"{place}: {error}")
            else:
                items.extend([item] if item else [])
    except csv.Error as error:
        faults.append(f"The table breaks off: {error}.")
    if faults:
        more = [f"And {len(faults) - MOST_FAULTS:,} more."] if len(faults) > MOST_FAULTS else []
        raise base.BadFile([*faults[:MOST_FAULTS], *more])
    if not items:
        raise base.BadFile(["The file has no rows under its first line."])
    return items


def item_of(row: Row, *, chosen: Mapping[str, str], now: dt.datetime, kind: Kind | None = None) -> base.Item:
    """Return one row's item; raises BadFeed with what is wrong."""
    title = decoding.clean(row.get("title", ""))
    meant = _kind(row.get("kind", ""), title, kind)
    if meant is Kind.HASHTAG and title:
        title = f"#{title.lstrip('#')}"
    if not title.strip("#"):
        raise base.BadFeed("the title is missing.")
    item = base.Item(
        title=title,
        kind=meant,
        url=decoding.web_address(row.get("url", "").strip()),
        language=(decoding.clean(row.get("language", ""), limit=8) or chosen["language"]),
        region=(decoding.clean(row.get("region", ""), limit=8) or chosen["region"]).upper(),
        count=decoding.count_of(row.get("count", "").strip()),
        rank=_rank(row.get("rank", "").strip()),
        traffic=decoding.count_of(row.get("traffic", "").strip()),
        engagement=_decimal(row.get("engagement", "").strip()),
        observed_at=_hour(row.get("hour", "").strip(), now),
        names=_several(row.get("names", "")),
        context=tuple(filter(None, [decoding.clean(row.get("context", ""))])),
        tags=_several(row.get("tags", ""), limit=60),
    )
    if not item.key:
        raise base.BadFeed("the title holds nothing to know it by.")
    return item


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode(name)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise base.BadFile([f"Line {line}: these bytes are no letters. Save the file as UTF-8."]) from error


def _dialect(text: str) -> type[csv.Dialect]:
    first = text.lstrip("\r\n").partition("\n")[0][:SAMPLE]

    class Found(csv.excel):
        delimiter = max(",;\t", key=first.count)

    return Found


def _lines(lines: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    for cells in lines:
        yield lines.line_num, cells  # type: ignore[attr-defined]


def _header(lines: Iterator[tuple[int, list[str]]]) -> tuple[list[str], list[str]]:
    """Return the columns in order ("" for those not read), and the names nobody reads."""
    try:
        cells = next((cells for _number, cells in lines if any(cells)), [])
    except csv.Error as error:
        raise base.BadFile([f"Line 1: {error}."]) from error
    told = [re.sub(r"[\s-]+", "_", decoding.clean(cell, limit=60).casefold()) for cell in cells]
    names = [name if name in COLUMNS else ALIASES.get(name, "") for name in told]
    if "title" not in names:
        raise base.BadFile(["Line 1 must name the columns, and one of them must be title."])
    doubled = sorted({name for name in names if name and names.count(name) > 1})
    if doubled:
        raise base.BadFile([f"Line 1 names the column {doubled[0]} twice."])
    return names, [name for name, known in zip(told, names, strict=True) if not known and name]


def _kind(told: str, title: str, meant: Kind | None) -> Kind:
    word = told.strip().casefold()
    if word and word not in {each.value for each in Kind}:
        raise base.BadFeed(f"the kind is none of {', '.join(Kind)}.")
    return Kind(word) if word else meant or (Kind.HASHTAG if title.startswith("#") else Kind.KEYWORD)


def _decimal(told: str) -> float | None:
    if base.fits(told, r"\d{1,15}\.\d{1,6}"):
        return float(told)
    number = decoding.count_of(told)
    return None if number is None else float(number)


def _rank(told: str) -> int | None:
    rank = decoding.count_of(told)
    if rank is not None and not 0 < rank < 10**6:
        raise base.BadFeed("a rank begins at 1.")
    return rank


def _hour(told: str, now: dt.datetime) -> dt.datetime | None:
    if not told:
        return None
    try:
        at = dt.datetime.fromisoformat(told)
        at = (at if at.tzinfo else at.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise base.BadFeed("the hour should look like 2026-11-19T10:00.") from error
    if at > now:
        raise base.BadFeed("the hour has not come yet.")
    if at < now - OLDEST:
        raise base.BadFeed("the hour is more than half a year ago, longer than hours are kept.")
    return at


def _several(told: str, *, limit: int = base.TITLE_LIMIT) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (decoding.clean(part, limit=limit) for part in told.split("|")[:20]))))
