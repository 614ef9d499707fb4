"""Audiograms: the best parts of what is heard, with a wave that moves with the voice, and the words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from content.models import GeneratedContent, PieceFormat
from content.pipeline.makers import CannotMake, Made, MadeFile, Work, cutting, picturing
from content.pipeline.makers.cutting import Part, Said
from content.pipeline.makers.dressing import Order, Steps, poster_of, style_of
from content.pipeline.makers.shorts import headline
from content.pipeline.makers.wording import Desk, desk_of
from content.understanding import understand
from content.writing import Shape
from trenddrop.core import media, slides
from trenddrop.core.colours import readable_on
from trenddrop.core.media import captioning
from trenddrop.core.media.rendering import Edit, Still, Wave, check, render

DEFAULTS: dict[str, Any] = {
    "count": 1, "seconds": [20.0, 60.0], "wish": "", "start": None, "end": None, "layout": "", "style": "",
    "captions": True, "headline": "", "by": "", "picture": True, "cards": True, "clean": False, "side": 1080,
}  # fmt: skip
CHOICES = {"layout": ("", *slides.AUDIOGRAMS), "style": ("", *captioning.STYLES)}
FPS = 25
RENDERED = 0.9  # of a part's work
LONGEST_ALT = 200


def make(work: Work) -> Iterator[Made]:
    """Give a piece for each platform of each part. Raises CannotMake, MediaError, LimitReached, Stopped."""
    source = work.original()
    info = media.probe(source)
    if not info.has_audio:
        raise CannotMake(_("This recording has no sound. An audiogram needs somebody to be heard."))
    said = cutting.said_in(work)
    parts = cutting.parts_of(work, said, DEFAULTS, duration=info.duration or 0.0)
    desk = desk_of(work) if said.sentences and not work.config.get("piece") else None
    for number, part in enumerate(parts, 1):
        if not work.is_kept(number):
            note = _("Making audiogram %(number)s of %(total)s") % {"number": number, "total": len(parts)}
            steps = Steps(work.progress, work.cancelled, note=note, done=number - 1, total=len(parts))
            stage = Stage(work, source, info, part, said)
            file = film(stage, work.folder / f"audiogram{number}", steps)
            yield from _pieces(stage, desk, number, file)


@dataclass(frozen=True)
class Stage:
    """One part of a recording that becomes an audiogram."""

    work: Work
    source: Path
    info: media.MediaInfo
    part: Part
    said: Said

    @property
    def order(self) -> Order:
        """Its frame, words and look."""
        work = self.work
        return Order(
            spans=self.part.spans,
            words=cutting.heard_in(self.said, self.part.spans),
            platforms=work.platforms,
            format=work.job.format or PieceFormat.SQUARE,
            look=work.look,
            config=work.config,
            title=headline(work, self.part, self.said) or work.asset.title,
        )

    @property
    def layout(self) -> str:
        """The ground's layout."""
        return str(self.work.config.get("layout") or self.work.look.social.audiogram)

    @property
    def has_captions(self) -> bool:
        """Whether words are shown."""
        return bool(self.work.config.get("captions", True) and self.order.words)

    @property
    def near(self) -> float:
        """The second whose still is shown."""
        return self.part.span.start


def film(stage: Stage, folder: Path, steps: Steps) -> MadeFile:
    """Draw, render and check one. Raises MediaError, Stopped."""
    folder.mkdir()
    steps.tell(0.0)
    order = stage.order
    edit, inside = _edit(stage, folder)
    out = folder / "audiogram.mp4"
    render(stage.source, out, edit, stage.info, progress=steps.between(0.0, RENDERED), cancelled=steps.cancelled)
    found = check(out, edit, captions_inside=inside, cancelled=steps.cancelled)
    report = [one.stored for one in found] + [
        picturing.unseen(f"{order.title} " + _said_in(stage), order.look.captions.font)
    ]
    recipe = {
        "kind": "audiogram", "spans": [[span.start, span.end] for span in edit.spans], "size": list(order.size),
        "layout": stage.layout, "style": style_of(order).key if edit.captions else "", "title": order.title,
        "intro": edit.intro is not None, "outro": edit.outro is not None, "loudness": edit.loudness,
        "reasons": list(stage.part.reasons), "score": stage.part.score,
    }  # fmt: skip
    return MadeFile(out, recipe=recipe, report=report, poster=poster_of(out, edit, folder), alt_text=_alt(stage))


