"""YouTube Analytics: one query, rows by their dimensions; a metric it no longer has costs only itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from publishing.platforms.base import Metric, Rejected, Token
from publishing.platforms.counting import Missing
from publishing.platforms.wire import Wire
from publishing.platforms.youtube.refusals import LacksRight

UNKNOWN: Final = frozenset({"badRequest", "invalidParameter", "invalid", "INVALID_ARGUMENT", "400"})
CLOSED: Final = frozenset({"forbidden", "config", "PERMISSION_DENIED", "403"})
AT_ONCE: Final = 50
# Before the first video there was: "since ever".
BEGAN: Final = date(2005, 2, 14)
# Our names, and how many of ours one of theirs is.
BY_VIDEO: Final[Mapping[str, tuple[tuple[Metric, ...], float]]] = {
    "shares": ((Metric.SHARES,), 1),
    "dislikes": ((Metric.DISLIKES,), 1),
    "estimatedMinutesWatched": ((Metric.WATCH_SECONDS,), 60),
    "averageViewDuration": ((Metric.AVERAGE_WATCH_SECONDS,), 1),
    "averageViewPercentage": ((Metric.AVERAGE_VIEWED,), 0.01),
    "subscribersGained": ((Metric.FOLLOWS, Metric.SUBSCRIBERS_GAINED), 1),
    "subscribersLost": ((Metric.SUBSCRIBERS_LOST,), 1),
    "engagedViews": ((Metric.ENGAGED_VIEWS,), 1),
    "videosAddedToPlaylists": ((Metric.PLAYLIST_ADDS,), 1),
}
Told = dict[tuple[str, ...], dict[str, int | float]]


@dataclass
class Reports:
    """Queries of one channel with one token; `refused` holds the metrics that are not told, with the reason."""

    wire: Wire
    url: str
    channel: str
    token: Token
    refused: dict[str, Missing] = field(default_factory=dict)
    is_locked: bool = False

    def ask(self, metrics: Sequence[str], *, first: date, last: date, by: str, pinned: str = "", **more: Any) -> Told:
        """Numbers by the values of the dimensions `by`; `pinned`: a metric that every query needs, to sort by."""
        alive = [name for name in metrics if name not in self.refused]
        if self.is_locked or not alive:
            return {}
        wanted = list(dict.fromkeys([pinned, *alive] if pinned else alive))
        params = {
            "ids": f"channel=={self.channel}",
            "startDate": first.isoformat(),
            "endDate": last.isoformat(),
            "metrics": ",".join(wanted),
            "dimensions": by,
            **more,
        }
        try:
            answer = self.wire.call(
                "GET", f"{self.url}/v2/reports", token=self.token.access, hide=self.token.secrets, params=params
            )
        except LacksRight:
            self.is_locked = True
            return {}
        except Rejected as refused:
            if refused.code in CLOSED:
                self.is_locked = True
                return {}
            if refused.code not in UNKNOWN:
                raise
            return self._halved(alive, first=first, last=last, by=by, pinned=pinned, **more)
        return _rows(answer.fields(), len(by.split(",")))

    def why(self, name: str, otherwise: Missing) -> Missing:
        """Why a metric was not told."""
        return Missing.NO_ACCESS if self.is_locked else self.refused.get(name, otherwise)

    def of_videos(self, ids: Sequence[str], *, last: date) -> dict[str, dict[str, int | float]]:
        """Numbers since ever by video, by our names; a video without any is left out."""
        found: dict[str, dict[str, int | float]] = {}
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            given = {"filters": f"video=={','.join(some)}", "sort": "-views", "maxResults": str(AT_ONCE)}
            told = self.ask(list(BY_VIDEO), first=BEGAN, last=last, by="video", pinned="views", **given)
            found |= {video: _ours(numbers) for (video,), numbers in told.items()}
        return found

    def _halved(self, names: Sequence[str], **given: Any) -> Told:
        if len(names) == 1:
            self.refused[names[0]] = Missing.NOT_OFFERED
            return {}
        half, found = len(names) // 2, Told()
        for some in (names[:half], names[half:]):
            for key, numbers in self.ask(some, **given).items():
                found.setdefault(key, {}).update(numbers)
        return found


def _rows(told: Mapping[str, Any], dimensions: int) -> Told:
    """The table by the order of its headers; `rows` is absent when it is empty."""
    names = [str(column.get("name")) for column in told.get("columnHeaders") or ()]
    found: Told = {}
    for row in told.get("rows") or ():
        numbers = dict(zip(names[dimensions:], row[dimensions:], strict=False))
        kept = {name: value for name, value in numbers.items() if isinstance(value, int | float)}
        found[tuple(map(str, row[:dimensions]))] = kept
    return found


def _ours(numbers: Mapping[str, int | float]) -> dict[str, int | float]:
    found: dict[str, int | float] = {}
    for name, (metrics, factor) in BY_VIDEO.items():
        if name in numbers:
            value = numbers[name] if factor == 1 else numbers[name] * factor
            found |= {metric.value: round(value, 6) for metric in metrics}
    return found
