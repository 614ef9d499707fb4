"""What Instagram tells: comments, mentions, the last numbers of a story."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from publishing.platforms.hearing import Heard, News
from publishing.platforms.meta.webhooks import engagement


def read(account: str, field: str, value: Mapping[str, Any], at: datetime | None) -> Heard | None:
    """The fact of one change, None for what says nothing to us."""
    if field in {"comments", "live_comments"} and value.get("id"):
        media, who = value.get("media") or {}, value.get("from") or {}
        return engagement(
            account,
            kind="comment",
            key=f"comment:{value['id']}",
            post_id=str(media.get("id") or ""),
            at=at,
            user=str(who.get("username") or ""),
            text=str(value.get("text") or ""),
        )
    if field == "mentions" and value.get("media_id"):
        key = f"mention:{value['media_id']}:{value.get('comment_id') or ''}"
        return engagement(account, kind="mention", key=key, post_id=str(value["media_id"]), at=at)
    if field == "story_insights" and value.get("media_id"):
        numbers = {name: count for name, count in value.items() if isinstance(count, int) and name != "media_id"}
        key = f"story:{value['media_id']}"
        return Heard(
            News.ENGAGEMENT, key, account, str(value["media_id"]), at=at, data={"kind": "story", "numbers": numbers}
        )
    return None
