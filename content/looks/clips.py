"""Clips that people bring as intros and outros: looked at, and written anew, so that what is kept is ours."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from trenddrop.core import media

MOST_SECONDS, LEAST_SECONDS = 15.0, 0.3
MOST_BYTES = 200 * 10**6
SIDE, FPS = 1920, 30


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


def ready(path: Path, folder: Path) -> Ready:
    """Write a clip anew into the folder. Raises MediaError, which says what is wrong with it."""
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
    out = folder / "clip.mp4"
    media.fit_video(path, out, media.Fit(seconds=MOST_SECONDS, max_side=SIDE, fps=FPS), info)
    made = media.probe(out)
    [poster] = media.poster_frames(out, [(made.duration or 0.0) / 2], folder)
    return Ready(out, made, poster)
