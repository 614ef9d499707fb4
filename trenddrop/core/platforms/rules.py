"""The platforms' text and media limits, each row with its source and the date it was checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


class PlatformKey(StrEnum):
    """The platforms the product knows."""

    TIKTOK = "tiktok"
    YOUTUBE = "youtube"
    INSTAGRAM = "instagram"
    X = "x"
    BLUESKY = "bluesky"
    MASTODON = "mastodon"
    THREADS = "threads"
    FACEBOOK = "facebook"
    LINKEDIN = "linkedin"
    PINTEREST = "pinterest"
    TELEGRAM = "telegram"
    DISCORD = "discord"
    WEBHOOK = "webhook"
    WORDPRESS = "wordpress"
    SPILL = "spill"
    FANBASE = "fanbase"
    PRACTICE = "practice"


class TextUnit(StrEnum):
    """How a platform counts a text's length."""

    GRAPHEMES = "graphemes"
    UTF16 = "utf16"
    WEIGHTED = "weighted"
    BYTES = "bytes"
    CHARS = "chars"
    MASTODON = "mastodon"
    THREADS = "threads"
    LINKEDIN = "linkedin"


MB = 1_000_000
GB = 1_000 * MB
COMMON = frozenset({"h264", "hevc"})
OPEN = frozenset({"vp8", "vp9"})
AAC = frozenset({"aac"})
JPEG, PNG, WEBP, GIF = "image/jpeg", "image/png", "image/webp", "image/gif"


@dataclass(frozen=True)
class MediaRules:
    """Durations in seconds, sizes in bytes, aspect = width / height, sides in pixels; None is unlimited.

    Rates in pictures and bits a second, hertz. `vertical`: tall video (9:16) fills the screen there. `image_types`: the
    pictures it takes, by MIME type; others are sent as JPEG. `image_box`: a picture's longer and shorter side at most;
    bigger ones are sent smaller.
    """

    kinds: frozenset[str] = frozenset({"video", "image"})
    required: bool = False
    containers: frozenset[str] = frozenset({"mp4", "mov"})
    min_duration: float | None = None
    max_duration: float | None = None
    max_bytes: int | None = None
    max_image_bytes: int | None = None
    min_aspect: float | None = None
    max_aspect: float | None = None
    min_image_aspect: float | None = None
    max_image_aspect: float | None = None
    min_side: int | None = None
    max_side: int | None = None
    max_images: int = 4
    image_types: frozenset[str] | None = None
    image_box: tuple[int, int] | None = None
    video_codecs: frozenset[str] | None = None
    audio_codecs: frozenset[str] | None = None
    min_fps: float | None = None
    max_fps: float | None = None
    max_bit_rate: int | None = None
    max_sample_rate: int | None = None
    max_width: int | None = None
    max_pixels: int | None = None
    vertical: bool = False


@dataclass(frozen=True)
class PlatformRules:
    """One platform's limits; `text_limit` is in `text_unit`, `byte_limit` a second limit on the same text.

    `ai_switch`: posts have a mark of their own for what was made with AI; elsewhere the text says so.
    `posts_per_day`: how many an account may send in 24 hours, where it is known.
    """

    key: PlatformKey
    name: str
    text_limit: int
    text_unit: TextUnit
    checked: date
    source: str
    title_limit: int | None = None
    byte_limit: int | None = None
    hashtag_limit: int | None = None
    mention_limit: int | None = None
    tags_limit: int | None = None
    link_length: int | None = None
    forbidden: str = ""
    ai_switch: bool = False
    posts_per_day: int | None = None
    media: MediaRules = field(default_factory=MediaRules)


class PlatformUnknown(LookupError):
    """There is no platform of that key."""


def _row(key: PlatformKey, name: str, limit: int, unit: TextUnit, source: str, **more: Any) -> PlatformRules:
    return PlatformRules(key, name, limit, unit, date(2026, 11, 20), source, **more)


