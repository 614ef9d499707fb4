"""Carousels: a cover, points, a closing slide, drawn as one set: sizes of letters are shared. Layouts by name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageDraw

from trenddrop.core.colours import readable_on
from trenddrop.core.slides.drawing import (
    Box,
    Palette,
    filled,
    fit,
    logo_of,
    mixed,
    quoted,
    round_field,
    shaded,
    unit,
    write,
)
from trenddrop.core.typefaces import direction

SIZE = (1080, 1350)


@dataclass(frozen=True)
class Page:
    """What one slide says."""

    kind: Literal["cover", "point", "quote", "close"]
    heading: str = ""
    text: str = ""


@dataclass(frozen=True)
class _Slide:
    page: Page
    number: int  # from 1
    total: int
    palette: Palette
    size: tuple[int, int]
    picture: Path | Image.Image | None
    heading: int | None = None  # the letters' height that all slides of this kind share
    text: int | None = None

    def px(self, thousandths: float) -> int:
        return round(thousandths * unit(self.size))

    @property
    def is_large(self) -> bool:
        """Whether it is a cover or closing slide: few words, large."""
        return self.page.kind in ("cover", "close")


def carousel(
    pages: Sequence[Page],
    palette: Palette,
    *,
    layout: str,
    size: tuple[int, int] = SIZE,
    picture: Path | Image.Image | None = None,
) -> list[Image.Image]:
    """Return the slides in their order; `picture` is on the cover. Raises KeyError, OSError."""
    draw, place = _DRAWN[layout], _PLACES[layout]
    slides = [_Slide(page, number, len(pages), palette, size, picture) for number, page in enumerate(pages, 1)]
    inner = [slide for slide in slides if not slide.is_large]
    heading = _shared([(slide.page.heading, place(slide)[0]) for slide in inner], palette, most=round(120 * unit(size)))
    text = _shared([(slide.page.text, place(slide)[1]) for slide in inner], palette, most=round(60 * unit(size)))
    return [
        draw(
            slide
            if slide.is_large
            else _Slide(slide.page, slide.number, slide.total, palette, size, picture, heading, text)
        )
        for slide in slides
    ]


def _shared(wanted: Sequence[tuple[str, Box]], palette: Palette, *, most: int) -> int | None:
    """The largest letters at which every text fits its box."""
    found = [fit(words, box, font=palette.font, lines=9, largest=most) for words, box in wanted]
    return min((text.size for text in found if text is not None), default=None)


def _clean_places(slide: _Slide) -> tuple[Box, Box]:
    width, height = slide.size
    gap = slide.px(90)
    top = gap + slide.px(190)
    middle = top + int((height - top - gap) * 0.42)
    return (gap, top, width - gap, middle), (gap, middle + slide.px(30), width - gap, height - gap - slide.px(110))


def _clean(slide: _Slide) -> Image.Image:
    """Words on the background, the number in a round field, the name and a row of dots at the foot."""
    palette = slide.palette
    image = Image.new("RGB", slide.size, palette.ground)
    gap, sign = slide.px(90), palette.sign_on(palette.ground)
    if slide.is_large:
        _opening(image, slide, fill=palette.ink, sign=sign, ground=palette.ground)
    else:
        _number(image, slide, (gap, gap, gap + slide.px(150), gap + slide.px(150)), field=sign)
        _words(image, slide, _clean_places(slide), heading=palette.ink, text=palette.ink)
    _foot(image, slide, ground=palette.ground, sign=sign)
    return image


def _bold_places(slide: _Slide) -> tuple[Box, Box]:
    width, height = slide.size
    gap = slide.px(90)
    top = int(height * 0.3)
    middle = top + int((height - top) * 0.38)
    return (gap, top, width - gap, middle), (gap, middle + slide.px(24), width - gap, height - gap - slide.px(110))


def _bold(slide: _Slide) -> Image.Image:
    """The whole slide in a colour, by turns the main one and the background; a number as high as a hand."""
    palette, (width, height) = slide.palette, slide.size
    ground = palette.colour if slide.is_large or slide.number % 2 else palette.ground
    image = Image.new("RGB", slide.size, ground)
    ink, sign = readable_on(ground), palette.sign_on(ground)
    if slide.is_large:
        _opening(image, slide, fill=ink, sign=sign, ground=ground)
    else:
        gap = slide.px(90)
        box = (gap, slide.px(70), width - gap, int(height * 0.28))
        number = fit(f"{_point(slide):02}", box, font=palette.font, lines=1)
        write(image, number, box, fill=sign, stand="bottom")
        _words(image, slide, _bold_places(slide), heading=ink, text=ink)
    _foot(image, slide, ground=ground, sign=sign)
    return image


def _stripe_places(slide: _Slide) -> tuple[Box, Box]:
    width, height = slide.size
    stripe, gap = int(width * 0.16), slide.px(80)
    is_rtl = direction(slide.page.heading or slide.page.text) == "rtl"
    left, right = (gap, width - stripe - gap) if is_rtl else (stripe + gap, width - gap)
    top = int(height * 0.14)
    middle = top + int(height * 0.33)
    return (left, top, right, middle), (left, middle + slide.px(40), right, height - gap - slide.px(110))


def _stripe(slide: _Slide) -> Image.Image:
    """A broad stripe of the brand's colour at the side where reading begins, with the number in it."""
    palette, (width, height) = slide.palette, slide.size
    image = Image.new("RGB", slide.size, palette.ground)
    stripe = int(width * 0.16)
    (left, *_rest), _text = _stripe_places(slide)
    at = 0 if left > stripe else width - stripe
    if slide.is_large:
        image.paste(palette.colour, (0, 0, width, height))
        _opening(
            image, slide, fill=readable_on(palette.colour), sign=palette.sign_on(palette.colour), ground=palette.colour
        )
        _foot(image, slide, ground=palette.colour, sign=palette.sign_on(palette.colour))
        return image
    image.paste(palette.colour, (at, 0, at + stripe, height))
    box = (at, int(height * 0.14), at + stripe, int(height * 0.14) + slide.px(200))
    number = fit(str(_point(slide)), box, font=palette.font, lines=1, largest=slide.px(120))
    write(image, number, box, fill=palette.sign_on(palette.colour), align="middle")
    _words(image, slide, _stripe_places(slide), heading=palette.ink, text=palette.ink)
    _foot(image, slide, ground=palette.ground, sign=palette.sign_on(palette.ground), inside=_stripe_places(slide)[1])
    return image


