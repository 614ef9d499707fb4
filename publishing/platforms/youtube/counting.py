"""A channel's days as YouTube tells them: totals of the Data API, days of YouTube Analytics, two to three days late."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from publishing.platforms.base import Clock, Rejected
from publishing.platforms.counting import AccountGone, Audience, DayFigures, Missing
from publishing.platforms.wire import Wire
from publishing.platforms.youtube.refusals import PACIFIC
from publishing.platforms.youtube.reports import Reports

HISTORY: Final = timedelta(days=730)
LATE: Final = timedelta(days=3)
DAY: Final = timedelta(days=1)
MONTH: Final = timedelta(days=30)
QUARTER: Final = timedelta(days=90)
TOTALS: Final = {"subscribers": "subscriberCount", "views_total": "viewCount", "videos": "videoCount"}
BY_DAY: Final = {
    "views": "views",
    "likes": "likes",
    "comments": "comments",
    "shares": "shares",
    "watch_minutes": "estimatedMinutesWatched",
    "average_view_seconds": "averageViewDuration",
    "subscribers_gained": "subscribersGained",
    "subscribers_lost": "subscribersLost",
}
OF_VIDEO: Final = ("views", "likes", "comments", "shares", "estimatedMinutesWatched")
# Thumbnails' impressions stand in YouTube Studio and in bulk reports only.
DEAD: Final = dict.fromkeys(("impressions", "click_through_rate"), Missing.NOT_OFFERED)
CLOSED: Final = frozenset(
    {
        "channelNotFound",
        "channelClosed",
        "channelSuspended",
        "authenticatedUserAccountClosed",
        "authenticatedUserAccountSuspended",
    }
)
BEST: Final = 10
AT_ONCE: Final = 50
# A thousand videos: what lies before is not looked at, and said to be unknown.
MOST_PAGES: Final = 20
NOWHERE: Final = "ZZ"
WEB: Final = "https://www.youtube.com"
Row = dict[str, Any]


@dataclass(frozen=True)
class Days:
    """One channel; `reports` are asked with its token."""

    wire: Wire
    url: str
    clock: Clock
    reports: Reports

    def day(self, today: date) -> DayFigures:
        """Totals, what was published today, and what did best of a month."""
        channel = self._channel()
        told = channel.get("statistics") or {}
        is_hidden = bool(told.get("hiddenSubscriberCount"))
        figures: Row = {key: int(told[name]) for key, name in TOTALS.items() if name in told}
        if is_hidden:
            figures.pop("subscribers", None)
        posted, since = self._posted(channel, today - MONTH)
        figures |= {"top_videos": self._best(today, posted)}
        if today >= since:
            figures["posted_24h"] = sum(day == today for day in posted.values())
        missing = {**DEAD, **{key: self.reports.why(name, Missing.NOT_YET) for key, name in BY_DAY.items()}}
        missing |= {key: Missing.NO_ANSWER for key in TOTALS if key not in figures}
        if is_hidden:
            missing["subscribers"] = Missing.NO_ACCESS
        return DayFigures(today, figures, missing, settled=False)

    def past(self, first: date, last: date) -> Sequence[DayFigures]:
        """All days by one query; those YouTube has not reckoned yet are left out."""
        channel = self._channel()
        told = self.reports.ask(list(BY_DAY.values()), first=first, last=last, by="day", sort="day")
        if not told:
            return []
        posted, since = self._posted(channel, first)
        made = Counter(posted.values())
        days = sorted((date.fromisoformat(day), numbers) for (day,), numbers in told.items())
        return [
            self._past_day(day, numbers, {"posted_24h": made[day]} if day >= since else {})
            for day, numbers in days
            if first <= day <= last and numbers
        ]

    def audience(self) -> Sequence[Audience]:
        """Viewers of a quarter by country, age and gender."""
        last = self.clock().astimezone(PACIFIC).date() - LATE
        first, most = last - QUARTER, {"sort": "-views", "maxResults": "200"}
        lands = self.reports.ask(["views"], first=first, last=last, by="country", **most)
        people = self.reports.ask(["viewerPercentage"], first=first, last=last, by="ageGroup,gender")
        ages, genders = defaultdict[str, float](float), defaultdict[str, float](float)
        for (age, gender), numbers in people.items():
            share = numbers.get("viewerPercentage", 0) / 100
            ages[_age(age)] += share
            genders[gender if gender in {"female", "male"} else "other"] += share
        views = {land: numbers.get("views", 0) for (land,), numbers in lands.items()}
        whole = sum(views.values())
        countries = {land: count / whole for land, count in views.items() if land != NOWHERE and whole}
        told: dict[str, Mapping[str, float]] = {"country": countries, "age": ages, "gender": genders}
        known = {kind: shares for kind, shares in told.items() if any(shares.values())}
        return [Audience(kind, _at_most_whole(shares), of="viewers") for kind, shares in known.items()]

    def _past_day(self, day: date, numbers: Mapping[str, Any], posted: Mapping[str, int]) -> DayFigures:
        figures = {key: numbers[name] for key, name in BY_DAY.items() if name in numbers}
        is_late = self.clock().astimezone(PACIFIC).date() - day <= LATE
        why = Missing.NOT_YET if is_late else Missing.NO_ANSWER
        missing = {key: self.reports.why(name, why) for key, name in BY_DAY.items() if key not in figures}
        return DayFigures(day, {**figures, **posted}, {**DEAD, **missing}, settled=not is_late)

    # The Data API: a unit a call

    def _channel(self) -> Row:
        params = {"part": "statistics,contentDetails", "id": self.reports.channel}
        try:
            rows = self._ask("channels", params).get("items") or []
        except Rejected as refused:
            if refused.code in CLOSED:
                raise AccountGone(f"YouTube knows this channel no longer. {refused}") from None
            raise
        if not rows:
            raise AccountGone("YouTube knows this channel no longer.")
        return dict(rows[0])

    def _posted(self, channel: Row, first: date) -> tuple[dict[str, date], date]:
        """The days of public videos by id, and since when all of them were seen."""
        found: dict[str, date] = {}
        for video, published in self._uploads(channel):
            day = published.astimezone(PACIFIC).date()
            if day < first:
                return found, first
            found[video] = day
        is_cut = len(found) >= MOST_PAGES * AT_ONCE
        return found, min(found.values()) + DAY if is_cut else first

    def _uploads(self, channel: Row) -> Iterator[tuple[str, datetime]]:
        """Own videos, the newest first; those nobody can see have no time."""
        playlist = ((channel.get("contentDetails") or {}).get("relatedPlaylists") or {}).get("uploads")
        params = {"part": "contentDetails", "playlistId": str(playlist), "maxResults": str(AT_ONCE)}
        for _page in range(MOST_PAGES if playlist else 0):
            page = self._page(params)
            for item in page.get("items") or []:
                told = item.get("contentDetails") or {}
                if told.get("videoPublishedAt"):
                    yield str(told["videoId"]), datetime.fromisoformat(str(told["videoPublishedAt"]))
            if not page.get("nextPageToken"):
                return
            params["pageToken"] = str(page["nextPageToken"])

    def _page(self, params: Mapping[str, str]) -> Row:
        try:
            return self._ask("playlistItems", params)
        except Rejected as refused:
            # A channel that never published has no such list.
            if refused.code in {"playlistNotFound", "notFound", "404"}:
                return {}
            raise

    def _best(self, today: date, posted: Mapping[str, date]) -> list[Row]:
        """The most viewed of a month; where Analytics is closed to us, of the month's own videos."""
        more = {"sort": "-views", "maxResults": str(BEST), "pinned": "views"}
        told = self.reports.ask(OF_VIDEO, first=today - MONTH, last=today, by="video", **more)
        ids = [video for (video,) in told] if told or not self.reports.is_locked else list(posted)[:AT_ONCE]
        if not ids:
            return []
        rows = self._ask("videos", {"part": "snippet,statistics", "id": ",".join(ids)}).get("items") or []
        items = [_item(row, told.get((str(row["id"]),))) for row in rows]
        return sorted(items, key=lambda item: int(item.get("views", 0)), reverse=True)[:BEST]

    def _ask(self, name: str, params: Mapping[str, str]) -> Row:
        token = self.reports.token
        url = f"{self.url}/youtube/v3/{name}"
        return self.wire.call("GET", url, token=token.access, hide=token.secrets, params=params).fields()


