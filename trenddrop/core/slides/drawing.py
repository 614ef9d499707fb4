"""What all pictures made of words are drawn with: a brand's colours, words in boxes, round fields, its logo."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from trenddrop.core.colours import LARGE, READS, contrast, readable_on
from trenddrop.core.lettering import Align, Text, fitted
from trenddrop.core.typefaces import direction, without_missing

Box = tuple[int, int, int, int]
Stand = Literal["top", "middle", "bottom"]
OVER = 4  # edges are drawn four times as large and made smaller: so they are smooth
LOGO = 0.075  # of the shorter side: the height of a logo
LOGO_WIDE = 0.3


@dataclass(frozen=True)
class Palette:
    """A brand's colours as #rrggbb (main, accent, background), its font of FAMILIES, its logo and the logo's corner."""

    colour: str
    accent: str
    ground: str = "#ffffff"
    font: str = ""
    logo: Path | None = None
    corner: str = "top_right"
    name: str = ""

    @property
    def ink(self) -> str:
        """What reads on the background."""
        return readable_on(self.ground)

    def sign_on(self, ground: str) -> str:
        """Return the colour of rules and marks on a ground: the accent or the main colour where it can be told."""
        return next(
            (each for each in (self.accent, self.colour) if contrast(each, ground) >= LARGE), readable_on(ground)
        )

    def letters_on(self, ground: str) -> str:
        """Return the main colour where small words can be read in it on a ground, else white or near black."""
        return self.colour if contrast(self.colour, ground) >= READS else readable_on(ground)


def unit(size: tuple[int, int]) -> float:
    """Return how large a thousandth of the shorter side is, in pixels."""
    return min(size) / 1000


def said(words: str, font: str = "") -> str:
    """Return the words on one line, without signs that no font here has."""
    return " ".join(without_missing(" ".join(words.split()), font).split())


def fit(words: str, box: Box, *, font: str = "", lines: int = 6, largest: int | None = None) -> Text | None:
    """Return the words as they fit a box, or None where there are none."""
    clean = said(words, font)
    left, top, right, bottom = box
    return fitted(clean, right - left, bottom - top, lines=lines, family=font, largest=largest) if clean else None


def write(
    image: Image.Image, text: Text | None, box: Box, *, fill: str, stand: Stand = "top", align: Align = "start"
) -> int:
    """Draw fitted words in their box; return the pixel row where they end."""
    left, top, right, bottom = box
    if text is None:
        return top
    free = max(0, bottom - top - text.height)
    upper = top + {"top": 0, "middle": free // 2, "bottom": free}[stand]
    text.draw(ImageDraw.Draw(image), left, upper, fill=fill, width=right - left, align=align)
    return upper + text.height


def round_field(image: Image.Image, box: Box, *, radius: float, fill: str, alpha: int = 255) -> None:
    """Lay a field with smooth round corners on the picture."""
    left, top, right, bottom = box
    mask = round_mask((max(1, right - left), max(1, bottom - top)), radius)
    if alpha < 255:
        mask = mask.point(lambda value: value * alpha // 255)
    colour = Image.new("RGBA", mask.size, fill)
    if image.mode == "RGBA":
        colour.putalpha(mask)
        image.alpha_composite(colour, (left, top))
    else:
        image.paste(colour.convert("RGB"), (left, top), mask)


def round_mask(size: tuple[int, int], radius: float) -> Image.Image:
    """Return a mask with smooth round corners."""
    large = (size[0] * OVER, size[1] * OVER)
    mask = Image.new("L", large, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, large[0] - 1, large[1] - 1), radius * OVER, fill=255)
    return mask.resize(size, Image.Resampling.LANCZOS)


def filled(picture: Path | Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return the picture filled to a size, upright. Raises OSError."""
    if isinstance(picture, Image.Image):
        return ImageOps.fit(picture.convert("RGB"), size, Image.Resampling.LANCZOS)
    with Image.open(picture) as opened:
        return ImageOps.fit(ImageOps.exif_transpose(opened).convert("RGB"), size, Image.Resampling.LANCZOS)


def shaded(image: Image.Image, colour: str, share: float, *, blur: float = 0.0) -> Image.Image:
    """Return the picture under a veil of a colour, so that words on it can be read."""
    soft = image.filter(ImageFilter.GaussianBlur(blur)) if blur else image
    return Image.blend(soft, Image.new("RGB", image.size, colour), share)


def logo_of(palette: Palette, size: tuple[int, int]) -> Image.Image | None:
    """Return the logo at the height it has on a frame of this size, or None. Raises OSError."""
    if palette.logo is None:
        return None
    with Image.open(palette.logo) as opened:
        logo = ImageOps.exif_transpose(opened).convert("RGBA")
    return ImageOps.contain(logo, (round(min(size) * LOGO_WIDE), round(min(size) * LOGO)), Image.Resampling.LANCZOS)


def quoted(words: str) -> str:
    """Return the words between the quotation marks of their script."""
    return f"«{words}»" if direction(words) == "rtl" else f"“{words}”"


def mixed(colour: str, other: str, share: float) -> str:
    """Return a colour with a share of another in it, 0 to 1."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(one * (1 - share) + two * share):02x}" for one, two in pairs)


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
