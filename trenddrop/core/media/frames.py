"""Stills: of a video by ffmpeg, of a picture by Pillow."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageOps

from trenddrop.core.media.probing import IMAGES, TOO_MANY_PIXELS, MediaError, MediaInfo, is_image
from trenddrop.core.media.running import Cancelled, Progress, run_ffmpeg, source

EDGE = 0.04  # the share of the length at both ends where fades and black live
SECONDS = 120  # for one still, on the slowest machine
WIDTH = 640
QUALITY = 85


def choose_frame_times(info: MediaInfo, count: int = 6) -> list[float]:
    """Return moments in seconds, spread over the video, clear of its ends."""
    length = info.duration or 0.0
    if length < 0.5:
        return [0.0]
    first, last = length * EDGE, length * (1 - EDGE)
    number = min(count, max(1, int(length)))
    step = (last - first) / max(1, number - 1)
    return [round(first + step * index, 3) for index in range(number)]


def poster_frames(
    path: Path,
    times: Sequence[float],
    folder: Path,
    *,
    width: int = WIDTH,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> list[Path]:
    """Write a JPEG, at most `width` pixels wide, for each moment: the most typical picture of the next half second.

    A still image gives one, upright and without what its camera wrote. Raises MediaError.
    """
    if is_image(path):
        return [shrink_picture(path, folder / "frame-00.jpg", width=width)]
    made = []
    for number, at in enumerate(times):
        out = folder / f"frame-{number:02d}.jpg"
        _still(path, at, out, width, cancelled)
        made.append(out)
        if progress is not None:
            progress((number + 1) / len(times))
    return made


def _still(path: Path, at: float, out: Path, width: int, cancelled: Cancelled | None) -> None:
    """Write one still; the first picture where nothing lies so late (a header may promise more than the file has)."""
    for moment in (at, 0.0):
        try:
            run_ffmpeg(still_args(path, moment, out, width=width), timeout=SECONDS, cancelled=cancelled)
        except MediaError:
            if moment == 0.0 or (cancelled is not None and cancelled()):
                raise
        if out.exists():
            return
    raise MediaError("No picture can be read from this video: it is damaged. Export it again.")


def still_args(path: Path, at: float, out: Path, *, width: int = WIDTH) -> list[str]:
    """Return ffmpeg's arguments for one still."""
    seek = ["-ss", f"{at:.3f}"] if at > 0 else []
    typical = f"thumbnail=12,scale='min({width},iw)':-2"
    written = ["-q:v", "4", "-f", "image2", "-update", "1", str(out)]
    return [*seek, *source(path), "-map", "0:V:0", "-frames:v", "1", "-vf", typical, *written]


def shrink_picture(path: Path, out: Path, *, width: int = WIDTH) -> Path:
    """Write a picture as JPEG, upright and at most `width` pixels wide; raise MediaError when it is damaged."""
    try:
        with Image.open(path, formats=IMAGES) as image:
            image.draft("RGB", (width * 2, width * 2))
            upright = ImageOps.exif_transpose(image).convert("RGBA")
        upright.thumbnail((width, width * 4))
        paper = Image.new("RGB", upright.size, "white")
        paper.paste(upright, mask=upright)
        paper.save(out, "JPEG", quality=QUALITY)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise MediaError(TOO_MANY_PIXELS) from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise MediaError("The picture is damaged or ends in the middle. Export it again and upload that.") from error
    return out
