"""An account's posts and replies read back: found again, counted."""

from datetime import datetime

from publishing.platforms.base import PlatformError, Rejected, Token
from publishing.platforms.meta.containers import CLOCKS_DIFFER, made_at, since_unix
from publishing.platforms.meta.errors import GONE
from publishing.platforms.meta.graph import Graph
from publishing.platforms.meta.words import same

LISTED = "id,text,permalink,timestamp"


def find(graph: Graph, text: str, *, token: Token, since: datetime, replies: bool) -> dict[str, str] | None:
    """The first post (or reply) since then with the same words."""
    path = "me/replies" if replies else "me/threads"
    found = None
    for row in graph.rows(path, token=token.access, fields=LISTED, since=since_unix(since)):
        if made_at(row) < since - CLOCKS_DIFFER:
            break
        if same(row.get("text"), text):
            found = {"id": str(row["id"]), "url": str(row.get("permalink") or "")}
    return found


def address(graph: Graph, post_id: str, *, token: str) -> str:
    """The post's public address; empty when it cannot be read just now: the post stands all the same."""
    try:
        return str(graph.get(post_id, token=token, fields="id,permalink").get("permalink") or "")
    except PlatformError:
        return ""


def counts(graph: Graph, post_id: str, names: str, *, token: str) -> dict[str, int] | None:
    """Values by Threads' names, None when the post is gone; missing data is absent."""
    try:
        told = graph.get(f"{post_id}/insights", token=token, metric=names)
    except Rejected as refused:
        if refused.code == GONE:
            return None
        raise
    found = {}
    for row in told.get("data") or ():
        values = row.get("values") or [row.get("total_value") or {}]
        value = values[0].get("value")
        if isinstance(value, int):
            found[str(row.get("name"))] = value
    return found
