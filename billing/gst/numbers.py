"""Numbers of documents: consecutive in a series and financial year (CGST Rules 46(b), 53(1A)), at most 16 signs."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

KOLKATA = ZoneInfo("Asia/Kolkata")
APRIL = 4
MOST = 16
ALLOWED = re.compile(r"[A-Z1-9][A-Z0-9/\-]{0,15}")  # the e-invoice portal takes none that begins with 0, / or -
DIGITS = 7
INVOICES, CREDIT_NOTES = "TD", "TDC"


def day_in_india(at: dt.datetime) -> dt.date:
    """Return the day on which a moment falls in India."""
    return at.astimezone(KOLKATA).date()


def financial_year(day: dt.date) -> str:
    """Return the year from April to March in which a day falls: 2627."""
    first = day.year if day.month >= APRIL else day.year - 1
    return f"{first % 100:02}{(first + 1) % 100:02}"


def last_day(day: dt.date) -> dt.date:
    """Return the last day of the day's financial year."""
    return dt.date(day.year + (1 if day.month >= APRIL else 0), 3, 31)


def number_of(series: str, year: str, sequence: int) -> str:
    """Return TD/2627/0000123. Raise ValueError where the law takes no such number."""
    room = MOST - len(series) - len(year) - 2
    number = f"{series}/{year}/{sequence:0{min(DIGITS, room)}}"
    if sequence < 1 or len(number) > MOST or not ALLOWED.fullmatch(number):
        raise ValueError(f"no number of a document: {number}")
    return number
