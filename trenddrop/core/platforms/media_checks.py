"""What a platform would refuse about a file, and what it would take but show badly."""

from typing import Protocol

from django.utils.translation import gettext as _

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
        missing = Problem("media", "media_missing", _("%(name)s needs a video or an image.") % {"name": row.name})
        return [missing] if row.media.required else []
    if media.kind not in row.media.kinds:
        message = _("%(name)s does not take a file of kind %(kind)s.") % {"name": row.name, "kind": media.kind}
        return [Problem("media", "media_kind", message)]
    found = [*_video_problems(row, media), *_coding_problems(row, media)] if media.kind == "video" else []
    return [*found, *_size_problems(row, media), *_shape_problems(row, media)]


def _video_problems(row: PlatformRules, media: MediaFacts) -> list[Problem]:
    limits, problems = row.media, []
    if not limits.containers & set(media.container.lower().split(",")):
        wanted = ", ".join(sorted(limits.containers)).upper()
        told = {"name": row.name, "wanted": wanted, "given": media.container}
        problems.append(Problem("media", "media_container", _("%(name)s takes %(wanted)s, not %(given)s.") % told))
    if media.duration is None:
        return problems
    if limits.max_duration is not None and media.duration > limits.max_duration:
        over = media.duration - limits.max_duration
        message = _("The video is %(over)s s longer than %(name)s's %(most)s s.") % {
            "name": row.name,
            "over": f"{over:.0f}",
            "most": f"{limits.max_duration:.0f}",
        }
        problems.append(Problem("media", "media_too_long", message, over))
    if limits.min_duration is not None and media.duration < limits.min_duration:
        message = _("%(name)s takes videos from %(least)s s; this one has %(given)s s.") % {
            "name": row.name,
            "least": f"{limits.min_duration:g}",
            "given": f"{media.duration:.1f}",
        }
        problems.append(Problem("media", "media_too_short", message, limits.min_duration - media.duration))
    return problems


def _coding_problems(row: PlatformRules, media: MediaFacts) -> list[Problem]:
    """What is known only of files that were probed; what is not known is not judged."""
    limits = row.media
    found = [
        *_codec_problems(row, "media_codec", limits.video_codecs, codec(media.video_codec)),
        *_codec_problems(row, "media_sound", limits.audio_codecs, codec(media.audio_codec)),
    ]
    if media.fps and limits.max_fps is not None and media.fps > limits.max_fps + FPS_SLACK:
        told = {"name": row.name, "most": f"{limits.max_fps:g}", "given": f"{media.fps:g}"}
        message = _("%(name)s takes up to %(most)s pictures a second; this video has %(given)s.") % told
        found.append(Problem("media", "media_fps_high", message, media.fps - limits.max_fps))
    if media.fps and limits.min_fps is not None and media.fps < limits.min_fps - FPS_SLACK:
        told = {"name": row.name, "least": f"{limits.min_fps:g}", "given": f"{media.fps:g}"}
        message = _("%(name)s takes from %(least)s pictures a second; this video has %(given)s.") % told
        found.append(Problem("media", "media_fps_low", message, limits.min_fps - media.fps))
    if media.bit_rate and limits.max_bit_rate is not None and media.bit_rate > limits.max_bit_rate:
        told = {"name": row.name, "most": f"{limits.max_bit_rate / 1e6:g}", "given": f"{media.bit_rate / 1e6:.1f}"}
        message = _("%(name)s takes up to %(most)s Mbit a second; this video has %(given)s.") % told
        found.append(Problem("media", "media_bit_rate", message, media.bit_rate - limits.max_bit_rate))
    if media.sample_rate and limits.max_sample_rate is not None and media.sample_rate > limits.max_sample_rate:
        most, given = f"{limits.max_sample_rate / 1e3:g}", f"{media.sample_rate / 1e3:g}"
        told = {"name": row.name, "most": most, "given": given}
        message = _("%(name)s takes sound up to %(most)s kHz; this has %(given)s kHz.") % told
        found.append(Problem("media", "media_sample_rate", message, media.sample_rate - limits.max_sample_rate))
    return found


