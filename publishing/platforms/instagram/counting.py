"""An account's days as Instagram tells them: standing, insights by Pacific day, who follows, which posts did best."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta
from typing import Any, Final

from publishing.platforms.base import Clock, Rejected
from publishing.platforms.counting import AccountGone, Audience, DayFigures, Missing
from publishing.platforms.instagram.listing import Counts
from publishing.platforms.meta.containers import made_at
from publishing.platforms.meta.errors import GONE
from publishing.platforms.meta.graph import PAGES, Fields, Graph
from publishing.platforms.meta.insights import (
    BREAKDOWNS,
    DAY,
    Insights,
    Value,
    day_of,
    days,
    followers_by,
    midnight,
    number,
    parts,
    series,
    whole,
    windows,
)

# What Meta's guide says it keeps of accounts; its API has been seen to answer for longer.
HISTORY: Final = timedelta(days=90)
WINDOW: Final = 30
LATE: Final = timedelta(days=2)
FEW: Final = 100
PROFILE: Final = "id,followers_count,follows_count,media_count"
LISTED: Final = "id,caption,permalink,timestamp,media_product_type,like_count,comments_count"
TOTALS: Final = {"followers": "followers_count", "following": "follows_count", "posts": "media_count"}
# Website clicks as such are gone since 2025; taps on the links of the profile are the nearest.
BY_DAY: Final = {
    "reach": "reach",
    "views": "views",
    "accounts_engaged": "accounts_engaged",
    "likes": "likes",
    "comments": "comments",
    "saves": "saves",
    "shares": "shares",
    "website_clicks": "profile_links_taps",
}
MOVES: Final = "follows_and_unfollows"
MOVED: Final = {"follows": "FOLLOWER", "unfollows": "NON_FOLLOWER"}
DEAD: Final = dict.fromkeys(
    ("impressions", "impressions_30d", "profile_views", "profile_views_30d"), Missing.NOT_OFFERED
)
BEST: Final = 5
MOST: Final = PAGES * 100
WORDS: Final = 120


@dataclass
class Posted:
    """What the account posted by day; days before `since` were not looked at."""

    posts: Counter[date] = field(default_factory=Counter)
    reels: Counter[date] = field(default_factory=Counter)
    rows: list[Fields] = field(default_factory=list)
    since: date = date.max

    def on(self, day: date) -> dict[str, int]:
        """How many on one day, where that is known."""
        return {"posted_24h": self.posts[day], "reels": self.reels[day]} if day >= self.since else {}


@dataclass(frozen=True)
class Days:
    """One account, asked with its token at one of the two doors."""

    graph: Graph
    clock: Clock
    account: str
    token: str

    def day(self, today: date) -> DayFigures:
        """Totals, what was posted, what did best of a month; the day's own figures come when it is over."""
        profile, asked = self._profile(), Insights(self.graph, self.token)
        month = self._posted(today - timedelta(days=29))
        figures: dict[str, Any] = {
            key: profile[name] for key, name in TOTALS.items() if number(profile.get(name)) is not None
        }
        figures |= month.on(today) | {"stories": self._stories(today)}
        missing = dict(DEAD)
        for key, value in self._long(asked, today).items():
            if value is None:
                missing[key] = asked.why("reach" if key == "reach_28d" else BY_DAY["website_clicks"], Missing.NO_ANSWER)
            else:
                figures[key] = value
        figures["top_posts"] = self._best(month.rows)
        late = Missing.NO_ACCESS if asked.is_locked else Missing.NOT_YET
        missing |= dict.fromkeys([*BY_DAY, *MOVED], late)
        missing |= {key: Missing.NO_ANSWER for key in TOTALS if key not in figures}
        return DayFigures(today, figures, missing, settled=False)

    def past(self, first: date, last: date) -> Sequence[DayFigures]:
        """Each day by calls of its own: of most metrics Instagram tells only the total of what is asked for."""
        followers = number(self._profile().get("followers_count"))
        held = self._with_data(first, last)
        if not held:
            return []
        asked, posted = Insights(self.graph, self.token), self._posted(first)
        told = (self._past_day(day, asked, posted, followers) for day in held)
        return [each for each in told if each is not None]

    def _with_data(self, first: date, last: date) -> list[date]:
        """Days that hold anything, by the one metric that comes as a series; all of them where it no longer does."""
        asked, found = Insights(self.graph, self.token), set[date]()
        for begin, end in windows(first, last, length=WINDOW):
            span = {"since": midnight(begin), "until": midnight(end + DAY)}
            rows = asked.ask(f"{self.account}/insights", ["reach"], period="day", metric_type="time_series", **span)
            found |= series(rows.get("reach")).keys()
        if asked.is_locked:
            return []
        return list(days(first, last)) if asked.refused else [day for day in days(first, last) if day in found]

    def audience(self) -> Sequence[Audience]:
        """Followers by country, city, age and gender."""
        asked, found = Insights(self.graph, self.token), []
        for kind in BREAKDOWNS:
            given = {"period": "lifetime", "metric_type": "total_value", "breakdown": kind}
            row = asked.ask(f"{self.account}/insights", ["follower_demographics"], **given)
            found.append(followers_by(kind, parts(row.get("follower_demographics"))))
        return [each for each in found if each is not None]

    def _profile(self) -> Fields:
        try:
            return self.graph.get(self.account, token=self.token, fields=PROFILE)
        except Rejected as refused:
            if refused.code == GONE:
                raise AccountGone(f"Instagram knows this account no longer. {refused}") from None
            raise

    def _past_day(self, day: date, asked: Insights, posted: Posted, followers: Value | None) -> DayFigures | None:
        rows = self._of(asked, BY_DAY.values(), day, day)
        moved = parts(self._of(asked, [MOVES], day, day, breakdown="follow_type").get(MOVES))
        found = {key: whole(rows.get(name)) for key, name in BY_DAY.items()}
        found |= {key: moved.get(name) for key, name in MOVED.items()}
        figures: dict[str, Any] = {key: value for key, value in found.items() if value is not None}
        if not figures:
            return None
        is_late = day_of(self.clock()) - day <= LATE
        why = Missing.NOT_YET if is_late else Missing.NO_ANSWER
        missing = {**DEAD, "stories": Missing.NOT_OFFERED}
        for key in found.keys() - figures.keys():
            few = key in MOVED and followers is not None and followers < FEW
            missing[key] = Missing.TOO_FEW if few else asked.why(BY_DAY.get(key, MOVES), why)
        return DayFigures(day, figures | posted.on(day), missing, settled=not is_late)

    def _of(self, asked: Insights, names: Any, first: date, last: date, **more: str) -> dict[str, Fields]:
        span = {"since": midnight(first), "until": midnight(last + DAY)}
        return asked.ask(f"{self.account}/insights", names, period="day", metric_type="total_value", **span, **more)

    def _long(self, asked: Insights, today: date) -> dict[str, Value | None]:
        """Figures of four weeks and of a month."""
        weeks = series(asked.ask(f"{self.account}/insights", ["reach"], period="days_28").get("reach"))
        taps = BY_DAY["website_clicks"]
        month = self._of(asked, [taps], today - timedelta(days=30), today - DAY).get(taps)
        return {"reach_28d": weeks[max(weeks)] if weeks else None, "website_clicks_30d": whole(month)}

    def _posted(self, first: date) -> Posted:
        """Own posts since a day; Instagram lists them newest first."""
        found = Posted(since=first)
        given: dict[str, Any] = {"fields": LISTED, "limit": 100, "since": midnight(first)}
        for row in self.graph.rows(f"{self.account}/media", token=self.token, **given):
            day = day_of(made_at(row))
            if day < first:
                return found
            found.rows.append(row)
            found.posts[day] += 1
            found.reels[day] += row.get("media_product_type") == "REELS"
        if len(found.rows) >= MOST:
            # The listing was cut off: the day it ended in is known in part only.
            found.since = min(found.posts) + DAY
        return found

    def _stories(self, today: date) -> int:
        """Stories of today; older ones are no longer listed a day after."""
        rows = self.graph.rows(f"{self.account}/stories", token=self.token, fields="id,timestamp")
        return sum(day_of(made_at(row)) == today for row in rows)

    def _best(self, rows: Sequence[Fields]) -> list[dict[str, Any]]:
        """The posts that people reacted to most, with what insights tell of them."""
        counts = Counts(self.graph, self.token)
        best = sorted(rows, key=_reactions, reverse=True)[:BEST]
        return [
            self._item(row, counts.insights(str(row["id"]), str(row.get("media_product_type") or ""))) for row in best
        ]

    def _item(self, row: Fields, told: dict[str, Value]) -> dict[str, Any]:
        item = {
            "id": str(row["id"]),
            "title": str(row.get("caption") or "")[:WORDS],
            "url": str(row.get("permalink") or ""),
            "created": made_at(row).astimezone(UTC).isoformat(),
            "likes": number(row.get("like_count")),
            "comments": number(row.get("comments_count")),
            **{key: told.get(key) for key in ("views", "shares", "saves", "reposts")},
        }
        return {key: value for key, value in item.items() if value is not None}


def _reactions(row: Fields) -> Value:
    return (number(row.get("like_count")) or 0) + (number(row.get("comments_count")) or 0)
