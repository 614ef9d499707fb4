"""Tables as CSV files, out and in: no cell is taken for a formula; what people's programs write is read."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NAME = re.compile(r"[^\w.-]+")
BOM = "\ufeff"
DELIMITERS = (",", ";", "\t", "|")
BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
LONGEST_CELL = 100_000
# What a program that defuses formulas puts before a cell; ours does too.
DEFUSED = re.compile(r"^'(?=\s*[=+\-@\t\r\n＝＋－＠])")


class CannotRead(Exception):
    """The file is no table that can be read; the message says why and what to do. Nothing was kept."""


def harmless(cell: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula."""
    if not isinstance(cell, str):
        return cell
    text = cell.replace("\x00", "")
    return f"'{text}" if text.lstrip(" ").startswith(DANGEROUS) else text


def line(cells: Iterable[object]) -> str:
    """Return one line; no cell of it is taken for a formula."""
    out = io.StringIO()
    csv.writer(out).writerow([harmless(cell) for cell in cells])
    return out.getvalue()


def answer(name: str, header: Sequence[object], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """Return a download of `name`.csv; empty cells are what nobody told."""
    body = BOM + line([str(cell) for cell in header]) + "".join(map(line, rows))
    response = HttpResponse(body, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{NAME.sub("-", name)}.csv"'
    return response


def decoded(data: bytes, *, most: int) -> tuple[str, str]:
    """Return a file's text and how its letters were written; raise CannotRead."""
    if len(data) > most:
        words = _("The file is larger than %(size)s MB. Split it, and bring the parts.")
        raise CannotRead(words % {"size": most // 1024 // 1024})
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return _decode(data, encoding), encoding
    if b"\x00" in data[:1000]:
        raise CannotRead(_("This is no CSV file. In your spreadsheet, choose “Save as”, then CSV (UTF-8)."))
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _decode(data, "windows-1252"), "windows-1252"


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        words = _("The letters of this file cannot be read. In your spreadsheet, choose “Save as”, then CSV (UTF-8).")
        raise CannotRead(words) from error


def delimiter_of(text: str, known: Callable[[str], bool]) -> str:
    """Return what stands between cells: by it the first line has the most names that are known."""
    first = text.lstrip("\ufeff\r\n").split("\n", 1)[0]

    def count(delimiter: str) -> tuple[int, int]:
        names = next(csv.reader([first], delimiter=delimiter), [])
        return sum(known(name) for name in names), len(names)

    return max(DELIMITERS, key=count)


def table(text: str, delimiter: str) -> list[list[str]]:
    """Return the lines as cells, what follows an unclosed quote included; raise CannotRead."""
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter))
    except csv.Error as error:
        words = _("A cell of this file is too long, or a quotation mark is never closed (%(what)s).")
        raise CannotRead(words % {"what": error}) from error
    finally:
        csv.field_size_limit(before)
    while rows and not any(cell.strip() for cell in rows[0]):
        rows.pop(0)
    return rows


def plain(name: str) -> str:
    """Return the name of a column as it is compared: small, spaced, without marks."""
    return " ".join(name.replace("_", " ").replace("-", " ").split()).strip("* ").casefold()


def clean(cell: str) -> str:
    """Return a cell as it was meant: without what defuses formulas."""
    return DEFUSED.sub("", cell.replace("\x00", "").replace("\r\n", "\n")).strip()
