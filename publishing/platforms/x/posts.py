"""Posts as X tells them: an account's newest, one by one, and their numbers in both dialects."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from publishing.platforms.base import Metric, PostCounts, Rejected, Token
from publishing.platforms.x.api import Api
from publishing.platforms.x.refusals import CONFIG
from publishing.platforms.x.text import same

PAGE: Final = 100
MOST_PAGES: Final = 5
PUBLIC: Final = "public_metrics"
# Own posts of the last 30 days tell more.
OWN: Final = "non_public_metrics,organic_metrics"
COUNTS: Final = {
    "like_count": (Metric.LIKES,),
    "reply_count": (Metric.COMMENTS,),
    "retweet_count": (Metric.SHARES,),
    "repost_count": (Metric.SHARES,),
    "quote_count": (Metric.QUOTES,),
    "bookmark_count": (Metric.SAVES,),
    # X shows its readers this very number as views.
    "impression_count": (Metric.IMPRESSIONS, Metric.VIEWS),
    "url_link_clicks": (Metric.CLICKS,),
}


@dataclass(frozen=True)
class Posts:
    """Reading; `dialect` is how fields are asked for: `tweet` (long-standing) or `post` (the OpenAPI document)."""

    api: Api
    dialect: str

    def newest(self, token: Token, *, since: datetime) -> Iterator[dict[str, Any]]:
        """The account's own posts and replies since then, newest first."""
        params: dict[str, Any] = {
            "max_results": PAGE,
            "start_time": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "exclude": "retweets",
            **self._shape(),
        }
        for _page in range(MOST_PAGES):
            answer = self.api.call("GET", f"users/{token.extra['user_id']}/tweets", token, params=params)
            yield from answer.get("data") or []
            following = (answer.get("meta") or {}).get("next_token")
            if not following:
                return
            params["pagination_token"] = following

    def numbers(self, ids: Sequence[str], token: Token) -> dict[str, PostCounts]:
        """Counts by id. Asked with what only authors see; those that are too old for it once more without."""
        found: dict[str, PostCounts] = {}
        for start in range(0, len(ids), PAGE):
            asked = list(ids[start : start + PAGE])
            told = self._all_counted(asked, token)
            missing = [one for one in asked if one not in told]
            found |= {**told, **(self._counted(missing, token, PUBLIC) if missing else {})}
        return found

    def _all_counted(self, ids: Sequence[str], token: Token) -> dict[str, PostCounts]:
        try:
            return self._counted(ids, token, f"{PUBLIC},{OWN}")
        except Rejected as refused:
            if refused.code == CONFIG:
                raise
            return {}

    def _counted(self, ids: Sequence[str], token: Token, fields: str) -> dict[str, PostCounts]:
        params = {"ids": ",".join(ids), f"{self.dialect}.fields": fields}
        answer = self.api.call("GET", "tweets", token, params=params)
        return {str(post["id"]): PostCounts(counts_of(post)) for post in answer.get("data") or []}

    def _shape(self) -> dict[str, str]:
        shown = "created_at,entities,attachments"
        if self.dialect == "tweet":
            return {"tweet.fields": f"{shown},referenced_tweets,note_tweet"}
        return {f"{self.dialect}.fields": f"{shown},note_post", "expansions": "referenced_posts"}


def counts_of(post: Mapping[str, Any]) -> dict[str, int]:
    """A post's numbers under our names, from both dialects; the public count wins where both tell one."""
    counts: dict[str, int] = {}
    for part in ("organic_metrics", "non_public_metrics", "public_metrics"):
        for name, value in (post.get(part) or {}).items():
            if isinstance(value, int):
                counts |= {metric.value: value for metric in COUNTS.get(name, ())}
    return counts


def answered(post: Mapping[str, Any]) -> str | None:
    """The id of the post that this one replies to; None where X does not say."""
    referenced = post.get("referenced_tweets") or post.get("referenced_posts") or []
    return next((str(one["id"]) for one in referenced if one.get("type") == "replied_to"), None)


def match(posts: Sequence[Mapping[str, Any]], *, text: str, keys: Sequence[str], under: str = "") -> str | None:
    """The id of the oldest post with that text and those files, a reply to `under` where X says so."""
    for post in reversed(posts):
        attached = (post.get("attachments") or {}).get("media_keys") or []
        files = set(attached) == set(keys) if all(keys) else len(attached) == len(keys)
        if files and same(post, text) and answered(post) in ({under, None} if under else {None}):
            return str(post["id"])
    return None
