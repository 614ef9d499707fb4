"""Posts as X tells them: an account's newest, one by one, and their numbers in both dialects."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from publishing.platforms.base import Metric, PostCounts, Rejected, Token
from publishing.platforms.recent import number
from publishing.platforms.x.analytics import REACHES, Analytics
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
    "user_profile_clicks": (Metric.PROFILE_CLICKS, Metric.PROFILE_VISITS),
    "engagements": (Metric.INTERACTIONS,),
}
# What X reckons for authors besides.
RECKONED: Final = {
    "detail_expands": Metric.DETAIL_CLICKS,
    "follows": Metric.FOLLOWS,
}


@dataclass(frozen=True)
class Posts:
    """Reading; `dialect` is how fields are asked for: `tweet` (long-standing) or `post` (the OpenAPI document)."""

    api: Api
    dialect: str

    def newest(self, token: Token, *, since: datetime, counts: bool = False) -> Iterator[dict[str, Any]]:
        """The account's own posts and replies since then, newest first; `counts`: with what everybody sees of them."""
        params: dict[str, Any] = {
            "max_results": PAGE,
            "start_time": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "exclude": "retweets",
            **(self._counting() if counts else self._shape()),
        }
        for _page in range(MOST_PAGES):
            answer = self.api.call("GET", f"users/{token.extra['user_id']}/tweets", token, params=params)
            yield from answer.get("data") or []
            following = (answer.get("meta") or {}).get("next_token")
            if not following:
                return
            params["pagination_token"] = following

    def is_more_than_shown(self, posts: Sequence[Mapping[str, Any]]) -> bool:
        """Whether `newest` ended before the account's posts did."""
        return len(posts) >= PAGE * MOST_PAGES

    def numbers(self, ids: Sequence[str], token: Token, *, now: datetime) -> dict[str, PostCounts]:
        """Counts by id. Asked with what only authors see; those that are too old for it once more without."""
        found: dict[str, dict[str, float]] = {}
        for start in range(0, len(ids), PAGE):
            asked = list(ids[start : start + PAGE])
            told = self._all_counted(asked, token, now)
            missing = [one for one in asked if one not in told]
            public = self._counted(missing, token, PUBLIC) if missing else Looked()
            found |= {**told, **{post_id: dict(counts_of(post)) for post_id, post in public.posts.items()}}
        return {post_id: PostCounts(counts) for post_id, counts in found.items()}

    def _all_counted(self, ids: Sequence[str], token: Token, now: datetime) -> dict[str, dict[str, float]]:
        try:
            looked = self._counted(ids, token, f"{PUBLIC},{OWN}")
        except Rejected as refused:
            if refused.code == CONFIG:
                raise
            return {}
        counts: dict[str, dict[str, float]] = {post_id: dict(counts_of(post)) for post_id, post in looked.posts.items()}
        for post_id, post in looked.posts.items():
            counts[post_id] |= looked.of_films(post)
        self._reckon(looked, counts, token, now)
        return counts

    def _reckon(self, looked: "Looked", counts: dict[str, dict[str, float]], token: Token, now: datetime) -> None:
        """Add what X reckons for authors; an account or a plan without it lacks only that."""
        if not looked.posts:
            return
        analytics, since = Analytics(self.api), now - REACHES + timedelta(minutes=5)
        try:
            for bucket in analytics.of_posts(list(looked.posts), token, since=since, until=now, by="total"):
                told = {metric.value: bucket.counts[name] for name, metric in RECKONED.items() if name in bucket.counts}
                counts.get(bucket.of, {}).update(told)
            films = looked.films()
            for bucket in analytics.of_films(list(films), token, since=since, until=now) if films else ():
                counts.get(films.get(bucket.of, ""), {}).update(_watched(bucket.counts))
        except Rejected as refused:
            if refused.code == CONFIG:
                raise

    def _counted(self, ids: Sequence[str], token: Token, fields: str) -> "Looked":
        shown = {"expansions": "attachments.media_keys", "media.fields": "media_key,type,public_metrics"}
        params = {"ids": ",".join(ids), f"{self.dialect}.fields": f"attachments,{fields}", **shown}
        if OWN in fields:
            params["media.fields"] += ",non_public_metrics"
        answer = self.api.call("GET", "tweets", token, params=params)
        media = (answer.get("includes") or {}).get("media") or []
        return Looked(
            {str(post["id"]): post for post in answer.get("data") or []},
            {str(one.get("media_key")): one for one in media if isinstance(one, dict)},
        )

    def _counting(self) -> dict[str, str]:
        return {f"{self.dialect}.fields": f"created_at,{PUBLIC}"}

    def _shape(self) -> dict[str, str]:
        shown = "created_at,entities,attachments"
        if self.dialect == "tweet":
            return {"tweet.fields": f"{shown},referenced_tweets,note_tweet"}
        return {f"{self.dialect}.fields": f"{shown},note_post", "expansions": "referenced_posts"}


@dataclass(frozen=True)
class Looked:
    """Posts by id, and the files that stand in them by key."""

    posts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    media: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def films(self) -> dict[str, str]:
        """Whose film each key is."""
        return {key: post_id for post_id, post in self.posts.items() for key in _keys(post) if self._is_film(key)}

    def of_films(self, post: Mapping[str, Any]) -> dict[str, float]:
        """What a post's films tell: how often they were watched, and to their end."""
        found: dict[str, float] = {}
        for media in (self.media[key] for key in _keys(post) if self._is_film(key)):
            views = number((media.get("public_metrics") or {}).get("view_count"))
            plays = media.get("non_public_metrics") or {}
            found |= {Metric.VIDEO_VIEWS.value: views} if views is not None else {}
            begun, ended = number(plays.get("playback_0_count")), number(plays.get("playback_100_count"))
            found |= _completion(begun, ended)
        return found

    def _is_film(self, key: str) -> bool:
        return self.media.get(key, {}).get("type") == "video"


def _keys(post: Mapping[str, Any]) -> list[str]:
    keys = (post.get("attachments") or {}).get("media_keys")
    return [str(key) for key in keys] if isinstance(keys, list) else []


def _completion(begun: int | None, ended: int | None) -> dict[str, float]:
    return {Metric.COMPLETION.value: min(1.0, ended / begun)} if begun and ended is not None else {}


def _watched(told: Mapping[str, int]) -> dict[str, float]:
    found: dict[str, float] = {}
    if (watched := told.get("watch_time_ms")) is not None:
        found[Metric.WATCH_SECONDS.value] = round(watched / 1000)
        if begun := told.get("playback_start"):
            found[Metric.AVERAGE_WATCH_SECONDS.value] = round(watched / 1000 / begun, 1)
    if (views := told.get("video_views")) is not None:
        found[Metric.VIDEO_VIEWS.value] = views
    return found | _completion(told.get("playback_start"), told.get("playback_complete"))


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
