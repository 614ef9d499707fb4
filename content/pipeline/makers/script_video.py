"""A video of a script: its scenes in pictures that were chosen, its voice-over and captions, music below."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from accounts import tenancy
from content.looks.look import local
from content.models import ContentAsset, GeneratedContent, PieceFormat, Script, VoiceOver
from content.pipeline import speaking
from content.pipeline.makers import CannotMake, Made, MadeFile, Work, dressing
from content.pipeline.makers.wording import desk_of
from content.writing import Shape
from content.writing.scenes import Scene, restored
from trenddrop.core import media
from trenddrop.core.media import captioning
from trenddrop.core.media.probing import IMAGES
from trenddrop.core.media.rendering import Edit, Span, Still, check, render
from trenddrop.core.slides.drawing import mixed

DEFAULTS: dict[str, Any] = {
    "voice_over": "", "pictures": {}, "music": "", "style": "", "captions": True, "title": True, "logo": True,
    "cards": True, "side": dressing.SIDE,
}  # fmt: skip
CHOICES = {"style": ("", *captioning.STYLES)}
SHORTEST_SCENE = 1.5  # seconds
LARGEST = 2560  # pixels of a picture's longer side
DARKER, OTHER = 0.35, 0.5  # shares of black, and of the accent, in the grounds of scenes without a picture
LONGEST_ALT = 300
Kind = ContentAsset.Kind
USABLE = {"pictures": (Kind.IMAGE, Kind.VIDEO), "music": (Kind.AUDIO, Kind.VIDEO)}


@dataclass(frozen=True)
class Told:
    """A script as it is filmed: its scenes with their seconds, who says them, which assets show them."""

    script: Script
    scenes: list[Scene]
    seconds: list[float]
    words: list[tuple[float, float, str]]
    spoken: VoiceOver | None
    pictures: dict[int, ContentAsset]
    music: ContentAsset | None

    @property
    def total(self) -> float:
        """How long it is."""
        return sum(self.seconds)


def make(work: Work) -> Iterator[Made]:
    """Give a piece for each platform, all with one film. Raises CannotMake, MediaError, LimitReached, Stopped."""
    told = told_in(work)
    if work.is_kept(1):
        return
    steps = dressing.Steps(work.progress, work.cancelled, note=_("Making the video"), done=0, total=1)
    file = film(work, told, steps)
    about: dict[str, Any] = {
        "kind": GeneratedContent.Kind.SHORT_VIDEO,
        "files": [file],
        "format": work.job.format or PieceFormat.VERTICAL,
        "alt_text": file.alt_text,
        "ai_label": told.spoken is not None,
    }
    if work.config.get("piece"):
        yield Made(work.platforms, part=1, made_by="person", **about)
        return
    desk = desk_of(work)
    for platform in work.platforms:
        if not work.is_kept(1, [platform]):
            yield desk.write(platform, Shape.POST, part=1).made(**about)


def told_in(work: Work) -> Told:
    """Read the script, its voice-over and the assets that were chosen. Raises CannotMake."""
    with tenancy.of_organization(work.job.organization_id):
        key = work.job.script_id or work.asset.script_id
        script = Script.objects.filter(pk=key).first() if key else None
        if script is None:
            raise CannotMake(_("There is no script to make a video of. Write one under Ideas."))
        if script.status != Script.Status.APPROVED:  # edited while the job waited
            raise CannotMake(_("Nobody has approved this script as it stands. Approve it first."))
        spoken = _spoken(work, script)
        says = speaking.told_in(spoken) if spoken else None
        pictures = _pictures(work)
        music = _asset(work, str(work.config.get("music") or ""), "music")
    scenes = [one for one in restored(script.scenes) if one.say.strip()]
    if says is not None:
        scenes = [_scene_of(text, scenes, number) for number, text in enumerate(says)]
    if not scenes:
        raise CannotMake(_("This script has no words yet. Write its scenes first."))
    seconds, words = _timed(scenes, spoken)
    return Told(script, scenes, seconds, words, spoken, pictures, music)


def _scene_of(text: str, scenes: Sequence[Scene], number: int) -> Scene:
    """The scene that says this, or what was said in an older version."""
    same = next((one for one in scenes if one.say == text), None)
    return same or Scene("", text, scenes[number].show if number < len(scenes) else "", 0.0)


def _spoken(work: Work, script: Script) -> VoiceOver | None:
    key = str(work.config.get("voice_over") or "")
    if not key:
        return None
    rows = VoiceOver.objects.filter(script=script, status=VoiceOver.Status.COMPLETED).exclude(file="")
    row = rows.select_related("voice").filter(pk=_key(key)).first()
    if row is None or row.voice is None or row.voice.revoked_at is not None:
        raise CannotMake(_("This voice-over is gone, or its voice may not speak any more. Choose another."))
    return row


def _pictures(work: Work) -> dict[int, ContentAsset]:
    chosen = {int(number): str(key) for number, key in dict(work.config.get("pictures") or {}).items() if key}
    found = {number: _asset(work, key, "pictures") for number, key in chosen.items()}
    return {number: asset for number, asset in found.items() if asset is not None}


def _asset(work: Work, key: str, use: str) -> ContentAsset | None:
    """Return an asset that may be used here: of the same client, or of nobody's in particular. Raises CannotMake."""
    if not key:
        return None
    rows = ContentAsset.objects.filter(pk=_key(key), deleted_at=None, kind__in=USABLE[use]).exclude(file="")
    asset = rows.first()
    if asset is None or asset.client_id not in {None, work.asset.client_id}:
        raise CannotMake(_("A picture or a sound that was chosen is not there any more. Choose another."))
    return asset


