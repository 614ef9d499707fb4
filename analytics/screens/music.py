"""Clips and streams as the page, its files and the API tell them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics import lift
from analytics.lift import Lift, Thin
from analytics.queries.music import Cause, Clip, ClipLift, Music
from analytics.screens import figures
from analytics.screens.overview import ticks
from analytics.tables import Table
from trenddrop.core.charts import Band, LineChart, Mark, Series

Words = str | Promise


@dataclass(frozen=True)
class Said:
    """A clip and what can be said of it: a headline, how sure it is, and what else there was."""

    clip: Clip
    verdict: str
    headline: str
    range: str
    notes: Sequence[str]


def title(found: Music) -> str:
    """What the line shows."""
    if found.is_growth:
        return _("%(name)s gained a day") % {"name": found.field.name}
    return _("%(name)s a day") % {"name": found.field.name}


def chart(found: Music) -> LineChart:
    """The days with the clips as marks, and what the weeks before each promised as a band."""
    dates = found.span.dates
    seen = [found.days.get(date) for date in dates]
    promised = [found.band.get(date) for date in dates]
    has_band = any(promised)
    known = sum(value is not None for value in seen)
    summary = _("%(title)s of %(name)s: %(n)s of %(of)s days counted, %(clips)s clips.")
    said = {"title": title(found), "name": found.account.name, "n": known, "of": len(dates), "clips": len(found.lifts)}
    lines = [Series(str(found.field.name), seen)]
    if has_band:
        lines.append(Series(_("Expected"), [each and each[0] for each in promised], "two"))
    return LineChart(
        title=title(found),
        summary=summary % said,
        x=list(range(len(dates))),
        labels=[date_format(date, "j M") for date in dates],
        series=lines,
        ticks=ticks(dates),
        band=Band(
            _("Nine of ten days"), [each and each[1] for each in promised], [each and each[2] for each in promised]
        )
        if has_band
        else None,
        marks=_marks(found),
        x_name=_("Day"),
    )


def _marks(found: Music) -> list[Mark]:
    """A number per day that had clips: several of one day share a mark."""
    of: dict[int, list[str]] = {}
    for each in found.lifts:
        of.setdefault((each.clip.date - found.span.first).days, []).append(str(each.clip.number))
    return [Mark(float(at), ", ".join(numbers)) for at, numbers in sorted(of.items()) if at >= 0]


def said(found: Music) -> list[Said]:
    """Each clip in words, the latest first."""
    return [_said(found, each) for each in reversed(found.lifts)]


def _said(found: Music, each: ClipLift) -> Said:
    result, name = each.found, str(found.field.name)
    if isinstance(result, Thin):
        return Said(each.clip, "thin", _thin(result), "", _notes(each))
    told = {
        "seen": figures.written(round(result.seen)),
        "expected": figures.written(round(result.expected)),
        "name": name,
        "n": result.days,
    }
    headline = ngettext(
        "%(name)s in %(n)s day: seen %(seen)s where %(expected)s were expected.",
        "%(name)s in %(n)s days: seen %(seen)s where %(expected)s were expected.",
        result.days,
    )
    return Said(each.clip, result.verdict, headline % told, _range(result), [*_about(result), *_notes(each)])


def _range(result: Lift) -> str:
    words = {
        "more": _("%(excess)s more than expected, give or take: between %(low)s and %(high)s, sure nine times in ten."),
        "less": _(
            "%(excess)s fewer than expected, give or take: between %(low)s and %(high)s, sure nine times in ten."
        ),
        "usual": _("Within the usual ups and downs: the difference lies between %(low)s and %(high)s."),
    }[result.verdict]
    return words % {
        "excess": figures.written(abs(round(result.excess))),
        "low": figures.written(round(result.low), signed=True),
        "high": figures.written(round(result.high), signed=True),
    }


def _thin(result: Thin) -> str:
    told = {"n": result.known, "needed": result.needed}
    if result.is_after:
        return _("Too early: %(n)s days since are counted, %(needed)s are needed.") % told
    words = _("Not enough to speak about: of the eight weeks before %(n)s days are counted, %(needed)s are needed.")
    return words % told


def _about(result: Lift) -> list[str]:
    notes = []
    if not result.is_over:
        notes.append(_("Its days are not over yet."))
    if result.was_rising:
        notes.append(_("It was rising already in the two weeks before: part of the difference is that."))
    return notes


def _notes(each: ClipLift) -> list[str]:
    notes = []
    if each.others:
        numbers = ", ".join(str(number) for number in each.others)
        words = ngettext(
            "Clip %(numbers)s went live in the same days: the two cannot be told apart.",
            "Clips %(numbers)s went live in the same days: they cannot be told apart.",
            len(each.others),
        )
        notes.append(words % {"numbers": numbers})
    return [*notes, *(cause(one) for one in each.causes[:4])]


def cause(one: Cause) -> str:
    """Another thing that changed in those days."""
    told = {"name": one.field.name, "day": date_format(one.date, "j M")}
    if one.names:
        more = ", ".join(one.names[:3]) + ("…" if len(one.names) > 3 else "")
        return _("May be part of it: %(name)s, new on %(day)s: %(names)s.") % {**told, "names": more}
    moved = {"before": figures.written(one.before), "after": figures.written(one.after)}
    return _("May be part of it: %(name)s went from %(before)s to %(after)s on %(day)s.") % {**told, **moved}


def limits(found: Music) -> list[str]:
    """What this cannot say."""
    notes = [
        _(
            "Expected is the median of the same weekday over the eight weeks before the clip; the band holds nine of"
            " ten such days. At least %(n)s of these days must be counted."
        )
        % {"n": lift.FEWEST_DAYS},
        _("Nothing here proves a cause: what else began in the same days looks the same."),
    ]
    if found.is_growth:
        words = _("Streams are not told for this account; what is shown is how %(name)s grew from day to day.")
        notes.insert(0, words % {"name": str(found.field.name).lower()})
    if found.clips_in_all > len(found.lifts):
        notes.append(
            _("Of %(n)s clips in these days the %(shown)s most seen are marked.")
            % {"n": found.clips_in_all, "shown": len(found.lifts)}
        )
    return notes


def tables(found: Music) -> list[Table]:
    """The days and the clips as files."""
    days = [
        [date, found.days.get(date), *(found.band.get(date) or (None, None, None))]
        for date in found.span.dates
    ]  # fmt: skip
    header = (_("Day"), str(found.field.name), _("Expected"), _("Low"), _("High"))
    clips = [[*_clip_cells(each.clip), *_lift_cells(each.found)] for each in found.lifts]
    clip_header = (
        _("No."), _("Clip"), _("Platform"), _("Account"), _("Went live"), _("Views"), _("Days counted"), _("Seen"),
        _("Expected"), _("Difference"), _("Low"), _("High"),
    )  # fmt: skip
    return [Table("days", title(found), header, days), Table("clips", _("Clips"), clip_header, clips)]


def _clip_cells(clip: Clip) -> list[object]:
    return [clip.number, clip.title, clip.platform, clip.account, clip.published_at.isoformat(), clip.views]


def _lift_cells(result: Lift | Thin) -> list[object]:
    if isinstance(result, Thin):
        return [result.known if result.is_after else 0, None, None, None, None, None]
    values = (result.seen, result.expected, result.excess, result.low, result.high)
    return [result.days, *(round(value, 1) for value in values)]
