"""The product's own look at a finished video: is it what was asked for, and fit to be seen and heard?"""

import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import av
import av.error

from trenddrop.core.media.probing import MediaError, MediaInfo
from trenddrop.core.media.rendering.edits import Edit
from trenddrop.core.media.rendering.paths import motion
from trenddrop.core.media.rendering.render import whole_seconds
from trenddrop.core.media.running import Cancelled, run_ffmpeg, source
from trenddrop.core.media.sound import MEASURE, SILENCE_ENDS, told_loudness

BLACK = re.compile(r"black_start:(\d+(?:\.\d+)?) black_end:(\d+(?:\.\d+)?)")
FREEZES = re.compile(r"freeze_start: (\d+(?:\.\d+)?)(?:(?:(?!freeze_start)[\s\S])*?freeze_end: (\d+(?:\.\d+)?))?")
LOOKED = "fps=10,scale=240:240,blackdetect=d=0.4:pix_th=0.06:pic_th=0.985,freezedetect=noise=-62dB:duration=1.5"
HEARD = f"silencedetect=noise=-52dB:duration=1,{MEASURE}"
MOST_BLACK, MOST_FROZEN, MOST_SILENT = 0.9, 6.0, 4.0  # seconds at a time
APART, DRIFT, LOUDER = 0.12, 0.1, 1.0  # seconds, seconds, LU
OFTEN = 5.0  # seconds: a crop that turns back more often than so trembles
LOUDNESS, LOUDER_ELSEWHERE = -14.0, 3.0  # LUFS that platforms play, and how far off is heard as wrong
Interval = tuple[float, float]


@dataclass(frozen=True)
class Checked:
    """What one look found: its name, whether it is well, a sentence for people, and the figure behind it."""

    check: str
    ok: bool
    told: str
    value: float | str | None = None

    @property
    def stored(self) -> dict[str, Any]:
        """Itself as JSON."""
        return asdict(self)


@dataclass(frozen=True)
class _Facts:
    size: tuple[int, int]
    seen: float
    heard: float
    codecs: tuple[str, ...]


def check(
    out: Path,
    edit: Edit,
    *,
    captions_inside: bool | None = None,
    silent: bool = False,
    cancelled: Cancelled | None = None,
) -> list[Checked]:
    """Look through a finished video: length, streams, black, frozen, silence, loudness, size, captions.

    `silent`: the original has no sound, so that none is expected. Raises MediaError when it cannot be read at all.
    """
    facts = _facts(out)
    told = run_ffmpeg([*source(out), "-vf", LOOKED, "-af", HEARD, "-f", "null", "-"], cancelled=cancelled)
    loud = told_loudness(told)
    found = [_length(facts, edit), _streams(facts), _size(facts, edit), _black(told)]
    found.append(_frozen(told, facts.seen, meant=bool(edit.stills) or edit.layout == "screen"))
    found += [_silence(told, loud, silent=silent), _loudness(loud, edit.loudness, silent=silent, most=LOUDER)]
    found += [_crop(edit)] if edit.path else []
    if captions_inside is not None:
        words = "Every word stands whole and clear of the platform's buttons." if captions_inside else OUTSIDE
        found.append(Checked("captions", captions_inside, words))
    return found


def inspect(path: Path, info: MediaInfo, *, cancelled: Cancelled | None = None) -> list[Checked]:
    """Look through a video that was finished elsewhere, for what viewers would notice. Raises MediaError."""
    heard = ["-af", HEARD] if info.has_audio else []
    told = run_ffmpeg([*source(path), "-vf", LOOKED, *heard, "-f", "null", "-"], cancelled=cancelled)
    loud, silent, length = told_loudness(told), not info.has_audio, info.duration or 0.0
    size = f"{info.width} × {info.height}"
    return [
        Checked("length", ok=True, told=f"It lasts {length:.1f} s.", value=round(length, 3)),
        Checked("size", ok=True, told=f"{size} pixels.", value=size),
        _black(told),
        _frozen(told, length, meant=False),
        _silence(told, loud, silent=silent),
        _loudness(loud, LOUDNESS, silent=silent, most=LOUDER_ELSEWHERE),
    ]


OUTSIDE = "Some words are cut off, or lie where the platform has its buttons. Choose a smaller style or fewer words."


