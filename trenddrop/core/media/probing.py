"""What a media file is: PyAV reads its header, and nothing it might point to."""

import warnings
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import av
import av.error
import numpy as np
import structlog
from PIL import Image, UnidentifiedImageError

from trenddrop.core.media.wholeness import missing_bytes

log = structlog.get_logger(__name__)

# Containers people upload. Playlists, concat scripts and the like can make a reader open other files: never.
FORMATS = ("mov", "matroska", "webm", "avi", "mp3", "wav", "flac", "ogg", "aac")
ALIASES = ("mp4", "m4a", "3gp", "3g2", "mj2")
PROTOCOLS = "file"
MAX_STREAMS = 32
MAX_SIDE = 16_384
MAX_PIXELS = 8192 * 8192
MAX_SECONDS = 12 * 3600
MAX_RATE = 768_000
MAX_CHANNELS = 64
FIRST_PACKETS = 300  # among so many there must be a picture
ORIENTATION = 0x0112  # the EXIF tag
SIDEWAYS = {5, 6, 7, 8}
IMAGES = ("JPEG", "PNG", "WEBP", "GIF")

# A picture between Pillow's limit and twice that is as much a bomb as one above it.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)

TOO_MANY_PIXELS = "The picture has more pixels than can be opened. Export it smaller."
UNREADABLE = "The file cannot be read as video or audio. Export it as MP4, MOV, MP3 or WAV."
DAMAGED = "The file is damaged or ends in the middle. Export it again and upload that."


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
    missing = missing_bytes(path)
    if missing:
        share = max(1, round(100 * missing / (size + missing)))
        raise MediaError(f"This file ends in the middle. At least {share} % of it is missing. Upload it again.")
    try:
        with av.open(str(path), options=_options(), metadata_errors="replace") as container:
            return _facts(container, size)
    except av.error.FFmpegError as error:
        raise MediaError(_words(error)) from error


def _options() -> dict[str, str]:
    return {
        "format_whitelist": ",".join((*FORMATS, *ALIASES)),
        "protocol_whitelist": PROTOCOLS,
        "max_streams": str(4 * MAX_STREAMS),
    }


def _words(error: av.error.FFmpegError) -> str:
    if isinstance(error, av.error.InvalidDataError | av.error.EOFError):
        return DAMAGED
    log.warning("a file cannot be read", reason=error.strerror)  # for operators: it is no language of people's
    return UNREADABLE


def is_image(path: Path) -> bool:
    """Say whether a file begins like a still image; raise MediaError for one too large to open."""
    try:
        with Image.open(path, formats=IMAGES):
            return True
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise MediaError(TOO_MANY_PIXELS) from error
    except (OSError, ValueError, SyntaxError):  # no image, or one too damaged to be recognised
        return False


def _probe_image(path: Path, size: int) -> MediaInfo | None:
    """Return the facts of a still image; None when it is none."""
    try:
        with Image.open(path, formats=IMAGES) as image:
            width, height = image.size
            kind = str(image.format).lower()
            _check_sides(width, height)
            sideways = image.getexif().get(ORIENTATION) in SIDEWAYS
            image.draft("RGB", (64, 64))
            image.load()
    except UnidentifiedImageError:
        return None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise MediaError(TOO_MANY_PIXELS) from error
    except (OSError, ValueError, SyntaxError) as error:
        raise MediaError("The picture is damaged or ends in the middle. Export it again and upload that.") from error
    width, height = (height, width) if sideways else (width, height)
    return MediaInfo(kind="image", container=kind, size=size, width=width, height=height)


def _facts(container: "av.container.InputContainer", size: int) -> MediaInfo:
    video, audio = _streams(container)
    duration = _duration(container)
    rotation = _rotation(container, video) if video else 0
    width, height = (video.width, video.height) if video else (None, None)
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


def _streams(container: "av.container.InputContainer") -> tuple[Any, Any]:
    """Return the picture and the sound that count, or None for either; refuse what no recording has."""
    if len(container.streams) > MAX_STREAMS:
        raise MediaError(f"The file has {len(container.streams)} tracks; at most {MAX_STREAMS} are taken.")
    video: Any = next((each for each in container.streams.video if not is_cover(each)), None)
    audio: Any = next((each for each in container.streams.audio if each.codec_context is not None), None)
    if video is None and audio is None:
        raise MediaError("The file has neither picture nor sound. Export it again and upload that.")
    if video is not None:
        if video.codec_context is None:
            raise MediaError("The picture is coded in a way that cannot be read here. Export it as MP4 (H.264).")
        _check_sides(video.width, video.height)
    if audio is not None:
        _check_sound(audio.sample_rate or 0, audio.channels or 0)
    return video, audio


def is_cover(stream: Any) -> bool:
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
    return round(max(seconds, 0.0), 3) or None


def _check_sides(width: int, height: int) -> None:
    if width <= 0 or height <= 0:
        raise MediaError("The picture has no size. Export the file again and upload that.")
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise MediaError(
            f"The picture is {width} × {height} pixels, which is more than can be opened. Export it smaller."
        )


def _check_sound(rate: int, channels: int) -> None:
    if not (0 < rate <= MAX_RATE and 0 < channels <= MAX_CHANNELS):
        raise MediaError(
            f"The file says that its sound has {rate} samples a second on {channels} channels, which no recording has:"
            " it is damaged. Export it again and upload that."
        )


def _rotation(container: "av.container.InputContainer", stream: Any) -> int:
    """Return by how many degrees players turn the picture (0, 90, 180, 270), from the first frame's matrix."""
    try:
        packets = islice(container.demux(stream), FIRST_PACKETS)
        frame = next((frame for packet in packets for frame in packet.decode()), None)
    except av.error.FFmpegError as error:
        raise MediaError(
            "The first picture of the video cannot be read: the file is damaged. Export it again."
        ) from error
    if frame is None:
        raise MediaError("The video has no pictures in it. Export it again and upload that.")
    return int(np.rint(-frame.rotation / 90)) * 90 % 360
