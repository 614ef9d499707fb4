"""An article of any material; of a video with a still for each section, from where that section is told."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from content.models import ContentAsset
from content.pipeline.makers import Made, MadeFile, Work
from content.pipeline.makers.wording import desk_of, every_platform
from content.writing import Shape
from content.writing.sections import Section, told_at
from trenddrop.core import media
from trenddrop.core.text.shortening import shorten_to

DEFAULTS: dict[str, Any] = {"note": "", "stills": True}
WIDTH = 1280  # pixels of a still
MOST_STILLS = 4  # what most platforms take
INTO = 0.5  # seconds into what is told: the cut before it is over then
LONGEST_ALT = 300


def make(work: Work) -> Iterator[Made]:
    """Give one for each platform. Raises CannotMake, MediaError, LimitReached."""
    desk = desk_of(work)
    for each in every_platform(desk, Shape.ARTICLE, note=work.config.get("note", "")):
        folder = work.folder / str(each.order.platform)
        sections = told_at(each.draft.text, desk.material.sentences) if shows(work) else []
        yield each.made(files=stills(work, sections, folder))


def shows(work: Work) -> bool:
    """Say whether there are pictures to take stills of, and they are wished for."""
    has_picture = work.asset.kind == ContentAsset.Kind.VIDEO and bool(work.asset.file)
    return has_picture and bool(work.config.get("stills", True))


def stills(work: Work, sections: Sequence[Section], folder: Path) -> list[MadeFile]:
    """Take a still for each section that says when it is told. Raises MediaError."""
    chosen = [one for one in sections if one.at is not None][:MOST_STILLS]
    if not chosen:
        return []
    folder.mkdir(exist_ok=True)
    times = [(one.at or 0.0) + INTO for one in chosen]
    paths = media.poster_frames(work.original(), times, folder, width=WIDTH, cancelled=work.cancelled)
    return [
        MadeFile(path, slide=number, recipe={"at": round(at, 2), "section": one.number}, alt_text=_alt(one))
        for number, (path, at, one) in enumerate(zip(paths, times, chosen, strict=True), 1)
    ]


def _alt(section: Section) -> str:
    words = shorten_to(section.told, fits=lambda text: len(text) <= LONGEST_ALT)
    return _("A still of the video while this is said: “%(words)s”") % {"words": words}
