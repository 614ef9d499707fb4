"""A Page's posts counted, commented once."""

from collections.abc import Mapping
from typing import Final

from publishing.platforms.base import Metric, Rejected
from publishing.platforms.facebook.kinds import Data, Desk
from publishing.platforms.meta.errors import GONE, UNKNOWN_METRIC
from publishing.platforms.meta.words import same

SUMMARIES: Final = "comments.limit(0).summary(true),{likes}.limit(0).summary(true)"
OF_POST = "id,shares," + SUMMARIES.replace("{likes}", "reactions")
OF_VIDEO = "id,views," + SUMMARIES.replace("{likes}", "likes")
INSIGHTS: Mapping[str, Metric] = {
    "post_media_view": Metric.VIEWS,
    "post_total_media_view_unique": Metric.REACH,
    "post_clicks": Metric.CLICKS,
}


def is_post(platform_id: str) -> bool:
    """Whether it names a post of the feed; videos have plain numbers."""
    return "_" in platform_id


def comment_once(desk: Desk, post: str, words: str) -> None:
    """Write the first comment unless it is there already."""
    rows = desk.graph.rows(f"{post}/comments", token=desk.token, pages=1, fields="id,message")
    if not any(same(row.get("message"), words) for row in rows):
        desk.graph.post(f"{post}/comments", token=desk.token, message=words)


def counts(desk: Desk, platform_id: str) -> dict[str, int] | None:
    """Numbers by our names; None when the post is gone."""
    fields = OF_POST if is_post(platform_id) else OF_VIDEO
    try:
        told = desk.graph.get(platform_id, token=desk.token, fields=fields)
    except Rejected as refused:
        if refused.code == GONE:
            return None
        raise
    given = {
        Metric.COMMENTS: _total(told, "comments"),
        Metric.LIKES: _total(told, "reactions" if is_post(platform_id) else "likes"),
        Metric.SHARES: (told.get("shares") or {}).get("count", 0) if is_post(platform_id) else None,
        Metric.VIEWS: told.get("views"),
    }
    found = {metric.value: value for metric, value in given.items() if isinstance(value, int)}
    return found | (_insights(desk, platform_id) if is_post(platform_id) else {})


def _total(told: Data, edge: str) -> int | None:
    summary = (told.get(edge) or {}).get("summary") or {}
    total = summary.get("total_count")
    return total if isinstance(total, int) else None


def _insights(desk: Desk, post: str) -> dict[str, int]:
    """One by one: Meta drops metrics between versions, and a dropped one is not told, never zero."""
    found = {}
    for name, metric in INSIGHTS.items():
        try:
            told = desk.graph.get(f"{post}/insights", token=desk.token, metric=name)
        except Rejected as refused:
            if refused.code != UNKNOWN_METRIC:
                break
            continue
        for row in told.get("data") or ():
            value = (row.get("values") or [{}])[0].get("value")
            if isinstance(value, int):
                found[metric.value] = value
    return found
