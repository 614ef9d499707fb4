"""What a Page's feed tells: comments, reactions, shares, posts that went."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from publishing.platforms.hearing import Heard, News
from publishing.platforms.meta.webhooks import engagement

KINDS = {"comment": "comment", "reaction": "like", "like": "like", "share": "share"}
POSTS = frozenset({"post", "status", "photo", "video", "reel"})


def read(account: str, field: str, value: Mapping[str, Any], at: datetime | None) -> Heard | None:
    """The fact of one change, None for what says nothing to us."""
    item, verb = str(value.get("item") or ""), str(value.get("verb") or "")
    post_id = str(value.get("post_id") or value.get("video_id") or "")
    if field == "mention" and post_id:
        return engagement(account, kind="mention", key=f"mention:{post_id}", post_id=post_id, at=at)
    if field != "feed" or not post_id:
        return None
    if item in POSTS and verb == "remove":
        return Heard(News.GONE, f"gone:{post_id}", account, post_id, at=at)
    if item in KINDS and verb == "add":
        who = value.get("from") or {}
        one = str(value.get("comment_id") or value.get("share_id") or who.get("id") or value.get("created_time") or "")
        return engagement(
            account,
            kind=KINDS[item],
            key=f"{item}:{post_id}:{one}",
            post_id=post_id,
            at=at,
            user=str(who.get("name") or ""),
            text=str(value.get("message") or ""),
        )
    return None
