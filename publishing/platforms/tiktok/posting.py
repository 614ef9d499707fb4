"""What a post is to TikTok: the words and switches of each kind, and what the account does not allow today."""

from collections.abc import Mapping
from typing import Any, Final

from publishing.platforms.base import PublishKit, Rejected
from trenddrop.core.text import counting
from trenddrop.core.text.shortening import shorten_to

LEVELS: Final = {
    "public": "PUBLIC_TO_EVERYONE",
    "friends": "MUTUAL_FOLLOW_FRIENDS",
    "followers": "FOLLOWER_OF_CREATOR",
    "private": "SELF_ONLY",
}
NAMES: Final = {
    "PUBLIC_TO_EVERYONE": "Everybody",
    "MUTUAL_FOLLOW_FRIENDS": "Friends who follow each other",
    "FOLLOWER_OF_CREATOR": "Followers",
    "SELF_ONLY": "Only the account itself",
}
# Our options by name, and TikTok's words for the same.
SWITCHES: Final = {"comments": "comment", "duet": "duet", "stitch": "stitch"}
PHOTO_TITLE: Final = 90
PICTURES: Final = frozenset({"image/jpeg", "image/webp"})
Row = dict[str, Any]


def is_draft(kit: PublishKit) -> bool:
    """Whether it goes to the inbox, to be finished in the app."""
    return bool(kit.options.get("as_draft"))


def level(kit: PublishKit) -> str:
    """Who may see it, in TikTok's word."""
    return LEVELS[str(kit.options.get("privacy") or "public")]


def told(creator: Mapping[str, Any]) -> dict[str, str]:
    """What creator_info says, as a connection keeps it for whoever plans a post."""
    offered = set(creator.get("privacy_level_options") or ())
    locked = [name for name, switch in SWITCHES.items() if creator.get(f"{switch}_disabled")]
    return {
        "may_privacy": " ".join(name for name, level in LEVELS.items() if level in offered),
        "max_seconds": str(creator.get("max_video_post_duration_sec") or ""),
        "locked": " ".join(locked),
    }


def refuse_what_the_account_may_not(kit: PublishKit, creator: Mapping[str, Any]) -> None:
    """Rejected, in the user's words, for what creator_info says will not be taken."""
    offered = [str(one) for one in creator.get("privacy_level_options") or ()]
    wanted = level(kit)
    if wanted not in offered:
        names = ", ".join(f"“{NAMES.get(one, one)}”" for one in offered)
        raise Rejected(
            f"This TikTok account cannot post for “{NAMES[wanted]}”. It can for: {names or 'nobody'}.", code="privacy"
        )
    if wanted == "SELF_ONLY" and kit.options.get("brand_content"):
        raise Rejected("TikTok takes no paid partnership that only the account itself can see.", code="privacy")
    most = creator.get("max_video_post_duration_sec")
    for media in kit.media:
        if most and media.duration and media.duration > float(most):
            raise Rejected(
                f"This TikTok account posts videos of up to {most} seconds; this one has {media.duration:.1f}.",
                code="too_long",
            )


def video_info(kit: PublishKit, creator: Mapping[str, Any]) -> Row:
    """`post_info` of a video; what the account has switched off stays off."""
    at = kit.extra.get("cover_at")
    return {
        "title": kit.text,
        **_common(kit, creator),
        "disable_duet": _off(kit, creator, "duet"),
        "disable_stitch": _off(kit, creator, "stitch"),
        "is_aigc": bool(kit.extra.get("ai_label")),
        **({"video_cover_timestamp_ms": round(float(at) * 1000)} if at is not None else {}),
    }


def photo_body(kit: PublishKit, creator: Mapping[str, Any]) -> Row:
    """The whole body of a post of pictures, which TikTok fetches."""
    title = shorten_to(kit.title, fits=lambda words: counting.utf16_length(words) <= PHOTO_TITLE)
    info: Row = {"title": title, "description": kit.text}
    if not is_draft(kit):
        info |= {**_common(kit, creator), "auto_add_music": bool(kit.options.get("auto_music"))}
    return {
        "media_type": "PHOTO",
        "post_mode": "MEDIA_UPLOAD" if is_draft(kit) else "DIRECT_POST",
        "post_info": info,
        "source_info": {
            "source": "PULL_FROM_URL",
            "photo_images": [media.url for media in kit.media],
            "photo_cover_index": 0,
        },
    }


def refuse_pictures_nobody_can_fetch(kit: PublishKit) -> None:
    """Rejected for pictures of another kind, and where this installation cannot be reached."""
    for media in kit.media:
        if media.mime not in PICTURES:
            raise Rejected("TikTok takes pictures as JPEG or WebP only. Choose another file.", code="media_type")
        if not media.url:
            raise Rejected(
                "TikTok fetches pictures itself, and this installation has no public address. The operator sets"
                " SITE_URL to an https address, or MEDIA_PUBLIC_URL, and verifies it in TikTok's developer portal.",
                code="config",
            )


def shortfalls(kit: PublishKit) -> tuple[str, ...]:
    """What TikTok could not be told, in words for the user."""
    told = []
    if is_draft(kit):
        told.append(
            "It waits as a draft in the TikTok app's inbox; finish and post it there. The text is yours to paste."
        )
    elif kit.extra.get("ai_label") and not kit.media[0].is_video:
        told.append("TikTok lets apps mark only videos as made with AI. Switch the mark on for this post in the app.")
    return tuple(told)


def _common(kit: PublishKit, creator: Mapping[str, Any]) -> Row:
    return {
        "privacy_level": level(kit),
        "disable_comment": _off(kit, creator, "comments"),
        "brand_content_toggle": bool(kit.options.get("brand_content")),
        "brand_organic_toggle": bool(kit.options.get("brand_organic")),
    }


def _off(kit: PublishKit, creator: Mapping[str, Any], option: str) -> bool:
    return bool(creator.get(f"{SWITCHES[option]}_disabled")) or not kit.options.get(option, True)
