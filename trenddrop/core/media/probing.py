"""What a media file is: PyAV reads its header, and nothing it might point to."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import av
import av.error
import numpy as np
from PIL import Image, UnidentifiedImageError

# Containers people upload. Playlists, concat scripts and the like can make a reader open other files: never.
FORMATS = ("mov", "matroska", "webm", "avi", "mp3", "wav", "flac", "ogg", "aac", "mpegts", "asf", "mpeg", "caf", "aiff")
ALIASES = ("mp4", "m4a", "3gp", "3g2", "mj2")
PROTOCOLS = "file"
MAX_STREAMS = 32
MAX_SIDE = 16_384
MAX_PIXELS = 120_000_000
MAX_SECONDS = 12 * 3600


class MediaError(Exception):
    """The file cannot be used as media; the message says why and what to do."""


@dataclass(frozen=True)
class MediaInfo:
    """A file's facts: seconds, pixels as displayed (rotation applied), frames a second, hertz, bits a second, bytes."""

    kind: Literal["video", "audio", "image"]
    container: str
    size: int
    duration: float | None = None
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    rotation: int = 0
    video_codec: str | None = None
    audio_codec: str | None = None
    channels: int | None = None
    sample_rate: int | None = None
    bit_rate: int | None = None

    @property
    def has_video(self) -> bool:
        """There is a moving picture."""
        return self.video_codec is not None and self.kind == "video"

    @property
    def has_audio(self) -> bool:
        """There is sound."""
        return self.audio_codec is not None


def probe(path: Path) -> MediaInfo:
    """Read a file's facts; raise MediaError for what is empty, cut off, hostile or no media at all."""
    size = path.stat().st_size
    if size == 0:
        raise MediaError("The file is empty. Nothing can be made of it; upload it again from its source.")
    image = _probe_image(path, size)
    if image is not None:
        return image
    try:
        with av.open(str(path), options=_options()) as container:
            return _facts(container, size)
    except av.error.FFmpegError as error:
        raise MediaError(_words(error)) from error


def _options() -> dict[str, str]:
    return {"format_whitelist": ",".join((*FORMATS, *ALIASES)), "protocol_whitelist": PROTOCOLS}


def _words(error: av.error.FFmpegError) -> str:
    if isinstance(error, av.error.InvalidDataError | av.error.EOFError):
        return "The file is damaged or ends in the middle. Export it again and upload that."
    return f"The file cannot be read as video or audio ({error.strerror}). Export it as MP4, MOV, MP3 or WAV."


def _probe_image(path: Path, size: int) -> MediaInfo | None:
    """Return the facts of a still image; None when it is none."""
    try:
        with Image.open(path, formats=["JPEG", "PNG", "WEBP", "GIF"]) as image:
            width, height = image.size
            kind = str(image.format).lower()
    except UnidentifiedImageError:
        return None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise MediaError("The picture is damaged or far too large to open. Export it again, smaller.") from error
    _check_sides(width, height)
    return MediaInfo(kind="image", container=kind, size=size, width=width, height=height)


def _facts(container: "av.container.InputContainer", size: int) -> MediaInfo:
    if len(container.streams) > MAX_STREAMS:
        raise MediaError(f"The file has {len(container.streams)} tracks; at most {MAX_STREAMS} are taken.")
    video = next((each for each in container.streams.video if not _is_cover(each)), None)
    audio = next(iter(container.streams.audio), None)
    if video is None and audio is None:
        raise MediaError("The file has neither picture nor sound. Export it again and upload that.")
    duration = _duration(container)
    rotation = _rotation(container, video) if video else 0
    width, height = (video.width, video.height) if video else (None, None)
    if video:
        _check_sides(video.width, video.height)
        width, height = (height, width) if rotation in {90, 270} else (width, height)
    return MediaInfo(
        kind="video" if video else "audio",
        container=container.format.name,
        size=size,
        duration=duration,
        width=width,
        height=height,
        fps=float(video.average_rate) if video and video.average_rate else None,
        rotation=rotation,
        video_codec=video.codec_context.name if video else None,
        audio_codec=audio.codec_context.name if audio else None,
        channels=audio.channels if audio else None,
        sample_rate=audio.sample_rate if audio else None,
        bit_rate=container.bit_rate or None,
    )


def _is_cover(stream: Any) -> bool:
    """An album cover inside an audio file is no video."""
    return bool(stream.disposition & stream.disposition.attached_pic)


def _duration(container: "av.container.InputContainer") -> float | None:
    """Return seconds; a container that does not say is asked for its streams' lengths."""
    seconds = container.duration / av.time_base if container.duration else 0.0
    if not seconds:
        lengths = [float(s.duration * s.time_base) for s in container.streams if s.duration and s.time_base]
        seconds = max(lengths, default=0.0)
    if seconds > MAX_SECONDS:
        raise MediaError("The recording is longer than 12 hours. Cut it into parts and upload those.")
    return round(seconds, 3) if seconds > 0 else None


def _check_sides(width: int, height: int) -> None:
    if width <= 0 or height <= 0:
        raise MediaError("The picture has no size. Export the file again and upload that.")
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise MediaError(
            f"The picture is {width} × {height} pixels, which is more than can be opened. Export it smaller."
        )


def _rotation(container: "av.container.InputContainer", stream: Any) -> int:
    """Return by how many degrees players turn the picture (0, 90, 180, 270), from the first frame's matrix."""
    try:
        frame = next(container.decode(stream), None)
    except av.error.FFmpegError as error:
        raise MediaError(
            "The first picture of the video cannot be read: the file is damaged. Export it again."
        ) from error
    finally:
        container.seek(0)
    if frame is None:
        raise MediaError("The video has no pictures in it. Export it again and upload that.")
    return int(np.rint(-frame.rotation / 90)) * 90 % 360
