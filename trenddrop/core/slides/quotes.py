"""Cards with a quotation: its words and who said them. Layouts by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageDraw

from trenddrop.core.colours import readable_on
from trenddrop.core.slides.drawing import Palette, filled, fit, logo_of, quoted, round_mask, shaded, unit, write


@dataclass(frozen=True)
class _Quote:
    words: str
    by: str
    palette: Palette
    size: tuple[int, int]
    picture: Path | Image.Image | None

    def px(self, thousandths: float) -> int:
        return round(thousandths * unit(self.size))


def quote(
    words: str,
    by: str,
    palette: Palette,
    *,
    layout: str,
    size: tuple[int, int] = (1080, 1080),
    picture: Path | Image.Image | None = None,
) -> Image.Image:
    """Return a card with a quotation. Raises KeyError, OSError for a bad picture."""
    given = _Quote(words.strip().strip('"“”„«»'), by, palette, size, picture)
    image = _DRAWN[layout](given)
    _logo(image, palette, given.px(70))
    return image


def _marks(given: _Quote) -> Image.Image:
    """A large mark in the accent above the words, the speaker below a rule."""
    palette, (width, height) = given.palette, given.size
    image = Image.new("RGB", given.size, palette.ground)
    gap = given.px(100)
    mark = palette.sign_on(palette.ground)
    _mark(image, gap, gap, given.px(150), mark)
    box = (gap, gap + given.px(190), width - gap, height - gap - given.px(130))
    text = fit(given.words, box, font=palette.font, lines=8, largest=given.px(110))
    write(image, text, box, fill=palette.ink, stand="middle")
    rule = (gap, height - gap - given.px(84), gap + given.px(90), height - gap - given.px(76))
    ImageDraw.Draw(image).rectangle(rule, fill=mark)
    _by(image, given, (gap, height - gap - given.px(56), width - gap, height - gap), palette.ink)
    return image


def _band(given: _Quote) -> Image.Image:
    """The words on a broad band of the brand's colour, the picture or the background above and below."""
    palette, (width, height) = given.palette, given.size
    image = Image.new("RGB", given.size, palette.ground)
    if given.picture is not None:
        image = filled(given.picture, given.size)
    top, bottom, gap = int(height * 0.2), int(height * 0.8), given.px(90)
    ImageDraw.Draw(image).rectangle((0, top, width, bottom), fill=palette.colour)
    ink = readable_on(palette.colour)
    ImageDraw.Draw(image).rectangle((0, bottom, width, bottom + given.px(14)), fill=palette.sign_on(palette.colour))
    box = (gap, top + given.px(60), width - gap, bottom - given.px(140))
    text = fit(quoted(given.words), box, font=palette.font, lines=7, largest=given.px(100))
    write(image, text, box, fill=ink, stand="middle")
    _by(image, given, (gap, bottom - given.px(110), width - gap, bottom - given.px(54)), ink)
    return image


def _portrait(given: _Quote) -> Image.Image:
    """A round picture of who speaks, or the first letter of the name, above the words."""
    palette, (width, height) = given.palette, given.size
    image = Image.new("RGB", given.size, palette.colour)
    if given.picture is not None:
        image = shaded(filled(given.picture, given.size), palette.colour, 0.88, blur=given.px(30))
    side, gap, ink = given.px(300), given.px(90), readable_on(palette.colour)
    at = ((width - side) // 2, gap)
    ring = given.px(10)
    sign = palette.sign_on(palette.colour)
    image.paste(
        Image.new("RGB", (side + 2 * ring,) * 2, sign),
        (at[0] - ring, at[1] - ring),
        round_mask((side + 2 * ring,) * 2, side),
    )
    image.paste(_face(given, side), at, round_mask((side, side), side))
    box = (gap, gap + side + given.px(50), width - gap, height - gap - given.px(110))
    text = fit(quoted(given.words), box, font=palette.font, lines=7, largest=given.px(90))
    write(image, text, box, fill=ink, stand="middle", align="middle")
    name = (gap, height - gap - given.px(56), width - gap, height - gap)
    write(image, fit(given.by, name, font=palette.font, lines=1, largest=given.px(42)), name, fill=sign, align="middle")
    return image


def _face(given: _Quote, side: int) -> Image.Image:
    if given.picture is not None:
        return filled(given.picture, (side, side))
    face = Image.new("RGB", (side, side), given.palette.ground)
    box = (0, side // 5, side, side * 4 // 5)
    letter = fit(given.by[:1].upper() or "“", box, font=given.palette.font, lines=1)
    write(face, letter, box, fill=given.palette.ink, stand="middle", align="middle")
    return face


def _mark(image: Image.Image, left: int, top: int, high: int, colour: str) -> None:
    """Draw a quotation mark: two drops."""
    pen = ImageDraw.Draw(image)
    for shift in (0, high * 0.62):
        x = left + shift
        pen.ellipse((x, top + high * 0.42, x + high * 0.5, top + high * 0.92), fill=colour)
        pen.polygon(
            [
                (x, top + high * 0.67),
                (x + high * 0.42, top),
                (x + high * 0.5, top + high * 0.1),
                (x + high * 0.24, top + high * 0.5),
            ],
            fill=colour,
        )


def _by(image: Image.Image, given: _Quote, box: tuple[int, int, int, int], fill: str) -> None:
    text = fit(given.by, box, font=given.palette.font, lines=1, largest=given.px(42))
    write(image, text, box, fill=fill, stand="middle")


def _logo(image: Image.Image, palette: Palette, gap: int) -> None:
    logo = logo_of(palette, image.size)
    if logo is not None:
        image.paste(logo.convert("RGB"), (image.width - gap - logo.width, gap), logo.getchannel("A"))


QUOTES: Mapping[str, str | Promise] = {
    "marks": _("Marks: a large quotation mark"),
    "band": _("Band: across the picture"),
    "portrait": _("Portrait: who says it, in a round picture"),
}
_DRAWN: Mapping[str, Callable[[_Quote], Image.Image]] = {"marks": _marks, "band": _band, "portrait": _portrait}
