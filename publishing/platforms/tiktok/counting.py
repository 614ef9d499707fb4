"""An account as TikTok tells it: totals since ever, without any past; the rest is reckoned from its newest videos."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from publishing.platforms.base import Clock, Token
from publishing.platforms.counting import AccountGone, DayFigures, Missing
from publishing.platforms.tiktok.api import Api, Row
from publishing.platforms.tiktok.refusals import LacksRight

STATS, LIST = "user.info.stats", "video.list"
TOTALS: Final = {
    "followers": "follower_count",
    "following": "following_count",
    "likes_total": "likes_count",
    "videos": "video_count",
}
COUNTS: Final = {"views": "view_count", "likes": "like_count", "comments": "comment_count", "shares": "share_count"}
# What only TikTok's own analytics show, or its Business API, which needs an approval of its own.
# Likes of a day are what the total grew by.
DEAD: Final = dict.fromkeys(("views", "comments", "shares", "profile_views"), Missing.NOT_OFFERED)
FROM_VIDEOS: Final = ("views_7d", "engagement_rate", "average_views", "top_videos")
WEEK: Final = timedelta(days=7)
MOST_PAGES: Final = 5
BEST: Final = 10
WORDS: Final = 120


@dataclass(frozen=True)
class Standing:
    """One account, asked with its token."""

    api: Api
    clock: Clock
    token: Token

    def day(self, today: date) -> DayFigures:
        """Totals, and what the newest videos come to; each as far as its right was given."""
        granted = {*self.token.extra.get("scope", "").split(",")}
        figures, missing = self._totals(granted), dict(DEAD)
        if LIST in granted:
            try:
                figures |= _of_videos(self._newest(), since=self.clock() - WEEK)
            except LacksRight:
                granted.discard(LIST)
        missing |= dict.fromkeys(TOTALS, Missing.NO_ANSWER if STATS in granted else Missing.NO_ACCESS)
        missing |= dict.fromkeys(FROM_VIDEOS, Missing.NO_ANSWER if LIST in granted else Missing.NO_ACCESS)
        why = {key: reason for key, reason in missing.items() if key not in figures}
        return DayFigures(today, figures, why, settled=False)

    def _totals(self, granted: set[str]) -> Row:
        try:
            names = ["open_id", *(TOTALS.values() if STATS in granted else ())]
            user = self._user(names)
        except LacksRight:
            # It was taken back since; whether the account stands can still be asked.
            granted.discard(STATS)
            user = self._user(["open_id"])
        if not user.get("open_id"):
            raise AccountGone("TikTok knows this account no longer.")
        return {key: user[name] for key, name in TOTALS.items() if isinstance(user.get(name), int)}

    def _user(self, names: list[str]) -> Row:
        told = self.api.ask("user/info/", self.token, method="GET", params={"fields": ",".join(names)})
        return told.get("user") or {}

    def _newest(self) -> list[Row]:
        """Up to a hundred public videos, the newest first."""
        found: list[Row] = []
        cursor: int | None = None
        for _page in range(MOST_PAGES):
            page = self.api.page(self.token, cursor)
            found += page.get("videos") or []
            cursor = page.get("cursor")
            if not page.get("has_more") or not cursor:
                break
        return found


def _of_videos(rows: list[Row], *, since: datetime) -> Row:
    """Averages over the newest videos, sums and the best of a week's; of nothing nothing is reckoned."""
    week = [row for row in rows if datetime.fromtimestamp(int(row.get("create_time") or 0), UTC) >= since]
    views = [row["view_count"] for row in rows if isinstance(row.get("view_count"), int)]
    seen = sum(_count(row, "view_count") for row in week)
    figures: Row = {"views_7d": seen, "top_videos": _best(week)}
    if views:
        figures["average_views"] = round(sum(views) / len(views))
    if seen:
        took_part = sum(_count(row, name) for row in week for name in COUNTS.values() if name != "view_count")
        # More reactions than views would be TikTok's views lagging behind, no rate.
        figures |= {"engagement_rate": round(took_part / seen, 6)} if took_part <= seen else {}
    return figures


def _best(rows: list[Row]) -> list[Row]:
    best = sorted(rows, key=lambda row: _count(row, "view_count"), reverse=True)[:BEST]
    return [_item(row) for row in best]


def _item(row: Mapping[str, Any]) -> Row:
    return {
        "id": str(row["id"]),
        "title": str(row.get("title") or row.get("video_description") or "")[:WORDS],
        "url": str(row.get("share_url") or ""),
        "created": datetime.fromtimestamp(int(row.get("create_time") or 0), UTC).isoformat(),
        **{key: row[name] for key, name in COUNTS.items() if isinstance(row.get(name), int)},
    }


def _count(row: Mapping[str, Any], name: str) -> int:
    value = row.get(name)
    return value if isinstance(value, int) else 0
