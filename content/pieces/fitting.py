"""Which change makes a file fit a platform: the least that is needed, and how to say it."""

from dataclasses import dataclass, replace
from typing import Literal

from django.utils.translation import gettext as _

from content.pieces.composing import SentMedia
from trenddrop.core import platforms
from trenddrop.core.media import Fit
from trenddrop.core.platforms import MediaRules, Problem

VERTICAL = 9 / 16
INSIDE = 1.01  # so far inside a shape's limit that rounding to whole pixels stays inside
ROOM = 0.9  # of the bytes allowed: the coder keeps its rate only on average
USUAL_FPS = 30.0
# Cannot be mended: nothing is made longer than it is, and a picture is no film.
HOPELESS = frozenset({"media_missing", "media_kind", "media_too_short"})
SHAPES = frozenset({"media_aspect", "media_not_vertical"})


@dataclass(frozen=True)
class Choice:
    """What a person chose where there is a choice: where a cut begins (s), crop or pad, around what (none: faces)."""

    start: float = 0.0
    how: Literal["crop", "pad"] = "crop"
    focus: float | None = None
    vertical: bool = False


def can_mend(problem: Problem) -> bool:
    """Say whether a change of the file would help."""
    return problem.field == "media" and problem.code not in HOPELESS


def plan(platform: str, media: SentMedia, choice: Choice | None = None) -> Fit | None:
    """Return the change that makes the file fit, or None when none is needed or none would help."""
    choice = choice or Choice()
    problems = platforms.check(platform, title="-", text="-", media=media)
    codes = {problem.code for problem in problems if problem.field == "media"}
    codes |= {"media_not_vertical"} if choice.vertical else set()
    if not codes or codes & HOPELESS:
        return None
    limits = platforms.rules(platform).media
    around = 0.5 if choice.focus is None else choice.focus
    fit = Fit(aspect=_aspect(limits, media, codes), how=choice.how, focus=around, faces=choice.focus is None)
    if media.kind == "image":
        return replace(fit, min_side=limits.min_side, max_side=limits.max_side)
    if codes == {"media_container"} and _is_common(media):
        return Fit(copy=True)
    return _video(fit, limits, media, codes, choice)


def _video(fit: Fit, limits: MediaRules, media: SentMedia, codes: set[str], choice: Choice) -> Fit:
    cut = "media_too_long" in codes and limits.max_duration is not None and media.duration is not None
    longest = limits.max_duration or 0.0
    start = max(0.0, min(choice.start, (media.duration or 0.0) - longest)) if cut else 0.0
    length = longest if cut else media.duration
    rates = [rate for rate in (limits.max_bit_rate, _rate_for(limits.max_bytes, length)) if rate]
    return replace(
        fit,
        start=round(start, 3),
        seconds=longest - 0.1 if cut else None,  # the last picture may end a little late
        max_width=limits.max_width,
        max_side=limits.max_side,
        min_side=limits.min_side,
        max_pixels=limits.max_pixels,
        fps=_fps(limits, media),
        bit_rate=int(min(rates)) if rates else None,
    )


def _aspect(limits: MediaRules, media: SentMedia, codes: set[str]) -> float | None:
    if "media_not_vertical" in codes:
        return VERTICAL
    if "media_aspect" not in codes or not media.width or not media.height:
        return None
    low, high = platforms.aspects(limits, media.kind)
    if low is not None and media.width / media.height < low:
        return low * INSIDE
    return high / INSIDE if high is not None else None


def _fps(limits: MediaRules, media: SentMedia) -> float | None:
    fps = media.fps
    if not fps:
        return None
    if limits.max_fps is not None and fps > limits.max_fps:
        return limits.max_fps
    return USUAL_FPS if limits.min_fps is not None and fps < limits.min_fps else None


def _rate_for(most_bytes: int | None, seconds: float | None) -> float | None:
    """Return the bits a second that fill so many bytes, all told."""
    return ROOM * 8 * most_bytes / seconds if most_bytes and seconds else None


def _is_common(media: SentMedia) -> bool:
    """Say whether an MP4 may hold it as it is coded."""
    return platforms.codec(media.video_codec) in {"h264", "hevc"} and platforms.codec(media.audio_codec) in {"aac", ""}


def told(fit: Fit, media: SentMedia) -> list[str]:
    """Say what would be done, one sentence a change."""
    said = []
    if fit.seconds is not None:
        end = fit.start + fit.seconds
        said.append(_("Cut to %(from)s–%(to)s.") % {"from": _clock(fit.start), "to": _clock(end)})
    if fit.aspect is not None:
        shape = f"{fit.aspect:.2f}" if abs(fit.aspect - VERTICAL) > 0.001 else "9:16"
        words = _("Crop to %(shape)s.") if fit.how == "crop" else _("Fill up to %(shape)s with a blurred edge.")
        said.append(words % {"shape": shape})
    if media.kind == "image":
        return [*said, _("Save as JPEG.")]
    if fit.fps is not None:
        said.append(_("Bring to %(n)s pictures a second.") % {"n": f"{fit.fps:g}"})
    said.append(_("Put into an MP4 as it is.") if fit.copy else _("Convert to MP4 (H.264, AAC)."))
    return said


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
