"""Numbers and days as people and programs write them: 1,20,450 · 1.204,5 · 12 % · 24/12/2026."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from analytics.documents.fields import Kind

NOTHING = frozenset({"", "-", "–", "—", "n/a", "na", "null", "none", "nil", "not given", "no data", "#n/a"})
SPACES = re.compile(r"[\s\u00a0\u202f\u2009']+")
WESTERN = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
INDIAN = re.compile(r"\d{1,2}(,\d{2})*,\d{3}(\.\d+)?")
CONTINENTAL = re.compile(r"\d{1,3}(\.\d{3})+(,\d+)?")
DECIMAL_COMMA = re.compile(r"\d+,\d+")
LONE_MARK = re.compile(r"\d+[.,]\d+")
PLAIN = re.compile(r"\d+(\.\d+)?")
SHORT = re.compile(r"(\d+(?:\.\d+)?)([km]|lakh|lac|crore|cr)", re.IGNORECASE)
SHORT_OF = {"k": 1_000, "m": 1_000_000, "lakh": 100_000, "lac": 100_000, "crore": 10_000_000, "cr": 10_000_000}
CLOCK = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2})")
DIGITS = str.maketrans("०१२३४५६७८९", "0123456789")
HUNDRED = 100
MOST_DIGITS = 18


class NoNumber(ValueError):
    """The text is no number of this kind; the message says what is wrong."""


@dataclass(frozen=True)
class Scale:
    """Whether a share without its sign is in percent; None: above one it is, as a number that stands alone is read."""

    is_percent: bool | None = None

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Scale":
        """Return how a column is written: in percent where any of it has the sign, or is above one."""
        return cls(any(map(_is_in_percent, texts)))


def _is_in_percent(text: str) -> bool:
    bare = _bare(text)
    try:
        return bare.endswith("%") or _value(bare, text, has_parts=True) > 1
    except NoNumber:
        return False


def _bare(text: str) -> str:
    return SPACES.sub("", text.strip().translate(DIGITS)).lstrip("+")


def number(text: str, kind: Kind = Kind.COUNT, scale: Scale = Scale()) -> float | int | None:
    """Return what a text says; None where it says that nothing is known. Raises NoNumber."""
    bare = _bare(text)
    if text.strip().casefold() in NOTHING:
        return None
    if kind == Kind.SECONDS and (clock := CLOCK.fullmatch(bare)):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return hours * 3600 + minutes * 60 + seconds
    is_percent = bare.endswith("%")
    value = _value(bare.rstrip("%"), text, has_parts=kind != Kind.COUNT or is_percent)
    if kind == Kind.SHARE:
        is_percent = is_percent or (value > 1 if scale.is_percent is None else scale.is_percent)
        share = value / HUNDRED if is_percent else value
        if share > 1:
            raise NoNumber(text)
        return share
    if is_percent:
        raise NoNumber(text)
    if kind == Kind.SECONDS:
        return value
    if value != int(value):
        raise NoNumber(text)
    return int(value)


def _value(bare: str, text: str, *, has_parts: bool) -> float | int:
    """Return a number; `has_parts`: a lone comma or point before three digits parts whole from broken."""
    if short := SHORT.fullmatch(bare):
        return round(float(short[1]) * SHORT_OF[short[2].casefold()], 6)
    if has_parts and LONE_MARK.fullmatch(bare):
        return float(bare.replace(",", "."))
    if WESTERN.fullmatch(bare) or INDIAN.fullmatch(bare):
        bare = bare.replace(",", "")
    elif CONTINENTAL.fullmatch(bare):
        bare = bare.replace(".", "").replace(",", ".")
    elif DECIMAL_COMMA.fullmatch(bare):
        bare = bare.replace(",", ".")
    if not PLAIN.fullmatch(bare) or len(bare) > MOST_DIGITS:
        raise NoNumber(text)
    return float(bare) if "." in bare else int(bare)


# Days

MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), start=1)
    for name in names.split()
}  # fmt: skip
ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
COMPACT = re.compile(r"(20\d{2})(\d{2})(\d{2})")
NUMERIC = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})")
DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s-]+([A-Za-z]{3,9})\.?,?[\s-]+(\d{4}|\d{2})")
MONTH_DAY = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
MOST_MONTHS = 12


@dataclass(frozen=True)
class DayOrder:
    """Whether 03/04/2026 is the third of April (day first) or the fourth of March; told by the file as a whole."""

    is_day_first: bool = True

    @classmethod
    def of(cls, texts: list[str], *, usual: bool = True) -> "DayOrder":
        """Return the only order in which every day of a column makes sense; the usual one where both do."""
        found = [match for text in texts if (match := NUMERIC.fullmatch(text.strip().translate(DIGITS)))]
        if any(int(match[1]) > MOST_MONTHS for match in found):
            return cls(True)
        if any(int(match[2]) > MOST_MONTHS for match in found):
            return cls(False)
        if any("." in match[0] for match in found):
            return cls(True)
        return cls(_order_by_steps(found) if len(found) > 1 else usual)


def _order_by_steps(found: list[re.Match[str]]) -> bool:
    """Where a file tells days one after the other, the part that changes with every row is the day."""
    firsts, seconds = {match[1] for match in found}, {match[2] for match in found}
    return len(firsts) >= len(seconds)


def day(text: str, order: DayOrder = DayOrder()) -> dt.date | None:
    """Return the day a text names; None when it names none."""
    bare = text.strip().translate(DIGITS)
    try:
        if match := ISO.fullmatch(bare) or COMPACT.fullmatch(bare):
            return dt.date(int(match[1]), int(match[2]), int(match[3]))
        if match := NUMERIC.fullmatch(bare):
            first, second = int(match[1]), int(match[2])
            this, month = (first, second) if order.is_day_first else (second, first)
            return dt.date(_year(match[3]), month, this)
        if match := DAY_MONTH.fullmatch(bare):
            return dt.date(_year(match[3]), MONTHS[match[2].casefold()], int(match[1]))
        if match := MONTH_DAY.fullmatch(bare):
            return dt.date(int(match[3]), MONTHS[match[1].casefold()], int(match[2]))
    except (ValueError, KeyError):
        return None
    return None


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else 2000 + year
