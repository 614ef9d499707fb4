"""The ground of an audiogram: title, who speaks, a picture, and the place where its wave moves."""

from collections.abc import Callable, Mapping
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageDraw

from trenddrop.core.colours import readable_on
from trenddrop.core.media.waves import WaveStyle
from trenddrop.core.platforms.safe import Area
from trenddrop.core.slides.drawing import Box, Palette, filled, fit, logo_of, round_mask, shaded, unit, write

Picture = Path | Image.Image | None
WORDS = 0.3  # of the height below the wave: left to captions


def wave_box(size: tuple[int, int], safe: Area, *, has_captions: bool = True) -> Box:
    """Return the wave's place in pixels: in the lower half, above the captions, inside what is free; even sides."""
    left, top, right, bottom = safe.pixels(size)
    high = round((bottom - top) * (0.16 if has_captions else 0.24))
    foot = bottom - round((bottom - top) * (WORDS if has_captions else 0.06))
    wide = (right - left) // 2 * 2
    return left, foot - high // 2 * 2, left + wide, foot


def captions_area(size: tuple[int, int], safe: Area) -> Area:
    """Return what is left to captions below the wave."""
    _left, _top, _right, foot = wave_box(size, safe)
    return Area(safe.left, min(safe.bottom, foot / size[1] + 0.02), safe.right, safe.bottom)


def audiogram_ground(
    title: str,
    by: str,
    palette: Palette,
    *,
    layout: str,
    size: tuple[int, int],
    safe: Area,
    picture: Picture = None,
    has_captions: bool = True,
) -> Image.Image:
    """Return the still part of an audiogram. Raises KeyError, OSError for a bad picture."""
    ground = _GROUNDS[layout](palette, size, picture)
    colour = ground_colour(palette, layout)
    left, top, right, _bottom = safe.pixels(size)
    _wave_left, wave_top, _wave_right, _wave_foot = wave_box(size, safe, has_captions=has_captions)
    px = unit(size)
    head = _head(ground, palette, by, (left, top, right, top + round(80 * px)), readable_on(colour))
    box = (left, head + round(36 * px), right, wave_top - round(30 * px))
    if layout == "cover" and picture is not None:
        box = _square(ground, picture, box)
    text = fit(title, box, font=palette.font, lines=5, largest=round(104 * px))
    write(ground, text, box, fill=readable_on(colour), stand="middle")
    return ground


def ground_colour(palette: Palette, layout: str) -> str:
    """Return the colour that words and the wave stand on."""
    return palette.ground if layout == "line" else palette.colour


def _head(image: Image.Image, palette: Palette, by: str, box: Box, fill: str) -> int:
    """The logo and who speaks."""
    left, top, right, bottom = box
    logo = logo_of(palette, image.size)
    if logo is not None:
        image.paste(logo.convert("RGB"), (left, top), logo.getchannel("A"))
        left += logo.width + round(24 * unit(image.size))
    name = fit(by, (left, top, right, bottom), font=palette.font, lines=1, largest=round(44 * unit(image.size)))
    return max(bottom, write(image, name, (left, top, right, bottom), fill=fill, stand="middle"))


def _square(image: Image.Image, picture: Path | Image.Image, box: Box) -> Box:
    """Put the picture above (on wide frames beside) the title; return what is left for the title."""
    left, top, right, bottom = box
    is_wide = right - left > (bottom - top) * 1.3
    side = bottom - top if is_wide else min(right - left, round((bottom - top) * 0.62))
    at = (left, top) if is_wide else (left + (right - left - side) // 2, top)
    image.paste(filled(picture, (side, side)), at, round_mask((side, side), side / 14))
    gap = round(40 * unit(image.size))
    return (left + side + gap, top, right, bottom) if is_wide else (left, top + side + gap, right, bottom)


def _plain(palette: Palette, size: tuple[int, int], picture: Picture) -> Image.Image:
    if picture is not None:
        return shaded(filled(picture, size), palette.colour, 0.86, blur=24 * unit(size))
    return Image.new("RGB", size, palette.colour)


def _cover(palette: Palette, size: tuple[int, int], picture: Picture) -> Image.Image:
    del picture
    return Image.new("RGB", size, palette.colour)


def _line(palette: Palette, size: tuple[int, int], picture: Picture) -> Image.Image:
    """The background, with a rule of the main colour along the edge."""
    del picture
    image = Image.new("RGB", size, palette.ground)
    ImageDraw.Draw(image).rectangle((0, 0, size[0], round(18 * unit(size))), fill=palette.colour)
    return image


AUDIOGRAMS: Mapping[str, str | Promise] = {
    "bars": _("Bars: they rise with the voice"),
    "cover": _("Cover: the picture beside the title"),
    "line": _("Line: a fine wave on the background"),
}
WAVES: Mapping[str, WaveStyle] = {"bars": "bars", "cover": "bars", "line": "line"}
_GROUNDS: Mapping[str, Callable[[Palette, tuple[int, int], Picture], Image.Image]] = {
    "bars": _plain,
    "cover": _cover,
    "line": _line,
}
