"""What the codes of looks are called, and how their cells are written, in the reader's language."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from babel import Locale
from django.utils import dates
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from analytics.advisor.looked import Cell, Looked, Unit
from analytics.catalogue import METRICS
from analytics.documents import DOCUMENTS
from analytics.models import Anomaly, BackTest, Conversion, Goal, Insight
from analytics.wording.ranges import LETTERS, SECONDS
from content.models import GeneratedContent
from content.models.generated import PieceFormat
from trenddrop.core import display
from trenddrop.core.catalogue import badge

Words = str | Promise
MINUTE = 60
TITLES: Mapping[str, Words] = {
    "totals": lazy("Sums of these days"),
    "by_day": lazy("Day by day"),
    "compared": lazy("Told apart"),
    "of_platform": lazy("All figures of a platform"),
    "streams": lazy("Streams"),
    "posts": lazy("Posts"),
    "one_post": lazy("A post"),
    "meaning": lazy("What a metric means"),
    "works": lazy("What goes with better results"),
    "hashtags": lazy("Hashtags"),
    "best_times": lazy("Best hours"),
    "people": lazy("Audience"),
    "conversions": lazy("Conversions"),
    "earned": lazy("What earned conversions"),
    "returns": lazy("Return of originals"),
    "searched": lazy("Search"),
    "insights": lazy("Insights"),
    "anomalies": lazy("Days out of the ordinary"),
    "goals": lazy("Goals"),
    "suggestions": lazy("Advice for the next post"),
    "back_test": lazy("How advice did"),
    "calculate": lazy("Reckoned"),
}
NAMES: Mapping[str, Words] = {
    "figure": lazy("Figure"), "now": lazy("These days"), "before": lazy("The days before"), "change": lazy("Change"),
    "points": lazy("Points"), "name": lazy("Name"), "platform": lazy("Platform"), "account": lazy("Account"),
    "views_before": lazy("Views before"), "followers": lazy("Followers"), "followers_gained": lazy("Followers gained"),
    "streams": lazy("Streams"), "streams_before": lazy("Streams before"), "posts": lazy("Posts"),
    "engagement_rate": lazy("Engagement rate"), "conversions": lazy("Conversions"),
    "published": lazy("Went live"),
    "date": lazy("Day"), "weekday": lazy("Day of the week"), "hour": lazy("Hour"), "score": lazy("Score"),
    "times": lazy("Times the usual"), "median": lazy("Median against the usual"),
    "lift": lazy("Against posts without it"), "lift_low": lazy("from"), "lift_high": lazy("to"),
    "recent": lazy("Posts of the last 28 days"), "earlier": lazy("Posts of the 28 days before"),
    "from": lazy("from"), "to": lazy("to"), "share": lazy("Share"), "people": lazy("People"), "count": lazy("Number"),
    "worth": lazy("Value"), "currency": lazy("Currency"), "given_back": lazy("Given back"), "refunds": lazy("Refunds"),
    "cost": lazy("Cost"), "value": lazy("Value"), "roi": lazy("Return"), "clicks_before": lazy("Clicks before"),
    "position": lazy("Place"), "kind": lazy("Kind"), "effect": lazy("Times the usual"), "expected": lazy("Expected"),
    "low": lazy("from"), "high": lazy("to"), "target": lazy("Target"), "deadline": lazy("Deadline"),
    "status": lazy("State"), "outlook": lazy("Outlook"), "reached": lazy("Of the way"), "when": lazy("When"),
    "week": lazy("Week"), "verdict": lazy("What it says"), "ratio": lazy("As advised against the others"),
    "advised": lazy("Posts as advised"), "own": lazy("Other posts"), "result": lazy("Result"),
    "formula": lazy("Formula"), "sum": lazy("Together"), "mean": lazy("Mean"), "highest": lazy("Highest"),
    "lowest": lazy("Lowest"), "counted": lazy("Counted"), "compared": lazy("Posts compared"), "used": lazy("Hashtags"),
    "visits": lazy("Visits"), "return": lazy("Return"), "accounts": lazy("Accounts"), "told": lazy("Told of"),
    "no_client": lazy("Our own"), "no_brand": lazy("No brand"), "ratio_of": lazy("Ratio"),
    "fewest": lazy("Fewest posts to be judged"), "compared_at": lazy("Compared after"),
    "difference": lazy("Difference"),
    "percent_change": lazy("Change"), "female": lazy("Women"), "male": lazy("Men"), "other": lazy("Others"),
}  # fmt: skip
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
        return f"{currency}{display.SPACE}{display.number(value, language(), places=2)}".strip()
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


def cell(look: Looked, row: int, column: int) -> str:
    """A cell of a look as it is read."""
    value, unit = look.rows[row][column], look.unit_of(row, column)
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
