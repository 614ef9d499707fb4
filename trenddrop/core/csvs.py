"""Tables as CSV files: for spreadsheets that take UTF-8, and with no cell that is taken for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NAME = re.compile(r"[^\w.-]+")
BOM = "\ufeff"


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
