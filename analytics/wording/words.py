"""What the codes of looks are called, and how their cells are written, in the reader's language."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from babel import Locale
from django.utils import dates
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from analytics.advisor.looked import Cell, Looked, Unit
from analytics.catalogue import METRICS
from analytics.documents import DOCUMENTS
from analytics.models import Anomaly, BackTest, Conversion, Goal, Insight
from analytics.retelling import retold
from analytics.wording.ranges import LETTERS, SECONDS
from content.models import GeneratedContent
from content.models.generated import PieceFormat
from trenddrop.core import display
from trenddrop.core.catalogue import badge

Words = str | Promise
MINUTE = 60
TITLES: Mapping[str, Words] = {
    "totals": gettext_lazy("Sums of these days"),
    "by_day": gettext_lazy("Day by day"),
    "moved": gettext_lazy("What it comes from"),
    "compared": gettext_lazy("Told apart"),
    "of_platform": gettext_lazy("All figures of a platform"),
    "streams": gettext_lazy("Streams"),
    "posts": gettext_lazy("Posts"),
    "one_post": gettext_lazy("A post"),
    "meaning": gettext_lazy("What a metric means"),
    "works": gettext_lazy("What goes with better results"),
    "hashtags": gettext_lazy("Hashtags"),
    "best_times": gettext_lazy("Best hours"),
    "people": gettext_lazy("Audience"),
    "conversions": gettext_lazy("Conversions"),
    "earned": gettext_lazy("What earned conversions"),
    "returns": gettext_lazy("Return of originals"),
    "searched": gettext_lazy("Search"),
    "insights": gettext_lazy("Insights"),
    "anomalies": gettext_lazy("Days out of the ordinary"),
    "goals": gettext_lazy("Goals"),
    "suggestions": gettext_lazy("Advice for the next post"),
    "back_test": gettext_lazy("How advice did"),
    "calculate": gettext_lazy("Reckoned"),
}
NAMES: Mapping[str, Words] = {
    "figure": gettext_lazy("Figure"),
    "now": gettext_lazy("These days"),
    "before": gettext_lazy("The days before"),
    "change": gettext_lazy("Change"),
    "points": gettext_lazy("Points"),
    "name": gettext_lazy("Name"),
    "platform": gettext_lazy("Platform"),
    "account": gettext_lazy("Account"),
    "views_before": gettext_lazy("Views before"),
    "followers": gettext_lazy("Followers"),
    "followers_gained": gettext_lazy("Followers gained"),
    "streams": gettext_lazy("Streams"),
    "streams_before": gettext_lazy("Streams before"),
    "posts": gettext_lazy("Posts"),
    "posts_before": gettext_lazy("Posts before"),
    "engagement_rate": gettext_lazy("Engagement rate"),
    "conversions": gettext_lazy("Conversions"),
    "published": gettext_lazy("Went live"),
    "date": gettext_lazy("Day"),
    "weekday": gettext_lazy("Day of the week"),
    "hour": gettext_lazy("Hour"),
    "score": gettext_lazy("Score"),
    "times": gettext_lazy("Times the usual"),
    "median": gettext_lazy("Median against the usual"),
    "lift": gettext_lazy("Against posts without it"),
    "lift_low": gettext_lazy("from"),
    "lift_high": gettext_lazy("to"),
    "recent": gettext_lazy("Posts of the last 28 days"),
    "earlier": gettext_lazy("Posts of the 28 days before"),
    "from": gettext_lazy("from"),
    "to": gettext_lazy("to"),
    "share": gettext_lazy("Share"),
    "people": gettext_lazy("People"),
    "count": gettext_lazy("Number"),
    "worth": gettext_lazy("Value"),
    "currency": gettext_lazy("Currency"),
    "given_back": gettext_lazy("Given back"),
    "refunds": gettext_lazy("Refunds"),
    "cost": gettext_lazy("Cost"),
    "value": gettext_lazy("Value"),
    "roi": gettext_lazy("Return"),
    "clicks_before": gettext_lazy("Clicks before"),
    "position": gettext_lazy("Place"),
    "kind": gettext_lazy("Kind"),
    "effect": gettext_lazy("Times the usual"),
    "expected": gettext_lazy("Expected"),
    "low": gettext_lazy("from"),
    "high": gettext_lazy("to"),
    "target": gettext_lazy("Target"),
    "deadline": gettext_lazy("Deadline"),
    "status": gettext_lazy("State"),
    "outlook": gettext_lazy("Outlook"),
    "reached": gettext_lazy("Of the way"),
    "when": gettext_lazy("When"),
    "week": gettext_lazy("Week"),
    "verdict": gettext_lazy("What it says"),
    "ratio": gettext_lazy("As advised against the others"),
    "advised": gettext_lazy("Posts as advised"),
    "own": gettext_lazy("Other posts"),
    "result": gettext_lazy("Result"),
    "formula": gettext_lazy("Formula"),
    "sum": gettext_lazy("Together"),
    "mean": gettext_lazy("Mean"),
    "highest": gettext_lazy("Highest"),
    "lowest": gettext_lazy("Lowest"),
    "counted": gettext_lazy("Counted"),
    "compared": gettext_lazy("Posts compared"),
    "used": gettext_lazy("Hashtags"),
    "visits": gettext_lazy("Visits"),
    "return": gettext_lazy("Return"),
    "accounts": gettext_lazy("Accounts"),
    "told": gettext_lazy("Told of"),
    "no_client": gettext_lazy("Our own"),
    "no_brand": gettext_lazy("No brand"),
    "ratio_of": gettext_lazy("Ratio"),
    "fewest": gettext_lazy("Fewest posts to be judged"),
    "compared_at": gettext_lazy("Compared after"),
    "difference": gettext_lazy("Difference"),
    "percent_change": gettext_lazy("Change"),
    "female": gettext_lazy("Women"),
    "male": gettext_lazy("Men"),
    "other": gettext_lazy("Others"),
}
MORE: Mapping[str, Words] = {
    **dict(GeneratedContent.Kind.choices),
    **dict(PieceFormat.choices),
    **dict(Conversion.Type.choices),
    **dict(Insight.Kind.choices),
    **dict(Anomaly.Kind.choices),
    **dict(Goal.Status.choices),
    **dict(Goal.Outlook.choices),
    **dict(BackTest.Verdict.choices),
    **SECONDS,
    **LETTERS,
}
DOCUMENTED = {field.key: field.name for document in DOCUMENTS.values() for field in document.fields}


def language() -> str:
    """The reader's."""
    return get_language() or "en"