def _edit(stage: Stage, folder: Path) -> tuple[Edit, bool | None]:
    """The still ground, the wave over it, the words below."""
    order, size = stage.order, stage.order.size
    plain = Edit(tuple(order.spans), size, fps=FPS)
    ground, wave = _drawn(stage, folder)
    edit = replace(plain, stills=(Still(ground, plain.seconds, zoom="none"),), wave=wave)
    if stage.work.config.get("cards", True):
        edit = replace(edit, intro=order.look.intro(folder, size), outro=order.look.outro(folder, size))
    if not stage.has_captions:
        return edit, None
    path = folder / "captions.ass"
    return replace(edit, captions=path, fonts=captioning.FONTS), _captions(stage, path)


def _drawn(stage: Stage, folder: Path) -> tuple[Path, Wave]:
    order, size = stage.order, stage.order.size
    palette = picturing.palette_of(order.look, order.look.social, folder)
    picture = picturing.picture_of(stage.work, near=stage.near) if stage.work.config.get("picture", True) else None
    by = str(stage.work.config.get("by") or order.look.name)
    image = slides.audiogram_ground(
        order.title, by, palette, layout=stage.layout, size=size, safe=order.safe, picture=picture,
        has_captions=stage.has_captions,
    )  # fmt: skip
    path = folder / "ground.png"
    image.save(path)
    left, top, right, bottom = slides.wave_box(size, order.safe, has_captions=stage.has_captions)
    colour = palette.sign_on(slides.ground_colour(palette, stage.layout))
    style = slides.WAVES[stage.layout]
    return path, Wave(left, top, right - left, bottom - top, colour, style)


def _captions(stage: Stage, path: Path) -> bool:
    """Write them below the wave, and measure whether they stay there."""
    order = stage.order
    area = slides.captions_area(order.size, order.safe)
    text = captioning.captions(order.words, _style(stage), size=order.size, safe=area)
    path.write_text(text, encoding="utf-8")
    boxes = captioning.measure(path, order.size, at=captioning.moments(text, most=24))
    return captioning.overhang(boxes, area, order.size) == 0


def _style(stage: Stage) -> captioning.CaptionStyle:
    """The look's captions in the ground's own colours: on one even colour they need no dark outline."""
    style, design = replace(style_of(stage.order), place="middle"), stage.order.look.social
    if style.behind == "box":
        return style
    palette = slides.Palette(design.colour, design.accent, design.ground)
    ground = slides.ground_colour(palette, stage.layout)
    return replace(style, colour=readable_on(ground), accent=palette.sign_on(ground), ground=ground)


def _said_in(stage: Stage) -> str:
    return " ".join(word.text for word in stage.order.words)


def _alt(stage: Stage) -> str:
    text = _said_in(stage)
    return f"{text[:LONGEST_ALT].rsplit(' ', 1)[0]} …" if len(text) > LONGEST_ALT else text


def _pieces(stage: Stage, desk: Desk | None, number: int, file: MadeFile) -> Iterator[Made]:
    work, span = stage.work, stage.part.span
    about: dict[str, Any] = {
        "kind": GeneratedContent.Kind.SHORT_VIDEO, "part": number, "files": [file], "alt_text": file.alt_text,
        "format": work.job.format or PieceFormat.SQUARE, "starts_at": span.start, "ends_at": span.end,
    }  # fmt: skip
    sentences = cutting.sentences_in(stage.said, span)
    if desk is None or not sentences:
        yield Made(work.platforms, title=work.asset.title, made_by="person", language=work.asset.language, **about)
        return
    found = understand(_joined(sentences), desk.material.understanding.language or None)
    for platform in work.platforms:
        if not work.is_kept(number, [platform]):
            written = desk.write(
                platform, Shape.POST, part=number, sentences=sentences, understanding=found, is_part=True
            )
            yield written.made(**about)


def _joined(sentences: Sequence[Any]) -> str:
    return " ".join(one.text for one in sentences)
