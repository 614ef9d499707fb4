"""Covers: a picture, a few words and a brand's colour, laid out in one of several ways. Pixels only, no tables."""

import io
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import regex
from django.conf import settings
from PIL import Image, ImageDraw, ImageFont, ImageOps

from trenddrop.core.colours import LARGE, contrast

WHITE, BLACK = "#ffffff", "#101418"
QUALITY = 88
LARGEST, SMALLEST = 0.17, 0.05  # of the shorter side: the height of letters
LINES = 3
MARGIN = 0.06
LEADING = 1.16
ASCENT = 0.93  # from the top of a line to the foot of its letters
FONTS = Path(settings.BASE_DIR) / "static" / "fonts"
EMOJI = regex.compile(r"(?:\p{Extended_Pictographic}|\p{Regional_Indicator})[\ufe0f\u200d\p{Emoji_Modifier}]*")
OURS = tuple(
    FONTS / f"{name}.woff2" for name in ("instrument-sans-latin", "instrument-sans-latin-ext", "noto-sans-devanagari")
)
# Fonts of the system, for scripts that ours do not hold.
SYSTEM_FONTS = Path("/usr/share/fonts")
SYSTEM = (
    "NotoSans", "NotoSansArabic", "NotoSansHebrew", "NotoSansBengali", "NotoSansTamil", "NotoSansTelugu",
    "NotoSansGujarati", "NotoSansGurmukhi", "NotoSansKannada", "NotoSansMalayalam", "NotoSansThai",
)  # fmt: skip
NOTHING = "\uffff"  # no font has it: what is drawn for it is drawn for all that is missing
Run = tuple[Path, str]


class NoLetters(Exception):
    """There is no font on this machine for some of the words."""


@dataclass(frozen=True)
class Style:
    """How a cover looks: its layout's name, and the brand's colour as #rrggbb."""

    layout: str
    colour: str


@dataclass(frozen=True)
class _Page:
    """What a layout draws on: the picture already filled to the size, its words, colour and sides."""

    image: Image.Image
    words: str
    colour: str

    @property
    def size(self) -> tuple[int, int]:
        return self.image.size

    @property
    def margin(self) -> int:
        return int(min(self.size) * MARGIN)


def draw(picture: Path | io.BytesIO, words: str, style: Style, *, size: tuple[int, int]) -> bytes:
    """Return a JPEG of `size`: the picture filled to it, the words on it in the style. Raises NoLetters, OSError."""
    with Image.open(picture) as opened:
        filled = ImageOps.fit(ImageOps.exif_transpose(opened).convert("RGB"), size, Image.Resampling.LANCZOS)
    page = _Page(filled, drawable(words), style.colour)
    drawn = LAYOUTS[style.layout](page) if page.words else filled
    content = io.BytesIO()
    drawn.convert("RGB").save(content, "JPEG", quality=QUALITY, optimize=True)
    return content.getvalue()


def drawable(words: str) -> str:
    """Return the words without what no font draws in one colour (emoji), on one line."""
    return " ".join(EMOJI.sub("", words).split())


def _banner(page: _Page) -> Image.Image:
    """Words on a band of the brand's colour across the lower part."""
    image, (width, height), gap = page.image.copy(), page.size, page.margin
    text = fitted(page.words, width - 2 * gap, int(height * 0.32))
    top = height - text.height - 2 * gap
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, top, width, height), fill=page.colour)
    text.draw(pen, gap, top + gap, fill=readable_on(page.colour))
    return image


