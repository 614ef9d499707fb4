"""Numbers of documents without gaps: one row counts, locked until the transaction that took the number ends."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection

from billing.gst import numbers
from trenddrop.core.ids import uuid7

NEXT = """
INSERT INTO billing_invoicecounter (id, created_at, updated_at, seller, series, financial_year, last)
VALUES (%s, %s, %s, %s, %s, %s, 1)
ON CONFLICT (seller, series, financial_year)
DO UPDATE SET last = billing_invoicecounter.last + 1, updated_at = EXCLUDED.updated_at
RETURNING last
"""


@dataclass(frozen=True)
class Number:
    """A number that was taken, and the day in India on which it was."""

    books: str
    number: str
    series: str
    financial_year: str
    sequence: int
    issued_on: dt.date


def take(books: str, series: str, *, now: dt.datetime) -> Number:
    """Take the next number of a seller's series in the financial year of the day in India.

    Whoever comes next waits until this transaction ends; if it is rolled back, so is the number. Take it last.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a number is taken in the transaction that issues its document")
    day = numbers.day_in_india(now)
    year = numbers.financial_year(day)
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [uuid7(), now, now, books, series, year])
        sequence = int(cursor.fetchone()[0])
    return Number(books, numbers.number_of(series, year, sequence), series, year, sequence, day)
