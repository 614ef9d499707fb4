"""Typefaces: which font on this machine has which sign, how long a word is in it, and in which order words stand."""

import struct
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

import regex
from PIL import ImageFont

FONTS = Path(__file__).resolve().parent / "fonts"
# Fonts of the system, for scripts that ours do not hold.
SYSTEM_FONTS = Path("/usr/share/fonts")
SYSTEM = (
    "NotoSans", "NotoSansBengali", "NotoSansTamil", "NotoSansTelugu", "NotoSansGujarati", "NotoSansGurmukhi",
    "NotoSansKannada", "NotoSansMalayalam", "NotoSansThai",
)  # fmt: skip
NOTHING = "\uffff"  # no font has it: what is drawn for it is drawn for all that is missing
JOINERS = "\u200c\u200d\ufe0e\ufe0f"
RIGHT_TO_LEFT = {"R", "AL"}
EMOJI = regex.compile(r"(?:\p{Extended_Pictographic}|\p{Regional_Indicator})[\ufe0f\u200d\p{Emoji_Modifier}]*")
MODIFIER = regex.compile(r"\p{Emoji_Modifier}|\p{Regional_Indicator}")


class NoLetters(Exception):
    """There is no font on this machine for some of the words."""


@dataclass(frozen=True)
class Face:
    """A font: its file, the family that subtitles ask for, and whether they ask for its bold cut."""

    path: Path
    family: str
    bold: bool = False

    @property
    def extent(self) -> tuple[float, float]:
        """How far its box reaches above and below the line, of the letter's size."""
        return _extent(self.path)


Run = tuple[Face, str]

_NAMED = {
    "Instrument Sans": Face(FONTS / "InstrumentSans.ttf", "TrendDrop Sans"),
    "Anton": Face(FONTS / "Anton.ttf", "TrendDrop Tall"),
    "Fraunces": Face(FONTS / "Fraunces.ttf", "TrendDrop Serif"),
    "Baloo 2": Face(FONTS / "Baloo2.ttf", "TrendDrop Round"),
}
FAMILIES = tuple(_NAMED)  # what a brand may choose from
DEFAULT = FAMILIES[0]
EMOJI_FACE = Face(FONTS / "NotoEmoji.ttf", "TrendDrop Emoji")
_OURS = (
    _NAMED[DEFAULT],
    Face(FONTS / "NotoSansDevanagari.ttf", "TrendDrop Devanagari"),
    Face(FONTS / "NotoSansArabic.ttf", "TrendDrop Arabic"),
    Face(FONTS / "NotoSansHebrew.ttf", "TrendDrop Hebrew"),
    EMOJI_FACE,
)


@lru_cache(maxsize=1)
def _of_the_system() -> tuple[Face, ...]:
    there = {path.stem: path for path in sorted(SYSTEM_FONTS.rglob("NotoSans*-Bold.ttf"))}
    named = {name: f"Noto Sans {name.removeprefix('NotoSans')}".strip() for name in SYSTEM}
    return tuple(
        Face(there[f"{name}-Bold"], family, bold=True) for name, family in named.items() if f"{name}-Bold" in there
    )


@lru_cache(maxsize=4096)
def runs(text: str, family: str = "") -> tuple[Run, ...]:
    """Split a text where it needs another font than the family's. Raises NoLetters."""
    found: list[Run] = []
    for sign in text:
        face = found[-1][0] if found and _goes_on(found[-1], sign) else _face_of(sign, family)
        if found and found[-1][0] == face:
            found[-1] = (face, found[-1][1] + sign)
        else:
            found.append((face, sign))
    return tuple(found)


def missing(text: str, family: str = "") -> str:
    """Return the signs that no font here has, each once, in order."""
    return "".join(dict.fromkeys(sign for sign in text if not _has_face(sign, family)))


def without_missing(text: str, family: str = "") -> str:
    """Return the text without the signs that no font here has, and without marks that its letters' font has not."""
    lost = set(missing(text, family))
    kept = "".join(sign for sign in unicodedata.normalize("NFC", text) if sign not in lost)
    kept = kept.strip(JOINERS) if lost else kept
    return "".join(
        sign
        for face, part in runs(kept, family)
        for sign in part
        if not unicodedata.combining(sign) or _holds(face.path, sign)
    )


