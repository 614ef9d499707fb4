"""What the pages on what works, return, search and audience write: times the usual, money, days of the week."""

from decimal import Decimal

from django import template
from django.utils import dates
from django.utils.translation import get_language, gettext

from analytics.models import RoiCalculation
from analytics.queries import worth
from analytics.queries.what_works import Cell
from trenddrop.core import display

register = template.Library()
WHOLE_FROM = 1000  # from here on nobody reads a hundredth


def _language() -> str:
    return get_language() or "en"


@register.filter
def times(value: display.Number | None) -> str:
    """1.6× from 1.6."""
    return display.NOT_GIVEN if value is None else display.times(value, _language())


@register.filter
def hour_told(cell: Cell) -> str:
    """Monday 03:00 · 1.6× · n = 4: an hour of the week, what is known of it, and its own posts."""
    known = gettext("nothing known") if cell.score is None else f"{times(cell.times)} · n = {cell.posts}"
    return f"{weekday(cell.weekday)} {cell.hour:02d}:00 · {known}"


@register.filter
def beneath(address: str, site: str) -> str:
    """/rain/ from https://kesar.example/rain/ on that site; what is not beneath it as it is."""
    start = site.rstrip("/")
    return address.removeprefix(start) if address.startswith(f"{start}/") else address


@register.filter
def weekday(day: int, look: str = "") -> str:
    """Monday from 0; "short" is Mon."""
    return str((dates.WEEKDAYS_ABBR if look == "short" else dates.WEEKDAYS)[day])


@register.filter
def money(value: Decimal | float | None, currency: str = "") -> str:
    """₹412.50 from 412.5 and INR: to the hundredth where there is one; whole numbers from a thousand on."""
    if value is None:
        return display.NOT_GIVEN
    places = 0 if abs(float(value)) >= WHOLE_FROM else None
    return display.money(value, currency, _language(), places=places)


@register.filter
def paid(value: Decimal | str | None, currency: str = "") -> str:
    """₹2,917 and ₹2,917.50: an amount as it was paid, to the hundredth where there is one."""
    return display.NOT_GIVEN if value is None else display.money(Decimal(value), currency, _language(), places=None)


@register.filter
def points(change: float | None) -> str:
    """+1.2 from a change of shares: percentage points."""
    if change is None:
        return display.NOT_GIVEN
    value = round(change * 100, 1)
    return f"{'+' if value > 0 else ''}{display.number(value, _language(), places=1)}"


@register.filter
def exactly(share: float | None) -> str:
    """12.3 % from 0.123: one decimal, where a share is small."""
    if share is None:
        return display.NOT_GIVEN
    return f"{display.number(share * 100, _language(), places=1)}{display.SPACE}%"


@register.filter
def entry(found: dict[str, object], key: str) -> object:
    """The value of a key; None where there is none."""
    return found.get(key)


@register.filter
def per_thousand(row: RoiCalculation) -> Decimal | None:
    """What a thousand people reached cost."""
    return worth.per_thousand(row)


@register.filter
def against(now: float | None, before: float | None) -> float | None:
    """How something changed, 0.1 is a tenth more; None where there was nothing."""
    return now / before - 1 if before and now is not None else None
