"""A figure as a page says it: its value, how it changed and from what, and why it is not given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from babel import Locale
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from analytics.documents.fields import Kind
from analytics.queries.account_days import Told
from trenddrop.core import display
from trenddrop.core.catalogue import badge

Words = str | Promise
MANY_TIMES = 10
UP, DOWN, LEVEL = ("up", "rise"), ("down", "fall"), ("flat-n", "level")


@dataclass(frozen=True)
class Change:
    """How a figure moved: its look and sign, in words, and from what."""

    look: str
    sign: str
    words: str
    since: str


@dataclass(frozen=True)
class Figure:
    """One headline: `value` None is what nobody told, and `note` says why. `is_practice` stands at the number."""

    key: str
    name: Words
    value: float | None
    text: str
    change: Change | None = None
    note: str = ""
    means: Words = ""
    is_practice: bool = False
    before: float | None = None


def language() -> str:
    """The reader's."""
    return get_language() or "en"


def written(value: float | None, kind: Kind = Kind.COUNT, *, signed: bool = False) -> str:
    """A value as it is read: whole, in percent, or as a length of time."""
    if value is None:
        return ""
    if kind is Kind.SHARE:
        return f"{display.number(value * 100, language(), places=1 if abs(value) >= 0.1 else 2)}{display.SPACE}%"
    if kind is Kind.SECONDS:
        return display.duration(value)
    whole = round(value) if float(value).is_integer() or abs(value) >= 100 else round(value, 1)
    plus = "+" if signed and whole > 0 else ""
    return plus + display.number(whole, language())


def part(share: float) -> str:
    """A part of a whole, in percent: 19 %, 3.4 %."""
    return f"{display.number(share * 100, language(), places=0 if share >= 0.1 else 1)}{display.SPACE}%"


def country(code: str) -> str:
    """India from IN; what is no code stays."""
    return str(Locale.parse(language(), sep="-").territories.get(code.upper(), code))


def changed(now: float | None, before: float | None, kind: Kind = Kind.COUNT, *, signed: bool = False) -> Change | None:
    """How a figure moved from the days before; None where either is not told. From nought there is no percentage."""
    if now is None or before is None:
        return None
    look, sign = UP if now > before else DOWN if now < before else LEVEL
    since = _("from %(value)s") % {"value": written(before, kind, signed=signed)}
    if now == before:
        return Change(look, sign, _("as before"), "")
    if kind is Kind.SHARE:
        points = round((now - before) * 100, 2)
        plus = "+" if points > 0 else ""
        moved = _("%(n)s points") % {"n": f"{plus}{display.number(points, language(), places=1)}"}
        return Change(look, sign, moved, since)
    if before == 0:
        return Change(look, sign, _("from nothing"), "")
    if before < 0 or now < 0:
        return Change(look, sign, "", since)
    ratio = now / before
    moved = (
        display.times(ratio, language())
        if ratio >= MANY_TIMES
        else display.percent_change((ratio - 1) * 100, language())
    )
    return Change(look, sign, moved, since)


def figure(
    key: str,
    name: Words,
    told: Told,
    *,
    kind: Kind = Kind.COUNT,
    signed: bool = False,
    note: str = "",
    means: Words = "",
    is_practice: bool = False,
) -> Figure:
    """A figure beside its own past."""
    change = changed(told.now, told.before, kind, signed=signed)
    if told.now is not None and told.before is None:
        note = _with_why_no_change(told, note)
    text = written(told.now, kind, signed=signed)
    return Figure(key, name, told.now, text, change, note, means, is_practice, told.before)


def _with_why_no_change(told: Told, note: str) -> str:
    if told.is_uneven and not told.is_partial:
        return "; ".join(filter(None, (note, _("not the same days or accounts were counted before"))))
    return note or _("nothing earlier to hold it against")


def names(platforms: Sequence[str]) -> str:
    """Name platforms, as a sentence does."""
    return ", ".join(str(badge(each).name) for each in platforms)


def not_given_by(platforms: Sequence[str], *, is_told: bool) -> str:
    """Say who does not tell a figure: alone the reason that there is none, beside others what is missing of it."""
    if not platforms:
        return ""
    words = _("without %(names)s: not told there") if is_told else _("not given by %(names)s")
    return words % {"names": names(platforms)}


def csv_rows(figures: Sequence[Figure]) -> list[list[object]]:
    """The headlines as rows of a file: plain numbers."""
    return [[str(each.name), each.value, each.before, each.note] for each in figures]


def shares(counts: Mapping[str, float]) -> list[tuple[str, float]]:
    """Parts of a whole, the largest first; nothing of nothing."""
    whole = sum(counts.values())
    if whole <= 0:
        return []
    return sorted(((name, count / whole) for name, count in counts.items()), key=lambda pair: (-pair[1], pair[0]))