def _item(row: Mapping[str, Any], told: Mapping[str, int | float] | None) -> Row:
    """A video with the month's numbers, or (without Analytics) with those since it stands."""
    snippet, counts = row.get("snippet") or {}, row.get("statistics") or {}
    item: Row = {
        "id": str(row["id"]),
        "title": str(snippet.get("title") or ""),
        "url": f"{WEB}/watch?v={row['id']}",
        "created": str(snippet.get("publishedAt") or ""),
    }
    if told is None:
        names = {"views": "viewCount", "likes": "likeCount", "comments": "commentCount"}
        return item | {key: int(counts[name]) for key, name in names.items() if name in counts}
    item |= {key: told[key] for key in ("views", "likes", "comments", "shares") if key in told}
    return item | ({"watch_minutes": told["estimatedMinutesWatched"]} if "estimatedMinutesWatched" in told else {})


def _age(spelled: str) -> str:
    """`age18-24` as 18-24, `age65-` as 65+."""
    bare = spelled.removeprefix("age")
    return f"{bare[:-1]}+" if bare.endswith("-") else bare


def _at_most_whole(shares: Mapping[str, float]) -> dict[str, float]:
    """YouTube rounds each share; what goes beyond the whole is taken off all."""
    whole = max(1.0, sum(shares.values()))
    return {name: round(share / whole, 8) for name, share in shares.items()}
