"""A report in words: its lead, and what it proposes; from the numbers it keeps and from nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.advisor.looked import Looked, Unit
from analytics.models import OptimizationReport
from analytics.reporting.gathering import Told
from analytics.wording.words import cell, name_of, written

HEADLINES = ("views", "reach", "engagement_rate", "followers_gained", "streams", "conversions", "posts")
WORTH_SAYING = 1.1


@dataclass(frozen=True)
class Headline:
    """A figure with how it moved."""

    key: str
    name: str
    text: str
    change: str
    since: str
    look: str


@dataclass(frozen=True)
class Proposal:
    """One thing to do, and why."""

    what: str
    why: str


def headlines(told: Told) -> list[Headline]:
    """The figures at the head of a report; what was not told is left out, but for views."""
    totals = told.looks.get("totals")
    if totals is None:
        return []
    rows = {str(row[0]): at for at, row in enumerate(totals.rows)}
    return [
        _headline(totals, rows[key])
        for key in HEADLINES
        if key in rows and (key == "views" or totals.cell(rows[key], "now") is not None)
    ]


def _headline(look: Looked, row: int) -> Headline:
    now, before = look.cell(row, "now"), look.cell(row, "before")
    change, points = look.cell(row, "change"), look.cell(row, "points")
    moved = ""
    if change is not None:
        moved = written(change, Unit.CHANGE) if change else _("as before")
    elif isinstance(points, int | float) and not round(points, 2):
        moved = _("as before")
    elif isinstance(points, int | float):
        sign = "+" if points > 0 else ""
        moved = _("%(n)s points") % {"n": f"{sign}{written(round(points, 2), Unit.POINTS)}"}
    direction = "" if now is None or before is None else "up" if now > before else "down" if now < before else ""  # type: ignore[operator]
    since = _("from %(value)s") % {"value": cell(look, row, look.place("before"))} if before is not None else ""
    text = cell(look, row, look.place("now")) if now is not None else _("not given")
    return Headline(str(look.rows[row][0]), name_of(str(look.rows[row][0])), text, moved, since, direction)


def lead(told: Told) -> str:
    """The span in a sentence or two."""
    by_key = {each.key: each for each in headlines(told)}
    posts, views = by_key.get("posts"), by_key.get("views")
    said = []
    if posts is not None:
        count = int(told.looks["totals"].cell(_row(told.looks["totals"], "posts"), "now") or 0)
        said.append(ngettext("%(n)s post went live.", "%(n)s posts went live.", count) % {"n": posts.text})
    if views is not None and views.look and views.change:
        words = {"change": views.change.lstrip("+−"), "n": views.text}
        up, down = _("Views rose by %(change)s to %(n)s."), _("Views fell by %(change)s to %(n)s.")
        said.append((up if views.look == "up" else down) % words)
    elif views is not None and views.since:
        said.append(_("Views stayed at %(n)s.") % {"n": views.text})
    best = told.look("best")
    if best is not None:
        metric = str(best.asked["metric"])
        words = {"title": cell(best, 0, 0), "n": cell(best, 0, best.place(metric))}
        said.append(_("The most seen post is “%(title)s” with %(n)s.") % words)
    return " ".join(said)


def _row(look: Looked, key: str) -> int:
    return next(at for at, row in enumerate(look.rows) if row[0] == key)


def proposals(told: Told) -> list[Proposal]:
    """What to do next: what is advised, then what goes along with better results beyond chance."""
    found = [
        Proposal(cell(look, at, 0), "") for look in _of(told, "suggestions") for at in range(min(3, len(look.rows)))
    ]
    found += [each for look in _of(told, "best_times") for each in _post_at(look)]
    found += [each for look in _of(told, "kinds") for each in _more_of(look, _("Make more of “%(name)s”."))]
    found += [each for look in _of(told, "lengths") for each in _more_of(look, _("Keep videos at “%(name)s”."))]
    found += [each for look in _of(told, "hashtags") for each in _more_of(look, _("Keep %(name)s."))]
    found += [each for look in _of(told, "hashtags") for each in _less_of(look)]
    return found[:6]


def _of(told: Told, key: str) -> Sequence[Looked]:
    look = told.look(key)
    return [look] if look else []


def _post_at(look: Looked) -> list[Proposal]:
    times = look.cell(0, "times")
    if not isinstance(times, int | float) or times < WORTH_SAYING:
        return []
    what = _("Post on %(day)s at %(hour)s.") % {"day": cell(look, 0, 0), "hour": cell(look, 0, 1)}
    words = {"times": cell(look, 0, look.place("times")), "n": written(look.fact("posts"), Unit.COUNT)}
    return [Proposal(what, _("Posts around that hour did %(times)s the usual; %(n)s posts in all.") % words)]


def _certain(look: Looked, *, above: bool) -> list[int]:
    """The rows whose whole range lies on one side of the usual, the surest first."""
    found = []
    for at in range(len(look.rows)):
        low, high = look.cell(at, "lift_low"), look.cell(at, "lift_high")
        if isinstance(low, int | float) and isinstance(high, int | float) and (low > 1 if above else high < 1):
            found.append((low if above else -high, at))
    return [at for _sure, at in sorted(found, reverse=True)]


def _more_of(look: Looked, words: str) -> list[Proposal]:
    return [Proposal(words % {"name": cell(look, at, 0)}, _why(look, at)) for at in _certain(look, above=True)[:1]]


def _less_of(look: Looked) -> list[Proposal]:
    words = _("Leave %(name)s out.")
    return [Proposal(words % {"name": cell(look, at, 0)}, _why(look, at)) for at in _certain(look, above=False)[:1]]


def _why(look: Looked, at: int) -> str:
    words = {key: cell(look, at, look.place(key)) for key in ("lift", "lift_low", "lift_high", "posts")}
    return _("%(lift)s against the others (%(lift_low)s to %(lift_high)s, n = %(posts)s).") % words


def title_of(name: str, first: object, last: object) -> str:
    """What a report is called."""
    words = {"name": name, "first": date_format(first, "j M"), "last": date_format(last, "j M Y")}  # type: ignore[arg-type]
    return _("%(name)s, %(first)s to %(last)s") % words


def days_of(report: OptimizationReport) -> str:
    """The days a report is about."""
    first, last = date_format(report.first_day, "j F Y"), date_format(report.last_day, "j F Y")
    return first if report.first_day == report.last_day else _("%(first)s to %(last)s") % {"first": first, "last": last}
