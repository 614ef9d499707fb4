"""Pictures of posts: a few words in a brand's colours, with a picture or without. Layouts by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageDraw

from trenddrop.core.colours import readable_on
from trenddrop.core.slides.drawing import Box, Palette, filled, fit, logo_of, round_field, shaded, unit, write


@dataclass(frozen=True)
class _Post:
    words: str
    by: str
    palette: Palette
    size: tuple[int, int]
    picture: Path | Image.Image | None

    def px(self, thousandths: float) -> int:
        return round(thousandths * unit(self.size))


def post(
    words: str,
    palette: Palette,
    *,
    layout: str,
    size: tuple[int, int] = (1080, 1080),
    picture: Path | Image.Image | None = None,
    by: str = "",
) -> Image.Image:
    """Return the picture of a post. Raises KeyError, OSError for a bad picture."""
    return _DRAWN[layout](_Post(words, by or palette.name, palette, size, picture))


def _plain(given: _Post) -> Image.Image:
    """Large words on the background, a rule in the brand's colour, the name at the foot."""
    palette, (width, height) = given.palette, given.size
    image = Image.new("RGB", given.size, palette.ground)
    if given.picture is not None:
        image = shaded(filled(given.picture, given.size), palette.ground, 0.82, blur=given.px(12))
    gap = given.px(90)
    round_field(
        image,
        (gap, gap, gap + given.px(120), gap + given.px(16)),
        radius=given.px(8),
        fill=palette.sign_on(palette.ground),
    )
    box = (gap, gap + given.px(70), width - gap, height - gap - given.px(120))
    write(image, fit(given.words, box, font=palette.font, largest=given.px(170)), box, fill=palette.ink, stand="middle")
    signed(image, palette, given.by, ground=palette.ground, gap=gap)
    return image


def _split(given: _Post) -> Image.Image:
    """The picture on one half, words on the brand's colour on the other; without a picture two fields of colour."""
    palette, (width, height) = given.palette, given.size
    image = Image.new("RGB", given.size, palette.colour)
    is_wide = width > height * 1.2
    half = (width // 2, height) if is_wide else (width, int(height * 0.48))
    if given.picture is not None:
        image.paste(filled(given.picture, half), (0, 0))
    else:
        image.paste(Image.new("RGB", half, palette.accent), (0, 0))
        _circles(image, half, palette)
    gap = given.px(80)
    left, top = (half[0] + gap, gap) if is_wide else (gap, half[1] + given.px(60))
    box = (left, top, width - gap, height - gap - given.px(130))
    text = fit(given.words, box, font=palette.font, largest=given.px(120))
    write(image, text, box, fill=readable_on(palette.colour), stand="middle")
    signed(image, palette, given.by, ground=palette.colour, gap=gap, left=left)
    return image


def _circles(image: Image.Image, half: tuple[int, int], palette: Palette) -> None:
    """Where no picture is given: rings of the main colour on the accent."""
    pen = ImageDraw.Draw(image)
    side = min(half)
    for share in (0.9, 0.62, 0.34):
        reach = int(side * share)
        x, y = half[0] - side // 3, half[1] - side // 4
        box = (x - reach, y - reach, x + reach, y + reach)
        if share != 0.34:
            pen.ellipse(box, outline=palette.colour, width=max(2, side // 60))
        else:
            pen.ellipse(box, fill=palette.colour)
    rest = (
        (0, half[1], image.width, image.height) if half[0] == image.width else (half[0], 0, image.width, image.height)
    )
    pen.rectangle(rest, fill=palette.colour)


def _frame(given: _Post) -> Image.Image:
    """A light card on the picture or the brand's colour, edged with the accent."""
    palette, (width, height) = given.palette, given.size
    image = Image.new("RGB", given.size, palette.colour)
    if given.picture is not None:
        image = shaded(filled(given.picture, given.size), palette.colour, 0.35)
    gap, edge = given.px(80), given.px(14)
    card: Box = (gap, gap, width - gap, height - gap)
    around = (card[0] - edge, card[1] - edge, card[2] + edge, card[3] + edge)
    round_field(image, around, radius=given.px(50), fill=palette.sign_on(palette.colour))
    round_field(image, card, radius=given.px(38), fill=palette.ground)
    inside = given.px(80)
    box = (card[0] + inside, card[1] + inside, card[2] - inside, card[3] - inside - given.px(90))
    text = fit(given.words, box, font=palette.font, largest=given.px(130))
    write(image, text, box, fill=palette.ink, stand="middle", align="middle")
    foot = (box[0], card[3] - inside - given.px(30), box[2], card[3] - inside + given.px(30))
    name = fit(given.by, foot, font=palette.font, lines=1, largest=given.px(40))
    write(image, name, foot, fill=palette.letters_on(palette.ground), align="middle")
    return image


def signed(image: Image.Image, palette: Palette, name: str, *, ground: str, gap: int, left: int | None = None) -> None:
    """Put the logo, or the name where there is none, at the foot."""
    px, start = unit(image.size), gap if left is None else left
    logo = logo_of(palette, image.size)
    if logo is not None:
        image.paste(logo.convert("RGB"), (start, image.height - gap - logo.height), logo.getchannel("A"))
        start += logo.width + round(28 * px)
    box = (start, image.height - gap - round(56 * px), image.width - gap, image.height - gap)
    text = fit(name, box, font=palette.font, lines=1, largest=round(40 * px))
    write(image, text, box, fill=readable_on(ground), stand="middle")


POSTS: Mapping[str, str | Promise] = {
    "plain": _("Plain: words on the background"),
    "split": _("Split: picture and words"),
    "frame": _("Frame: words on a card"),
}
_DRAWN: Mapping[str, Callable[[_Post], Image.Image]] = {"plain": _plain, "split": _split, "frame": _frame}
