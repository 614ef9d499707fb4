"""Holding an answer against what was looked up: every number in it must be one of the tools', as they are spelled.

A number may be rounded, and says by its digits how far; more than that is another number. Dates and times of day must
have been looked up too. Titles and names that were looked up may hold whatever they hold.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import regex

from analytics.advisor.looked import NUMBERS, Looked, Unit
from analytics.advisor.spelling import As, Spelled, is_that_day, spelled
from trenddrop.core.text.links import find_links

SLACK = 1e-9
UP = regex.compile(
    r"\b(?:rose|risen|rise|rises|grew|grow|grown|growth|gained|up|increas\w+|more|higher|climbed|improved)\b|बढ़",
    regex.I,
)
DOWN = regex.compile(
    r"\b(?:fell|fall|fallen|falls|dropped|drop|down|decreas\w+|less|fewer|lower|lost|shrank|declin\w+|worse)\b|घट|कम",
    regex.I,
)
MAIL = regex.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
ADDRESS = regex.compile(r"(?:https?://|www\.|javascript:|data:)\S+|\[[^\]]*\]\([^)]*\)|<\s*/?\s*[a-z][^>]*>", regex.I)
BARE = regex.compile(r"(?<![\w.])[\w-]{2,}(?:\.[\w-]+)*\.[a-z]{2,}(?!\w)")
HANDLE = regex.compile(r"(?<![\w.])@\w[\w.]*")
FITS: Mapping[As, frozenset[Unit]] = {
    As.PLAIN: frozenset({Unit.COUNT, Unit.RATIO, Unit.SCORE, Unit.MONEY, Unit.SHARE, Unit.HOURS, Unit.SECONDS}),
    As.PERCENT: frozenset({Unit.SHARE, Unit.CHANGE}),
    As.POINTS: frozenset({Unit.POINTS, Unit.SCORE}),
    As.TIMES: frozenset({Unit.RATIO}),
    As.OFTEN: frozenset({Unit.RATIO, Unit.COUNT}),
    As.MONEY: frozenset({Unit.MONEY}),
    As.LENGTH: frozenset({Unit.SECONDS, Unit.HOURS, Unit.DAYS}),
    As.FRACTION: frozenset({Unit.SHARE, Unit.RATIO}),
}
IN_SECONDS = {Unit.SECONDS: 1.0, Unit.HOURS: 3600.0, Unit.DAYS: 86400.0}


@dataclass(frozen=True)
class Figure:
    """A number that was looked up, and by which look it was."""

    value: float
    unit: Unit
    look: int
    currency: str = ""
    is_length: bool = False  # how many rows the table has


@dataclass(frozen=True)
class Match:
    """A number of an answer and the looks it is from; none: it was made up."""

    spelled: Spelled
    looks: Sequence[int]


@dataclass(frozen=True)
class Known:
    """Everything that was looked up, to be asked for."""

    looks: Sequence[Looked]
    figures: Sequence[Figure] = field(default_factory=list)
    dates: Sequence[tuple[dt.date, int]] = field(default_factory=list)
    hours: Sequence[tuple[int, int, int]] = field(default_factory=list)  # hour, minute, look
    names: frozenset[str] = frozenset()

    @cached_property
    def by_unit(self) -> dict[Unit, list[Figure]]:
        """The figures by what they are."""
        found: dict[Unit, list[Figure]] = {}
        for each in self.figures:
            found.setdefault(each.unit, []).append(each)
        return found


def known(looks: Sequence[Looked]) -> Known:
    """Gather what was looked up."""
    figures, dates, hours, names = list[Figure](), list[tuple[dt.date, int]](), list[tuple[int, int, int]](), set[str]()
    for at, look in enumerate(looks):
        figures += [Figure(each.value, each.unit, at, look.currency) for each in look.facts]
        figures.append(Figure(len(look.rows), Unit.COUNT, at, is_length=True))
        if look.first and look.last:
            dates += [(look.first, at), (look.last, at)]
            figures.append(Figure(look.days, Unit.DAYS, at))
        names |= {text for text in look.of if text}
        for row_at, row in enumerate(look.rows):
            for place, cell in enumerate(row):
                unit = look.unit_of(row_at, place)
                if unit is Unit.NAME and isinstance(cell, str):
                    names.add(cell)
                elif unit in NUMBERS and isinstance(cell, int | float):
                    figures.append(Figure(float(cell), unit, at, look.currency))
                elif unit is Unit.HOUR and isinstance(cell, int):
                    hours += [(cell, 0, at), ((cell + 1) % 24, 0, at)]
                elif unit in {Unit.DATE, Unit.MOMENT} and isinstance(cell, str):
                    moment = dt.datetime.fromisoformat(cell)
                    dates.append((moment.date(), at))
                    hours += [(moment.hour, moment.minute, at)] if unit is Unit.MOMENT else []
    return Known(looks, figures, dates, hours, frozenset(names))


def matches(text: str, from_: Known) -> list[Match]:
    """Return every number of a text with the looks it is from."""
    clauses = _clauses(text)
    return [Match(one, sorted(_looks_of(one, from_, clauses))) for one in spelled(text, names=from_.names)]


def made_up(text: str, from_: Known) -> list[Spelled]:
    """Return the numbers of a text that nobody looked up."""
    return [each.spelled for each in matches(text, from_) if not each.looks]


def _looks_of(one: Spelled, from_: Known, clauses: Sequence[tuple[int, str]]) -> set[int]:
    match one.meant:
        case As.VAGUE:
            return set()
        case As.DATE:
            return {look for date, look in from_.dates if is_that_day(one, date)}
        case As.MONTH:
            return {look for date, look in from_.dates if is_that_day(one, date)}
        case As.CLOCK:
            return {look for hour, minute, look in from_.hours if (hour, minute) == one.clock} | _lasting(one, from_)
        case As.RANK:
            return {at for at, look in enumerate(from_.looks) if 1 <= one.value <= len(look.rows)}
        case _:
            fitting = [
                figure
                for unit in FITS[one.meant]
                for figure in from_.by_unit.get(unit, ())
                if _is_same(one, figure) and not _contradicts(one, figure, clauses)
            ]
            return {figure.look for figure in fitting}


def _lasting(one: Spelled, from_: Known) -> set[int]:
    """A length of time, written as 1:02:09."""
    found = [figure for unit in (Unit.SECONDS, Unit.HOURS) for figure in from_.by_unit.get(unit, ())]
    return {each.look for each in found if one.value >= 0 and abs(each.value * IN_SECONDS[each.unit] - one.value) <= 1}


def _is_same(one: Spelled, figure: Figure) -> bool:
    value = _as_meant(one, figure)
    if figure.is_length and one.meant is not As.PLAIN:
        return False
    if one.currency and figure.currency and one.currency != figure.currency:
        return False
    if one.sign and value and (value < 0) != (one.sign < 0):
        return False
    off, slack = abs(value) - one.value, SLACK * max(1.0, one.value)
    if one.meant is As.LENGTH and figure.unit is not Unit.DAYS:  # rounded, or cut off as clocks do
        return -one.half - slack <= off < 2 * one.half
    return abs(off) <= one.half + slack


def _as_meant(one: Spelled, figure: Figure) -> float:
    if one.meant is As.PERCENT and figure.unit is Unit.SHARE:
        return figure.value * 100
    if one.meant is As.LENGTH:
        return figure.value * IN_SECONDS[figure.unit]
    return figure.value


def _clauses(text: str) -> list[tuple[int, str]]:
    """Where each clause of a text begins, and its words."""
    return [(match.start(), match[0]) for match in regex.finditer(r"[^,;:!?।—]+", text)]


def _contradicts(one: Spelled, figure: Figure, clauses: Sequence[tuple[int, str]]) -> bool:
    """Whether its clause says that it rose where it fell, or the other way round."""
    if figure.unit not in {Unit.CHANGE, Unit.POINTS} or not figure.value or one.sign:
        return False
    before = [words for start, words in clauses if start <= one.start]
    words = before[-1] if before else ""
    up, down = bool(UP.search(words)), bool(DOWN.search(words))
    return up is not down and (figure.value > 0) is not up


# What an answer must not hold besides


def planted(text: str, from_: Known) -> str:
    """Return a link, an address, a handle or a tag in an answer that nothing looked up names; "" without any."""
    known_names = " ".join(from_.names).lower()
    links = [text[link.start : link.end] for link in find_links(text)]
    found = [*(match for pattern in (ADDRESS, MAIL, HANDLE, BARE) for match in pattern.findall(text)), *links]
    return next((each for each in found if each.strip(".,").lower() not in known_names), "")


def repeats(text: str, ours: str, *, run: int = 9) -> bool:
    """Whether a text repeats so many words of ours in a row."""
    told, words = _words(ours), _words(text)
    runs = {tuple(told[at : at + run]) for at in range(len(told) - run + 1)}
    return any(tuple(words[at : at + run]) in runs for at in range(len(words) - run + 1))


def _words(text: str) -> list[str]:
    return regex.findall(r"[\p{L}\p{M}\p{N}]+", text.lower())


def origins(texts: Iterable[str], from_: Known) -> list[dict[str, object]]:
    """Return each number of an answer with where it is from, as JSON; looks are counted from one."""
    return [
        {"text": each.spelled.text, "part": place, "looks": [at + 1 for at in each.looks]}
        for place, text in enumerate(texts)
        for each in matches(text, from_)
    ]
