"""Why a topic is said to rise or fall: parts with their numbers, and one sentence in the reader's language."""

import datetime as dt
import math

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trends.polling import age as spelt

TOLD_BURST = 2.0  # deviations from which a count is called unusual
TOLD_TIMES = 1.5
TOLD_GROWTH = 0.95  # on yesterday
QUIET = dt.timedelta(hours=2)


def sentence(
    *,
    observed: float | None,
    expected: float | None,
    burst: float | None,
    growth: float | None,
    sources: int,
    age: dt.timedelta,
) -> str:
    """Return "8× its usual for this hour, in 4 sources, 35 minutes old"; growth is a rate (0.5 is half more)."""
    first = _unusual(observed, expected, burst) or _grown(growth) or _("as usual for this hour") * (burst is not None)
    found = [
        first,
        ngettext("in one source", "in %(n)s sources", sources) % {"n": sources} if sources else "",
        old(age),
    ]
    return ", ".join(part for part in found if part)


def times(ratio: float) -> str:
    """Return "8×", "2.5×"."""
    places = 0 if ratio >= 9.95 or round(ratio, 1) == round(ratio) else 1
    return f"{number_format(round(ratio, places), places)}×"  # number_format alone cuts off


def old(span: dt.timedelta) -> str:
    """Return "35 minutes old", in the unit that pages tell it in beside (trenddrop.core.display.span)."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 60:
        return ngettext("one minute old", "%(n)s minutes old", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 36:
        return ngettext("one hour old", "%(n)s hours old", hours) % {"n": hours}
    return ngettext("one day old", "%(n)s days old", hours // 24) % {"n": hours // 24}


def growth_words(growth: float) -> str:
    """Say how today is against yesterday; NaN is not known."""
    if math.isnan(growth):
        return "no yesterday to compare with yet"
    if growth >= 1 + TOLD_GROWTH:
        number = f"{growth:.0f}" if growth >= 10 else f"{growth:.1f}".removesuffix(".0")
        return f"{number}× yesterday"
    change = round((growth - 1) * 100)
    return "as much as yesterday" if abs(change) < 3 else f"{change:+d} % on yesterday".replace("-", "−")


def burst_words(observed: float, expected: float, burst: float) -> str:
    """Say how this hour is against its usual; NaN is not known."""
    if math.isnan(burst):
        return ""
    if abs(burst) < TOLD_BURST:
        return "as usual for this hour"
    if expected < 1:
        return f"{observed:,.0f} in this hour, where hardly any are usual"
    ratio = observed / expected
    if ratio >= TOLD_TIMES:
        number = f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.1f}".removesuffix(".0")
        return f"{number}× its usual for this hour"
    return f"{'above' if burst > 0 else 'below'} its usual for this hour"


def momentum_words(level: float, slope: float, *, peak_behind: float, still_rising: float) -> str:
    """Say where the last hours are against its peak."""
    if math.isnan(slope):
        return ""
    if level < peak_behind:
        return f"at {100 * level:.0f} % of its peak"
    return "still rising" if slope >= still_rising else ""


def breadth_words(sources: int) -> str:
    """Say in how many sources it was seen in a day."""
    if sources == 0:
        return "in no source today"
    return "seen in one source" if sources == 1 else f"seen in {sources} sources"


def quiet_words(quiet: dt.timedelta) -> str:
    """Say how long nobody spoke of it, where that is long."""
    return f"last seen {spelt(quiet)} ago" if quiet >= QUIET else ""


def novelty_words(known: dt.timedelta) -> str:
    """Say since when it is known."""
    return f"first seen {spelt(known)} ago"


def volume_words(mentions: float, traffic: float) -> str:
    """Say how much there is of it in a day."""
    if mentions:
        return f"{mentions:,.0f} mentions in a day"
    return f"about {traffic:,.0f} searches or views in a day" if traffic else ""


def _unusual(observed: float | None, expected: float | None, burst: float | None) -> str:
    if observed is None or expected is None or burst is None or burst < TOLD_BURST:
        return ""
    if expected < 1:
        return _("%(n)s in this hour, where hardly any are usual") % {"n": number_format(round(observed), 0)}
    ratio = observed / expected
    if ratio < TOLD_TIMES:
        return _("above its usual for this hour")
    return _("%(times)s its usual for this hour") % {"times": times(ratio)}


def _grown(growth: float | None) -> str:
    if growth is None or growth < TOLD_GROWTH:
        return ""
    return _("%(times)s yesterday") % {"times": times(1 + growth)}
