"""A page printed in columns is read down one, then down the next, between what runs across them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median
from typing import Any

from pypdf import PageObject

LETTER = 0.5  # of a letter's height, its usual width
FEWEST = 5  # lines on either side of a gap
TURNS = 4  # from one side to the other before the page's own order is not believed
ACROSS = 0.35  # of all letters may stand in lines across a gap
LEAST = 0.15  # of all letters must stand on either side
MIDDLE = (0.12, 0.88)  # of the printed width, where a gap is looked for
SAME_LINE = 0.4  # of a letter's height
FULL, WORDY = 0.6, 14  # a column's usual line, of its longest, and its letters: the cells of tables are shorter
MOST = 6  # columns side by side, as halves of halves


@dataclass(frozen=True)
class Printed:
    """Some letters with their place on the page, in its units; `y` grows upwards, `letter` is about their width."""

    x: float
    y: float
    size: float
    text: str
    letter: float = LETTER

    @property
    def right(self) -> float:
        """About where they end."""
        return self.x + self.letter * self.size * len(self.text.strip())


@dataclass(frozen=True)
class Gap:
    """A gap between columns, and those within what is left and right of it."""

    at: float
    left: "Gap | None" = None
    right: "Gap | None" = None


class TooLong(Exception):
    """Reading a page took longer than it may."""


def text_of(page: PageObject, goes_on: Callable[[], bool] = lambda: True) -> str:
    """Return a page's words; in the order of the columns where the file itself goes to and fro between them.

    Raises TooLong once `goes_on` says no.
    """
    printed = list[Printed]()

    def drawn(*_told: Any) -> None:
        if not goes_on():
            raise TooLong

    def seen(text: str, matrix: Sequence[float], place: Sequence[float], font: Any, size: float) -> None:
        if text.strip():
            x, y = _multiplied(place, matrix)
            tall = abs(size * (place[3] or 1.0) * (matrix[3] or 1.0)) or 10.0
            printed.append(Printed(x, y, tall, text.strip("\n"), _letter(text, font)))

    whole = str(page.extract_text(visitor_text=seen, visitor_operand_before=drawn))
    gap = _gaps(printed)
    return whole if gap is None else "\n".join(_lines(_in_order(printed, gap, from_right=_is_from_right(whole))))


def _multiplied(place: Sequence[float], matrix: Sequence[float]) -> tuple[float, float]:
    x, y = place[4], place[5]
    return x * matrix[0] + y * matrix[2] + matrix[4], x * matrix[1] + y * matrix[3] + matrix[5]


def _letter(text: str, font: Any) -> float:
    """Return about how wide the letters are, of their height, where the font tells it of single bytes."""
    if not isinstance(font, Mapping) or "/Widths" not in font:
        return LETTER
    first, widths = int(font.get("/FirstChar", 0)), list(font["/Widths"])
    known = [float(widths[ord(sign) - first]) for sign in text.strip() if 0 <= ord(sign) - first < len(widths)]
    return sum(known) / len(known) / 1000 if any(known) else LETTER


def _is_from_right(text: str) -> bool:
    """Say whether a text is of letters that are read from the right."""
    letters = [sign for sign in text if sign.isalpha()]
    return sum("\u0590" <= sign <= "\u08ff" for sign in letters) > len(letters) / 2


def _gaps(printed: Sequence[Printed], most: int = MOST) -> Gap | None:
    """Return the gaps between columns, None where there are none or the file keeps to its columns."""
    if len(printed) < 2 * FEWEST or most < 2:
        return None
    left, right = min(one.x for one in printed), max(one.right for one in printed)
    low, high = (left + share * (right - left) for share in MIDDLE)
    starts = sorted({round(one.x, 1) for one in printed if low < one.x < high})
    at = next((start - 0.1 for start in starts if _divides(printed, start - 0.1)), None)
    if at is None:
        return None
    sides = {side: [one for one in printed if _side(one, at) == side] for side in (-1, 1)}
    return Gap(at, _gaps(sides[-1], most - 1), _gaps(sides[1], most - 1))


def _divides(printed: Sequence[Printed], at: float) -> bool:
    letters = dict.fromkeys((-1, 0, 1), 0)
    sides = [_side(one, at) for one in printed]
    for one, side in zip(printed, sides, strict=True):
        letters[side] += len(one.text)
    total = sum(letters.values())
    turns = sum(one != other for one, other in pairwise(side for side in sides if side))
    if min(letters[-1], letters[1]) < LEAST * total or letters[0] > ACROSS * total or turns < TURNS:
        return False
    return all(_is_prose([one for one, on in zip(printed, sides, strict=True) if on == side]) for side in (-1, 1))


def _is_prose(side: Sequence[Printed]) -> bool:
    """Say whether one side holds lines of about the same length, and no cells of a table."""
    rows = [list(row) for row in _rows(sorted(side, key=lambda one: (-one.y, one.x)))]
    if len(rows) < FEWEST:
        return False
    wide = [max(one.right for one in row) - row[0].x for row in rows]
    letters = [sum(len(one.text.strip()) for one in row) for row in rows]
    return median(wide) >= FULL * max(wide) and median(letters) >= WORDY


def _side(one: Printed, at: float) -> int:
    """Return -1 left of the gap, 1 right of it, nought across it."""
    return -1 if one.right <= at + LETTER * one.size else 1 if one.x >= at else 0


def _in_order(printed: Sequence[Printed], gap: Gap | None, *, from_right: bool) -> Iterator[Printed]:
    """Give what runs across where it stands; between two of these all of one column, then all of the next."""
    down = sorted(printed, key=lambda one: (-one.y, one.x))
    if gap is None:
        yield from (one for row in _rows(down) for one in sorted(row, key=lambda each: each.x))
        return
    for is_across, group in groupby(down, key=lambda one: _side(one, gap.at) == 0):
        band = list(group)
        if is_across:
            yield from band
            continue
        parts = [(-1, gap.left), (1, gap.right)]
        for side, within in reversed(parts) if from_right else parts:
            yield from _in_order([one for one in band if _side(one, gap.at) == side], within, from_right=from_right)


def _rows(down: Sequence[Printed]) -> Iterator[list[Printed]]:
    """Group what stands on one line."""
    row = list[Printed]()
    for one in down:
        if row and abs(one.y - row[-1].y) > SAME_LINE * one.size:
            yield row
            row = []
        row.append(one)
    if row:
        yield row


def _lines(ordered: Iterator[Printed]) -> Iterator[str]:
    """Join what stands on one line."""
    line, last = list[str](), None
    for one in ordered:
        if last is not None and (abs(one.y - last.y) > SAME_LINE * one.size or one.x < last.x):
            yield " ".join(line)
            line = []
        line.append(one.text.strip())
        last = one
    if line:
        yield " ".join(line)
