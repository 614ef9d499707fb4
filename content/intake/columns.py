"""A page printed in two columns is read down the left one, then down the right one, between what runs across both."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from pypdf import PageObject

LETTER = 0.5  # of a letter's height, its usual width
FEWEST = 5  # lines on either side of the gap
TURNS = 4  # from one side to the other before the page's own order is not believed
ACROSS = 0.35  # of all letters may stand in lines across the gap
LEAST = 0.2  # of all letters must stand on either side
PLACES = [share / 100 for share in range(30, 71, 2)]  # of the printed width, where a gap is looked for
SAME_LINE = 0.4  # of a letter's height


@dataclass(frozen=True)
class Printed:
    """Some letters with their place on the page, in its units; `y` grows upwards."""

    x: float
    y: float
    size: float
    text: str

    @property
    def right(self) -> float:
        """About where they end."""
        return self.x + LETTER * self.size * len(self.text.strip())


def text_of(page: PageObject) -> str:
    """Return a page's words; in the order of the columns where the file itself goes to and fro between two."""
    printed = list[Printed]()

    def seen(text: str, matrix: Sequence[float], place: Sequence[float], _font: Any, size: float) -> None:
        if text.strip():
            x, y = _multiplied(place, matrix)
            printed.append(Printed(x, y, abs(size * (place[3] or 1.0)) or 10.0, text.strip("\n")))

    whole = str(page.extract_text(visitor_text=seen))
    gap = _gap(printed)
    return whole if gap is None else "\n".join(_lines(_in_order(printed, gap)))


def _multiplied(place: Sequence[float], matrix: Sequence[float]) -> tuple[float, float]:
    x, y = place[4], place[5]
    return x * matrix[0] + y * matrix[2] + matrix[4], x * matrix[1] + y * matrix[3] + matrix[5]


def _gap(printed: Sequence[Printed]) -> float | None:
    """Return where the gap between two columns is, None where there is none or the file keeps to its columns."""
    if len(printed) < 2 * FEWEST:
        return None
    left, right = min(one.x for one in printed), max(one.right for one in printed)
    return next((at for share in PLACES if _divides(printed, at := left + share * (right - left))), None)


def _divides(printed: Sequence[Printed], at: float) -> bool:
    letters = dict.fromkeys((-1, 0, 1), 0)
    lines = dict(letters)
    sides = [_side(one, at) for one in printed]
    for one, side in zip(printed, sides, strict=True):
        letters[side] += len(one.text)
        lines[side] += 1
    total = sum(letters.values())
    turns = sum(one != other for one, other in pairwise(side for side in sides if side))
    is_even = min(letters[-1], letters[1]) >= LEAST * total and min(lines[-1], lines[1]) >= FEWEST
    return is_even and letters[0] <= ACROSS * total and turns >= TURNS


def _side(one: Printed, at: float) -> int:
    """Return -1 left of the gap, 1 right of it, nought across it."""
    return -1 if one.right <= at else 1 if one.x >= at else 0


def _in_order(printed: Sequence[Printed], at: float) -> Iterator[Printed]:
    """Give what runs across where it stands; between two of these all of the left, then all of the right."""
    down = sorted(printed, key=lambda one: (-one.y, one.x))
    for is_across, group in groupby(down, key=lambda one: _side(one, at) == 0):
        band = list(group)
        yield from band if is_across else sorted(band, key=lambda one: (_side(one, at), -one.y, one.x))


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
