"""Clips that people bring as intros and outros: looked at, and written anew, so that what is kept is ours."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from content.models import Template
from trenddrop.core import media

MOST_SECONDS, LEAST_SECONDS = 15.0, 0.3
MOST_BYTES = 200 * 10**6
SIDE, FPS = 1920, 30
# What a template's `media_info` says beside the facts of its clip: the file that waits to be written anew, how often
# that was begun, and why it failed.
BROUGHT, TRIES, PROBLEM = "brought", "tries", "problem"


class State(StrEnum):
    """How a template's own clip stands."""

    NONE = "none"
    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"


def state_of(template: Template) -> State:
    """Return how its clip stands; an earlier clip stays in its place while the next one waits or failed."""
    if template.media_info.get(BROUGHT):
        return State.WAITING
    if template.media_info.get(PROBLEM):
        return State.FAILED
    return State.READY if template.file else State.NONE


def problem_of(template: Template) -> str:
    """Return why the clip that was brought last could not be kept, empty where it could."""
    return str(template.media_info.get(PROBLEM, ""))


def facts_of(template: Template) -> dict[str, Any]:
    """Return what is known of the clip that stands."""
    return {name: value for name, value in template.media_info.items() if name not in {BROUGHT, TRIES, PROBLEM}}


def failed(template: Template, why: str) -> dict[str, Any]:
    """Return `media_info` of a template whose new clip could not be kept."""
    return facts_of(template) | {PROBLEM: why}


@dataclass(frozen=True)
class Ready:
    """A clip as it is kept: MP4 of at most 1920 pixels and 30 frames a second, its facts, a still."""

    path: Path
    info: media.MediaInfo
    poster: Path

    @property
    def facts(self) -> dict[str, Any]:
        """What is known of it, as an asset's `media_info`."""
        return asdict(self.info)


def looked(path: Path) -> media.MediaInfo:
    """Return what a clip is. Quick: nothing is decoded. Raises MediaError, which says what is wrong with it."""
    if path.stat().st_size > MOST_BYTES:
        raise media.MediaError(
            _("This clip is larger than %(most)s MB. Export it smaller.") % {"most": MOST_BYTES // 10**6}
        )
    info = media.probe(path)
    if not info.has_video:
        raise media.MediaError(_("An intro or outro is a video. Choose an MP4, MOV or WebM."))
    length = info.duration or 0.0
    if not LEAST_SECONDS <= length <= MOST_SECONDS:
        told = _("An intro or outro lasts at most %(most)s seconds; this one lasts %(length)s. Cut it first.")
        raise media.MediaError(told % {"most": round(MOST_SECONDS), "length": round(length, 1)})
    return info


def ready(path: Path, folder: Path) -> Ready:
    """Write a clip anew into the folder. Raises MediaError."""
    info = looked(path)
    out = folder / "clip.mp4"
    media.fit_video(path, out, media.Fit(seconds=MOST_SECONDS, max_side=SIDE, fps=FPS), info)
    made = media.probe(out)
    [poster] = media.poster_frames(out, [(made.duration or 0.0) / 2], folder)
    return Ready(out, made, poster)
