"""Containers of Instagram and Threads: made first, processed for a while, then published once or expired in a day."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from publishing.platforms.base import Allowance, Clock, PlatformError, Rejected, Sleep, TryLater, UsedUp
from publishing.platforms.meta.errors import AN_HOUR, GONE, Expired, Spoiled
from publishing.platforms.meta.graph import Graph
from publishing.platforms.wire import poll

FINISHED, PUBLISHED, EXPIRED, ERROR = "FINISHED", "PUBLISHED", "EXPIRED", "ERROR"
BETWEEN_LOOKS = 10.0
LOOKS = 18
# Containers live for a day; with an hour to spare the same one can be published again, and counts once.
SAFE = timedelta(hours=23)
DAY = timedelta(hours=24)
CLOCKS_DIFFER = timedelta(minutes=5)


class Containers:
    """The states of containers; `state` and `reason` are the fields that tell them."""

    def __init__(self, sleep: Sleep, *, name: str, state: str, reason: str) -> None:
        self._sleep, self._name, self._state, self._reason = sleep, name, state, reason

    def look(self, graph: Graph, container: str, *, token: str) -> tuple[str, str]:
        """State and reason; one the platform no longer knows is EXPIRED."""
        try:
            told = graph.get(container, token=token, fields=f"id,{self._state},{self._reason}")
        except Rejected as refused:
            if refused.code == GONE:
                return EXPIRED, ""
            raise
        return str(told.get(self._state) or ""), str(told.get(self._reason) or "")

    def ready(self, graph: Graph, container: str, *, token: str) -> bool:
        """Wait until it can be published; False when it was already. Raises Expired, Spoiled, Rejected, TryLater."""
        last = [""]

        def done() -> bool:
            last[0], reason = self.look(graph, container, token=token)
            if last[0] == EXPIRED:
                raise Expired(f"{self._name} kept the upload for a day only. It is made anew.", after=timedelta(0))
            if last[0] == ERROR:
                raise self._failed(graph, reason)
            return last[0] in {FINISHED, PUBLISHED}

        poll(
            done,
            sleep=self._sleep,
            every=BETWEEN_LOOKS,
            times=LOOKS,
            message=f"{self._name} is still processing the file. The post goes out when it is done.",
            after=timedelta(minutes=1),
        )
        return last[0] != PUBLISHED

    def _failed(self, graph: Graph, reason: str) -> PlatformError:
        if reason.startswith(("FAILED_DOWNLOADING", "UNKNOWN")):
            return Spoiled(f"{self._name} could not fetch the file. Nothing was published; we try again.")
        found = graph.meaning.told(reason or "the file could not be processed")
        return Spoiled(str(found), after=found.after) if isinstance(found, TryLater) else found


def full(told: Mapping[str, Any], *, usage: str = "quota_usage", config: str = "config") -> tuple[int, int | None]:
    """What was used of a publishing limit, and of how many."""
    total = (told.get(config) or {}).get("quota_total")
    return int(told.get(usage) or 0), int(total) if total is not None else None


def refuse_when_full(graph: Graph, path: str, *, token: str, allowance: Allowance, wanted: int, clock: Clock) -> None:
    """UsedUp when a limit of 24 hours leaves no room: until the oldest post that `path` lists is a day old."""
    if allowance.total is None or allowance.used + wanted <= allowance.total:
        return
    now = clock()
    rows = graph.rows(path, token=token, fields="id,timestamp", since=int((now - DAY).timestamp()))
    oldest = min((at for at in map(made_at, rows) if at > now - DAY), default=now - DAY + AN_HOUR)
    raise UsedUp(
        f"The limit of {allowance.total} {allowance.name} in 24 hours is reached on this account.",
        after=max(oldest + DAY - now, timedelta(minutes=1)),
    )


def since_unix(since: datetime) -> int:
    """The time from which to list, a little before: clocks differ."""
    return int((since - CLOCKS_DIFFER).timestamp())


def made_at(row: Mapping[str, Any]) -> datetime:
    """When a post says it appeared."""
    return datetime.fromisoformat(str(row.get("timestamp") or row.get("created_time") or "1970-01-01T00:00:00+0000"))


def moment_of(known: Mapping[str, Any], *, otherwise: datetime) -> datetime:
    """When the call that publishes was first made, as its step says."""
    told = known.get("sent_at")
    return datetime.fromisoformat(str(told)) if told else otherwise


def sent_at(known: Mapping[str, Any], clock: Clock) -> str:
    """The first sending's time, kept over all tries."""
    return str(known.get("sent_at") or clock().astimezone(UTC).isoformat())