def _facts(out: Path) -> _Facts:
    try:
        with av.open(str(out), options={"protocol_whitelist": "file", "format_whitelist": "mov,mp4"}) as opened:
            video, audio = next(iter(opened.streams.video), None), next(iter(opened.streams.audio), None)
            return _Facts(
                (video.width, video.height) if video else (0, 0),
                _seconds(video),
                _seconds(audio),
                tuple(each.codec_context.name for each in opened.streams),
            )
    except av.error.FFmpegError as error:
        raise MediaError("The finished video cannot be read. Make it again.") from error


def _seconds(stream: Any) -> float:
    return float(stream.duration * stream.time_base) if stream is not None and stream.duration else 0.0


def _length(facts: _Facts, edit: Edit) -> Checked:
    asked = whole_seconds(edit)
    off = abs(facts.seen - asked)
    drift = abs(facts.seen - facts.heard)
    if off > APART:
        return Checked(
            "length", ok=False, told=f"It lasts {facts.seen:.1f} s; {asked:.1f} s were asked for.", value=off
        )
    if drift > DRIFT:
        return Checked("length", ok=False, told=f"Sound and picture differ by {drift:.2f} s.", value=drift)
    return Checked("length", ok=True, told=f"It lasts {facts.seen:.1f} s, as asked.", value=round(facts.seen, 3))


def _streams(facts: _Facts) -> Checked:
    ok = sorted(facts.codecs) == ["aac", "h264"]
    told = "One picture (H.264) and one sound (AAC)." if ok else f"It has other streams: {', '.join(facts.codecs)}."
    return Checked("streams", ok, told, " ".join(facts.codecs))


def _size(facts: _Facts, edit: Edit) -> Checked:
    is_it = f"{facts.size[0]} × {facts.size[1]}"
    ok = facts.size == edit.size
    told = f"{is_it} pixels." if ok else f"{is_it} pixels; {edit.size[0]} × {edit.size[1]} were asked for."
    return Checked("size", ok, told, is_it)


def _longest(parts: list[Interval]) -> Interval:
    return max(parts, key=lambda part: part[1] - part[0], default=(0.0, 0.0))


def _black(told: str) -> Checked:
    start, end = _longest([(float(start), float(end)) for start, end in BLACK.findall(told)])
    ok = end - start < MOST_BLACK
    words = "No black pictures." if ok else f"The picture is black for {end - start:.1f} s, at {clock(start)}."
    return Checked("black", ok, words, round(end - start, 2))


def _frozen(told: str, seen: float, *, meant: bool) -> Checked:
    parts = [(float(start), float(end or seen)) for start, end in FREEZES.findall(told)]
    start, end = _longest(parts)
    lasts = end - start
    if lasts < MOST_FROZEN:
        return Checked("frozen", ok=True, told="The picture moves.", value=round(lasts, 2))
    words = f"The picture stands still for {lasts:.1f} s, at {clock(start)}"
    words += ", as slides and screens do." if meant else ". If the original does so too, that is how it is."
    return Checked("frozen", meant, words, round(lasts, 2))


def _crop(edit: Edit) -> Checked:
    """Whether what moves the crop (in two panes: either) is somebody who walks, and not trembling."""
    moved = max((motion(path) for path in (edit.path, edit.second) if path), key=lambda one: (one.turns, one.way))
    if moved.turns > max(2.0, edit.seconds / OFTEN):
        words = f"The crop goes to and fro {moved.turns} times. Choose another layout if that is too much."
        return Checked("crop", ok=False, told=words, value=moved.turns)
    still = "The crop stands still." if not moved.way else "The crop moves calmly with who is in it."
    return Checked("crop", ok=True, told=still, value=moved.turns)


def _silence(told: str, loud: float | None, *, silent: bool) -> Checked:
    if loud is None:
        words = "It has no sound, like the original." if silent else "Nothing can be heard in it."
        return Checked("silence", silent, words)
    parts = [(float(end) - float(lasted), float(end)) for end, lasted in SILENCE_ENDS.findall(told)]
    start, end = _longest(parts)
    ok = end - start <= MOST_SILENT
    words = "No long silence." if ok else f"Nothing is heard for {end - start:.1f} s, at {clock(start)}."
    return Checked("silence", ok, words, round(end - start, 2))


def _loudness(loud: float | None, wanted: float, *, silent: bool, most: float) -> Checked:
    if loud is None:
        return Checked("loudness", silent, "There is no sound to measure.")
    ok = abs(loud - wanted) <= most
    words = f"{loud:.1f} LUFS" + (", as loud as platforms play." if ok else f"; {wanted:.0f} were asked for.")
    return Checked("loudness", ok, words, round(loud, 1))


def clock(seconds: float) -> str:
    """Return a moment as minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
