"""Carousels of any material: a cover, one thought a picture, a close, drawn in the brand's look for each platform."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image

from content.models import GeneratedContent, PieceFormat
from content.pipeline.makers import CannotMake, Made, MadeFile, Work, picturing
from content.pipeline.makers.wording import desk_of, platforms_for
from content.writing import Shape
from content.writing.slides import FEWEST, MOST, Slide
from trenddrop.core import slides
from trenddrop.core.platforms import rules

DEFAULTS: dict[str, Any] = {"count": 6, "layout": "", "picture": True, "note": ""}
CHOICES = {"layout": ("", *slides.CAROUSELS)}
LEAST_PICTURES = 2  # that a platform must take: one picture is no carousel


def make(work: Work) -> Iterator[Made]:
    """Give a carousel for each platform that takes several pictures. Raises CannotMake, MediaError, LimitReached."""
    desk = desk_of(work)
    platforms = fitting(platforms_for(work, Shape.POST))
    picture = picturing.picture_of(work) if work.config.get("picture", True) else None
    left = [platform for platform in platforms if not work.is_kept(0, [platform])]
    for number, platform in enumerate(left):
        work.progress(number / len(left), _("Drawing for %(platform)s") % {"platform": rules(platform).name})
        wanted = int(work.config.get("count") or DEFAULTS["count"])
        count = max(FEWEST, min(wanted, MOST, rules(platform).media.max_images))
        found, written = desk.slides(platform, count=count, note=str(work.config.get("note", "")))
        files = drawn(work, found.slides, work.folder / platform, picture=picture)
        yield written.made(
            kind=GeneratedContent.Kind.CAROUSEL, files=files, format=shape_of(work), alt_text=files[0].alt_text
        )


def fitting(platforms: Sequence[str]) -> list[str]:
    """Return the platforms that take several pictures in one post. Raises CannotMake where none does."""
    found = [platform for platform in platforms if rules(platform).media.max_images >= LEAST_PICTURES]
    if not found:
        raise CannotMake(_("None of the chosen platforms takes several pictures in one post. Choose others."))
    return found


def shape_of(work: Work) -> str:
    """Return the pictures' shape: the job's, else 4:5, which fills most of a phone and all platforms take."""
    return work.job.format or PieceFormat.PORTRAIT


def drawn(work: Work, given: Sequence[Slide], folder: Path, *, picture: Image.Image | None) -> list[MadeFile]:
    """Draw the slides into a folder of their own. Raises MediaError, Stopped."""
    folder.mkdir(exist_ok=True)
    design = work.look.carousel
    layout = str(work.config.get("layout") or design.layout)
    pages = [slides.Page(one.kind, one.heading, one.text) for one in given]
    palette = picturing.palette_of(work.look, design, work.folder)
    work.cancelled()
    images = slides.carousel(
        pages, palette, layout=layout, size=picturing.SIZES[PieceFormat(shape_of(work))], picture=picture
    )
    return [
        picturing.saved(
            image,
            folder / f"{number}.jpg",
            words=[page.heading, page.text],
            slide=number,
            layout=layout,
            kind=page.kind,
        )
        for number, (image, page) in enumerate(zip(images, pages, strict=True), 1)
    ]
