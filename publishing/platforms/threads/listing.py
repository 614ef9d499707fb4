"""An account's posts and replies read back: found again, counted."""

from collections.abc import Iterable
from datetime import datetime

from publishing.platforms.base import PlatformError, Rejected, Token
from publishing.platforms.meta.containers import CLOCKS_DIFFER, made_at, since_unix
from publishing.platforms.meta.errors import GONE
from publishing.platforms.meta.graph import Graph
from publishing.platforms.meta.insights import Insights, Value, whole
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


def counts(asked: Insights, post_id: str, names: Iterable[str]) -> dict[str, Value] | None:
    """Values by Threads' names, None when the post is gone; missing data is absent."""
    try:
        rows = asked.ask(f"{post_id}/insights", names)
    except Rejected as refused:
        if refused.code == GONE:
            return None
        raise
    told = {name: whole(row) for name, row in rows.items()}
    return {name: value for name, value in told.items() if value is not None}
