"""A number explained: what it is, its formula with the very values in it, who says so, and when it was counted."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from analytics.catalogue import COLUMNS, METRICS, PART, Metric, Unit, Value, in_words, name_of, parts_of
from analytics.models import MeasuredPost
from analytics.screens import written
from trenddrop.core.catalogue import badge

FELL, LOST = "fell", "lost"


@dataclass(frozen=True)
class Part:
    """What a formula speaks of, and its value here."""

    key: str
    name: str
    value: str
    is_metric: bool


@dataclass(frozen=True)
class Explained:
    """One metric, of a post or by itself."""

    metric: Metric
    value: str = ""
    formula: str = ""
    filled: str = ""
    parts: Sequence[Part] = ()
    platforms: Sequence[str] = ()
    why_not: str = ""
    note: str = ""
    counted_at: dt.datetime | None = None


def value_of(row: MeasuredPost, key: str) -> Value:
    """What a post has under a key of the catalogue or of a formula's parts."""
    if key in COLUMNS or key == "duration":
        found = getattr(row, key)
    else:
        found = row.more.get(key) if key in row.more else row.figures.get(key)
    return float(found) if isinstance(found, int | float) else None


def metric(key: str) -> Explained:
    """A metric by itself."""
    found = METRICS[key]
    return Explained(found, formula=in_words(found), platforms=_platforms(found))


def of_post(row: MeasuredPost, key: str) -> Explained:
    """A metric of a post, with the values its formula rests on."""
    found, value = METRICS[key], value_of(row, key)
    values = {part: value_of(row, part) for part in parts_of(found)}
    return Explained(
        found,
        value=written.figure(value, found) if value is not None else "",
        formula=in_words(found),
        filled=_filled(found, values) if value is not None and values else "",
        parts=[_part(part, each) for part, each in values.items()],
        platforms=_platforms(found),
        why_not=_why_not(row, found, values) if value is None else "",
        note=_note(row, key),
        counted_at=row.last_at,
    )


def _filled(found: Metric, values: dict[str, Value]) -> str:
    return PART.sub(lambda each: _value(each[1], values.get(each[1])), found.formula)


def _part(key: str, value: Value) -> Part:
    return Part(key, name_of(key), _value(key, value), key in METRICS)


def _value(key: str, value: Value) -> str:
    if value is None:
        return _("not given")
    return written.figure(value, key) if key in METRICS else written.of_unit(value, Unit.COUNT)


def _platforms(found: Metric) -> list[str]:
    return sorted(found.platforms - {"practice"})


def _why_not(row: MeasuredPost, found: Metric, values: dict[str, Value]) -> str:
    name = badge(row.platform).name
    if row.last_at is None:
        return _("Nothing of this post was counted yet.")
    missing = [name_of(key) for key, value in values.items() if value is None]
    if found.is_derived and missing:
        return _("It cannot be told: %(parts)s is not given.") % {"parts": ", ".join(missing)}
    if found.is_derived:
        return _("It cannot be told yet, or it would be divided by nought.")
    if row.platform not in found.platforms:
        return _("%(platform)s does not tell it.") % {"platform": name}
    return _("%(platform)s did not tell it of this post.") % {"platform": name}


def _note(row: MeasuredPost, key: str) -> str:
    """What must be known besides: a counter that fell, or one that fell silent."""
    if row.figures.get(FELL, {}).get(key):
        return _("The platform corrected this number downwards on %(date)s; it is shown as it was told.") % {
            "date": row.figures[FELL][key]
        }
    if key in row.figures.get(LOST, ()):
        return _("The platform no longer tells it; this is what it told last.")
    return ""