def _has_face(sign: str, family: str) -> bool:
    try:
        _face_of(sign, family)
    except NoLetters:
        return False
    return True


def _goes_on(run: Run, sign: str) -> bool:
    """Whether a sign belongs to the run: joined to its last one, or in the same font and no emoji."""
    face, text = run
    if sign in JOINERS or unicodedata.combining(sign) or (face == EMOJI_FACE and MODIFIER.match(sign)):
        return True
    if text.endswith("\u200d") and face == EMOJI_FACE:
        return _holds(face.path, sign)
    return face != EMOJI_FACE and _holds(face.path, sign)


@lru_cache(maxsize=4096)
def _face_of(sign: str, family: str) -> Face:
    chosen = _NAMED.get(family, _OURS[0])
    if sign.isspace() or sign in JOINERS:
        return chosen
    for face in (chosen, *_OURS, *_of_the_system()):
        if _holds(face.path, sign):
            return face
    raise NoLetters


@lru_cache(maxsize=8192)
def _holds(path: Path, sign: str) -> bool:
    """Say whether a font has a sign: what it lacks looks like what no font has."""
    if sign.isspace() or sign in JOINERS:
        return True
    font = font_of(path, 24)
    return _drawn(font, sign) != _drawn(font, NOTHING)


def _drawn(font: ImageFont.FreeTypeFont, sign: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(sign)
    return mask.size, bytes(mask)


@lru_cache(maxsize=256)
def font_of(path: Path, size: int) -> ImageFont.FreeTypeFont:
    """Return a font whose letters are `size` pixels high by its own measure (the em)."""
    return ImageFont.truetype(str(path), size)


@lru_cache(maxsize=64)
def _extent(path: Path) -> tuple[float, float]:
    """Read what Windows takes as the font's box, as subtitles do to size letters: OS/2 over head."""
    held = path.read_bytes()
    tables = {
        held[at : at + 4]: struct.unpack(">L", held[at + 8 : at + 12])[0]
        for at in range(12, 12 + 16 * struct.unpack(">H", held[4:6])[0], 16)
    }
    (em,) = struct.unpack_from(">H", held, tables[b"head"] + 18)
    above, below = struct.unpack_from(">HH", held, tables[b"OS/2"] + 74)
    return above / em, below / em


def direction(text: str) -> str:
    """Return "rtl" or "ltr" by the first letter that has a direction, or nothing."""
    for sign in text:
        kind = unicodedata.bidirectional(sign)
        if kind in RIGHT_TO_LEFT or kind == "L":
            return "rtl" if kind in RIGHT_TO_LEFT else "ltr"
    return ""


def ordered(words: list[str]) -> list[int]:
    """Return the places of a line's words in the order they stand from left to right."""
    base = direction(" ".join(words)) or "ltr"
    kinds = [direction(word) for word in words]
    for place, kind in enumerate(kinds):
        if not kind:
            before = next((each for each in reversed(kinds[:place]) if each), base)
            after = next((each for each in kinds[place + 1 :] if each), base)
            kinds[place] = before if before == after else base
    groups = [(kind, list(places)) for kind, places in groupby(range(len(words)), key=lambda place: kinds[place])]
    found: list[int] = []
    for kind, places in reversed(groups) if base == "rtl" else groups:
        found.extend(reversed(places) if kind == "rtl" else places)
    return found


def word_length(word: str, size: int, family: str = "") -> float:
    """Return how long a word is in pixels. Raises NoLetters."""
    return sum(font_of(face.path, size).getlength(text) for face, text in runs(word, family))


def space(size: int, family: str = "") -> float:
    """Return how far words stand apart, in pixels."""
    return float(font_of(_NAMED.get(family, _OURS[0]).path, size).getlength(" "))


def ink(words: str, size: int, family: str = "") -> tuple[int, int]:
    """Return how many pixels are drawn above and below the line that the letters stand on. Raises NoLetters."""
    boxes = [font_of(face.path, size).getbbox(text, anchor="ls") for face, text in runs(words, family)]
    above, below = max((-box[1] for box in boxes), default=0), max((box[3] for box in boxes), default=0)
    return round(max(above, 0)), round(max(below, 0))
