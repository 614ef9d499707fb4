"""Every feed's health in figures and words: for the page of the sources, the API and the admin."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trends import polling, sources
from trends.collection import quotas
from trends.models import TrendSource
from trends.sources.base import LocalSource, Source

ILL = ("down", "failing", "slow", "ok", "never", "paused")  # worst first
UNKNOWN_OUTCOME = "wait"
WORDS = {
    "news": gettext_lazy("new topics"),
    "moved": gettext_lazy("other numbers"),
    "same": gettext_lazy("nothing new"),
    "wait": gettext_lazy("had to wait"),
    "bad": gettext_lazy("failed"),
}
HEIGHTS = {"news": 16, "moved": 11, "same": 6, "wait": 3, "bad": 16}


@dataclass(frozen=True)
class Mark:
    """One poll of the strip: when, what came of it (a key of WORDS), and how many items (None: not told)."""

    at: dt.datetime
    outcome: str
    items: int | None

    @property
    def label(self) -> str:
        """What came of it, in words."""
        return str(WORDS[self.outcome])

    @property
    def height(self) -> int:
        """How tall it is drawn, of 16."""
        return HEIGHTS[self.outcome]

    @property
    def top(self) -> int:
        """Where it begins, so that all stand on one line."""
        return 16 - self.height


@dataclass(frozen=True)
class Feed:
    """One feed: its row, and how it is. `state` is one of ILL; `way` is asked, imported or local."""

    row: TrendSource
    state: str
    words: str
    way: str
    marks: tuple[Mark, ...]
    quota: quotas.Standing | None = None

    @property
    def note(self) -> str:
        """What went wrong, or was put right, the last time."""
        return self.row.last_error or self.row.last_note

    @property
    def pace(self) -> dt.timedelta | None:
        """How often it is asked now; None for what is never asked."""
        return (self.row.pace or self.row.interval) if self.way != "imported" else None

    @property
    def is_quickened(self) -> bool:
        """Say whether it is asked more often than set."""
        return self.pace is not None and self.pace < self.row.interval

    @property
    def is_slowed(self) -> bool:
        """Say whether it is asked less often than set."""
        return self.pace is not None and self.pace > self.row.interval

    @property
    def next_at(self) -> dt.datetime | None:
        """When it is asked next; None when it is not."""
        return self.row.next_poll_at if self.row.enabled and self.way != "imported" else None


def feeds(rows: Iterable[TrendSource], *, now: dt.datetime) -> list[Feed]:
    """Return how feeds are, the ill ones first; no statement. Give all rows of a kind, for they share its quota."""
    kinds: dict[str, list[TrendSource]] = {}
    for row in rows:
        kinds.setdefault(row.kind, []).append(row)
    found = [_feed(row, kinds[row.kind], now=now) for each in kinds.values() for row in each]
    return sorted(found, key=lambda feed: (ILL.index(feed.state), feed.row.kind, feed.row.name))


def every(*, now: dt.datetime) -> list[Feed]:
    """Return how all real feeds are: one statement."""
    return feeds(TrendSource.objects.filter(is_example=False), now=now)


def _feed(row: TrendSource, sharing: list[TrendSource], *, now: dt.datetime) -> Feed:
    adapter = sources.source(row.kind) if row.kind in settings.TREND_SOURCES else None
    return Feed(
        row=row,
        state=row.health if row.enabled else "paused",
        words=_words(row, now) if row.enabled else _("Switched off."),
        way=_way(adapter),
        marks=tuple(filter(None, (_mark(told) for told in row.outcomes))),
        quota=quotas.standing(row, sharing, adapter, now=now) if adapter else None,
    )


def _way(adapter: Source | None) -> str:
    if adapter is not None and adapter.is_imported:
        return "imported"
    return "local" if isinstance(adapter, LocalSource) else "asked"


def _words(row: TrendSource, now: dt.datetime) -> str:
    return polling.words_for_health(
        polling.Health(row.health),
        failures=row.consecutive_failures,
        last_success_at=row.last_success_at,
        now=now,
        duration=row.last_duration,
    )


def _mark(told: list[object]) -> Mark | None:
    match told:
        case [str(at), str(outcome), items, *_rest]:
            known = outcome if outcome in WORDS else UNKNOWN_OUTCOME
            return Mark(dt.datetime.fromisoformat(at), known, items if isinstance(items, int) else None)
    return None
