"""Covers: a picture, a few words and a brand's colour, laid out in one of several ways. Pixels only, no tables."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

from trenddrop.core.colours import BLACK, WHITE, readable_on
from trenddrop.core.lettering import Text, fitted
from trenddrop.core.typefaces import EMOJI, NoLetters

__all__ = ["LAYOUTS", "NoLetters", "Style", "Text", "draw", "drawable", "fitted", "readable_on"]

QUALITY = 88
MARGIN = 0.06


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
    text.draw(pen, gap, top + gap, fill=readable_on(page.colour), width=width - 2 * gap)
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
    text.draw(pen, gap, top, fill=WHITE, width=width - 2 * gap)
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
    text.draw(pen, left + gap, top + gap, fill=BLACK, width=text.width)
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
    text.draw(pen, gap, (field[1] - text.height) // 2, fill=readable_on(page.colour), width=field[0] - 2 * gap)
    return image


LAYOUTS: Mapping[str, Callable[[_Page], Image.Image]] = {
    "shade": _shade, "banner": _banner, "card": _card, "beside": _beside,
}  # fmt: skip
