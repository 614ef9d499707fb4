"""A plan as a table: read from CSV as people's programs write it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from trenddrop.core import csvs

MOST_ROWS = 10_000
MOST_BYTES = 20 * 1024 * 1024
CannotRead = csvs.CannotRead


@dataclass(frozen=True)
class Column:
    """A column by its name, what it holds, and the other names people give it."""

    name: str
    told: object
    aliases: tuple[str, ...] = ()


COLUMNS: tuple[Column, ...] = (
    Column("date", gettext_lazy("The day: 2026-12-24, 24.12.2026, or 24/12/2026 where that can be one day only."),
           ("day", "datum", "publish date", "post date")),
    Column("time", gettext_lazy("The clock: 09:30, 21:05 or 9:30 pm."), ("hour", "clock", "publish time", "post time")),
    Column("when", gettext_lazy("Day and clock in one, in place of the two: 2026-12-24 09:30."),
           ("datetime", "date time", "scheduled for", "scheduled at", "schedule", "publish at", "posting time")),
    Column("timezone", gettext_lazy("Whose clock: Asia/Kolkata. Empty: the one chosen for the file."),
           ("time zone", "zone", "tz")),
    Column("account", gettext_lazy("The account’s handle as Connections shows it. One row for each post."),
           ("handle", "accounts", "profile", "channel", "page")),
    Column("platform", gettext_lazy("Needed only where the same handle is connected on several platforms."),
           ("network", "social network")),
    Column("text", gettext_lazy("What is said. In a thread, parts stand between lines of ---."),
           ("caption", "post", "message", "content", "description", "body", "copy")),
    Column("title", gettext_lazy("For platforms that have titles."), ("headline", "subject")),
    Column("hashtags", gettext_lazy("Separated by commas, or by spaces; with or without #."), ("tags", "hashtag")),
    Column("call to action", gettext_lazy("The line below the text."), ("cta", "call_to_action")),
    Column("mentions", gettext_lazy("Accounts to name, separated by spaces or commas."), ("mention",)),
    Column("alt text", gettext_lazy("What can be seen, for those who cannot see it."), ("alt", "alt_text")),
    Column("asset", gettext_lazy("A file of the library, by its identifier or its title."),
           ("asset id", "asset_id", "media", "file", "video", "image", "library")),
    Column("draft", gettext_lazy("“yes” keeps the row as a draft."), ("is draft", "as draft")),
)  # fmt: skip
NAMES = {alias: column.name for column in COLUMNS for alias in (column.name, *column.aliases)}
# What our own file says of posts that exist; it means nothing on the way in.
TOLD_ONLY = frozenset({"status", "url", "error", "id", "client", "reasons", "row"})


@dataclass(frozen=True)
class Row:
    """A row with its number as a spreadsheet shows it (the header is 1); cells by column, without the empty ones."""

    number: int
    cells: Mapping[str, str]
    raw: Sequence[str]

    def get(self, name: str) -> str:
        """Return a cell, empty where there is none."""
        return self.cells.get(name, "")


@dataclass(frozen=True)
class Sheet:
    """A file that was read: its rows in order, its header as it stood, and the columns that mean nothing here."""

    header: Sequence[str]
    rows: Sequence[Row]
    unknown: Sequence[str] = field(default=())
    encoding: str = "utf-8"
    delimiter: str = ","


def read(data: bytes) -> Sheet:
    """Read a file; raise CannotRead."""
    text, encoding = csvs.decoded(data, most=MOST_BYTES)
    if not text.strip():
        raise CannotRead(_("The file is empty. The first line names the columns; a row for each post follows."))
    delimiter = csvs.delimiter_of(text, lambda name: csvs.plain(name) in NAMES)
    header, *rows = csvs.table(text, delimiter)
    names = [NAMES.get(csvs.plain(name), "") for name in header]
    _require_columns(names)
    found = [row for number, cells in enumerate(rows, start=2) if (row := _row(number, names, cells))]
    if not found:
        raise CannotRead(_("There is no row below the names of the columns. Nothing was brought."))
    if len(found) > MOST_ROWS:
        raise CannotRead(_("The file has %(count)s rows; at most %(most)s are read at once. Split it.")
                         % {"count": len(found), "most": MOST_ROWS})  # fmt: skip
    unknown = [
        name for name, known in zip(header, names, strict=True) if not known and csvs.plain(name) not in TOLD_ONLY
    ]
    return Sheet(header, found, [name for name in unknown if name.strip()], encoding, delimiter)


def _row(number: int, names: Sequence[str], cells: Sequence[str]) -> Row | None:
    if not any(cell.strip() for cell in cells):
        return None
    read: dict[str, str] = {}
    for name, cell in zip(names, cells, strict=False):
        value = csvs.clean(cell)
        if name and value:
            read.setdefault(name, value)
    return Row(number, read, list(cells))


def _require_columns(names: Sequence[str]) -> None:
    """Say which columns are missing without which no row can be planned."""
    missing = [name for name in ("account", "text") if name not in names]
    if "text" in missing and "asset" in names:
        missing.remove("text")
    if "when" not in names:
        missing += [name for name in ("date", "time") if name not in names]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise CannotRead(_("The column %(name)s stands there twice. Take one out.") % {"name": twice[0]})
    if missing:
        words = ngettext(
            "The first line names the columns: date, time, account, text … Missing: %(names)s.",
            "The first line names the columns: date, time, account, text … Missing are: %(names)s.",
            len(missing),
        )
        raise CannotRead(words % {"names": ", ".join(missing)})
