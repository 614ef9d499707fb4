"""A Page's posts counted, commented once."""

from collections.abc import Callable, Mapping
from typing import Final

from publishing.platforms.base import Metric, Rejected
from publishing.platforms.facebook.kinds import Data, Desk
from publishing.platforms.meta.errors import GONE
from publishing.platforms.meta.graph import Fields
from publishing.platforms.meta.insights import Insights, Value, number, summed, whole
from publishing.platforms.meta.words import same

SUMMARIES: Final = "comments.limit(0).summary(true),{likes}.limit(0).summary(true)"
OF_POST = "id,shares," + SUMMARIES.replace("{likes}", "reactions")
OF_VIDEO = "id,views," + SUMMARIES.replace("{likes}", "likes")
Reads = Callable[[Fields], Value | None]


def _of(kind: str) -> Reads:
    """One kind of a value that comes by kind; a kind nobody chose is nought."""

    def read(row: Fields) -> Value | None:
        value = (row.get("values") or [{}])[0].get("value")
        return number(value.get(kind, 0)) if isinstance(value, dict) else None

    return read


def _seconds(row: Fields) -> Value | None:
    value = whole(row)
    return None if value is None else value / 1000


def _whole_seconds(row: Fields) -> Value | None:
    value = whole(row)
    return None if value is None else round(value / 1000)


BY_POST: Mapping[str, tuple[Metric, Reads]] = {
    "post_media_view": (Metric.VIEWS, whole),
    "post_total_media_view_unique": (Metric.REACH, whole),
    "post_clicks": (Metric.CLICKS, whole),
    "post_clicks_by_type": (Metric.LINK_CLICKS, _of("link clicks")),
    "post_reactions_by_type_total": (Metric.REACTIONS, summed),
}
BY_VIDEO: Mapping[str, tuple[Metric, Reads]] = {
    "blue_reels_play_count": (Metric.VIEWS, whole),
    "post_video_avg_time_watched": (Metric.AVERAGE_WATCH_SECONDS, _seconds),
    "post_video_view_time": (Metric.WATCH_SECONDS, _whole_seconds),
    "post_video_likes_by_reaction_type": (Metric.REACTIONS, summed),
    "post_video_social_actions": (Metric.SHARES, _of("SHARE")),
}


def is_post(platform_id: str) -> bool:
    """Whether it names a post of the feed; videos have plain numbers."""
    return "_" in platform_id


def has_comment(desk: Desk, post: str, words: str) -> bool:
    """Say whether the first comment stands under a post."""
    rows = desk.graph.rows(f"{post}/comments", token=desk.token, pages=1, fields="id,message")
    return any(same(row.get("message"), words) for row in rows)


def comment(desk: Desk, post: str, words: str) -> None:
    """Write the first comment."""
    desk.graph.post(f"{post}/comments", token=desk.token, message=words)


class Counts:
    """Numbers of one Page's posts; a metric Meta dropped is asked for once only."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._of_posts = Insights(desk.graph, desk.token)

    def of(self, platform_id: str) -> dict[str, Value] | None:
        """Numbers by our names; None when the post is gone."""
        is_feed = is_post(platform_id)
        try:
            told = self._desk.graph.get(platform_id, token=self._desk.token, fields=OF_POST if is_feed else OF_VIDEO)
        except Rejected as refused:
            if refused.code == GONE:
                return None
            raise
        given = {
            Metric.COMMENTS: total(told, "comments"),
            Metric.LIKES: total(told, "reactions" if is_feed else "likes"),
            Metric.SHARES: (told.get("shares") or {}).get("count", 0) if is_feed else None,
            Metric.VIEWS: told.get("views"),
        }
        found: dict[str, Value] = {metric.value: value for metric, value in given.items() if isinstance(value, int)}
        if is_feed:
            return found | post_insights(self._of_posts, f"{platform_id}/insights", BY_POST)
        # Reels and other videos have different metrics, and an id does not say which it is.
        asked = Insights(self._desk.graph, self._desk.token)
        return found | post_insights(asked, f"{platform_id}/video_insights", BY_VIDEO)


def post_insights(asked: Insights, path: str, wanted: Mapping[str, tuple[Metric, Reads]]) -> dict[str, Value]:
    """What insights tell, by our names; a metric Meta no longer has is absent, never zero."""
    found: dict[str, Value] = {}
    for name, row in asked.ask(path, wanted).items():
        if name in wanted:
            metric, read = wanted[name]
            value = read(row)
            if value is not None:
                found[metric.value] = value
    return found


def total(told: Data, edge: str) -> int | None:
    """How many an edge holds, as its summary says."""
    summary = (told.get(edge) or {}).get("summary") or {}
    count = summary.get("total_count")
    return count if isinstance(count, int) else None
