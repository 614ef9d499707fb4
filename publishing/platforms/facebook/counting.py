"""A Page's days as Facebook tells them: series of up to 90 days, two years back, by Pacific day."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Any, Final

from publishing.platforms.base import Clock, Metric, Rejected
from publishing.platforms.counting import AccountGone, DayFigures, Missing
from publishing.platforms.facebook.listing import BY_POST, SUMMARIES, post_insights, total
from publishing.platforms.meta.containers import made_at
from publishing.platforms.meta.errors import GONE
from publishing.platforms.meta.graph import PAGES, Fields, Graph
from publishing.platforms.meta.insights import DAY, Insights, Value, day_of, days, midnight, number, series, windows

# Two years, but for the day or two that pass over a midnight: a `since` before them is refused.
HISTORY: Final = timedelta(days=728)
WINDOW: Final = 90
LATE: Final = timedelta(days=2)
FEW: Final = 100
TOTALS: Final = {"followers": "followers_count", "page_likes": "fan_count"}
BY_DAY: Final = {
    "followers": "page_follows",
    "views": "page_media_view",
    "reach": "page_total_media_view_unique",
    "post_engagement": "page_post_engagements",
    "page_views": "page_views_total",
    "video_views": "page_video_views",
    "follows": "page_daily_follows_unique",
    "unfollows": "page_daily_unfollows_unique",
}
REACTIONS: Final = tuple(
    f"page_actions_post_reactions_{kind}_total" for kind in ("like", "love", "wow", "haha", "sorry", "anger")
)
# Comments and shares are told of posts, of a Page's day no longer; impressions became views in 2026.
DEAD: Final = dict.fromkeys(("impressions", "comments", "shares", "posts", "videos"), Missing.NOT_OFFERED)
LISTED: Final = "id,message,permalink_url,created_time,shares," + SUMMARIES.replace("{likes}", "reactions")
BEST: Final = 5
WORDS: Final = 120
Told = Mapping[str, Mapping[date, Value]]


@dataclass(frozen=True)
class Days:
    """One Page, asked with its own token."""

    graph: Graph
    clock: Clock
    page: str
    token: str

    def day(self, today: date) -> DayFigures:
        """Totals, what was posted today, and what did best of four weeks."""
        try:
            told = self.graph.get(self.page, token=self.token, fields=f"id,{','.join(TOTALS.values())}")
        except Rejected as refused:
            if refused.code == GONE:
                raise AccountGone(f"Facebook knows this Page no longer. {refused}") from None
            raise
        totals = {key: number(told.get(name)) for key, name in TOTALS.items()}
        rows = list(self._posts(today - timedelta(days=27), today, fields=LISTED))
        asked = Insights(self.graph, self.token)
        figures: dict[str, Any] = {key: value for key, value in totals.items() if value is not None}
        figures |= {"posted_24h": sum(day_of(made_at(row)) == today for row in rows), "top_posts": self._best(rows)}
        # Yesterday is asked for the reasons alone: which metrics live, and whether we may read them.
        asked.ask(
            f"{self.page}/insights", [*BY_DAY.values(), *REACTIONS], period="day", **_span(today - DAY, today - DAY)
        )
        few = (totals["page_likes"] or totals["followers"] or FEW) < FEW
        missing = self._missing(figures, asked, Missing.TOO_FEW if few else Missing.NOT_YET)
        return DayFigures(today, figures, missing, settled=False)

    def past(self, first: date, last: date) -> Sequence[DayFigures]:
        """All days of a window by one call; a day without any data is left out."""
        asked, told = Insights(self.graph, self.token), dict[str, dict[date, Value]]()
        names = {**BY_DAY, **{name: name for name in REACTIONS}}
        for begin, end in windows(first, last, length=WINDOW):
            span = _span(begin, end)
            rows = asked.ask(f"{self.page}/insights", names.values(), period="day", **span)
            for key, name in names.items():
                told.setdefault(key, {}).update(series(rows.get(name)))
        if not any(told.values()):
            return []
        posted, since = self._posted(first, last)
        found = (self._past_day(day, told, asked) for day in days(first, last))
        return [_with(each, posted) if each.day >= since else each for each in found if each is not None]

    def _past_day(self, day: date, told: Told, asked: Insights) -> DayFigures | None:
        figures: dict[str, Any] = {key: told[key][day] for key in BY_DAY if day in told[key]}
        reactions = [told[name][day] for name in REACTIONS if day in told[name]]
        if reactions:
            figures["reactions"] = sum(reactions)
        if not figures:
            return None
        is_late = day_of(self.clock()) - day <= LATE
        missing = self._missing(figures, asked, Missing.NOT_YET if is_late else Missing.NO_ANSWER)
        return DayFigures(day, figures, missing, settled=not is_late)

    def _missing(self, figures: Mapping[str, Any], asked: Insights, otherwise: Missing) -> dict[str, Missing]:
        why = {key: asked.why(name, otherwise) for key, name in {**BY_DAY, "reactions": REACTIONS[0]}.items()}
        return {key: reason for key, reason in {**DEAD, **why}.items() if key not in figures}

    # What was posted

    def _posts(self, first: date, last: date, *, fields: str) -> Iterator[Fields]:
        given: dict[str, Any] = {"fields": fields, "limit": 100, **_span(first, last)}
        for row in self.graph.rows(f"{self.page}/published_posts", token=self.token, **given):
            if first <= day_of(made_at(row)) <= last:
                yield row

    def _posted(self, first: date, last: date) -> tuple[Counter[date], date]:
        """Posts by day, and since when they were all seen: a very long listing is cut off."""
        found = Counter(day_of(made_at(row)) for row in self._posts(first, last, fields="id,created_time"))
        is_cut = found.total() >= PAGES * 100
        return found, min(found) + DAY if is_cut else first

    def _best(self, rows: Sequence[Fields]) -> list[dict[str, Any]]:
        """The posts that people reacted to most; views where insights tell them."""
        asked = Insights(self.graph, self.token)
        items = sorted((_item(row) for row in rows), key=_reactions, reverse=True)[:BEST]
        for item in items:
            views = post_insights(asked, f"{item['id']}/insights", BY_POST).get(Metric.VIEWS)
            if views is not None:
                item["views"] = views
        return items


def _span(first: date, last: date) -> dict[str, int]:
    return {"since": midnight(first), "until": midnight(last + DAY)}


def _with(told: DayFigures, posted: Counter[date]) -> DayFigures:
    return DayFigures(told.day, {**told.figures, "posted_24h": posted[told.day]}, told.missing, told.settled)


def _item(row: Fields) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "title": str(row.get("message") or "")[:WORDS],
        "url": str(row.get("permalink_url") or ""),
        "created": made_at(row).astimezone(UTC).isoformat(),
        "likes": total(row, "reactions") or 0,
        "comments": total(row, "comments") or 0,
        "shares": (row.get("shares") or {}).get("count", 0),
    }


def _reactions(item: Mapping[str, Any]) -> int:
    return int(item["likes"]) + int(item["comments"]) + int(item["shares"])
