"""How the value of a metric is written: by its unit, in the reader's language; what is not told is a dash."""

import datetime as dt

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from analytics.catalogue import METRICS, Metric, Unit, Value
from trenddrop.core import display

NOT_GIVEN = display.NOT_GIVEN
MINUTE = 60


def figure(value: Value, metric: Metric | str) -> str:
    """Return 12,345, 4.2 %, 1.6×, 3 h … as the metric's unit asks for."""
    found = METRICS.get(metric) if isinstance(metric, str) else metric
    return of_unit(value, found.unit if found else Unit.COUNT)


def of_unit(value: Value, unit: Unit) -> str:
    """Return a value in a unit."""
    if value is None:
        return NOT_GIVEN
    language = get_language() or "en"
    match unit:
        case Unit.SHARE:
            return f"{_rounded(value * 100, language)}{display.SPACE}%"
        case Unit.RATIO:
            return display.times(value, language)
        case Unit.SECONDS:
            return display.duration(value) if abs(value) >= MINUTE else _("%(n)s s") % {"n": _rounded(value, language)}
        case Unit.HOURS:
            return display.span(dt.timedelta(hours=value))
        case Unit.PER_HOUR:
            return _("%(n)s an hour") % {"n": _rounded(value, language)}
        case _:
            return _rounded(value, language)


def _rounded(value: float, language: str) -> str:
    """Three digits that say something: 0.123, 4.56, 12.3, 345."""
    size = abs(value)
    places = 0 if size >= 100 or value == 0 else 1 if size >= 10 else 2 if size >= 1 else 3 if size >= 0.01 else 4
    text = round(value, places)
    return display.number(text, language, places=0 if text == int(text) else places)
