"""Short videos of a long one: the best moments or a range by hand, reframed, with captions, checked, with words."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from content.models import GeneratedContent, PieceFormat
from content.pipeline.makers import CannotMake, Made, MadeFile, Work, cutting, dressing
from content.pipeline.makers.cutting import Part, Said
from content.pipeline.makers.wording import Desk, desk_of
from content.understanding import understand
from content.writing import Shape
from trenddrop.core import media
from trenddrop.core.media import captioning
from trenddrop.core.text.sentences import split

DEFAULTS: dict[str, Any] = {
    "count": 3, "seconds": [15.0, 60.0], "wish": "", "start": None, "end": None, "layout": "auto", "style": "",
    "captions": True, "title": True, "headline": "", "logo": True, "cards": True, "clean": False,
    "side": dressing.SIDE,
}  # fmt: skip
CHOICES = {"layout": ("auto", "follow", "two", "screen", "fit"), "style": ("", *captioning.STYLES)}
LONGEST_HEADLINE = 60  # letters
LONGEST_ALT = 200


def make(work: Work) -> Iterator[Made]:
    """Give a piece for each platform of each clip. Raises CannotMake, MediaError, LimitReached, Stopped."""
    source = work.original()
    info = media.probe(source)
    if not info.has_video:
        raise CannotMake(_("This recording has no picture. Make an audiogram of it."))
    said = cutting.said_in(work)
    parts = cutting.parts_of(work, said, DEFAULTS, duration=info.duration or 0.0)
    desk = desk_of(work) if said.sentences and not work.config.get("piece") else None
    for number, part in enumerate(parts, 1):
        if not work.is_kept(number):
            note = _("Making clip %(number)s of %(total)s") % {"number": number, "total": len(parts)}
            steps = dressing.Steps(work.progress, work.cancelled, note=note, done=number - 1, total=len(parts))
            file = _film(work, source, info, part, said=said, steps=steps, folder=work.folder / f"clip{number}")
            yield from _pieces(work, desk, number, part, said=said, file=file)


def _film(
    work: Work, source: Path, info: media.MediaInfo, part: Part, *, said: Said, steps: dressing.Steps, folder: Path
) -> MadeFile:
    order = dressing.Order(
        spans=part.spans,
        words=cutting.heard_in(said, part.spans),
        platforms=work.platforms,
        format=work.job.format,
        look=work.look,
        config=work.config,
        title=headline(work, part, said),
    )
    made = dressing.film(source, info, order, folder, steps)
    recipe = made.recipe | {"reasons": list(part.reasons), "score": part.score}
    return MadeFile(made.path, recipe=recipe, report=made.report, poster=made.poster, alt_text=_alt(part, said))


def headline(work: Work, part: Part, said: Said) -> str:
    """Return the few words over the picture: those told, else the opening where it is short enough; else none."""
    if not work.config.get("title", True):
        return ""
    inside = cutting.sentences_in(said, part.span)
    given = str(work.config.get("headline") or "")
    opening = next(iter(split(inside[0].text)), "") if inside else ""
    words = given or opening.rstrip(" .…")
    return words if len(words) <= LONGEST_HEADLINE else ""


def _alt(part: Part, said: Said) -> str:
    text = " ".join(one.text for one in cutting.sentences_in(said, part.span))
    return f"{text[:LONGEST_ALT].rsplit(' ', 1)[0]} …" if len(text) > LONGEST_ALT else text


def _pieces(work: Work, desk: Desk | None, number: int, part: Part, *, said: Said, file: MadeFile) -> Iterator[Made]:
    about: dict[str, Any] = {
        "kind": GeneratedContent.Kind.SHORT_VIDEO,
        "part": number,
        "files": [file],
        "format": work.job.format or PieceFormat.VERTICAL,
        "starts_at": part.span.start,
        "ends_at": part.span.end,
        "alt_text": file.alt_text,
    }
    sentences = cutting.sentences_in(said, part.span)
    if desk is None or not sentences:
        yield Made(work.platforms, title=work.asset.title, made_by="person", language=work.asset.language, **about)
        return
    found = understand(" ".join(one.text for one in sentences), desk.material.understanding.language or None)
    for platform in work.platforms:
        if not work.is_kept(number, [platform]):
            written = desk.write(
                platform, Shape.POST, part=number, sentences=sentences, understanding=found, is_part=True
            )
            yield written.made(**about)
