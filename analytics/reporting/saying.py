"""A report in words: its lead, and what it proposes; from the numbers it keeps and from nothing else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.advising.telling import PROBABLE, TESTED
from analytics.advisor.looked import Looked, Unit
from analytics.models import OptimizationReport
from analytics.reporting.agreeing import Part, of_choice, of_hour, of_tag, standing
from analytics.reporting.gathering import Told
from analytics.wording.words import cell, name_of, written
from content.understanding import levers
from content.understanding.levers import FORMAT

HEADLINES = ("views", "reach", "engagement_rate", "followers_gained", "streams", "conversions", "posts")
WORTH_SAYING = 1.1
MOST, MOST_ADVISED = 6, 3
Decides = Callable[[str], Mapping[str, str]]


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


@dataclass(frozen=True)
class Wish:
    """What could be proposed, in parts of which some may not stand. `is_plain`: its one part is a sentence."""

    parts: Sequence[Part]
    why: str = ""
    is_plain: bool = False

    def said(self, kept: Sequence[Part]) -> Proposal | None:
        """Return the proposal of the parts that stand; None where none does."""
        stand = [part for part in self.parts if any(part is other for other in kept)]
        if not stand:
            return None
        if self.is_plain:
            return Proposal(stand[0].words, self.why)
        words = ", ".join(part.words for part in stand)
        what = f"{words[:1].upper()}{words[1:]}."
        account = stand[0].account
        return Proposal(f"{account}: {what}" if account else what, self.why)


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
    """What to do next: what is advised, then what goes along with better results beyond chance; none against another.

    Of advice that speaks against something better founded only the rest is proposed.
    """
    advised = [each for look in _of(told, "suggestions") for each in _advised(look)]
    found = [each for look in _of(told, "best_times") for each in _post_at(look)]
    found += [each for look in _of(told, "kinds") for each in _kind(look)]
    found += [each for look in _of(told, "lengths") for each in _length(look)]
    found += [each for look in _of(told, "hashtags") for each in _tags(look)]
    kept = standing([part for wish in (*advised, *found) for part in wish.parts])
    first = [each for wish in advised if (each := wish.said(kept))][:MOST_ADVISED]
    return [*first, *(each for wish in found if (each := wish.said(kept)))][:MOST]


def _of(told: Told, key: str) -> Sequence[Looked]:
    look = told.look(key)
    return [look] if look else []


def _advised(look: Looked) -> list[Wish]:
    """What is advised, each with what it decides; a report of earlier days kept its sentences alone."""
    said = look.details.get("said")
    if said is None:
        return [Wish([Part(cell(look, at, 0), {}, TESTED, str(at))], is_plain=True) for at in range(len(look.rows))]
    return [_advice(look, at, each) for at, each in enumerate(said)]


def _advice(look: Looked, at: int, said: Sequence[Sequence[Any]]) -> Wish:
    account = str(look.cell(at, "account") or "")
    if look.details["whole"][at]:
        decides = {name: value for choice, own, _ground in said for name, value in of_choice(choice, own).items()}
        return Wish([Part(cell(look, at, 0), decides, TESTED, account)], is_plain=True)
    parts = [Part(levers.told(choice, value), of_choice(choice, value), sure, account) for choice, value, sure in said]
    return Wish(parts)


def _post_at(look: Looked) -> list[Wish]:
    times = look.cell(0, "times")
    if not isinstance(times, int | float) or times < WORTH_SAYING:
        return []
    what = _("Post on %(day)s at %(hour)s.") % {"day": cell(look, 0, 0), "hour": cell(look, 0, 1)}
    words = {"times": cell(look, 0, look.place("times")), "n": written(look.fact("posts"), Unit.COUNT)}
    why = _("Posts around that hour did %(times)s the usual; %(n)s posts in all.") % words
    decides = of_hour(int(look.cell(0, "weekday") or 0), int(look.cell(0, "hour") or 0))
    return [Wish([Part(what, decides, PROBABLE)], why, is_plain=True)]


def _certain(look: Looked, *, above: bool) -> list[int]:
    """The rows whose whole range lies on one side of the usual, the surest first."""
    found = []
    for at in range(len(look.rows)):
        low, high = look.cell(at, "lift_low"), look.cell(at, "lift_high")
        if isinstance(low, int | float) and isinstance(high, int | float) and (low > 1 if above else high < 1):
            found.append((low if above else -high, at))
    return [at for _sure, at in sorted(found, reverse=True)]


def _kind(look: Looked) -> list[Wish]:
    return _more_of(look, _("Make more of “%(name)s”."), lambda key: {FORMAT: key})


def _length(look: Looked) -> list[Wish]:
    return _more_of(look, _("Keep videos at “%(name)s”."), lambda key: {"video length": key})


def _tags(look: Looked) -> list[Wish]:
    less = _("Leave %(name)s out.")
    return [
        *_more_of(look, _("Keep %(name)s."), lambda tag: of_tag(tag, is_used=True)),
        *_tested(look, less, _certain(look, above=False), lambda tag: of_tag(tag, is_used=False)),
    ]


def _more_of(look: Looked, words: str, decides: Decides) -> list[Wish]:
    return _tested(look, words, _certain(look, above=True), decides)


def _tested(look: Looked, words: str, rows: Sequence[int], decides: Decides) -> list[Wish]:
    return [
        Wish([Part(words % {"name": cell(look, at, 0)}, decides(str(look.rows[at][0])), TESTED)], _why(look, at), True)
        for at in rows[:1]
    ]


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
