"""Making a file fit a platform: cut, reshaped, coded anew. Video by ffmpeg, pictures by Pillow."""

from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal, Self

from PIL import Image, ImageFilter, ImageOps

from trenddrop.core.media.probing import IMAGES, TOO_MANY_PIXELS, MediaError, MediaInfo
from trenddrop.core.media.running import Cancelled, Progress, run_ffmpeg, source
from trenddrop.core.media.toning import TAGS, TONE_MAP, is_hdr

SPEED = "veryfast"
QUALITY = 21  # x264's constant rate factor: hard to tell from the original
SOUND_BITS, SOUND_RATE = 128_000, 48_000
LEAST_BITS, MOST_BITS = 150_000, 100_000_000  # a short clip would be allowed more than the coder knows
BLUR = 24
SMALL = 8  # a picture that is blurred anyway is blurred small: 64 times fewer pixels
JPEG_QUALITY = 92
DAMAGED_PICTURE = "The picture is damaged or ends in the middle. Export it again and upload that."


@dataclass(frozen=True)
class Fit:
    """What is done to a file: kept from `start` for `seconds`, brought to `aspect` (width / height), not larger than
    the sides, at `fps`, within `bit_rate` (bits a second, all told). None leaves that as it is.

    `how`: crop around `focus` (0 left or top, 1 right or bottom; with `faces` around them, where there are any), or pad
    with a blurred picture of itself.
    `copy`: the coding is right and only the container is not, so that nothing is coded anew.
    """

    start: float = 0.0
    seconds: float | None = None
    aspect: float | None = None
    how: Literal["crop", "pad"] = "crop"
    focus: float = 0.5
    faces: bool = False
    max_width: int | None = None
    max_side: int | None = None
    min_side: int | None = None
    max_pixels: int | None = None
    fps: float | None = None
    bit_rate: int | None = None
    copy: bool = False

    @property
    def stored(self) -> dict[str, Any]:
        """Itself as JSON."""
        return asdict(self)

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Self:
        """Return what `stored` gave; names it does not know are left out."""
        return cls(**{each.name: stored[each.name] for each in fields(cls) if each.name in stored})