def _shade(page: _Page) -> Image.Image:
    """White words at the foot, on a shade that deepens downwards, with a rule in the brand's colour."""
    width, height = page.size
    gap = page.margin
    text = fitted(page.words, width - 2 * gap, int(height * 0.4))
    depth = min(height, text.height + 5 * gap)
    ramp = Image.linear_gradient("L").resize((width, depth)).point(lambda value: min(235, value * 2))
    image = page.image.copy()
    image.paste(Image.new("RGB", (width, depth), BLACK), (0, height - depth), ramp)
    pen = ImageDraw.Draw(image)
    top = height - gap - text.height
    rule = max(4, gap // 6)
    pen.rectangle((gap, top - gap // 2 - rule, gap + width // 6, top - gap // 2), fill=page.colour)
    text.draw(pen, gap, top, fill=WHITE)
    return image


def _card(page: _Page) -> Image.Image:
    """Words on a light card in the middle, edged with the brand's colour."""
    image, (width, height), gap = page.image.copy(), page.size, page.margin
    text = fitted(page.words, int(width * 0.72), int(height * 0.34))
    wide, high = text.width + 2 * gap, text.height + 2 * gap
    left, top = (width - wide) // 2, (height - high) // 2
    pen = ImageDraw.Draw(image)
    edge = max(6, gap // 4)
    pen.rounded_rectangle((left - edge, top - edge, left + wide + edge, top + high + edge), gap // 2, fill=page.colour)
    pen.rounded_rectangle((left, top, left + wide, top + high), gap // 3, fill=WHITE)
    text.draw(pen, left + gap, top + gap, fill=BLACK)
    return image


def _beside(page: _Page) -> Image.Image:
    """The picture beside (on tall covers: below) a field of the brand's colour that holds the words."""
    width, height = page.size
    gap, is_tall = page.margin, height > width
    field = (width, int(height * 0.36)) if is_tall else (int(width * 0.44), height)
    rest = (width, height - field[1]) if is_tall else (width - field[0], height)
    image = Image.new("RGB", page.size, page.colour)
    image.paste(ImageOps.fit(page.image, rest), (0, field[1]) if is_tall else (field[0], 0))
    text = fitted(page.words, field[0] - 2 * gap, field[1] - 2 * gap, lines=5)
    pen = ImageDraw.Draw(image)
    text.draw(pen, gap, (field[1] - text.height) // 2, fill=readable_on(page.colour))
    return image


LAYOUTS: Mapping[str, Callable[[_Page], Image.Image]] = {
    "shade": _shade, "banner": _banner, "card": _card, "beside": _beside,
}  # fmt: skip


def readable_on(colour: str) -> str:
    """Return white, or near black where white cannot be read on the colour."""
    return WHITE if contrast(WHITE, colour) >= LARGE else BLACK


@dataclass(frozen=True)
class Text:
    """Lines at a size that fit a box; each line is drawn in as many fonts as its scripts need."""

    lines: tuple[str, ...]
    size: int

    @property
    def step(self) -> int:
        """From one line to the next, in pixels."""
        return round(self.size * LEADING)

    @property
    def height(self) -> int:
        """Of all lines, in pixels."""
        return self.step * len(self.lines)

    @property
    def width(self) -> int:
        """Of the longest line, in pixels."""
        return round(max(length(line, self.size) for line in self.lines))

    def draw(self, pen: ImageDraw.ImageDraw, left: int, top: int, *, fill: str) -> None:
        """Draw the lines from the corner."""
        for number, line in enumerate(self.lines):
            at = float(left)
            for path, text in runs(line):
                font = _font(path, self.size)
                pen.text(
                    (at, top + number * self.step + round(self.size * ASCENT)), text, font=font, fill=fill, anchor="ls"
                )
                at += font.getlength(text)


def length(line: str, size: int) -> float:
    """Return how long a line is in pixels."""
    return sum(_font(path, size).getlength(text) for path, text in runs(line))


@lru_cache(maxsize=512)
def runs(line: str) -> tuple[Run, ...]:
    """Split a line where it needs another font. Raises NoLetters."""
    found: list[Run] = []
    for sign in line:
        if found and (unicodedata.combining(sign) or _holds(found[-1][0], sign)):
            found[-1] = (found[-1][0], found[-1][1] + sign)
        else:
            found.append((_font_of(sign), sign))
    return tuple(found)


def _font_of(sign: str) -> Path:
    if sign.isspace():
        return OURS[0]
    for path in (*OURS, *_of_the_system()):
        if _holds(path, sign):
            return path
    raise NoLetters


@lru_cache(maxsize=4096)
def _holds(path: Path, sign: str) -> bool:
    """Say whether a font has a sign: what it lacks looks like what no font has."""
    if sign.isspace():
        return True
    font = _font(path, 24)
    return _drawn(font, sign) != _drawn(font, NOTHING)


def _drawn(font: ImageFont.FreeTypeFont, sign: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(sign)
    return mask.size, bytes(mask)


@lru_cache(maxsize=1)
def _of_the_system() -> tuple[Path, ...]:
    there = {path.stem: path for path in sorted(SYSTEM_FONTS.rglob("NotoSans*-Bold.ttf"))}
    return tuple(there[f"{name}-Bold"] for name in SYSTEM if f"{name}-Bold" in there)


@lru_cache(maxsize=128)
def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(path), size)
    if path.suffix == ".woff2":  # ours are variable; take their bold
        font.set_variation_by_axes(
            [700 if (axis["minimum"] or 0) >= 100 else 100 for axis in font.get_variation_axes()]
        )
    return font


def fitted(words: str, width: int, height: int, *, lines: int = LINES) -> Text:
    """Return the words as large as they fit the box; what does not fit at the smallest size ends with an ellipsis.

    Raises NoLetters.
    """
    shorter = min(width, height * 2)
    least = max(12, int(shorter * SMALLEST))
    for size in range(int(shorter * LARGEST * 2), least, -4):
        text = Text(_wrapped(words, size, width), size)
        if len(text.lines) <= lines and text.height <= height and text.width <= width:
            return text
    most = max(1, min(lines, int(height / (least * LEADING))))
    return Text(_cut(_wrapped(words, least, width), least, width, most=most), least)


def _wrapped(words: str, size: int, width: int) -> tuple[str, ...]:
    found: list[str] = []
    for word in words.split():
        if found and length(f"{found[-1]} {word}", size) <= width:
            found[-1] += f" {word}"
        else:
            found.append(word)
    return tuple(found)


def _cut(lines: tuple[str, ...], size: int, width: int, *, most: int) -> tuple[str, ...]:
    kept = list(lines[:most])
    if len(lines) > most:
        kept[-1] += "…"
    return tuple(_clipped(line, size, width) for line in kept)


def _clipped(line: str, size: int, width: int) -> str:
    while len(line) > 1 and length(line, size) > width:
        line = line.removesuffix("…")[:-1] + "…"
    return line
