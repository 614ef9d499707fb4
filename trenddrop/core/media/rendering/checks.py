"""The product's own look at a finished video: is it what was asked for, and fit to be seen and heard?"""

import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import av
import av.error

from trenddrop.core.media.probing import MediaError, MediaInfo
from trenddrop.core.media.rendering import sentences
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
        words = sentences.INSIDE if captions_inside else sentences.OUTSIDE
        found.append(Checked("captions", captions_inside, words))
    return found


def inspect(path: Path, info: MediaInfo, *, cancelled: Cancelled | None = None) -> list[Checked]:
    """Look through a video that was finished elsewhere, for what viewers would notice. Raises MediaError."""
    heard = ["-af", HEARD] if info.has_audio else []
    told = run_ffmpeg([*source(path), "-vf", LOOKED, *heard, "-f", "null", "-"], cancelled=cancelled)
    loud, silent, length = told_loudness(told), not info.has_audio, info.duration or 0.0
    size = f"{info.width} × {info.height}"
    return [
        Checked("length", ok=True, told=sentences.LASTS % {"seconds": f"{length:.1f}"}, value=round(length, 3)),
        Checked("size", ok=True, told=sentences.SIZE % {"size": size}, value=size),
        _black(told),
        _frozen(told, length, meant=False),
        _silence(told, loud, silent=silent),
        _loudness(loud, LOUDNESS, silent=silent, most=LOUDER_ELSEWHERE),
    ]


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
        raise MediaError(sentences.UNREADABLE) from error


def _seconds(stream: Any) -> float:
    return float(stream.duration * stream.time_base) if stream is not None and stream.duration else 0.0


def _length(facts: _Facts, edit: Edit) -> Checked:
    asked = whole_seconds(edit)
    off = abs(facts.seen - asked)
    drift = abs(facts.seen - facts.heard)
    told = {"seconds": f"{facts.seen:.1f}", "asked": f"{asked:.1f}"}
    if off > APART:
        return Checked("length", ok=False, told=sentences.LASTS_OTHERWISE % told, value=off)
    if drift > DRIFT:
        return Checked("length", ok=False, told=sentences.APART % {"seconds": f"{drift:.2f}"}, value=drift)
    return Checked("length", ok=True, told=sentences.LASTS_AS_ASKED % told, value=round(facts.seen, 3))


def _streams(facts: _Facts) -> Checked:
    ok = sorted(facts.codecs) == ["aac", "h264"]
    told = sentences.STREAMS if ok else sentences.OTHER_STREAMS % {"names": ", ".join(facts.codecs)}
    return Checked("streams", ok, told, " ".join(facts.codecs))


def _size(facts: _Facts, edit: Edit) -> Checked:
    told = {"size": f"{facts.size[0]} × {facts.size[1]}", "asked": f"{edit.size[0]} × {edit.size[1]}"}
    ok = facts.size == edit.size
    return Checked("size", ok, (sentences.SIZE if ok else sentences.OTHER_SIZE) % told, told["size"])


def _longest(parts: list[Interval]) -> Interval:
    return max(parts, key=lambda part: part[1] - part[0], default=(0.0, 0.0))


def _black(told: str) -> Checked:
    start, end = _longest([(float(start), float(end)) for start, end in BLACK.findall(told)])
    ok = end - start < MOST_BLACK
    words = sentences.NOT_BLACK if ok else sentences.BLACK % _when(start, end)
    return Checked("black", ok, words, round(end - start, 2))


def _when(start: float, end: float) -> dict[str, str]:
    return {"seconds": f"{end - start:.1f}", "at": clock(start)}


def _frozen(told: str, seen: float, *, meant: bool) -> Checked:
    parts = [(float(start), float(end or seen)) for start, end in FREEZES.findall(told)]
    start, end = _longest(parts)
    lasts = end - start
    if lasts < MOST_FROZEN:
        return Checked("frozen", ok=True, told=sentences.MOVES, value=round(lasts, 2))
    words = (sentences.STILL_AS_SLIDES if meant else sentences.STILL) % _when(start, end)
    return Checked("frozen", meant, words, round(lasts, 2))


def _crop(edit: Edit) -> Checked:
    """Whether what moves the crop (in two panes: either) is somebody who walks, and not trembling."""
    moved = max((motion(path) for path in (edit.path, edit.second) if path), key=lambda one: (one.turns, one.way))
    if moved.turns > max(2.0, edit.seconds / OFTEN):
        return Checked("crop", ok=False, told=sentences.CROP_TREMBLES % {"n": moved.turns}, value=moved.turns)
    words = sentences.CROP_MOVES if moved.way else sentences.CROP_STANDS
    return Checked("crop", ok=True, told=words, value=moved.turns)


def _silence(told: str, loud: float | None, *, silent: bool) -> Checked:
    if loud is None:
        return Checked("silence", silent, sentences.NO_SOUND if silent else sentences.NOTHING_HEARD)
    parts = [(float(end) - float(lasted), float(end)) for end, lasted in SILENCE_ENDS.findall(told)]
    start, end = _longest(parts)
    ok = end - start <= MOST_SILENT
    words = sentences.NO_SILENCE if ok else sentences.SILENCE % _when(start, end)
    return Checked("silence", ok, words, round(end - start, 2))


def _loudness(loud: float | None, wanted: float, *, silent: bool, most: float) -> Checked:
    if loud is None:
        return Checked("loudness", silent, sentences.NOT_MEASURED)
    ok = abs(loud - wanted) <= most
    told = {"loud": f"{loud:.1f}", "asked": f"{wanted:.0f}"}
    return Checked("loudness", ok, (sentences.LOUD if ok else sentences.LOUD_OTHERWISE) % told, round(loud, 1))


def clock(seconds: float) -> str:
    """Return a moment as minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
