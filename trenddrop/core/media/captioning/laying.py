"""Where each word of a caption stands and from when to when: lines broken here, so that none is cut off later."""

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise, zip_longest

import regex

from trenddrop.core.media.captioning.styles import CaptionStyle
from trenddrop.core.platforms.safe import Area
from trenddrop.core.typefaces import ink, ordered, space, without_missing, word_length

PAUSE = 0.7  # seconds without a word that end a caption
LINGER = 0.5  # seconds a caption stays after its last word, when there is time
SHORTEST = 0.08  # seconds a word is lit
ENDS = tuple(".?!…।۔؟。！？")
LEAST = 0.55  # of the wished size of letters: what is longer still is broken
UNSEEN = regex.compile(r"[\p{Cc}\p{Zl}\p{Zp}\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]+")
# Subtitles draw the parts of a joined emoji one by one, and a ring around a digit too large: neither is asked for.
JOINED = regex.compile(
    r"\u200d[\u2640\u2642]\ufe0f?|(?<=[\p{Extended_Pictographic}\ufe0f\p{Emoji_Modifier}])\u200d|\ufe0f?\u20e3"
)
# Marks heaped on a letter would reach out of any line: two different ones are kept.
REPEATED = regex.compile(r"([\u0300-\u036f])\1+")
HEAPED = regex.compile(r"([\u0300-\u036f]{2})[\u0300-\u036f]+")
PADDING = 0.34  # around words on a field, of the letters' size
PILL = 0.16
LEADING = 1.16
SPARE = 0.08  # some letters reach over their own width, and marks stand higher in subtitles than measured
LEAST_LETTER = 6  # pixels


@dataclass(frozen=True)
class Spoken:
    """A word and when it is said, seconds of the result."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Placed:
    """A word in its place, pixels: the middle and the width of its letters, and the line it stands on."""

    word: Spoken
    centre: float
    width: float
    baseline: float
    until: float  # when the next word is said


@dataclass(frozen=True)
class Page:
    """What is shown at once: words of `letter` pixels, and the box around all their ink."""

    words: tuple[Placed, ...]
    start: float
    end: float
    letter: int
    ink: tuple[int, int]  # above and below a line's foot, the most of its lines
    box: tuple[int, int, int, int]


@dataclass(frozen=True)
class _Room:
    """What a page may use: pixels of the frame, and the wished size of letters."""

    box: tuple[int, int, int, int]
    centre: float
    letter: int
    style: CaptionStyle

    def around(self, letter: int) -> float:
        """Pixels around the ink at a size of letters: outline or field, and a pixel for soft edges."""
        style = self.style
        field = PADDING if style.behind == "box" else PILL if style.motion == "pill" else 0.0
        return letter * (max(field, style.edge * 1.25) + SPARE) + 1

    def width(self, letter: int) -> float:
        """What a line may measure at a size of letters."""
        left, _top, right, _bottom = self.box
        return max(1.0, (right - left) / self.style.growth - 2 * self.around(letter))


@dataclass(frozen=True)
class _Block:
    """A page's lines at a size of letters, before it has a place."""

    lines: tuple[tuple[Spoken, ...], ...]
    letter: int
    room: _Room

    @cached_property
    def ink(self) -> tuple[int, int]:
        """The most that any line draws above and below its foot."""
        font = self.room.style.font
        drawn = [ink(" ".join(word.text for word in line), self.letter, font) for line in self.lines]
        return max(above for above, _below in drawn), max(below for _above, below in drawn)

    @cached_property
    def widest(self) -> float:
        """Of its lines, without margins."""
        return max(_line_length(line, self.letter, self.room.style) for line in self.lines)

    @property
    def margin(self) -> float:
        """Around the ink, with what a word grows."""
        return self.room.around(self.letter) + self.letter * (self.room.style.growth - 1)

    @property
    def step(self) -> int:
        """From one line's foot to the next: so far that nothing they draw touches."""
        style = self.room.style
        reach = max(style.edge, PILL if style.motion == "pill" else 0.0, style.growth - 1)
        return round(max(LEADING * self.letter, sum(self.ink) + (2 * reach + 0.04) * self.letter))

    @property
    def height(self) -> float:
        """With margins."""
        return sum(self.ink) + self.step * (len(self.lines) - 1) + 2 * self.margin

    @property
    def centre(self) -> float:
        """Of its lines: the frame's where that leaves all inside the area, else as near to it as can be."""
        left, _top, right, _bottom = self.room.box
        half = self.widest / 2 * self.room.style.growth + self.room.around(self.letter)
        return min(max(self.room.centre, left + half), max(right - half, left + half))

    @property
    def fits(self) -> bool:
        """Whether all of it is inside the area."""
        _left, top, _right, bottom = self.room.box
        return self.widest <= self.room.width(self.letter) and self.height <= bottom - top


def pages(words: Sequence[Spoken], style: CaptionStyle, *, size: tuple[int, int], safe: Area) -> Iterator[Page]:
    """Lay words in their order; each page ends before the next begins. Signs that no font has are left out."""
    room = _Room(safe.pixels(size), size[0] / 2, max(8, round(style.size * min(size))), style)
    groups = list(_grouped(_cleaned(words, room), room))
    for group, following in zip_longest(groups, groups[1:]):
        yield _page(_fitted(group, room), follows=following[0].start if following else math.inf)


