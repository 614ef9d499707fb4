"""Pictures of what a template makes, before anything is made with it."""

import io
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFilter

from content.looks import cards
from content.looks.drawing import caption_style, palette
from content.looks.look import Look
from content.models import TemplateKind
from trenddrop.core import media, slides
from trenddrop.core.media import captioning
from trenddrop.core.platforms import Area
from trenddrop.core.typefaces import NoLetters

SIZE = (480, 600)
WIDE = (1080, 900)
EVERYWHERE = Area(0.04, 0.04, 0.96, 0.96)
QUALITY = 86


class CannotDraw(Exception):
    """The preview cannot be drawn; the message says why."""


def draw(kind: str, look: Look) -> bytes:
    """Return a JPEG of how a look's design of this kind comes out. Runs ffmpeg for captions: in no transaction.

    Raises CannotDraw.
    """
    with tempfile.TemporaryDirectory(prefix="trenddrop-look-") as name:
        try:
            image = _DRAWN[kind](look, kind, Path(name))
        except (NoLetters, media.MediaError, OSError) as error:
            raise CannotDraw(str(error) or _("There is no font here for these words.")) from error
    content = io.BytesIO()
    image.convert("RGB").save(content, "JPEG", quality=QUALITY, optimize=True)
    return content.getvalue()


def _captions(look: Look, _kind: str, folder: Path) -> Image.Image:
    ground = folder / "ground.png"
    sample().save(ground)
    content = captioning.still(caption_style(look), size=SIZE, background=ground)
    return Image.open(io.BytesIO(content)).convert("RGB")


def _post(look: Look, _kind: str, folder: Path) -> Image.Image:
    """A post above, a quotation and the ground of an audiogram below."""
    design, colours, picture = look.social, palette(look, folder, look.social), look.toned(sample())
    words, by = _("Your towel is not the problem"), look.name or _("Your brand")
    drawn = [
        slides.post(words, colours, layout=design.layout, size=WIDE, picture=picture),
        slides.quote(_("Skin needs days, not hours."), by, colours, layout=design.quote, size=WIDE, picture=picture),
        slides.audiogram_ground(
            words, by, colours, layout=design.audiogram, size=WIDE, safe=EVERYWHERE, picture=picture, has_captions=False
        ),
    ]
    return _sheet(drawn, [(0, 0, 480, 400), (0, 402, 239, 199), (241, 402, 239, 199)])


def _carousel(look: Look, _kind: str, folder: Path) -> Image.Image:
    """The cover above, four slides below."""
    name = look.name or _("Your brand")
    pages = [
        slides.Page("cover", _("Five habits for the monsoon")),
        slides.Page("point", _("Dry your towel"), _("A damp one puts back what you washed off.")),
        slides.Page("point", _("Wash twice"), _("Not four times.")),
        slides.Page("quote", name, _("Skin needs days, not hours.")),
        slides.Page("close", _("Save this"), name),
    ]
    colours, size = palette(look, folder, look.carousel), (1080, 1080)
    picture = look.toned(sample())
    drawn = slides.carousel(pages, colours, layout=look.carousel.layout, size=size, picture=picture)
    return _sheet(drawn, [(0, 0, 480, 478), *((left, 480, 119, 120) for left in (0, 120, 241, 361))])


def _sheet(drawn: Sequence[Image.Image], places: Sequence[tuple[int, int, int, int]]) -> Image.Image:
    """Put pictures where they are told: left, top, width, height."""
    sheet = Image.new("RGB", SIZE, "#8a9499")
    for image, (left, top, width, height) in zip(drawn, places, strict=True):
        sheet.paste(image.convert("RGB").resize((width, height), Image.Resampling.LANCZOS), (left, top))
    return sheet


def _image(look: Look, _kind: str, _folder: Path) -> Image.Image:
    before = sample()
    after, half = look.toned(before), SIZE[0] // 2
    before.paste(after.crop((half, 0, *SIZE)), (half, 0))
    return before


def _card(look: Look, kind: str, folder: Path) -> Image.Image:
    design = look.cards[kind]
    return cards.draw(cards.Card(design, look.name or _("Your brand"), look.logo(folder)), SIZE)


_DRAWN: Mapping[str, Callable[[Look, str, Path], Image.Image]] = {
    TemplateKind.INTRO: _card,
    TemplateKind.OUTRO: _card,
    TemplateKind.CAPTION_STYLE: _captions,
    TemplateKind.SOCIAL_LAYOUT: _post,
    TemplateKind.CAROUSEL: _carousel,
    TemplateKind.IMAGE_STYLE: _image,
}


def sample() -> Image.Image:
    """Return a picture to show things on: somebody at a window, drawn."""
    return _sample().copy()


@lru_cache(maxsize=1)
def _sample() -> Image.Image:
    width, height = SIZE
    sky = Image.linear_gradient("L").resize(SIZE)
    image = Image.merge("RGB", [sky.point(lambda v, a=a, b=b: round(a + (b - a) * v / 255)) for a, b in _SKY])
    pen = ImageDraw.Draw(image)
    pen.ellipse((width * 0.66, height * 0.08, width * 0.84, height * 0.224), fill="#f6d9a8")
    pen.polygon(
        [(0, height * 0.62), (width * 0.4, height * 0.46), (width, height * 0.66), (width, height), (0, height)],
        fill="#4f7d6d",
    )
    pen.rectangle((0, height * 0.8, width, height), fill="#3a4f57")
    pen.ellipse((width * 0.2, height * 0.56, width * 0.8, height * 1.2), fill="#b5523b")
    pen.rounded_rectangle((width * 0.44, height * 0.48, width * 0.56, height * 0.62), 20, fill="#c98f6b")
    pen.ellipse((width * 0.35, height * 0.24, width * 0.65, height * 0.54), fill="#3b2a24")
    pen.ellipse((width * 0.385, height * 0.28, width * 0.615, height * 0.55), fill="#dba57f")
    return image.filter(ImageFilter.GaussianBlur(1.2))


_SKY = ((168, 226), (196, 208), (214, 190))  # red, green, blue: above, below
