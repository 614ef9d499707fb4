"""What Threads tells: replies, mentions, posts that appeared or went."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from publishing.platforms.hearing import Heard, News
from publishing.platforms.meta.webhooks import engagement

KINDS = {"replies": "comment", "mentions": "mention"}


def read(account: str, field: str, value: Mapping[str, Any], at: datetime | None) -> Heard | None:
    """The fact of one change, None for what says nothing to us."""
    post_id = str(value.get("id") or "")
    if not post_id:
        return None
    if field in KINDS:
        under = value.get("root_post") or value.get("replied_to") or {}
        return engagement(
            account,
            kind=KINDS[field],
            key=f"{KINDS[field]}:{post_id}",
            post_id=str(under.get("id") or post_id),
            at=at,
            user=str(value.get("username") or ""),
            text=str(value.get("text") or ""),
        )
    if field == "publish":
        return Heard(News.LIVE, f"live:{post_id}", account, post_id, at=at, data={"url": value.get("permalink") or ""})
    if field == "delete":
        return Heard(News.GONE, f"gone:{post_id}", account, post_id, at=at)
    return None