def _cleaned(words: Sequence[Spoken], room: _Room) -> list[Spoken]:
    """Words that can be drawn, in order of time, none too long for a line and none before the one it follows."""
    found: list[Spoken] = []
    for word in sorted(words, key=lambda each: each.start):
        text = _drawable(word.text, room.style)
        start = max(0.0, word.start, found[-1].start + 0.02 if found else 0.0)
        whole = Spoken(text, start, max(word.end, start + SHORTEST))
        found.extend(_broken(whole, room) if text else ())
    return found


def _drawable(text: str, style: CaptionStyle) -> str:
    text = HEAPED.sub(r"\1", REPEATED.sub(r"\1", unicodedata.normalize("NFD", text)))
    shown = " ".join(without_missing(JOINED.sub("", UNSEEN.sub(" ", text)), style.font).split())
    return shown.upper() if style.upper else shown


def _broken(word: Spoken, room: _Room) -> list[Spoken]:
    """A word in as many parts as a line needs at the smallest size, its time shared among them."""
    least = max(6, int(room.letter * LEAST))
    parts = [""]
    for sign in regex.findall(r"\X", word.text):
        if parts[-1] and _length(parts[-1] + sign, least, room.style.font) > room.width(least):
            parts.append("")
        parts[-1] += sign
    step = (word.end - word.start) / len(parts)
    return [
        Spoken(part.strip(), word.start + place * step, word.start + (place + 1) * step)
        for place, part in enumerate(parts)
        if part.strip()
    ]


def _grouped(words: Sequence[Spoken], room: _Room) -> Iterator[list[Spoken]]:
    """Words that are shown together: as many as fit, broken at pauses and where a sentence ends."""
    group: list[Spoken] = []
    for word in words:
        if group and (_is_over(group, word) or not _fits([*group, word], room)):
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _is_over(group: Sequence[Spoken], following: Spoken) -> bool:
    return following.start - group[-1].end > PAUSE or group[-1].text.rstrip("\"'”’)").endswith(ENDS)


def _fits(group: Sequence[Spoken], room: _Room) -> bool:
    if len(group) > room.style.words:
        return False
    block = _Block(_wrapped(group, room.letter, room), room.letter, room)
    return len(block.lines) <= room.style.lines and block.fits


def _fitted(group: Sequence[Spoken], room: _Room) -> _Block:
    """The group's lines, evened out, at a size at which they fit: smaller than wished only for a long word."""
    letter = room.letter
    while letter > LEAST_LETTER:
        block = _Block(_evened(_wrapped(group, letter, room), letter, room.style), letter, room)
        if block.fits:
            return block
        letter -= max(1, letter // 20)
    return _Block((tuple(group),), LEAST_LETTER, room)


def _wrapped(group: Sequence[Spoken], letter: int, room: _Room) -> tuple[tuple[Spoken, ...], ...]:
    lines: list[tuple[Spoken, ...]] = [()]
    for word in group:
        if lines[-1] and _line_length((*lines[-1], word), letter, room.style) > room.width(letter):
            lines.append(())
        lines[-1] = (*lines[-1], word)
    return tuple(lines)


def _evened(lines: tuple[tuple[Spoken, ...], ...], letter: int, style: CaptionStyle) -> tuple[tuple[Spoken, ...], ...]:
    """Two lines of about the same length, instead of a long one and a left-over."""
    if len(lines) != 2:
        return lines
    words = lines[0] + lines[1]
    cuts = [(words[:place], words[place:]) for place in range(1, len(words))]
    return min(cuts, key=lambda cut: max(_line_length(line, letter, style) for line in cut))


def _line_length(line: Sequence[Spoken], letter: int, style: CaptionStyle) -> float:
    gaps = _gap(letter, style) * (len(line) - 1)
    return sum(_length(word.text, letter, style.font) for word in line) + gaps


def _gap(letter: int, style: CaptionStyle) -> float:
    """Between two words: more where outlines, a moving field or a word that grows need room."""
    field = PILL if style.motion == "pill" else style.growth - 1
    return space(letter, style.font) + (style.edge + field) * letter


@lru_cache(maxsize=8192)
def _length(text: str, letter: int, font: str) -> float:
    return word_length(text, letter, font)


def _page(block: _Block, *, follows: float) -> Page:
    words = [word for line in block.lines for word in line]
    end = max(min(words[-1].end + LINGER, follows), words[0].start + SHORTEST / 4)
    untils = {id(word): after.start for word, after in pairwise(words)} | {id(words[-1]): end}
    _left, top, _right, bottom = block.room.box
    free = max(0.0, bottom - top - block.height)
    upper = top + {"top": 0.0, "middle": free / 2, "bottom": free}[block.room.style.place]
    foot = upper + block.margin + block.ink[0]
    placed = [
        each
        for number, line in enumerate(block.lines)
        for each in _line(line, block, foot + number * block.step, untils)
    ]
    middle, half = block.centre, block.widest / 2 + block.margin
    box = (round(middle - half), round(upper), round(middle + half), round(upper + block.height))
    return Page(tuple(placed), words[0].start, end, block.letter, block.ink, box)


def _line(line: Sequence[Spoken], block: _Block, baseline: float, untils: dict[int, float]) -> Iterator[Placed]:
    style, letter = block.room.style, block.letter
    left = block.centre - _line_length(line, letter, style) / 2
    for place in ordered([word.text for word in line]):
        word = line[place]
        width = _length(word.text, letter, style.font)
        yield Placed(word, left + width / 2, width, baseline, untils[id(word)])
        left += width + _gap(letter, style)
