"""An account's posts read back: found again, commented once, counted."""

from collections.abc import Mapping
from datetime import datetime

from publishing.platforms.base import Metric, PlatformError, PublishKit, Rejected, Token
from publishing.platforms.instagram.making import is_story
from publishing.platforms.meta.containers import CLOCKS_DIFFER, made_at, since_unix
from publishing.platforms.meta.errors import GONE, UNKNOWN_METRIC
from publishing.platforms.meta.graph import Fields, Graph
from publishing.platforms.meta.words import same

LISTED = "id,caption,permalink,timestamp,media_type,media_product_type"
BASIC = "id,like_count,comments_count,media_product_type"
EVERYWHERE: Mapping[str, Metric] = {"reach": Metric.REACH, "views": Metric.VIEWS, "shares": Metric.SHARES}
BY_PRODUCT: Mapping[str, Mapping[str, Metric]] = {
    "FEED": {"likes": Metric.LIKES, "comments": Metric.COMMENTS, "saved": Metric.SAVES, "follows": Metric.FOLLOWS},
    "REELS": {"likes": Metric.LIKES, "comments": Metric.COMMENTS, "saved": Metric.SAVES},
    "STORY": {"replies": Metric.COMMENTS, "follows": Metric.FOLLOWS},
}


def find(graph: Graph, kit: PublishKit, *, token: Token, since: datetime) -> dict[str, str] | None:
    """The first post since then with the same words; a story has none, so the first story since then."""
    story = is_story(kit)
    path = f"{token.extra['user_id']}/{'stories' if story else 'media'}"
    given = {} if story else {"since": since_unix(since)}
    earliest = since - CLOCKS_DIFFER if not story else since
    found = None
    for row in graph.rows(path, token=token.access, fields=LISTED, **given):
        if made_at(row) < earliest.replace(microsecond=0):
            break
        if story or same(row.get("caption"), kit.text):
            found = {"id": str(row["id"]), "url": str(row.get("permalink") or "")}
    return found


def address(graph: Graph, media_id: str, *, token: str) -> str:
    """The post's public address; empty when it cannot be read just now: the post stands all the same."""
    try:
        return str(graph.get(media_id, token=token, fields="id,permalink").get("permalink") or "")
    except PlatformError:
        return ""


def comment_once(graph: Graph, media_id: str, words: str, *, token: str) -> None:
    """Write the first comment unless it is there already."""
    rows = graph.rows(f"{media_id}/comments", token=token, pages=1, fields="id,text")
    if not any(same(row.get("text"), words) for row in rows):
        graph.post(f"{media_id}/comments", token=token, message=words)


def counts(graph: Graph, media_id: str, *, token: str) -> dict[str, int] | None:
    """Numbers of a post by our names; None when it is gone."""
    try:
        told = graph.get(media_id, token=token, fields=BASIC)
    except Rejected as refused:
        if refused.code == GONE:
            return None
        raise
    basic = {Metric.LIKES: told.get("like_count"), Metric.COMMENTS: told.get("comments_count")}
    found = {metric.value: value for metric, value in basic.items() if isinstance(value, int)}
    wanted = {**EVERYWHERE, **BY_PRODUCT.get(str(told.get("media_product_type") or "FEED"), {})}
    return found | {
        wanted[name].value: value for name, value in _insights(graph, media_id, wanted, token=token).items()
    }


def _insights(graph: Graph, media_id: str, wanted: Mapping[str, Metric], *, token: str) -> dict[str, int]:
    """All at once; one name Instagram does not know there fails the whole call, so then one by one."""
    try:
        return insights(graph, media_id, ",".join(wanted), token=token)
    except Rejected as refused:
        if refused.code != UNKNOWN_METRIC:
            return {}
    found: dict[str, int] = {}
    for name in wanted:
        try:
            found |= insights(graph, media_id, name, token=token)
        except Rejected:
            continue
    return found


def insights(graph: Graph, node: str, names: str, *, token: str) -> dict[str, int]:
    """Values by Meta's names; missing data is absent."""
    told = graph.get(f"{node}/insights", token=token, metric=names)
    found = {}
    for row in told.get("data") or ():
        value = _value(row)
        if isinstance(value, int):
            found[str(row.get("name"))] = value
    return found


def _value(row: Fields) -> object:
    if isinstance(row.get("total_value"), dict):
        return row["total_value"].get("value")
    values = row.get("values") or [{}]
    return values[0].get("value")
