"""What a platform would refuse, said before it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from trenddrop.core.platforms.lengths import COUNTERS, HASHTAG, MENTION, compose, tags_length
from trenddrop.core.platforms.rules import MediaRules, PlatformRules, TextUnit, rules
from trenddrop.core.text import counting


@dataclass(frozen=True)
class Problem:
    """Why a platform would refuse: field, stable code, a sentence for the user, and how much it is over."""

    field: str
    code: str
    message: str
    over: float = 0


class MediaFacts(Protocol):
    """The part of a probed file the rules look at; duration in seconds, size in bytes, sides as displayed."""

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


def check(
    key: str,
    *,
    title: str = "",
    text: str = "",
    hashtags: Sequence[str] = (),
    media: MediaFacts | None = None,
    call_to_action: str = "",
    row: PlatformRules | None = None,
) -> list[Problem]:
    """All the platform would refuse, counted as `compose` sends it; `row` holds one server's own rules."""
    row = row or rules(key)
    whole = compose(text=text, hashtags=hashtags, call_to_action=call_to_action)
    return [
        *_title_problems(row, title),
        *_text_problems(row, whole),
        *_tag_problems(row, whole, hashtags),
        *_media_problems(row, media),
    ]


def _title_problems(row: PlatformRules, title: str) -> list[Problem]:
    if row.title_limit is None:
        return []
    problems = _forbidden(row, "title", title)
    over = counting.utf16_length(title) - row.title_limit
    if not title.strip():
        problems.append(Problem("title", "title_missing", f"{row.name} needs a title."))
    if over > 0:
        message = f"The title is {over} over {row.name}'s {row.title_limit} characters."
        problems.append(Problem("title", "title_too_long", message, over))
    return problems


def _text_problems(row: PlatformRules, whole: str) -> list[Problem]:
    problems = _forbidden(row, "text", whole)
    over = COUNTERS[row.text_unit](whole) - row.text_limit
    if over > 0:
        unit = "bytes" if row.text_unit is TextUnit.BYTES else "characters"
        message = f"The text with its hashtags is {over} over {row.name}'s {row.text_limit:,} {unit}."
        problems.append(Problem("text", "text_too_long", message, over))
    if row.byte_limit is not None and (heavy := counting.byte_length(whole) - row.byte_limit) > 0:
        message = f"The text is {heavy} bytes over {row.name}'s {row.byte_limit:,} bytes. Emoji weigh most."
        problems.append(Problem("text", "text_too_heavy", message, heavy))
    return problems


def _forbidden(row: PlatformRules, name: str, value: str) -> list[Problem]:
    found = "".join(sorted(set(value) & set(row.forbidden)))
    if not found:
        return []
    return [Problem(name, "forbidden_character", f"{row.name} does not take {found} in the {name}.", len(found))]


def _tag_problems(row: PlatformRules, whole: str, hashtags: Sequence[str]) -> list[Problem]:
    problems = []
    count = len(HASHTAG.findall(whole))
    if row.hashtag_limit is not None and count > row.hashtag_limit:
        message = f"{row.name} takes {row.hashtag_limit} hashtags; there are {count}."
        problems.append(Problem("hashtags", "too_many_hashtags", message, count - row.hashtag_limit))
    mentions = len(MENTION.findall(whole))
    if row.mention_limit is not None and mentions > row.mention_limit:
        message = f"{row.name} takes {row.mention_limit} mentions; there are {mentions}."
        problems.append(Problem("text", "too_many_mentions", message, mentions - row.mention_limit))
    if row.tags_limit is not None and (over := tags_length(hashtags) - row.tags_limit) > 0:
        message = f"The tags are {over} over {row.name}'s {row.tags_limit} characters."
        problems.append(Problem("hashtags", "tags_too_long", message, over))
    return problems


def _media_problems(row: PlatformRules, media: MediaFacts | None) -> list[Problem]:
    if media is None:
        missing = Problem("media", "media_missing", f"{row.name} needs a video or an image.")
        return [missing] if row.media.required else []
    if media.kind not in row.media.kinds:
        return [Problem("media", "media_kind", f"{row.name} does not take a file of kind {media.kind}.")]
    found = _video_problems(row, media) if media.kind == "video" else []
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


def _size_problems(row: PlatformRules, media: MediaFacts) -> list[Problem]:
    limit = row.media.max_image_bytes if media.kind == "image" else row.media.max_bytes
    if limit is None or media.size <= limit:
        return []
    message = f"The file has {media.size / 1e6:.1f} MB; {row.name} takes {limit / 1e6:.0f} MB."
    return [Problem("media", "media_too_big", message, media.size - limit)]


def _shape_problems(row: PlatformRules, media: MediaFacts) -> list[Problem]:
    if not media.width or not media.height:
        return []
    sides, problems = (media.width, media.height), []
    if row.media.min_side is not None and min(sides) < row.media.min_side:
        message = f"{row.name} takes pictures from {row.media.min_side} pixels a side; this has {min(sides)}."
        problems.append(Problem("media", "media_too_small", message, row.media.min_side - min(sides)))
    if row.media.max_side is not None and max(sides) > row.media.max_side:
        message = f"{row.name} takes up to {row.media.max_side} pixels a side; this has {max(sides)}."
        problems.append(Problem("media", "media_too_large", message, max(sides) - row.media.max_side))
    return problems + _aspect_problems(row, media.width / media.height, media.kind)


def _aspect_problems(row: PlatformRules, aspect: float, kind: str) -> list[Problem]:
    low, high = _aspects(row.media, kind)
    if (low is None or aspect >= low) and (high is None or aspect <= high):
        return []
    return [Problem("media", "media_aspect", f"{row.name} does not take this shape ({aspect:.2f} wide for 1 high).")]


def _aspects(limits: MediaRules, kind: str) -> tuple[float | None, float | None]:
    if kind == "image":
        return limits.min_image_aspect, limits.max_image_aspect
    return limits.min_aspect, limits.max_aspect
