"""The sound of a render: cut to the sample, faded at every cut, mixed, and as loud as asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from trenddrop.core.media.probing import MediaError, MediaInfo, probe
from trenddrop.core.media.rendering.edits import Edit, Run, Span, frames_of, runs_of
from trenddrop.core.media.rendering.steps import Steps
from trenddrop.core.media.running import run_ffmpeg, source
from trenddrop.core.media.sound import MEASURE, told_loudness

RATE = 48_000
CHANNELS = 2
SAMPLE = 2 * CHANNELS  # bytes
FADE = 0.010  # seconds on either side of a cut: enough that nothing clicks
BLOCK = RATE * 10  # samples held in memory at a time
PEAK = 0.79  # of full scale: the coder adds up to 1 dB, platforms want -1
MOST_GAIN = 32.0  # dB; what is quieter is noise
BED = 9.0  # LU that music lies below speech before it is lowered further
ORDINARY = -18.0  # LUFS taken for a recording without sound
SAME = f"aresample={RATE}:async=1:first_pts=0,aformat=sample_fmts=s16:channel_layouts=stereo"


@dataclass(frozen=True)
class Sound:
    """A file of bare samples, 16 bits, two channels at RATE; the gain in dB that makes it as loud as asked."""

    path: Path
    gain: float


def bare(path: Path) -> list[str]:
    """Return the arguments that open a file of bare samples."""
    return ["-f", "s16le", "-ar", str(RATE), "-ch_layout", "stereo", "-i", f"file:{path}"]


def make_sound(source_path: Path | None, edit: Edit, info: MediaInfo | None, folder: Path, steps: Steps) -> Sound:
    """Write the whole sound of the result, intro and outro too. Raises MediaError; OSError when the disk is full."""
    body = folder / "body.pcm"
    with body.open("wb") as file:
        if source_path is not None and info is not None and info.has_audio:
            _cut(source_path, edit, file, folder, steps)
        file.truncate(_samples(edit.frames, edit.fps) * SAMPLE)
    loud = _measured(body, [], steps)
    if edit.intro is None and edit.outro is None and edit.music is None:
        return Sound(body, _gain(body, loud, edit.loudness, steps))
    mixed = folder / "mixed.pcm"
    loud = _mix(body, mixed, edit, loud, steps)
    body.unlink()
    return Sound(mixed, _gain(mixed, loud, edit.loudness, steps))


def _samples(frames: int, fps: int) -> int:
    return round(frames * RATE / fps)


def _cut(path: Path, edit: Edit, out: BinaryIO, folder: Path, steps: Steps) -> None:
    """Write the spans' sound one after the other, each exactly as long as its pictures."""
    runs = runs_of(edit.spans)
    raw = folder / "run.pcm"
    for number, run in enumerate(runs):
        part = steps.part(number / len(runs), (number + 1) / len(runs))
        try:
            _decode(path, run, raw, part)
            with raw.open("rb") as file:
                for span in run.spans:
                    _copy(file, out, run, span, edit.fps, steps)
        finally:
            raw.unlink(missing_ok=True)


def _decode(path: Path, run: Run, raw: Path, steps: Steps) -> None:
    length = run.end - run.start
    seek = ["-ss", f"{run.start:.6f}"] if run.start > 0 else []
    heard = ["-vn", "-sn", "-dn", "-map", "0:a:0", "-af", SAME, "-f", "s16le", str(raw)]
    args = [*seek, "-t", f"{length + 0.1:.6f}", *source(path), *heard]
    run_ffmpeg(args, duration=length, progress=steps.tell, cancelled=steps.cancelled)


def _copy(raw: BinaryIO, out: BinaryIO, run: Run, span: Span, fps: int, steps: Steps) -> None:
    """Copy a span, in blocks; what the recording does not have (it ends early) is silence."""
    length = _samples(frames_of(span, fps), fps)
    raw.seek(round((span.start - run.start) * RATE) * SAMPLE)
    at = 0
    for block in _blocks(raw, length):
        steps.check()
        out.write(_faded(block, at, length).tobytes())
        at += len(block)
    out.seek((length - at) * SAMPLE, 1)


