"""Numbers, spans and moments in the reader's words. Language, zone and clock are arguments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal

from babel.numbers import get_currency_symbol
from django.utils import dateformat, formats, numberformat
from django.utils.translation import gettext as _

NOT_GIVEN = "–"
MINUS = "−"
SPACE = "\u00a0"
Number = int | float

# Languages whose readers group by lakh and crore wherever they live.
_INDIAN_LANGUAGES = frozenset({"as", "bn", "gu", "hi", "kn", "ml", "mr", "or", "pa", "ta", "te"})
_INDIAN_STEPS = ((10**7, "Cr"), (10**5, "L"), (10**3, "k"))
_WESTERN_STEPS = ((10**9, "B"), (10**6, "M"), (10**3, "k"))


def groups_by_lakh(language: str) -> bool:
    """Whether readers of this language tag (`hi`, `en-in`) write 12,34,567."""
    base, _sep, region = language.lower().replace("_", "-").partition("-")
    return region == "in" or (not region and base in _INDIAN_LANGUAGES)


def number(value: Number, language: str, *, places: int | None = None) -> str:
    """12,34,567 or 1,234,567 or 1.234.567, as the language writes it; a real minus sign."""
    rounded = round(value, places) if places is not None else value
    grouping = (3, 2, 0) if groups_by_lakh(language) else 3
    thousands = "," if groups_by_lakh(language) else formats.get_format("THOUSAND_SEPARATOR", language, use_l10n=True)
    text = numberformat.format(
        abs(rounded),
        formats.get_format("DECIMAL_SEPARATOR", language, use_l10n=True),
        decimal_pos=places,
        grouping=grouping,
        thousand_sep=thousands,
        force_grouping=True,
        use_l10n=True,
    )
    return f"{MINUS}{text}" if rounded < 0 else text


def money(value: Decimal | Number, currency: str, language: str, *, places: int | None = 2) -> str:
    """₹1,17,998.82 or $1,190.00: rupees are grouped by lakh in every language, and the sign stands first.

    Without `places` to the hundredth where there is one: ₹2,917 and ₹2,917.50.
    """
    if places is None:
        places = 0 if value == int(value) else 2
    grouped = "en-in" if currency == "INR" and not groups_by_lakh(language) else language
    symbol = get_currency_symbol(currency, locale=language.replace("-", "_")) if currency else ""
    space = SPACE if symbol[-1:].isalpha() else ""
    text = number(abs(value), grouped, places=places)  # type: ignore[arg-type]  # Decimal is written exactly
    return f"{MINUS if value < 0 else ''}{symbol}{space}{text}"


def axis(steps: Sequence[Number], language: str) -> list[str]:
    """The steps of an axis, as short as they stay different: 1.92k and 1.94k rather than 1.9k twice."""
    for places in (None, 1, 2, 3):
        words = [compact(step, language, places=places) for step in steps]
        if len(set(words)) == len(words):
            return words
    return [number(int(step) if step == int(step) else step, language) for step in steps]


def compact(value: Number, language: str, *, places: int | None = None) -> str:
    """59.7k, 1.2M, or 3.4L and 1.2Cr where lakh and crore are read: for axes and tight places."""
    steps = _INDIAN_STEPS if groups_by_lakh(language) else _WESTERN_STEPS
    for step, unit in steps:
        if abs(value) >= step:
            scaled = float(value) / step
            whole = (places is None and abs(scaled) >= 100) or round(scaled, places or 1) == int(scaled)
            return f"{number(scaled, language, places=0 if whole else places or 1)}{unit}"
    return number(int(value), language) if value == int(value) else number(value, language, places=places or 1)


def percent_change(value: Number, language: str) -> str:
    """+412 % from 412.0; one decimal below ten."""
    sign = "+" if value > 0 else ""
    return f"{sign}{number(value, language, places=1 if abs(value) < 10 else 0)}{SPACE}%"


def times(value: Number, language: str) -> str:
    """2.39× from 2.39."""
    return f"{number(value, language, places=2 if abs(value) < 10 else 0)}×"


def file_size(value: int, language: str) -> str:
    """2.04 GB, 812 MB: decimal units, as disks and platforms count."""
    for step, unit in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if value >= step:
            scaled = value / step
            places = 0 if scaled >= 100 else 1 if scaled >= 10 else 2
            return f"{number(scaled, language, places=places)}{SPACE}{unit}"
    return f"{value}{SPACE}B"


def duration(seconds: Number, *, tenths: bool = False) -> str:
    """6:48, 1:02:09, and 1:46.2 when tenths are asked for."""
    whole = int(seconds) if tenths else round(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
    return f"{text}.{int((float(seconds) - whole) * 10)}" if tenths else text


def span(length: timedelta) -> str:
    """40 s, 9 min, 28 h, 4 d, 2 y: how long, in its one best unit."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < 60:
        return _("%(n)s s") % {"n": seconds}
    if seconds < 3600:
        return _("%(n)s min") % {"n": seconds // 60}
    if seconds < 36 * 3600:
        return _("%(n)s h") % {"n": seconds // 3600}
    days = seconds // 86400
    return _("%(n)s y") % {"n": days // 365} if days >= 730 else _("%(n)s d") % {"n": days}


def exactly(length: timedelta) -> str:
    """2 h 18 min: hours and minutes of what is short, else its one best unit."""
    minutes = int(length.total_seconds()) // 60
    if 60 <= minutes < 24 * 60 and minutes % 60:
        return _("%(h)s h %(m)s min") % {"h": minutes // 60, "m": minutes % 60}
    return span(length)


def zone_name(moment: datetime) -> str:
    """IST, or UTC+3 where the zone has no name of its own."""
    name = moment.tzname() or "UTC"
    return f"UTC{name}" if name[:1] in "+-" else name


@dataclass(frozen=True)
class Moment:
    """What a `time` element holds: what is read, the full form behind it, and the machine's form."""

    text: str
    title: str
    iso: str


def moment(at: datetime, *, now: datetime, zone: tzinfo, style: str = "auto") -> Moment:
    """`at` in the reader's zone; style is auto (relative when recent), full, day or time."""
    local = at.astimezone(zone)
    full = f"{_day(local, now.astimezone(zone), weekday=True)}, {local:%H:%M} {zone_name(local)}"
    match style:
        case "time":
            text = f"{local:%H:%M}"
        case "day":
            text = _day(local, now.astimezone(zone))
        case "full":
            text = full
        case _:
            text = _near(local, now.astimezone(zone), full)
    return Moment(text=text, title=full, iso=local.isoformat(timespec="seconds"))


def _day(local: datetime, now: datetime, *, weekday: bool = False) -> str:
    pattern = ("D j M" if weekday else "j M") + ("" if local.year == now.year else " Y")
    return dateformat.format(local, pattern)


def _near(local: datetime, now: datetime, full: str) -> str:
    past = now - local
    if timedelta(0) <= past < timedelta(minutes=1):
        return _("just now")
    if timedelta(0) <= past < timedelta(hours=36):
        return _("%(span)s ago") % {"span": span(past)}
    if past < timedelta(0):
        return f"{local:%H:%M} {zone_name(local)}" if local.date() == now.date() else full
    return _day(local, now)
