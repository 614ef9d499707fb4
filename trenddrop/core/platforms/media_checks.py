"""What a platform would refuse about a file, and what it would take but show badly."""

from typing import Protocol

from trenddrop.core.platforms.problems import Problem
from trenddrop.core.platforms.rules import MediaRules, PlatformRules

# Decoders and encoders name themselves; platforms name what they read.
CODECS = {
    "libdav1d": "av1", "libaom-av1": "av1", "libvpx": "vp8", "libvpx-vp9": "vp9", "h265": "hevc",
    "mp3float": "mp3", "libopus": "opus", "aac_fixed": "aac", "libfdk_aac": "aac",
}  # fmt: skip
FPS_SLACK = 0.05  # 59.94 and 23.976 are sold as 60 and 24
VERTICAL = 9 / 16
NEARLY = 0.06


class MediaFacts(Protocol):
    """What is known of a probed file; seconds, bytes, sides as displayed, pictures and bits a second, hertz."""

    @property
    def kind(self) -> str: ...
    @property
    def container(self) -> str: ...
    @property
    def duration(self) -> float | None: ...
    @property
    def width(self) -> int | None: ...
    @property
    def height(self) -> int | None: ...
    @property
    def size(self) -> int: ...
    @property
    def fps(self) -> float | None: ...
    @property
    def bit_rate(self) -> int | None: ...
    @property
    def video_codec(self) -> str | None: ...
    @property
    def audio_codec(self) -> str | None: ...
    @property
    def sample_rate(self) -> int | None: ...


def codec(name: str | None) -> str:
    """The plain name of a codec, in small letters."""
    bare = (name or "").lower()
    return CODECS.get(bare, bare)


def media_problems(row: PlatformRules, media: MediaFacts | None) -> list[Problem]:
    """All the platform would refuse about the file, or about there being none."""
    if media is None:
        missing = Problem("media", "media_missing", f"{row.name} needs a video or an image.")
        return [missing] if row.media.required else []
    if media.kind not in row.media.kinds:
        return [Problem("media", "media_kind", f"{row.name} does not take a file of kind {media.kind}.")]
    found = [*_video_problems(row, media), *_coding_problems(row, media)] if media.kind == "video" else []
    return [*found, *_size_problems(row, media), *_shape_problems(row, media)]


def _video_problems(row: PlatformRules, media: MediaFacts) -> list[Problem]:
    limits, problems = row.media, []
    if not limits.containers & set(media.container.lower().split(",")):
        wanted = ", ".join(sorted(limits.containers)).upper()
        problems.append(Problem("media", "media_container", f"{row.name} takes {wanted}, not {media.container}."))
    if media.duration is None:
        return problems
    if limits.max_duration is not None and media.duration > limits.max_duration:
        over = media.duration - limits.max_duration
        message = f"The video is {over:.0f} s longer than {row.name}'s {limits.max_duration:.0f} s."
        problems.append(Problem("media", "media_too_long", message, over))
    if limits.min_duration is not None and media.duration < limits.min_duration:
        message = f"{row.name} takes videos from {limits.min_duration:g} s; this one has {media.duration:.1f} s."
        problems.append(Problem("media", "media_too_short", message, limits.min_duration - media.duration))
    return problems


def _coding_problems(row: PlatformRules, media: MediaFacts) -> list[Problem]:
    """What is known only of files that were probed; what is not known is not judged."""
    limits = row.media
    found = [
        *_codec_problems(row, "media_codec", "picture", limits.video_codecs, codec(media.video_codec)),
        *_codec_problems(row, "media_sound", "sound", limits.audio_codecs, codec(media.audio_codec)),
    ]
    if media.fps and limits.max_fps is not None and media.fps > limits.max_fps + FPS_SLACK:
        message = f"{row.name} takes up to {limits.max_fps:g} pictures a second; this video has {media.fps:g}."
        found.append(Problem("media", "media_fps_high", message, media.fps - limits.max_fps))
    if media.fps and limits.min_fps is not None and media.fps < limits.min_fps - FPS_SLACK:
        message = f"{row.name} takes from {limits.min_fps:g} pictures a second; this video has {media.fps:g}."
        found.append(Problem("media", "media_fps_low", message, limits.min_fps - media.fps))
    if media.bit_rate and limits.max_bit_rate is not None and media.bit_rate > limits.max_bit_rate:
        told, most = media.bit_rate / 1e6, limits.max_bit_rate / 1e6
        message = f"{row.name} takes up to {most:g} Mbit a second; this video has {told:.1f}."
        found.append(Problem("media", "media_bit_rate", message, media.bit_rate - limits.max_bit_rate))
    if media.sample_rate and limits.max_sample_rate is not None and media.sample_rate > limits.max_sample_rate:
        told, most = media.sample_rate / 1e3, limits.max_sample_rate / 1e3
        message = f"{row.name} takes sound up to {most:g} kHz; this has {told:g} kHz."
        found.append(Problem("media", "media_sample_rate", message, media.sample_rate - limits.max_sample_rate))
    return found


