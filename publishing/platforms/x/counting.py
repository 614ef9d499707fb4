"""An account's days at X: its totals, its newest posts, and what its posts won day by day."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from publishing.platforms.base import Clock, Rejected, Token
from publishing.platforms.counting import AccountGone, DayFigures, Missing
from publishing.platforms.recent import Posted, number, numbers, week
from publishing.platforms.x.analytics import REACHES, Analytics
from publishing.platforms.x.api import Api
from publishing.platforms.x.posts import Posts
from publishing.platforms.x.refusals import CONFIG, GONE

HISTORY: Final = REACHES
# Numbers of the last days still grow a little.
LATE: Final = timedelta(days=2)
DAY: Final = timedelta(days=1)
# The two dialects differ in one name.
TOTALS: Final = {
    "followers_count": "followers",
    "following_count": "following",
    "tweet_count": "posts",
    "post_count": "posts",
    "listed_count": "lists",
}
OF_POST: Final = {
    "like_count": "likes",
    "reply_count": "replies",
    "retweet_count": "reposts",
    "repost_count": "reposts",
    "quote_count": "quotes",
    "impression_count": "views",
    "bookmark_count": "saves",
}
WEEKLY: Final = ("likes", "reposts", "replies", "quotes", "views")
BY_DAY: Final = {
    "likes": "likes",
    "replies": "replies",
    "retweets": "reposts",
    "reposts": "reposts",
    "quote_tweets": "quotes",
    "quotes": "quotes",
    "bookmarks": "saves",
    "impressions": "impressions",
    "user_profile_clicks": "profile_views",
    "url_clicks": "link_clicks",
    "follows": "follows",
    "unfollows": "unfollows",
}
SHORT: Final = Missing.NOT_YET


@dataclass(frozen=True)
class Days:
    """One account, asked with its own token."""

    api: Api
    posts: Posts
    clock: Clock
    web: str
    account: str
    token: Token

    def day(self, today: date) -> DayFigures:
        """Totals, and what posts of the last week have; what they won today is told when it is over."""
        metrics = self._user().get("public_metrics") or {}
        figures: dict[str, Any] = numbers(metrics, TOTALS)
        now = self.clock()
        posts = [self._posted(one) for one in self.posts.newest(self.token, since=now - timedelta(days=7), counts=True)]
        figures |= week(posts, now=now, keys=WEEKLY)
        figures["posted_24h"] = sum(post.created.astimezone(UTC).date() == today for post in posts)
        missing = dict.fromkeys({key for key in BY_DAY.values() if key not in figures}, SHORT)
        return DayFigures(today, figures, missing, settled=False)

    def past(self, first: date, last: date) -> Sequence[DayFigures]:
        """Days that are over, of the last thirty: what all posts of that time won on each."""
        now = self.clock()
        first = max(first, (now - HISTORY).date() + DAY)
        if last < first:
            return ()
        since, until = _midnight(first), min(_midnight(last + DAY), now)
        posts = list(self.posts.newest(self.token, since=now - HISTORY, counts=True))
        if not posts or self.posts.is_more_than_shown(posts):
            return ()
        try:
            ids = [str(post["id"]) for post in posts]
            told = Analytics(self.api).of_posts(ids, self.token, since=since, until=until, by="daily")
        except Rejected as refused:
            if refused.code == CONFIG:
                raise
            return ()
        won: dict[date, Counter[str]] = {}
        for bucket in told:
            if bucket.at is not None and (counts := numbers(bucket.counts, BY_DAY)):
                won.setdefault(bucket.at.astimezone(UTC).date(), Counter()).update(counts)
        made = Counter(_made(post).astimezone(UTC).date() for post in posts)
        return [
            self._over(day, {**won[day], "posted_24h": made[day]}, now) for day in sorted(won) if first <= day <= last
        ]

    def _over(self, day: date, figures: dict[str, Any], now: datetime) -> DayFigures:
        missing = {key: Missing.NO_ANSWER for key in BY_DAY.values() if key not in figures}
        # How many followed on a day that is over, X tells nobody.
        missing |= dict.fromkeys(("followers", "following", "posts", "lists"), Missing.NOT_OFFERED)
        missing |= {f"{key}_7d": Missing.NOT_OFFERED for key in WEEKLY} | {"top_posts": Missing.NOT_OFFERED}
        return DayFigures(day, figures, missing, settled=_midnight(day + DAY) < now - LATE)

    def _user(self) -> dict[str, Any]:
        try:
            answer = self.api.call("GET", "users/me", self.token, params={"user.fields": "public_metrics"})
        except Rejected as refused:
            if refused.code != GONE:
                raise
            answer = {}
        user = answer.get("data")
        if not isinstance(user, dict):
            raise AccountGone("X no longer knows this account: it was deleted or suspended.")
        return user

    def _posted(self, post: dict[str, Any]) -> Posted:
        handle = self.token.extra.get("handle") or "i"
        url = f"{self.web}/{handle}/status/{post['id']}"
        counts = numbers(post.get("public_metrics"), OF_POST)
        more = {"impressions": counts["views"]} if number(counts.get("views")) is not None else {}
        return Posted(str(post["id"]), str(post.get("text") or ""), url, _made(post), counts | more)


def _made(post: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(str(post["created_at"]))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
