"""X's own reckoning for authors: what posts and their films held, by day or altogether. Of the last 30 days."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from publishing.platforms.base import Token
from publishing.platforms.recent import number
from publishing.platforms.x.api import Api

REACHES: Final = timedelta(days=30)
MOST: Final = 100
POST_FIELDS: Final = (
    "impressions", "engagements", "likes", "replies", "retweets", "quote_tweets", "bookmarks", "url_clicks",
    "user_profile_clicks", "detail_expands", "follows", "unfollows", "media_views",
)  # fmt: skip
FILM_FIELDS: Final = ("video_views", "watch_time_ms", "playback_start", "playback_complete")
ALWAYS: Final = ("timestamp", "timestamped_metrics")


@dataclass(frozen=True)
class Bucket:
    """One post's or film's numbers, of a day or of the whole stretch."""

    of: str
    at: datetime | None
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Analytics:
    """Asking; raises Rejected where the app's plan or the account has none."""

    api: Api

    def of_posts(self, ids: Sequence[str], token: Token, *, since: datetime, until: datetime, by: str) -> list[Bucket]:
        """What posts held; `by` daily or total."""
        fields = ",".join(("id", *ALWAYS, *POST_FIELDS))
        asked = {"granularity": by, "analytics.fields": fields, **_stretch(since, until)}
        return list(self._asked("tweets/analytics", "ids", "id", ids, asked, token))

    def of_films(self, keys: Sequence[str], token: Token, *, since: datetime, until: datetime) -> list[Bucket]:
        """What films held altogether."""
        fields = ",".join(("media_key", *ALWAYS, *FILM_FIELDS))
        asked = {"granularity": "total", "media_analytics.fields": fields, **_stretch(since, until)}
        return list(self._asked("media/analytics", "media_keys", "media_key", keys, asked, token))

    def _asked(
        self, path: str, name: str, key: str, ids: Sequence[str], asked: Mapping[str, str], token: Token
    ) -> Iterator[Bucket]:
        for start in range(0, len(ids), MOST):
            params = {name: ",".join(ids[start : start + MOST]), **asked}
            for told in self.api.call("GET", path, token, params=params).get("data") or []:
                yield from _buckets(str(told.get(key) or ""), told)


def _stretch(since: datetime, until: datetime) -> dict[str, str]:
    return {"start_time": _stamp(since), "end_time": _stamp(until)}


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _buckets(of: str, told: Mapping[str, Any]) -> Iterator[Bucket]:
    """One row is one bucket, or holds a list of them: X's pages and its OpenAPI document differ."""
    listed = told.get("timestamped_metrics")
    rows = [(one, one.get("metrics")) for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    for row, counts in rows or [(dict(told), dict(told))]:
        given = counts if isinstance(counts, dict) else {}
        found = {name: value for name in given if (value := _count(given[name])) is not None}
        yield Bucket(of, _moment(row.get("timestamp")), found)


def _count(value: Any) -> int | None:
    return number(int(value)) if isinstance(value, str) and value.isascii() and value.isdigit() else number(value)


def _moment(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