def _codec_problems(
    row: PlatformRules, code: str, part: str, wanted: frozenset[str] | None, given: str
) -> list[Problem]:
    if wanted is None or not given or given in wanted:
        return []
    names = ", ".join(sorted(wanted)).upper()
    return [Problem("media", code, f"{row.name} takes {part} coded as {names}; this one is {given.upper()}.")]


def _size_problems(row: PlatformRules, media: MediaFacts) -> list[Problem]:
    limit = row.media.max_image_bytes if media.kind == "image" else row.media.max_bytes
    if limit is None or media.size <= limit:
        return []
    message = f"The file has {media.size / 1e6:.1f} MB; {row.name} takes {limit / 1e6:.0f} MB."
    return [Problem("media", "media_too_big", message, media.size - limit)]


def _shape_problems(row: PlatformRules, media: MediaFacts) -> list[Problem]:
    if not media.width or not media.height:
        return []
    sides, limits, problems = (media.width, media.height), row.media, []
    if limits.min_side is not None and min(sides) < limits.min_side:
        message = f"{row.name} takes pictures from {limits.min_side} pixels a side; this has {min(sides)}."
        problems.append(Problem("media", "media_too_small", message, limits.min_side - min(sides)))
    if limits.max_side is not None and max(sides) > limits.max_side:
        message = f"{row.name} takes up to {limits.max_side} pixels a side; this has {max(sides)}."
        problems.append(Problem("media", "media_too_large", message, max(sides) - limits.max_side))
    if media.kind == "video":
        problems += _wide_problems(row, media.width, media.height)
    return problems + _aspect_problems(row, media.width / media.height, media.kind)


def _wide_problems(row: PlatformRules, width: int, height: int) -> list[Problem]:
    limits = row.media
    if limits.max_width is not None and width > limits.max_width:
        message = f"{row.name} takes videos up to {limits.max_width} pixels wide; this has {width}."
        return [Problem("media", "media_too_wide", message, width - limits.max_width)]
    if limits.max_pixels is not None and width * height > limits.max_pixels:
        message = f"{row.name} takes videos of up to {limits.max_pixels / 1e6:.1f} megapixels; this is larger."
        return [Problem("media", "media_too_wide", message, width * height - limits.max_pixels)]
    return []


def _aspect_problems(row: PlatformRules, aspect: float, kind: str) -> list[Problem]:
    low, high = aspects(row.media, kind)
    if (low is None or aspect >= low) and (high is None or aspect <= high):
        return []
    return [Problem("media", "media_aspect", f"{row.name} does not take this shape ({aspect:.2f} wide for 1 high).")]


def aspects(limits: MediaRules, kind: str) -> tuple[float | None, float | None]:
    """The narrowest and widest shape (width / height) that is taken."""
    if kind == "image":
        return limits.min_image_aspect, limits.max_image_aspect
    return limits.min_aspect, limits.max_aspect


def media_advice(row: PlatformRules, media: MediaFacts | None, alt_text: str) -> list[Problem]:
    """What would be taken, and what people would miss."""
    if media is None or media.kind not in row.media.kinds:
        return []
    found = []
    if not alt_text.strip():
        message = "Say what can be seen, for those who cannot see it: the alt text is empty."
        found.append(Problem("alt_text", "alt_text_missing", message))
    if _lies(row, media):
        message = f"{row.name} shows video on the whole screen of a phone; a tall picture (9:16) fills it."
        found.append(Problem("media", "media_not_vertical", message))
    return found


def _lies(row: PlatformRules, media: MediaFacts) -> bool:
    """Say whether a video is wider than the phone it is watched on."""
    is_seen = media.kind == "video" and row.media.vertical and media.width and media.height
    return bool(is_seen) and (media.width or 0) / (media.height or 1) > VERTICAL + NEARLY
