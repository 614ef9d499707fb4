"""What is kept of a message: a sign-up or a sale and what it was worth; no name, no address, no card."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from analytics.clicks import Source, text

CONVERT, REFUND = "convert", "refund"
TYPES = ("email_signup", "subscription", "purchase")
MOST = Decimal("999999999999.99")
VISITOR = "td_visitor"
LONGEST_ID = 200


class Unreadable(ValueError):
    """The message is genuine and says nothing that we can read; the sentence says what is wrong."""


@dataclass(frozen=True)
class Fact:
    """One thing a message tells. `visitor` is as the site knows it, and is made a pseudonym before it is kept."""

    message: str
    do: str
    external_id: str
    type: str = "purchase"
    value: str | None = None
    currency: str = ""
    at: str = ""
    visitor: str = ""
    refs: tuple[str, ...] = ()
    group: str = ""
    channel: str = ""
    campaign: str = ""
    link: str = ""
    is_total: bool = False
    kind: str = ""

    def body(self, *, visitor: str) -> dict[str, Any]:
        """Return what is stored."""
        return {**asdict(self), "visitor": visitor, "refs": list(self.refs)}


def money(value: object, *, minor: int = 0) -> str | None:
    """Return an amount as text with two places; None when none is told. Raises Unreadable."""
    if value is None or value == "":
        return None
    try:
        amount = Decimal(str(value)) / (Decimal(10) ** minor)
    except ArithmeticError as error:  # no number, or one that no arithmetic holds
        raise Unreadable("The value is no number.") from error
    if not amount.is_finite() or not 0 <= amount <= MOST:
        raise Unreadable("The value is less than nothing, or more than can be kept.")
    return str(amount.quantize(Decimal("0.01")))


def currency(value: object) -> str:
    """Return the three letters of a currency; raises Unreadable for anything else."""
    code = text(value, 10).upper()
    if code and not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise Unreadable("The currency is not of three letters.")
    return code


def instant(value: object) -> str:
    """Return a time as ISO 8601, in UTC; "" when none is told. Raises Unreadable."""
    if value in (None, ""):
        return ""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return dt.datetime.fromtimestamp(value, dt.UTC).isoformat()
        found = dt.datetime.fromisoformat(str(value))
        return (found if found.tzinfo else found.replace(tzinfo=dt.UTC)).astimezone(dt.UTC).isoformat()
    except (ValueError, OverflowError, OSError) as error:
        raise Unreadable("The time is not one of ISO 8601.") from error


def named(value: object, what: str) -> str:
    """Return an identifier; raises Unreadable where there is none."""
    found = text(str(value) if isinstance(value, int) and not isinstance(value, bool) else value, LONGEST_ID + 1)
    if not found or len(found) > LONGEST_ID:
        raise Unreadable(f"There is no {what} of 1 to {LONGEST_ID} characters.")
    return found


def mapping(value: object) -> Mapping[str, Any]:
    """Return an object of the message; what is none is empty."""
    return value if isinstance(value, dict) else {}


def from_source(source: Source) -> dict[str, Any]:
    """Return a source as a fact has it."""
    return {"channel": source.channel, "campaign": source.campaign, "link": source.link}
