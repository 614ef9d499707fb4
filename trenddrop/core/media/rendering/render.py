"""From an edit to a finished file: sound first, cut and measured, then one run of ffmpeg that draws and codes it."""

import errno
import tempfile
from pathlib import Path

from trenddrop.core.media.fitting import QUALITY, SOUND_BITS, SPEED
from trenddrop.core.media.probing import MediaError, MediaInfo, probe
from trenddrop.core.media.rendering.edits import Edit, Wave, settled
from trenddrop.core.media.rendering.pictures import Graph, draw
from trenddrop.core.media.rendering.sounds import Sound, bare, check_music, extra_seconds, levelled, make_sound
from trenddrop.core.media.rendering.steps import Steps
from trenddrop.core.media.running import NO_ROOM, Cancelled, Progress, run_ffmpeg
from trenddrop.core.media.toning import TAGS
from trenddrop.core.media.waves import wave_filters

HEARD = 0.12  # the share of the work that is the sound's
MOST_BITS = 16_000_000  # a second; platforms code anew what is more
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def render(
    source: Path | None,
    out: Path,
    edit: Edit,
    info: MediaInfo | None,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> None:
    """Write the edit of the original at `out` as MP4 (H.264, AAC), its index first.

    Raises MediaError (MediaCancelled when stopped); nothing is left at `out` then, nor beside it. Work is done in a
    folder beside `out`, which takes 11 MB for each minute of the result.
    """
    steps = Steps(progress, cancelled)
    steps.check()
    try:
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".render-") as name:
            _render(source, Path(name), settled(edit, info), info, steps).replace(out)
    except OSError as error:
        if error.errno in FULL:
            raise MediaError(NO_ROOM) from error
        raise
    steps.tell(1.0)


def _render(source: Path | None, folder: Path, edit: Edit, info: MediaInfo | None, steps: Steps) -> Path:
    steps.tell(0.0)
    _check_brought(edit)
    sound = make_sound(source, edit, info, folder, steps.part(0.0, HEARD))
    made = folder / "made.mp4"
    args = picture_args(source, made, edit, info, sound=sound, folder=folder)
    rest = steps.part(HEARD, 1.0)
    run_ffmpeg(args, duration=whole_seconds(edit), progress=rest.tell, cancelled=rest.cancelled)
    _check_made(made)
    return made


def _check_brought(edit: Edit) -> None:
    """Refuse what cannot be used before anything is worked on."""
    whole_seconds(edit)
    if edit.music is not None:
        check_music(edit.music)
    for path in (*(still.path for still in edit.stills), *(layer.path for layer in edit.layers)):
        probe(path)


def whole_seconds(edit: Edit) -> float:
    """Return how long the result is, intro and outro too."""
    extras = [extra_seconds(path, edit.fps) for path in (edit.intro, edit.outro) if path is not None]
    return edit.seconds + sum(extras)


def picture_args(
    source: Path | None, out: Path, edit: Edit, info: MediaInfo | None, *, sound: Sound, folder: Path
) -> list[str]:
    """Return ffmpeg's arguments for the last run; its graph is written into `folder` (it may be long)."""
    graph = Graph(edit, folder)
    heard = graph.open(bare(sound.path))
    _add_sound(graph, heard, sound)
    draw(graph, source, info)
    written = folder / "graph.txt"
    written.write_text(";\n".join(graph.lines), encoding="utf-8")
    picture = ["-c:v", "libx264", "-preset", SPEED, "-crf", str(QUALITY), "-profile:v", "high", "-pix_fmt", "yuv420p"]
    held = ["-maxrate", str(MOST_BITS), "-bufsize", str(MOST_BITS), "-flags", "+cgop", *TAGS]
    coded = ["-c:a", "aac", "-b:a", str(SOUND_BITS)]
    end = ["-map_metadata", "-1", "-map_chapters", "-1", "-movflags", "+faststart", "-f", "mp4", str(out)]
    shown = ["-map", "[picture]", "-map", "[sound]", "-r", str(edit.fps)]
    return [*graph.inputs, "-/filter_complex", str(written), *shown, *picture, *held, *coded, *end]


def _add_sound(graph: Graph, heard: int, sound: Sound) -> None:
    level = ",".join(levelled(sound.gain))
    wave = graph.edit.wave
    if wave is None:
        graph.add(f"[{heard}:a]{level}[sound]")
        return
    graph.add(f"[{heard}:a]{level},asplit[sound][drawn]")
    graph.add(f"[drawn]{_waved(graph.edit, wave)}[wave]")


def _waved(edit: Edit, wave: Wave) -> str:
    """The sound of the cut recording as a moving line; the intro's is not drawn."""
    begin = extra_seconds(edit.intro, edit.fps) if edit.intro is not None else 0.0
    part = f"atrim=start={begin:.6f}:end={begin + edit.seconds:.6f},asetpts=PTS-STARTPTS"
    drawn = wave_filters(wave.style, size=(wave.width, wave.height), colour=wave.colour, fps=edit.fps)
    return f"{part},{drawn}"


def _check_made(path: Path) -> None:
    """Nothing comes of a recording that has no picture in the chosen part; ffmpeg does not call that an error."""
    try:
        info = probe(path)
    except (MediaError, FileNotFoundError) as error:
        raise MediaError(NOTHING_THERE) from error
    if not info.has_video or not info.duration:
        raise MediaError(NOTHING_THERE)


NOTHING_THERE = "The recording has no picture in the chosen part. Choose another one, or export the recording again."