def _codec_problems(row: PlatformRules, code: str, wanted: frozenset[str] | None, given: str) -> list[Problem]:
    if wanted is None or not given or given in wanted:
        return []
    message = (
        _("%(name)s takes sound coded as %(wanted)s; this one is %(given)s.")
        if code == "media_sound"
        else _("%(name)s takes picture coded as %(wanted)s; this one is %(given)s.")
    )
    names = ", ".join(sorted(wanted)).upper()
    return [Problem("media", code, message % {"name": row.name, "wanted": names, "given": given.upper()})]


def _size_problems(row: PlatformRules, media: MediaFacts) -> list[Problem]:
    limit = row.media.max_image_bytes if media.kind == "image" else row.media.max_bytes
    if limit is None or media.size <= limit:
        return []
    told = {"name": row.name, "given": f"{media.size / 1e6:.1f}", "most": f"{limit / 1e6:.0f}"}
    message = _("The file has %(given)s MB; %(name)s takes %(most)s MB.") % told
    return [Problem("media", "media_too_big", message, media.size - limit)]


def _shape_problems(row: PlatformRules, media: MediaFacts) -> list[Problem]:
    if not media.width or not media.height:
        return []
    sides, limits, problems = (media.width, media.height), row.media, []
    if limits.min_side is not None and min(sides) < limits.min_side:
        told = {"name": row.name, "least": limits.min_side, "given": min(sides)}
        message = _("%(name)s takes pictures from %(least)s pixels a side; this has %(given)s.") % told
        problems.append(Problem("media", "media_too_small", message, limits.min_side - min(sides)))
    if limits.max_side is not None and max(sides) > limits.max_side:
        told = {"name": row.name, "most": limits.max_side, "given": max(sides)}
        message = _("%(name)s takes up to %(most)s pixels a side; this has %(given)s.") % told
        problems.append(Problem("media", "media_too_large", message, max(sides) - limits.max_side))
    if media.kind == "video":
        problems += _wide_problems(row, media.width, media.height)
    return problems + _aspect_problems(row, media.width / media.height, media.kind)


def _wide_problems(row: PlatformRules, width: int, height: int) -> list[Problem]:
    limits = row.media
    if limits.max_width is not None and width > limits.max_width:
        told = {"name": row.name, "most": limits.max_width, "given": width}
        message = _("%(name)s takes videos up to %(most)s pixels wide; this has %(given)s.") % told
        return [Problem("media", "media_too_wide", message, width - limits.max_width)]
    if limits.max_pixels is not None and width * height > limits.max_pixels:
        most = {"name": row.name, "most": f"{limits.max_pixels / 1e6:.1f}"}
        message = _("%(name)s takes videos of up to %(most)s megapixels; this is larger.") % most
        return [Problem("media", "media_too_wide", message, width * height - limits.max_pixels)]
    return []


def _aspect_problems(row: PlatformRules, aspect: float, kind: str) -> list[Problem]:
    low, high = aspects(row.media, kind)
    if (low is None or aspect >= low) and (high is None or aspect <= high):
        return []
    told = {"name": row.name, "aspect": f"{aspect:.2f}"}
    message = _("%(name)s does not take this shape (%(aspect)s wide for 1 high).") % told
    return [Problem("media", "media_aspect", message)]


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
        message = _("Say what can be seen, for those who cannot see it: the alt text is empty.")
        found.append(Problem("alt_text", "alt_text_missing", message))
    if _lies(row, media):
        message = _("%(name)s shows video on the whole screen of a phone; a tall picture (9:16) fills it.")
        message %= {"name": row.name}
        found.append(Problem("media", "media_not_vertical", message))
    return found


def _lies(row: PlatformRules, media: MediaFacts) -> bool:
    """Say whether a video is wider than the phone it is watched on."""
    is_seen = media.kind == "video" and row.media.vertical and media.width and media.height
    return bool(is_seen) and (media.width or 0) / (media.height or 1) > VERTICAL + NEARLY