def country_of(code: str) -> str:
    """India from IN; what is no code stays."""
    return str(Locale.parse(language(), sep="-").territories.get(code.upper(), code))


def name_of(code: str) -> str:
    """What a code is called: a column, a figure, a group."""
    if code in NAMES:
        return str(NAMES[code])
    if code in METRICS:
        return str(METRICS[code].name)
    return str(DOCUMENTED.get(code) or MORE.get(code) or code.replace("_", " "))


def text_of(code: str, look: Looked, key: str) -> str:
    """What a cell of words says."""
    if not code:
        return ""
    by = str(look.asked.get("by", ""))
    if key == "platform" or (key == "name" and by == "platform"):
        return str(badge(code).name)
    if key == "currency" or by == "language":
        return code
    if look.tool == "people":
        named = country_of(code) if by == "country" else name_of(code)
        return _("Unknown") if code == "unknown" else named
    if key in {"kind", "verdict", "status", "outlook"} or look.tool in {"works", "conversions"}:
        return str(MORE.get(code, name_of(code)))
    return name_of(code)


def written(value: Cell, unit: Unit, *, currency: str = "") -> str:
    """A cell as it is read; what nobody told is a dash."""
    if value is None:
        return display.NOT_GIVEN
    if isinstance(value, str):
        return _words(value, unit)
    if unit is Unit.MONEY:
        return display.money(value, currency, language(), places=None)
    return WRITERS.get(unit, _digits)(value)


def _words(value: str, unit: Unit) -> str:
    if unit is Unit.DATE:
        return date_format(dt.date.fromisoformat(value[:10]), "j M Y")
    if unit is Unit.MOMENT:
        return date_format(dt.datetime.fromisoformat(value), "j M Y, H:i")
    return value


def _digits(value: float) -> str:
    """Whole numbers whole; of others three digits that say something."""
    size = abs(value)
    if float(value).is_integer() or size >= 1000:
        return display.number(round(value), language())
    places = 1 if size >= 10 else 2 if size >= 0.1 else 4
    return display.number(value, language(), places=places)


def _seconds(value: float) -> str:
    return display.duration(value) if value >= MINUTE else _("%(n)s s") % {"n": _digits(value)}


def _change(value: float) -> str:
    return display.percent_change(value, language()).replace("-", display.MINUS)


WRITERS: Mapping[Unit, Callable[[float], str]] = {
    Unit.SHARE: lambda value: f"{_digits(value * 100)}{display.SPACE}%",
    Unit.CHANGE: _change,
    Unit.RATIO: lambda value: display.times(value, language()),
    Unit.SECONDS: _seconds,
    Unit.HOURS: lambda value: _("%(n)s h") % {"n": _digits(value)},
    Unit.DAYS: lambda value: _("%(n)s d") % {"n": _digits(value)},
    Unit.WEEKDAY: lambda value: str(dates.WEEKDAYS[int(value)]),
    Unit.HOUR: lambda value: f"{int(value):02d}:00",
}


FOUND = ("insights", "anomalies")  # kept as sentences in English, told again in the reader's language


def cell(look: Looked, row: int, column: int) -> str:
    """A cell of a look as it is read."""
    value, unit = look.rows[row][column], look.unit_of(row, column)
    if isinstance(value, str) and look.tool in FOUND and look.columns[column].key == "name":
        return retold(value)
    if isinstance(value, str) and (unit is Unit.TEXT or value in {"no_client", "no_brand"}):
        return text_of(value, look, look.columns[column].key)
    return written(value, unit, currency=look.currency)


def days_of(look: Looked) -> str:
    """Which days it is about."""
    if not look.first or not look.last:
        return ""
    first, last = date_format(look.first, "j M Y"), date_format(look.last, "j M Y")
    return first if look.first == look.last else _("%(first)s to %(last)s") % {"first": first, "last": last}


def of_whom(look: Looked) -> str:
    """What it was narrowed to."""
    return ", ".join(str(badge(each).name) if each in DOCUMENTS else each for each in look.of if each)


def listed(words: Sequence[str]) -> str:
    """One, two and three."""
    if len(words) < 2:
        return "".join(words)
    return _("%(some)s and %(last)s") % {"some": ", ".join(words[:-1]), "last": words[-1]}
