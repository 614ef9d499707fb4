"""An account's days as Threads tells them: views as a series, the rest as totals of the time asked for."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Any, Final

from publishing.platforms.base import Clock, Rejected
from publishing.platforms.counting import AccountGone, Audience, DayFigures, Missing
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
    parts,
    series,
    whole,
)

# Threads tells days since 13 April 2024, most metrics by a call for each day: a quarter is what we ask for.
HISTORY: Final = timedelta(days=90)
EARLIEST: Final = date(2024, 4, 14)
LATE: Final = timedelta(days=2)
WINDOW: Final = 90
ACCOUNT: Final = "me/threads_insights"
FOLLOWERS: Final = "followers_count"
BY_DAY: Final = ("likes", "replies", "reposts", "quotes", "clicks")
FEW: Final = 100
LISTED: Final = "id,text,permalink,timestamp"
POST: Final = ("views", "likes", "replies", "reposts", "quotes", "shares")
DEAD: Final = {"posts": Missing.NOT_OFFERED}
LOOKED_AT: Final = 15
BEST: Final = 5
WORDS: Final = 120


@dataclass(frozen=True)
class Days:
    """One account, asked with its own token."""

    graph: Graph
    clock: Clock
    token: str

    def day(self, today: date) -> DayFigures:
        """Followers, what was posted today, and which of the newest posts did best."""
        self._known()
        asked = Insights(self.graph, self.token)
        followers = whole(asked.ask(ACCOUNT, [FOLLOWERS]).get(FOLLOWERS))
        rows = list(self._posts(today - timedelta(days=27), today))
        figures: dict[str, Any] = {"posted_24h": sum(day_of(made_at(row)) == today for row in rows)}
        missing = {**DEAD, **dict.fromkeys([*BY_DAY, "views"], asked.why("", Missing.NOT_YET))}
        if followers is None:
            missing["followers"] = asked.why(FOLLOWERS, Missing.NO_ANSWER)
        else:
            figures["followers"] = followers
        if asked.is_locked:
            missing["top_posts"] = Missing.NO_ACCESS
        else:
            figures["top_posts"] = self._best(rows)
        return DayFigures(today, figures, missing, settled=False)

    def past(self, first: date, last: date) -> Sequence[DayFigures]:
        """Views by one call, the rest by one for each day."""
        self._known()
        first, asked = max(first, EARLIEST), Insights(self.graph, self.token)
        views: dict[date, Value] = {}
        for begin in (each for number, each in enumerate(days(first, last)) if number % WINDOW == 0):
            views |= series(self._of(asked, ["views"], begin, min(last, begin + (WINDOW - 1) * DAY)).get("views"))
        posted, since = self._posted(first, last)
        told = (self._past_day(day, asked, views.get(day)) for day in days(first, last))
        return [_with(each, posted) if each.day >= since else each for each in told if each is not None]

    def audience(self) -> Sequence[Audience]:
        """Followers by country, city, age and gender; nobody below a hundred of them."""
        asked, found = Insights(self.graph, self.token), []
        for kind in BREAKDOWNS:
            row = asked.ask(ACCOUNT, ["follower_demographics"], breakdown=kind)
            found.append(followers_by(kind, parts(row.get("follower_demographics"))))
        return [each for each in found if each is not None]

    def _known(self) -> None:
        try:
            self.graph.get("me", token=self.token, fields="id")
        except Rejected as refused:
            if refused.code == GONE:
                raise AccountGone(f"Threads knows this account no longer. {refused}") from None
            raise

    def _past_day(self, day: date, asked: Insights, views: Value | None) -> DayFigures | None:
        rows = self._of(asked, BY_DAY, day, day)
        found = {"views": views, **{name: whole(rows.get(name)) for name in BY_DAY}}
        figures: dict[str, Any] = {key: value for key, value in found.items() if value is not None}
        if not figures:
            return None
        is_late = day_of(self.clock()) - day <= LATE
        why = Missing.NOT_YET if is_late else Missing.NO_ANSWER
        missing = {**DEAD, **{key: asked.why(key, why) for key in found.keys() - figures.keys()}}
        return DayFigures(day, figures, missing, settled=not is_late)

    def _of(self, asked: Insights, names: Sequence[str], first: date, last: date) -> dict[str, Fields]:
        return asked.ask(ACCOUNT, names, since=midnight(first), until=midnight(last + DAY))

    # What was posted

    def _posts(self, first: date, last: date) -> Iterator[Fields]:
        given: dict[str, Any] = {
            "fields": LISTED,
            "limit": 100,
            "since": midnight(first),
            "until": midnight(last + DAY),
        }
        for row in self.graph.rows("me/threads", token=self.token, **given):
            if first <= day_of(made_at(row)) <= last:
                yield row

    def _posted(self, first: date, last: date) -> tuple[Counter[date], date]:
        """Posts by day, and since when they were all seen: a very long listing is cut off."""
        found = Counter(day_of(made_at(row)) for row in self._posts(first, last))
        return found, min(found) + DAY if found.total() >= PAGES * 100 else first

    def _best(self, rows: Sequence[Fields]) -> list[dict[str, Any]]:
        """The best of the newest: a post's numbers take a call each."""
        asked = Insights(self.graph, self.token)
        items = [_item(row, asked.ask(f"{row['id']}/insights", POST)) for row in rows[:LOOKED_AT]]
        return sorted(items, key=_reactions, reverse=True)[:BEST]


def _with(told: DayFigures, posted: Counter[date]) -> DayFigures:
    return DayFigures(told.day, {**told.figures, "posted_24h": posted[told.day]}, told.missing, told.settled)


def _item(row: Fields, told: dict[str, Fields]) -> dict[str, Any]:
    counts = {name: whole(told.get(name)) for name in ("views", "likes", "replies", "reposts", "shares")}
    item = {
        "id": str(row["id"]),
        "title": str(row.get("text") or "")[:WORDS],
        "url": str(row.get("permalink") or ""),
        "created": made_at(row).astimezone(UTC).isoformat(),
        **counts,
    }
    return {key: value for key, value in item.items() if value is not None}


def _reactions(item: dict[str, Any]) -> Value:
    counts: list[Value] = [item.get(key, 0) for key in ("likes", "replies", "reposts", "shares")]
    return sum(counts)
