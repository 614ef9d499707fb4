"""What makers of pictures share: a brand's palette, a picture of the original, a finished picture with its report."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from accounts import tenancy
from content.looks.designs import CarouselDesign, PostDesign
from content.looks.look import Look, local
from content.models import ContentAsset, PieceFormat, PosterFrame
from content.pipeline.makers import MadeFile, Work
from trenddrop.core import slides, typefaces
from trenddrop.core.media import MediaError
from trenddrop.core.media.rendering import sentences

SIZES = {
    PieceFormat.VERTICAL: (1080, 1920),
    PieceFormat.PORTRAIT: (1080, 1350),
    PieceFormat.SQUARE: (1080, 1080),
    PieceFormat.LANDSCAPE: (1920, 1080),
}
QUALITY = 90
LARGEST = 2160  # pixels of a side that a picture of the original is read with
LONGEST_ALT = 1000


def palette_of(look: Look, design: PostDesign | CarouselDesign, folder: Path) -> slides.Palette:
    """Return what is drawn with; fetches the logo, so in no transaction. Raises MediaError."""
    logo = look.logo(folder) if design.logo else None
    return slides.Palette(
        design.colour, design.accent, design.ground, font=design.font, logo=logo, corner=look.corner, name=look.name
    )


def picture_of(work: Work, *, near: float = 0.0) -> Image.Image | None:
    """Return a picture of the original in the brand's tone: itself, or the still nearest to a second of it; or None."""
    if work.asset.kind == ContentAsset.Kind.IMAGE:
        return work.look.toned(_opened(work.original()))
    with tenancy.of_organization(work.job.organization_id):
        frames = list(PosterFrame.objects.filter(asset=work.asset))
    if not frames:
        return None
    frame = min(frames, key=lambda each: abs(each.at - near))
    return work.look.toned(_opened(local(frame.image, work.folder / f"frame-{frame.pk}.jpg")))


def _opened(path: Path) -> Image.Image:
    try:
        with Image.open(path) as opened:
            opened.draft("RGB", (LARGEST, LARGEST))
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except OSError as error:
        raise MediaError(_("The original picture cannot be read. Upload it again.")) from error
    upright.thumbnail((LARGEST, LARGEST))
    return upright


def saved(image: Image.Image, path: Path, *, words: Sequence[str], slide: int = 0, **recipe: Any) -> MadeFile:
    """Write a picture as JPEG and tell what is on it: its words are the alternative text."""
    image.convert("RGB").save(path, "JPEG", quality=QUALITY, optimize=True)
    said = " ".join(" ".join(words).split())
    report = [_size_told(image), unseen(" ".join(words))]
    return MadeFile(path, slide=slide, recipe=recipe, report=report, alt_text=said[:LONGEST_ALT])


def _size_told(image: Image.Image) -> dict[str, Any]:
    size = f"{image.width} × {image.height}"
    return {"check": "size", "ok": True, "told": sentences.SIZE % {"size": size}, "value": size}


def unseen(words: str, font: str = "") -> dict[str, Any]:
    """Return the report's line on signs that no font here has: they are left out of what is drawn."""
    lost = typefaces.missing(words, font)
    told = sentences.LOST_LETTERS % {"signs": " ".join(lost[:20])} if lost else sentences.ALL_LETTERS
    return {"check": "letters", "ok": not lost, "told": told, "value": lost[:20]}


def quote_card(work: Work, words: str, by: str, path: Path, *, near: float = 0.0, shape: str = "") -> MadeFile:
    """Draw a quotation in the look's layout of quotes and write it at `path`. Raises MediaError."""
    design, size = work.look.social, SIZES[PieceFormat(shape or PieceFormat.SQUARE)]
    palette = palette_of(work.look, design, work.folder)
    drawn = slides.quote(words, by, palette, layout=design.quote, size=size, picture=picture_of(work, near=near))
    return saved(drawn, path, words=[words, by], layout=design.quote, kind="quote")


def post_picture(work: Work, words: str, path: Path, *, near: float = 0.0, shape: str = "") -> MadeFile:
    """Draw a post's picture in the look's layout and write it at `path`. Raises MediaError."""
    design, size = work.look.social, SIZES[PieceFormat(shape or PieceFormat.SQUARE)]
    palette = palette_of(work.look, design, work.folder)
    drawn = slides.post(words, palette, layout=design.layout, size=size, picture=picture_of(work, near=near))
    return saved(drawn, path, words=[words], layout=design.layout, kind="post")