def fit_video(
    path: Path,
    out: Path,
    fit: Fit,
    info: MediaInfo,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Path:
    """Write the video as MP4 (H.264, AAC), its index first. Raises MediaError; nothing is left at `out` then."""
    length = fit.seconds if fit.seconds is not None else max(0.1, (info.duration or 0.0) - fit.start)
    try:
        run_ffmpeg(fit_args(path, out, fit, info), duration=length, progress=progress, cancelled=cancelled)
    except MediaError:
        out.unlink(missing_ok=True)
        raise
    return out


def fit_args(path: Path, out: Path, fit: Fit, info: MediaInfo) -> list[str]:
    """Return ffmpeg's arguments for `fit_video`."""
    seek = ["-ss", f"{fit.start:.3f}"] if fit.start > 0 else []
    length = ["-t", f"{fit.seconds:.3f}"] if fit.seconds is not None else []
    sound = ["-map", "0:a:0?"]
    end = ["-map_metadata", "-1", "-sn", "-dn", "-movflags", "+faststart", "-f", "mp4", str(out)]
    if fit.copy:
        return [*seek, *source(path), *length, "-map", "0:V:0", *sound, "-c", "copy", *end]
    return [*seek, *source(path), *length, "-map", "0:V:0", *sound, *_coding(fit, info, hdr=is_hdr(path)), *end]


def _coding(fit: Fit, info: MediaInfo, *, hdr: bool) -> list[str]:
    picture = ["-c:v", "libx264", "-preset", SPEED, "-crf", str(QUALITY), "-profile:v", "high", "-pix_fmt", "yuv420p"]
    most = min(MOST_BITS, max(LEAST_BITS, fit.bit_rate - SOUND_BITS)) if fit.bit_rate else None
    held = ["-maxrate", str(most), "-bufsize", str(most)] if most else []
    sound = ["-c:a", "aac", "-b:a", str(SOUND_BITS), "-ar", str(SOUND_RATE), "-ac", "2"]
    shown = ",".join([_filters(fit, info), *([TONE_MAP] if hdr else [])])
    return ["-vf", shown, *picture, *held, "-flags", "+cgop", *(TAGS if hdr else []), *sound]


def _filters(fit: Fit, info: MediaInfo) -> str:
    width, height = frame_size(fit, info.width or 2, info.height or 2)
    parts = [f"fps={fit.fps:g}"] if fit.fps else []
    if fit.aspect is not None and fit.how == "pad":
        return ",".join([*parts, _padded(width, height)])
    if fit.aspect is not None:
        left, top, wide, high = cut(info.width or 2, info.height or 2, fit.aspect, fit.focus)
        parts.append(f"crop={wide}:{high}:{left}:{top}")
    return ",".join([*parts, f"scale={width}:{height}", "setsar=1"])


def _padded(width: int, height: int) -> str:
    """A picture whole in the middle, on a blurred one of itself that fills the frame."""
    size = f"{width}:{height}"
    small = f"{_even(width / SMALL, None)}:{_even(height / SMALL, None)}"
    return (
        f"split[whole][ground];[ground]scale={small}:force_original_aspect_ratio=increase,crop={small},"
        f"boxblur={BLUR // SMALL},scale={size}[blurred];"
        f"[whole]scale={size}:force_original_aspect_ratio=decrease[fitted];"
        "[blurred][fitted]overlay=(W-w)/2:(H-h)/2,setsar=1"
    )


def frame_size(fit: Fit, width: int, height: int) -> tuple[int, int]:
    """Return the sides in pixels, even, of what comes out of a picture of these sides."""
    wide, high = float(width), float(height)
    if fit.aspect is not None and fit.how == "pad":
        wide, high = _around(wide, high, fit.aspect)
    elif fit.aspect is not None:
        wide, high = (high * fit.aspect, high) if wide / high > fit.aspect else (wide, wide / fit.aspect)
    scale = min(1.0, *_reductions(fit, wide, high))
    if fit.min_side is not None:
        scale = max(scale, fit.min_side / min(wide, high))
    return _even(wide * scale, fit.min_side), _even(high * scale, fit.min_side)


def _around(wide: float, high: float, aspect: float) -> tuple[float, float]:
    """The sides of a frame of that shape around the picture, no side longer than the picture's longer one."""
    longer = max(wide, high)
    return (longer, longer / aspect) if aspect > 1 else (longer * aspect, longer)


def _reductions(fit: Fit, wide: float, high: float) -> list[float]:
    found = [1.0]
    if fit.max_width is not None:
        found.append(fit.max_width / wide)
    if fit.max_side is not None:
        found.append(fit.max_side / max(wide, high))
    if fit.max_pixels is not None:
        found.append((fit.max_pixels / (wide * high)) ** 0.5)
    return found


def _even(side: float, least: int | None) -> int:
    whole = int(side + 1e-6) // 2 * 2
    return max(2, whole + 2 if least is not None and whole < least else whole)


def cut(width: int, height: int, aspect: float, focus: float) -> tuple[int, int, int, int]:
    """Return left, top, width and height of the part that is kept of a picture brought to `aspect` by cropping."""
    wide, high = (height * aspect, float(height)) if width / height > aspect else (float(width), width / aspect)
    kept = (_even(min(wide, width), None), _even(min(high, height), None))
    return int((width - kept[0]) * focus), int((height - kept[1]) * focus), *kept


def fit_picture(path: Path, out: Path, fit: Fit) -> Path:
    """Write the picture as JPEG, upright, in its new shape. Raises MediaError."""
    try:
        with Image.open(path, formats=IMAGES) as opened:
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise MediaError(TOO_MANY_PIXELS) from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise MediaError(DAMAGED_PICTURE) from error
    paper = Image.new("RGB", upright.size, "white")
    paper.paste(upright, mask=upright)
    _shaped(paper, fit).save(out, "JPEG", quality=JPEG_QUALITY)
    return out


def _shaped(picture: Image.Image, fit: Fit) -> Image.Image:
    size = frame_size(fit, *picture.size)
    if fit.aspect is None:
        return picture.resize(size)
    if fit.how == "crop":
        left, top, wide, high = cut(*picture.size, fit.aspect, fit.focus)
        return picture.crop((left, top, left + wide, top + high)).resize(size)
    ground = ImageOps.fit(picture, size).filter(ImageFilter.GaussianBlur(BLUR))
    whole = ImageOps.contain(picture, size)
    ground.paste(whole, ((size[0] - whole.width) // 2, (size[1] - whole.height) // 2))
    return ground
