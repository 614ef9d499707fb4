"""An account's posts read back: found again, commented once, counted."""

from collections.abc import Mapping
from datetime import datetime

from publishing.platforms.base import Metric, PlatformError, PublishKit, Rejected, Token
from publishing.platforms.instagram.making import is_story
from publishing.platforms.meta.containers import CLOCKS_DIFFER, made_at, since_unix
from publishing.platforms.meta.errors import GONE
from publishing.platforms.meta.graph import Graph
from publishing.platforms.meta.insights import Insights, Value, whole
from publishing.platforms.meta.words import same

LISTED = "id,caption,permalink,timestamp,media_type,media_product_type"
BASIC = "id,like_count,comments_count,media_product_type"
Wanted = Mapping[str, tuple[Metric, ...]]
EVERYWHERE: Wanted = {
    "reach": (Metric.REACH,),
    "views": (Metric.VIEWS,),
    "shares": (Metric.SHARES,),
    "total_interactions": (Metric.INTERACTIONS,),
}
POSTED: Wanted = {
    "likes": (Metric.LIKES,),
    "comments": (Metric.COMMENTS,),
    "saved": (Metric.SAVES,),
    "reposts": (Metric.REPOSTS,),
}
BY_PRODUCT: Mapping[str, Wanted] = {
    "FEED": {**POSTED, "follows": (Metric.FOLLOWS,), "profile_visits": (Metric.PROFILE_VISITS,)},
    "REELS": {
        **POSTED,
        "ig_reels_avg_watch_time": (Metric.AVERAGE_WATCH_SECONDS,),
        "ig_reels_video_view_total_time": (Metric.WATCH_SECONDS,),
        "reels_skip_rate": (Metric.SKIP_RATE,),
        "crossposted_views": (Metric.CROSSPOSTED_VIEWS,),
        "facebook_views": (Metric.FACEBOOK_VIEWS,),
    },
    "STORY": {
        "replies": (Metric.COMMENTS, Metric.REPLIES),
        "follows": (Metric.FOLLOWS,),
        "profile_visits": (Metric.PROFILE_VISITS,),
        "navigation": (Metric.NAVIGATION,),
        "link_clicks": (Metric.LINK_CLICKS, Metric.CLICKS),
    },
}
MILLISECONDS = frozenset({"ig_reels_avg_watch_time", "ig_reels_video_view_total_time"})
PERCENT = frozenset({"reels_skip_rate"})


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


def has_comment(graph: Graph, media_id: str, words: str, *, token: str) -> bool:
    """Say whether the first comment stands under a post."""
    rows = graph.rows(f"{media_id}/comments", token=token, pages=1, fields="id,text")
    return any(same(row.get("text"), words) for row in rows)


def comment(graph: Graph, media_id: str, words: str, *, token: str) -> None:
    """Write the first comment."""
    graph.post(f"{media_id}/comments", token=token, message=words)


class Counts:
    """Numbers of one account's posts; what a kind of post does not have is asked for once only."""

    def __init__(self, graph: Graph, token: str) -> None:
        self._graph, self._token = graph, token
        self._asked: dict[str, Insights] = {}

    def of(self, media_id: str) -> dict[str, Value] | None:
        """Numbers of a post by our names; None when it is gone."""
        try:
            told = self._graph.get(media_id, token=self._token, fields=BASIC)
        except Rejected as refused:
            if refused.code == GONE:
                return None
            raise
        basic = {Metric.LIKES: told.get("like_count"), Metric.COMMENTS: told.get("comments_count")}
        found: dict[str, Value] = {metric.value: value for metric, value in basic.items() if isinstance(value, int)}
        return found | self.insights(media_id, str(told.get("media_product_type") or "FEED"))

    def insights(self, media_id: str, product: str) -> dict[str, Value]:
        """What insights tell of a post of this kind."""
        wanted = {**EVERYWHERE, **BY_PRODUCT.get(product, {})}
        asked = self._asked.setdefault(product, Insights(self._graph, self._token))
        found: dict[str, Value] = {}
        for name, row in asked.ask(f"{media_id}/insights", wanted).items():
            value = whole(row)
            if value is not None:
                found |= {metric.value: _ours(name, value) for metric in wanted.get(name, ())}
        return found


def _ours(name: str, value: Value) -> Value:
    """Milliseconds as seconds, a percentage as a share."""
    if name in MILLISECONDS:
        return round(value / 1000) if name.endswith("total_time") else value / 1000
    return value / 100 if name in PERCENT and value > 1 else value
