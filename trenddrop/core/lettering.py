"""Lettering on pictures: words as large as they fit a box, in lines, each in its script's font and order."""

from dataclasses import dataclass
from typing import Literal

from PIL import ImageDraw

from trenddrop.core.typefaces import direction, font_of, ink, ordered, runs, space, word_length

LARGEST, SMALLEST = 0.17, 0.05  # of the shorter side: the height of letters
LINES = 3
LEADING = 1.16
ASCENT = 0.93  # from the top of a line to the foot of its letters
Align = Literal["start", "middle"]


@dataclass(frozen=True)
class Text:
    """Lines at a size that fit a box; each word is drawn in as many fonts as its scripts need."""

    lines: tuple[str, ...]
    size: int
    family: str = ""

    @property
    def step(self) -> int:
        """From one line to the next, in pixels: more where a script's signs reach further up and down."""
        drawn = [ink(line, self.size, self.family) for line in self.lines]
        reach = max((above for above, _below in drawn), default=0) + max((below for _above, below in drawn), default=0)
        return round(max(self.size * LEADING, reach + self.size * 0.1))

    @property
    def height(self) -> int:
        """Of all lines, in pixels."""
        return self.step * len(self.lines)

    @property
    def width(self) -> int:
        """Of the longest line, in pixels."""
        return round(max((length(line, self.size, self.family) for line in self.lines), default=0))

    def draw(
        self,
        pen: ImageDraw.ImageDraw,
        left: int,
        top: int,
        *,
        fill: str,
        width: int | None = None,
        align: Align = "start",
    ) -> None:
        """Draw the lines from the corner; with a width, words from right to left stand at its right side."""
        for number, line in enumerate(self.lines):
            at = left + self._indent(line, width, align)
            foot = top + number * self.step + round(self.size * ASCENT)
            words = line.split()
            for place in ordered(words):
                self._draw_word(pen, words[place], at, foot, fill)
                at += word_length(words[place], self.size, self.family) + space(self.size, self.family)

    def _indent(self, line: str, width: int | None, align: Align) -> float:
        if width is None:
            return 0.0
        free = width - length(line, self.size, self.family)
        if align == "middle":
            return free / 2
        return free if direction(line) == "rtl" else 0.0

    def _draw_word(self, pen: ImageDraw.ImageDraw, word: str, at: float, foot: int, fill: str) -> None:
        parts = runs(word, self.family)
        for face, text in reversed(parts) if direction(word) == "rtl" else parts:
            font = font_of(face.path, self.size)
            pen.text((at, foot), text, font=font, fill=fill, anchor="ls")
            at += font.getlength(text)


def length(line: str, size: int, family: str = "") -> float:
    """Return how long a line is in pixels. Raises NoLetters."""
    words = line.split()
    return sum(word_length(word, size, family) for word in words) + space(size, family) * max(0, len(words) - 1)


def fitted(
    words: str, width: int, height: int, *, lines: int = LINES, family: str = "", largest: int | None = None
) -> Text:
    """Return the words as large as they fit the box; what does not fit at the smallest size ends with an ellipsis.

    `largest`: pixels the letters have at most. Raises NoLetters.
    """
    shorter = min(width, height * 2)
    least = max(12, int(shorter * SMALLEST))
    first = int(shorter * LARGEST * 2)
    for size in range(min(first, largest) if largest else first, least, -4):
        text = Text(_wrapped(words, size, width, family), size, family)
        if len(text.lines) <= lines and text.height <= height and text.width <= width:
            return text
    most = max(1, min(lines, int(height / (least * LEADING))))
    return Text(_cut(_wrapped(words, least, width, family), least, width, most=most, family=family), least, family)


def _wrapped(words: str, size: int, width: int, family: str) -> tuple[str, ...]:
    found: list[str] = []
    for word in words.split():
        if found and length(f"{found[-1]} {word}", size, family) <= width:
            found[-1] += f" {word}"
        else:
            found.append(word)
    return tuple(found)


def _cut(lines: tuple[str, ...], size: int, width: int, *, most: int, family: str) -> tuple[str, ...]:
    kept = list(lines[:most])
    if len(lines) > most:
        kept[-1] += "…"
    return tuple(_clipped(line, size, width, family) for line in kept)


def _clipped(line: str, size: int, width: int, family: str) -> str:
    while len(line) > 1 and length(line, size, family) > width:
        line = line.removesuffix("…")[:-1] + "…"
    return line
