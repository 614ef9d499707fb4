"""A table behind a chart or a list: shown on the page, and the same as CSV (`?csv=name`) and through the API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise

from trenddrop.core import csvs

Words = str | Promise


@dataclass(frozen=True)
class Table:
    """Named columns and rows of plain values: numbers, text, dates; None is what nobody told."""

    name: str
    title: Words
    header: Sequence[Words]
    rows: Sequence[Sequence[object]]


def asked(request: HttpRequest, tables: Mapping[str, Table] | Sequence[Table]) -> HttpResponse | None:
    """Return the table that the address asks for as CSV, or None."""
    wanted = request.GET.get("csv")
    found = tables.values() if isinstance(tables, Mapping) else tables
    table = next((each for each in found if each.name == wanted), None) if wanted else None
    return csvs.answer(f"trenddrop-{table.name}", table.header, table.rows) if table else None