def _point(slide: _Slide) -> int:
    """Points are counted without the cover."""
    return max(1, slide.number - 1)


def _number(image: Image.Image, slide: _Slide, box: Box, *, field: str) -> None:
    round_field(image, box, radius=(box[2] - box[0]) / 2, fill=field)
    text = fit(str(_point(slide)), box, font=slide.palette.font, lines=1, largest=slide.px(76))
    write(image, text, box, fill=readable_on(field), stand="middle", align="middle")


def _words(image: Image.Image, slide: _Slide, places: tuple[Box, Box], *, heading: str, text: str) -> None:
    """Heading and text below each other; a quotation, or a slide with one of both, in the middle."""
    font, (above, below) = slide.palette.font, places
    if not slide.page.heading or not slide.page.text:
        whole = (above[0], above[1], above[2], below[3])
        words = slide.page.heading or slide.page.text
        words = quoted(words) if slide.page.kind == "quote" else words
        write(image, fit(words, whole, font=font, lines=9, largest=slide.px(100)), whole, fill=heading, stand="middle")
        return
    write(
        image,
        fit(slide.page.heading, above, font=font, lines=9, largest=slide.heading),
        above,
        fill=heading,
        stand="bottom",
    )
    write(image, fit(slide.page.text, below, font=font, lines=9, largest=slide.text), below, fill=text)


def _opening(image: Image.Image, slide: _Slide, *, fill: str, sign: str, ground: str) -> None:
    """A cover or closing slide: on the cover the picture, if there is one, above."""
    width, height = slide.size
    gap, top = slide.px(90), slide.px(90)
    if slide.page.kind == "cover" and slide.picture is not None:
        half = int(height * 0.46)
        image.paste(shaded(filled(slide.picture, (width, half)), ground, 0.08), (0, 0))
        ImageDraw.Draw(image).rectangle((0, half, width, half + slide.px(12)), fill=sign)
        top = half + slide.px(60)
    else:
        top += int(height * 0.08)
        round_field(image, (gap, top, gap + slide.px(140), top + slide.px(16)), radius=slide.px(8), fill=sign)
        top += slide.px(50)
    foot = height - gap - slide.px(110)
    share = 0.7 if slide.page.text else 1.0
    box = (gap, top, width - gap, top + int((foot - top) * share))
    end = write(
        image, fit(slide.page.heading, box, font=slide.palette.font, lines=6, largest=slide.px(150)), box, fill=fill
    )
    rest = (gap, end + slide.px(30), width - gap, foot)
    write(image, fit(slide.page.text, rest, font=slide.palette.font, lines=4, largest=slide.px(54)), rest, fill=fill)


def _foot(image: Image.Image, slide: _Slide, *, ground: str, sign: str, inside: Box | None = None) -> None:
    """Logo and name at the left, a dot for each slide at the right: this one's is long."""
    gap, high = slide.px(90), slide.px(60)
    left, right = (gap, image.width - gap) if inside is None else (inside[0], inside[2])
    top = image.height - slide.px(80) - high
    dots = _dots(image, slide, right, top + high // 2, sign=sign, ground=ground)
    logo = logo_of(slide.palette, image.size)
    if logo is not None:
        image.paste(logo.convert("RGB"), (left, top + (high - logo.height) // 2), logo.getchannel("A"))
        left += logo.width + slide.px(24)
    box = (left, top, max(left + 1, dots - slide.px(30)), top + high)
    name = fit(slide.palette.name, box, font=slide.palette.font, lines=1, largest=slide.px(38))
    write(image, name, box, fill=readable_on(ground), stand="middle")


def _dots(image: Image.Image, slide: _Slide, right: int, middle: int, *, sign: str, ground: str) -> int:
    """Draw the row of dots from the right; return where it begins."""
    side, step = slide.px(16), slide.px(30)
    at, faint = right, mixed(sign, ground, 0.6)
    for number in range(slide.total, 0, -1):
        long = number == slide.number
        left = at - (side * 3 if long else side)
        colour = sign if long else faint
        round_field(image, (left, middle - side // 2, at, middle + side - side // 2), radius=side / 2, fill=colour)
        at = left - (step - side)
    return at


CAROUSELS: Mapping[str, str | Promise] = {
    "clean": _("Clean: words on the background"),
    "bold": _("Bold: full colours and large numbers"),
    "stripe": _("Stripe: a colour at the side"),
}
_DRAWN: Mapping[str, Callable[[_Slide], Image.Image]] = {"clean": _clean, "bold": _bold, "stripe": _stripe}
_PLACES: Mapping[str, Callable[[_Slide], tuple[Box, Box]]] = {
    "clean": _clean_places,
    "bold": _bold_places,
    "stripe": _stripe_places,
}