_ROWS = (
    _row(
        PlatformKey.TIKTOK, "TikTok", 2200, TextUnit.UTF16, "Content Posting API, 2026-08",
        ai_switch=True,
        # Told by creators, not by TikTok: a "too many posts" comes at about 15.
        posts_per_day=15,
        media=MediaRules(
            required=True, containers=frozenset({"mp4", "mov", "webm"}), max_duration=600, max_bytes=4 * GB,
            min_side=360, max_side=4096, max_images=35, max_image_bytes=20 * MB,
            image_types=frozenset({JPEG, WEBP}), image_box=(1920, 1080),
            video_codecs=COMMON | OPEN, min_fps=23, max_fps=60, vertical=True,
        ),
    ),
    _row(
        PlatformKey.YOUTUBE, "YouTube", 5000, TextUnit.BYTES, "Data API v3, revision 2026-11-04",
        title_limit=100, hashtag_limit=15, tags_limit=500, forbidden="<>", ai_switch=True,
        posts_per_day=100,
        media=MediaRules(
            kinds=frozenset({"video"}), required=True,
            containers=frozenset({"mp4", "mov", "webm", "avi", "matroska"}),
            max_duration=12 * 3600, max_bytes=256 * 1024**3, max_images=0,
        ),
    ),
    _row(
        PlatformKey.INSTAGRAM, "Instagram", 2200, TextUnit.UTF16, "Content Publishing guide, 2026-09",
        hashtag_limit=30, mention_limit=20, ai_switch=True,
        # The guide says 100, the reference 50; what the account itself is told comes first.
        posts_per_day=50,
        media=MediaRules(
            required=True, min_duration=3, max_duration=900, max_bytes=300 * MB, max_image_bytes=8 * MB,
            image_types=frozenset({JPEG}),
            min_aspect=0.01, max_aspect=10, min_image_aspect=0.8, max_image_aspect=1.91, max_images=10,
            video_codecs=COMMON, audio_codecs=AAC, min_fps=23, max_fps=60, max_width=1920, max_bit_rate=25 * MB,
            max_sample_rate=48_000, vertical=True,
        ),
    ),
    _row(
        PlatformKey.X, "X", 280, TextUnit.WEIGHTED, "API v2 docs and twitter-text 3, 2026-08", link_length=23,
        ai_switch=True,
        media=MediaRules(
            min_duration=0.5, max_duration=140, max_bytes=512 * MB, max_image_bytes=5 * MB, min_aspect=1 / 3,
            max_aspect=3, min_side=32, image_types=frozenset({JPEG, PNG, GIF, WEBP}),
            video_codecs=frozenset({"h264"}), audio_codecs=AAC, max_fps=60,
        ),
    ),
    _row(
        PlatformKey.BLUESKY, "Bluesky", 300, TextUnit.GRAPHEMES, "Lexicons, 2026-08", byte_limit=3000,
        media=MediaRules(
            containers=frozenset({"mp4"}), max_duration=180, max_bytes=300 * MB, max_image_bytes=2 * MB
        ),
    ),
    _row(
        PlatformKey.MASTODON, "Mastodon", 500, TextUnit.MASTODON, "API docs, 2026-07; each server may differ",
        link_length=23,
        media=MediaRules(
            containers=frozenset({"mp4", "mov", "webm"}), max_bytes=103_809_024, max_image_bytes=16_777_216,
            video_codecs=COMMON | OPEN | {"av1"}, max_fps=120, max_pixels=3840 * 2160,
        ),
    ),
    _row(
        PlatformKey.THREADS, "Threads", 500, TextUnit.THREADS, "Threads API collection, 2026-01",
        hashtag_limit=1,
        posts_per_day=250,
        media=MediaRules(
            max_duration=300, max_bytes=GB, max_image_bytes=8 * MB, max_images=20, video_codecs=COMMON,
            image_types=frozenset({JPEG, PNG}),
            audio_codecs=AAC, min_fps=23, max_fps=60, max_width=1920,
        ),
    ),
    _row(
        PlatformKey.FACEBOOK, "Facebook", 63_206, TextUnit.CHARS, "Graph API v26, 2026-07",
        # Only reels have a mark of their own, so the text says it on all.
        media=MediaRules(
            max_duration=20 * 60, max_bytes=GB, max_image_bytes=4 * MB, max_images=10,
            video_codecs=COMMON | {"vp9", "av1"}, min_fps=24, max_fps=60,
        ),
    ),
    _row(
        PlatformKey.LINKEDIN, "LinkedIn", 3000, TextUnit.LINKEDIN, "Posts API, 2025",
        posts_per_day=150,
        media=MediaRules(
            containers=frozenset({"mp4"}), min_duration=3, max_duration=1800, max_bytes=500 * MB,
            max_images=20, image_types=frozenset({JPEG, PNG, GIF}),
        ),
    ),
    _row(
        PlatformKey.PINTEREST, "Pinterest", 800, TextUnit.CHARS, "API v5, 2025", title_limit=100,
        media=MediaRules(
            required=True, min_duration=4, max_duration=900, max_bytes=2 * GB, max_image_bytes=20 * MB, max_images=5,
            image_types=frozenset({JPEG, PNG}), video_codecs=COMMON, vertical=True,
        ),
    ),
    _row(
        PlatformKey.TELEGRAM, "Telegram", 4096, TextUnit.UTF16, "Bot API 9, 2026; a caption takes 1,024",
        media=MediaRules(containers=frozenset({"mp4"}), max_bytes=50 * MB, max_image_bytes=10 * MB, max_images=10),
    ),
    _row(
        PlatformKey.DISCORD, "Discord", 2000, TextUnit.CHARS, "Webhook resource, API v10, 2026",
        media=MediaRules(containers=frozenset({"mp4", "mov", "webm"}), max_bytes=10 * MB, max_image_bytes=10 * MB,
                         max_images=10),
    ),
    _row(
        PlatformKey.WEBHOOK, "Webhook", 100_000, TextUnit.CHARS, "our own",
        media=MediaRules(containers=frozenset({"mp4", "mov", "webm"}), max_images=20),
    ),
    _row(
        PlatformKey.WORDPRESS, "WordPress", 100_000, TextUnit.CHARS, "REST API v2, 2026; each site has its own limits",
        title_limit=200,
        media=MediaRules(containers=frozenset({"mp4", "mov", "webm"}), max_images=20),
    ),
    _row(
        PlatformKey.SPILL, "Spill", 500, TextUnit.CHARS, "no API; the app, 2025", media=MediaRules(max_duration=180),
    ),
    _row(
        PlatformKey.FANBASE, "FanBase", 2200, TextUnit.CHARS, "no API; the app, 2025",
        media=MediaRules(required=True, max_duration=180, vertical=True),
    ),
    _row(
        PlatformKey.PRACTICE, "Practice network", 500, TextUnit.GRAPHEMES, "our own",
        media=MediaRules(containers=frozenset({"mp4", "mov", "webm"})),
    ),
)  # fmt: skip
RULES: dict[PlatformKey, PlatformRules] = {row.key: row for row in _ROWS}


def rules(key: str) -> PlatformRules:
    """The limits of `key`, some replaced by `settings.PLATFORM_RULES_OVERRIDES` (path of key -> fields)."""
    if key not in RULES:
        raise PlatformUnknown(f"There is no platform called {key!r}.")
    row = RULES[PlatformKey(key)]
    path = getattr(settings, "PLATFORM_RULES_OVERRIDES", "")
    changed: Mapping[str, Any] = (import_string(path)(key) or {}) if path else {}
    return replace(row, **changed)