def _key(text: str) -> uuid.UUID:
    """Read a key; what is none is nobody's."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)


def _timed(scenes: Sequence[Scene], spoken: VoiceOver | None) -> tuple[list[float], list[tuple[float, float, str]]]:
    """Return how long each scene is shown and when each word is said: as it is spoken, else as one would read."""
    says = [one.say for one in scenes]
    if spoken is not None:
        starts = [0.0, *(start for start, _end in spoken.timings[1:])]
        ends = [*starts[1:], spoken.duration or spoken.timings[-1][1]]
        shown = [end - start for start, end in zip(starts, ends, strict=True)]
        return shown, speaking.timed_words(says, spoken.timings)
    seconds = [max(one.seconds, SHORTEST_SCENE) for one in scenes]
    edges = [sum(seconds[:number]) for number in range(len(seconds) + 1)]
    return seconds, speaking.timed_words(says, list(pairwise(edges)))


def film(work: Work, told: Told, steps: dressing.Steps) -> MadeFile:
    """Render and check the video. Raises MediaError, Stopped."""
    folder = work.folder / "script"
    folder.mkdir(exist_ok=True)
    order = dressing.Order(
        spans=(Span(0.0, told.total),),
        words=[captioning.Spoken(text, start, end) for start, end, text in told.words],
        platforms=work.platforms,
        format=work.job.format,
        look=work.look,
        config=work.config,
        title=told.script.title if work.config.get("title", True) else "",
    )
    voice = local(told.spoken.file, folder / "voice.wav") if told.spoken else None
    info = media.probe(voice) if voice else None
    music = local(told.music.file, folder / "music") if told.music else None
    edit = Edit(tuple(order.spans), order.size, stills=tuple(stills(work, told, order, folder)), music=music)
    edit, inside = dressing.dressed(edit, order, folder)
    out = folder / "video.mp4"
    render(voice, out, edit, info, progress=steps.between(0.05, dressing.RENDERED), cancelled=steps.cancelled)
    silent = voice is None and music is None
    found = check(out, edit, captions_inside=inside, silent=silent, cancelled=steps.cancelled)
    poster = dressing.poster_of(out, edit, folder)
    report = [*(one.stored for one in found), dressing.letters(order, edit)]
    return MadeFile(out, recipe=recipe_of(told, order, edit), report=report, poster=poster, alt_text=_alt(told))


def recipe_of(told: Told, order: dressing.Order, edit: Edit) -> dict[str, Any]:
    """Return how it was made, as JSON; `words` in seconds of the film, `voice` is removed with its consent."""
    recipe = dressing.recipe_of(order, edit, None) | {
        "spans": [],
        "words": [list(word) for word in told.words],
        "script": str(told.script.pk),
        "script_version": told.spoken.script_version if told.spoken else told.script.version,
        "pictures": {str(number): str(asset.pk) for number, asset in told.pictures.items()},
        "music": str(told.music.pk) if told.music else "",
    }
    if told.spoken is not None:
        recipe |= {"voice_over": str(told.spoken.pk), "voice": str(told.spoken.voice_id)}
    return recipe


def stills(work: Work, told: Told, order: dressing.Order, folder: Path) -> Iterator[Still]:
    """Yield each scene's picture: the one that was chosen, else a ground in the brand's colours. Raises MediaError."""
    for number, seconds in enumerate(told.seconds, 1):
        asset = told.pictures.get(number)
        zoom = "in" if number % 2 else "out"
        if asset is None:
            yield Still(ground(work, number, order.size, folder), seconds, zoom="none")
        elif asset.kind == Kind.IMAGE:
            yield Still(_toned(work, asset, folder / f"scene{number}.jpg"), seconds, zoom=zoom)  # type: ignore[arg-type]
        else:
            yield Still(local(asset.file, folder / f"scene{number}.film"), seconds, zoom="none")


def ground(work: Work, number: int, size: tuple[int, int], folder: Path) -> Path:
    """Draw a ground that runs from one of the brand's colours into a darker one; every other scene leans elsewhere."""
    look = work.look
    light = look.colour if number % 2 else mixed(look.colour, look.accent, OTHER)
    ramp = Image.linear_gradient("L").resize(size)
    ramp = ramp if number % 2 else ImageOps.flip(ramp)
    path = folder / f"ground{number}.png"
    ImageOps.colorize(ramp, light, mixed(light, "#000000", DARKER)).save(path)
    return path


def _toned(work: Work, asset: ContentAsset, out: Path) -> Path:
    """Write a picture upright, not larger than is needed, as the brand's image style wants it. Raises MediaError."""
    path = local(asset.file, out.with_suffix(".original"))
    media.probe(path)
    try:
        with Image.open(path, formats=IMAGES) as opened:
            upright = ImageOps.exif_transpose(opened).convert("RGB")
        upright.thumbnail((LARGEST, LARGEST))
        work.look.toned(upright).convert("RGB").save(out, "JPEG", quality=92)
    except (OSError, ValueError, SyntaxError) as error:
        raise media.MediaError(_("A chosen picture is damaged. Choose another.")) from error
    return out


def _alt(told: Told) -> str:
    text = " ".join(one.say for one in told.scenes)
    return f"{text[:LONGEST_ALT].rsplit(' ', 1)[0]} …" if len(text) > LONGEST_ALT else text
