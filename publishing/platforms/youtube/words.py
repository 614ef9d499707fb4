"""What a video is to YouTube: its snippet and status, and what an update must send again so that nothing is erased."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from publishing.platforms.base import PublishKit, Rejected
from trenddrop.core.platforms import rules
from trenddrop.core.platforms.lengths import tags_length

PEOPLE: Final = "22"
CATEGORIES: Final = {
    "film": "1", "animation": "1", "autos": "2", "music": "10", "pets": "15", "animals": "15", "sports": "17",
    "travel": "19", "events": "19", "gaming": "20", "people": "22", "blogs": "22", "comedy": "23",
    "entertainment": "24", "news": "25", "politics": "25", "howto": "26", "style": "26", "beauty": "26", "food": "26",
    "education": "27", "science": "28", "technology": "28", "nonprofit": "29",
}  # fmt: skip
# What videos.update may change of a status; one that is left out is erased.
MUTABLE: Final = (
    "privacyStatus", "license", "embeddable", "publicStatsViewable", "selfDeclaredMadeForKids",
    "containsSyntheticMedia",
)  # fmt: skip
LOCKED: Final = (
    "YouTube keeps the video private, as it does with all uploads until it has audited this installation's app. Make it"
    " public in YouTube Studio, or let the operator ask YouTube for the audit."
)
Row = dict[str, Any]


def body(kit: PublishKit) -> Row:
    """The resource of `videos.insert`; a video that waits is private until its time."""
    snippet = {
        "title": kit.title,
        "description": kit.text,
        "tags": tags(kit.hashtags),
        "categoryId": category(str(kit.extra.get("category") or "")),
        "defaultLanguage": kit.language,
        "defaultAudioLanguage": kit.language,
    }
    status: Row = {
        "privacyStatus": "private" if kit.publish_at else wanted(kit),
        "selfDeclaredMadeForKids": bool(kit.options.get("made_for_kids")),
        "containsSyntheticMedia": bool(kit.extra.get("ai_label")),
        "license": "youtube",
        "embeddable": True,
        "publicStatsViewable": True,
    }
    if kit.publish_at:
        status["publishAt"] = kit.publish_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"snippet": {name: value for name, value in snippet.items() if value}, "status": status}


def wanted(kit: PublishKit) -> str:
    """Who may see it in the end."""
    return str(kit.options.get("privacy") or "public")


def tags(hashtags: Sequence[str]) -> list[str]:
    """As many tags as YouTube counts."""
    most = rules("youtube").tags_limit or 0
    kept: list[str] = []
    for tag in (one.lstrip("#") for one in hashtags):
        if tag and tags_length([*kept, tag]) <= most:
            kept.append(tag)
    return kept


def category(name: str) -> str:
    """YouTube's number for a category by its name, “People & Blogs” where it has none of that name."""
    if name.isdigit():
        return name
    words = name.lower().replace("&", " ").replace("/", " ").split()
    return next((CATEGORIES[word] for word in words if word in CATEGORIES), PEOPLE)


def made_public(status: Mapping[str, Any]) -> Row:
    """A whole status to send back, with only the privacy changed."""
    return {**{name: status[name] for name in MUTABLE if name in status}, "privacyStatus": "public"}


def waits_until(status: Mapping[str, Any]) -> datetime | None:
    """When a private video becomes public by itself, None when it does not."""
    if status.get("privacyStatus") != "private" or not status.get("publishAt"):
        return None
    return datetime.fromisoformat(str(status["publishAt"]))


def is_locked(kit: PublishKit, status: Mapping[str, Any]) -> bool:
    """Whether it is private and stays so, though others should see it."""
    return status.get("privacyStatus") == "private" and wanted(kit) != "private" and waits_until(status) is None


def refuse_what_is_no_video(kit: PublishKit) -> None:
    """Rejected unless it is one video."""
    if len(kit.media) != 1 or not kit.media[0].is_video:
        raise Rejected("YouTube takes one video, and nothing else. Attach one.", code="media_kind")


def same(snippet: Mapping[str, Any], kit: PublishKit) -> bool:
    """Whether a video's words are the kit's; line ends and outer blanks may differ."""
    said = str(snippet.get("description") or "").replace("\r\n", "\n").strip()
    return str(snippet.get("title") or "").strip() == kit.title.strip() and said == kit.text.strip()