def _blocks(raw: BinaryIO, length: int) -> Iterator[np.ndarray]:
    left = length
    while left > 0:
        read = raw.read(min(left, BLOCK) * SAMPLE)
        block = np.frombuffer(read[: len(read) // SAMPLE * SAMPLE], dtype="<i2").reshape(-1, CHANNELS)
        if not len(block):
            return
        left -= len(block)
        yield block


def _faded(block: np.ndarray, at: int, length: int) -> np.ndarray:
    """Fade the first and the last samples of a span; `at` is where in it the block begins."""
    fade = max(1, min(int(FADE * RATE), length // 2))
    if at >= fade and at + len(block) <= length - fade:
        return block
    place = np.arange(at, at + len(block))
    share = np.minimum(1.0, np.minimum((place + 1) / fade, (length - place) / fade))
    faded: np.ndarray = np.rint(block * share[:, None]).astype("<i2")
    return faded


def _measured(path: Path, filters: list[str], steps: Steps) -> float | None:
    """Return how loud bare samples are after the filters, LUFS; None for silence."""
    heard = ["-af", ",".join([*filters, MEASURE]), "-f", "null", "-"]
    return told_loudness(run_ffmpeg([*bare(path), *heard], cancelled=steps.cancelled))


def _gain(path: Path, loud: float | None, wanted: float, steps: Steps) -> float:
    """Return the gain that reaches the wanted loudness; measured once more when peaks are held down on the way."""
    if loud is None:
        return 0.0
    gain = min(MOST_GAIN, wanted - loud)
    if gain <= 0:
        return gain
    reached = _measured(path, levelled(gain), steps)
    missing = wanted - reached if reached is not None else 0.0
    return min(MOST_GAIN, gain + min(4.0, max(0.0, missing * 1.15)))


def levelled(gain: float) -> list[str]:
    """Return the filters that make a sound louder or softer by `gain` dB and hold its peaks below PEAK."""
    return [f"volume={gain:.3f}dB", f"alimiter=limit={PEAK}:attack=5:release=80:level=disabled:latency=1"]


def _mix(body: Path, out: Path, edit: Edit, loud: float | None, steps: Steps) -> float | None:
    """Write intro, body with music below it, and outro; return how loud that is."""
    inputs, graph, names = bare(body), [], []
    for kind, extra in (("intro", edit.intro), ("outro", edit.outro)):
        if extra is not None and (length := extra_seconds(extra, edit.fps)):
            inputs, line = _extra(extra, kind, length, inputs, loud, steps)
            graph.append(line)
            names.append(kind)
    if edit.music is not None:
        inputs, line = _bed(edit.music, edit.seconds, inputs, loud, steps)
        graph.append(line)
    else:
        graph.append("[0:a]anull[body]")
    order = [name for name in ("intro", "body", "outro") if name == "body" or name in names]
    joined = "".join(f"[{name}]" for name in order)
    graph.append(f"{joined}concat=n={len(order)}:v=0:a=1,{MEASURE}[out]")
    args = [*inputs, "-filter_complex", ";".join(graph), "-map", "[out]", "-f", "s16le", str(out)]
    return told_loudness(run_ffmpeg(args, cancelled=steps.cancelled))


def extra_seconds(path: Path, fps: int) -> float:
    """Return how long an intro or outro is shown, in whole pictures; raise MediaError when it cannot be."""
    info = probe(path)
    if info.kind == "audio":
        raise MediaError("An intro or outro needs a picture: choose a video or an image.")
    length = EXTRA_STILL if info.kind == "image" else min(info.duration or 0.0, EXTRA_MOST)
    return round(length * fps) / fps


EXTRA_STILL, EXTRA_MOST = 3.0, 60.0  # seconds an image is shown; and at most a video


def _extra(
    path: Path, kind: str, length: float, inputs: list[str], loud: float | None, steps: Steps
) -> tuple[list[str], str]:
    """Return the inputs with an intro or outro, and the line that makes it as long as its picture and as loud."""
    if not probe(path).has_audio:
        return inputs, f"anullsrc=r={RATE}:cl=stereo,atrim=end={length:.6f},aformat=sample_fmts=s16[{kind}]"
    own = _loudness(path, steps)
    gain = max(-20.0, min(20.0, loud - own)) if own is not None and loud is not None else 0.0
    number = inputs.count("-i")
    line = (
        f"[{number}:a:0]{SAME},volume={gain:.2f}dB,apad=whole_dur={length:.6f},atrim=end={length:.6f},"
        f"afade=t=out:st={max(0.0, length - 0.05):.3f}:d=0.05[{kind}]"
    )
    return [*inputs, *source(path)], line


def check_music(path: Path) -> None:
    """Raise MediaError when a file cannot be music."""
    facts = probe(path)
    if not facts.has_audio or (facts.duration or 0.0) < 0.5:
        raise MediaError("The music has no sound, or less than half a second of it. Choose another file.")


def _bed(music: Path, length: float, inputs: list[str], loud: float | None, steps: Steps) -> tuple[list[str], str]:
    """Return the inputs with the music, and the lines that lay it below speech, over and over until the end."""
    own = _loudness(music, steps)
    gain = max(-40.0, min(20.0, (loud if loud is not None else ORDINARY) - (BED if loud is not None else 0.0) - own)) \
        if own is not None else 0.0  # fmt: skip
    number = inputs.count("-i")
    tail = max(0.0, length - 1.5)
    bed = (
        f"[{number}:a:0]{SAME},volume={gain:.2f}dB,atrim=end={length:.6f},"
        f"afade=t=in:d=0.5,afade=t=out:st={tail:.3f}:d={length - tail:.3f}"
    )
    inputs = [*inputs, "-stream_loop", "-1", *source(music)]
    if loud is None:
        return inputs, f"{bed}[bed];[0:a][bed]amix=inputs=2:duration=first:normalize=0[body]"
    level = 10 ** ((loud - 12) / 20)  # speech is above it, breath and room are not
    return inputs, (
        f"{bed}[bed];[0:a]asplit[said][key];[bed][key]sidechaincompress=threshold={max(0.001, min(1.0, level)):.5f}"
        ":ratio=6:attack=15:release=450[low];[said][low]amix=inputs=2:duration=first:normalize=0[body]"
    )


def _loudness(path: Path, steps: Steps) -> float | None:
    measured = ["-vn", "-map", "0:a:0", "-af", MEASURE, "-f", "null", "-"]
    return told_loudness(run_ffmpeg(["-t", "600", *source(path), *measured], cancelled=steps.cancelled))
