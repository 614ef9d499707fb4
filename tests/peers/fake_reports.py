"""YouTube Analytics: a table by headers, `rows` absent when empty, the last days not reckoned yet."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.peers.wire import Request, Response

PACIFIC = ZoneInfo("America/Los_Angeles")
METRICS = {
    "views", "engagedViews", "comments", "likes", "dislikes", "shares", "estimatedMinutesWatched",
    "averageViewDuration", "averageViewPercentage", "subscribersGained", "subscribersLost",
    "videosAddedToPlaylists", "videosRemovedFromPlaylists", "viewerPercentage",
}  # fmt: skip
DIMENSIONS = {"day", "video", "country", "ageGroup,gender"}
LANDS = {"IN": 700, "PT": 200, "ZZ": 100}
PEOPLE = {
    ("age18-24", "female"): 20.5, ("age18-24", "male"): 19.5, ("age25-34", "female"): 30.1, ("age25-34", "male"): 24.9,
    ("age65-", "user_specified"): 5.0,
}  # fmt: skip


def no(status: int, reason: str, words: str) -> Response:
    rows = [{"message": words, "domain": "global", "reason": reason}]
    return Response(status, {"error": {"code": status, "message": words, "errors": rows}})


@dataclass
class FakeReports:
    """What one channel's reports hold: numbers by day, and by video since ever. `lag`: days not reckoned yet."""

    channel: str
    now: Callable[[], datetime]
    names: set[str] = field(default_factory=lambda: set(METRICS))
    days: dict[date, dict[str, float]] = field(default_factory=dict)
    videos: dict[str, dict[str, float]] = field(default_factory=dict)
    is_small: bool = False
    lag: int = 2

    def tell(self, day: date, **values: float) -> None:
        """Let a day hold a value in every metric, each of its own."""
        self.days[day] = {**{name: 10 + number for number, name in enumerate(sorted(METRICS))}, **values}

    def answer(self, request: Request) -> Response:
        """`GET /v2/reports`."""
        if request.first("ids") not in {f"channel=={self.channel}", "channel==MINE"}:
            return no(403, "forbidden", "Forbidden")
        names, by = request.first("metrics").split(","), request.first("dimensions")
        if strange := [name for name in names if name not in self.names]:
            return no(400, "badRequest", f"Unknown identifier ({strange[0]}) given in field parameters.metrics.")
        sort = request.first("sort").removeprefix("-")
        if by not in DIMENSIONS or (sort and sort not in {*names, by}):
            return no(400, "badRequest", "The query is not supported.")
        if by == "video" and not (sort and 1 <= int(request.first("maxResults") or 0) <= 200):
            return no(
                400, "badRequest", "The query is not supported. Top videos need sort and maxResults of at most 200."
            )
        kinds = {
            "day": self._by_day,
            "video": self._by_video,
            "country": self._by_land,
            "ageGroup,gender": self._people,
        }
        return self._table(by.split(","), names, kinds[by](request, names))

    def _table(self, by: list[str], names: list[str], rows: list[list[Any]]) -> Response:
        headers = [{"name": name, "columnType": "DIMENSION", "dataType": "STRING"} for name in by]
        headers += [{"name": name, "columnType": "METRIC", "dataType": "INTEGER"} for name in names]
        told: dict[str, Any] = {"kind": "youtubeAnalytics#resultTable", "columnHeaders": headers}
        return Response(200, {**told, "rows": rows} if rows else told)

    def _by_day(self, request: Request, names: list[str]) -> list[list[Any]]:
        first, last = (date.fromisoformat(request.first(name)) for name in ("startDate", "endDate"))
        told_until = self.now().astimezone(PACIFIC).date() - timedelta(days=self.lag)
        days = [day for day in sorted(self.days) if first <= day <= last and day < told_until]
        return [[day.isoformat(), *(self.days[day].get(name) for name in names)] for day in days]

    def _by_video(self, request: Request, names: list[str]) -> list[list[Any]]:
        wanted = (
            request.first("filters").removeprefix("video==").split(",") if request.first("filters") else self.videos
        )
        rows = [
            [video, *(self.videos[video].get(name, 0) for name in names)] for video in wanted if video in self.videos
        ]
        place = 1 + names.index("views")
        return sorted(rows, key=lambda row: float(str(row[place])), reverse=True)[: int(request.first("maxResults"))]

    def _by_land(self, _request: Request, _names: list[str]) -> list[list[Any]]:
        return [] if self.is_small else [[land, views] for land, views in LANDS.items()]

    def _people(self, _request: Request, _names: list[str]) -> list[list[Any]]:
        return [] if self.is_small else [[age, gender, share] for (age, gender), share in PEOPLE.items()]
