"""What issuing invoices and credit notes shares."""

from typing import Any

from billing.documents import parties
from billing.gst import tax
from billing.services.numbering import Number

STAMPED = ("books", "number", "series", "financial_year", "sequence", "issued_on")
RUPEES = "INR"


class CannotIssue(Exception):
    """Nothing was issued or changed; the message says why."""


def stamp(row: Any, number: Number) -> None:
    """Write a number on a document."""
    for name in STAMPED:
        setattr(row, name, getattr(number, name))


def in_rupees(row: Any) -> None:
    """Write what a document comes to in rupees, at the rate an operator has set."""
    if row.currency == RUPEES:
        row.total_inr = row.total
    elif found := parties.exchange(row.currency):
        row.fx_rate, row.fx_source, row.total_inr = found.inr, found.source, tax.rounded(row.total * found.inr)
