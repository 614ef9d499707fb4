"""An account's days at Pinterest: totals for everybody, what pins won by day for business accounts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from publishing.platforms.base import Clock, Rejected, SignInAgain
from publishing.platforms.counting import AccountGone, DayFigures, Missing
from publishing.platforms.recent import numbers

HISTORY: Final = timedelta(days=89)
DAY: Final = timedelta(days=1)
LATE: Final = timedelta(days=3)
TOP: Final = timedelta(days=30)
TOTALS: Final = {
    "follower_count": "followers",
    "following_count": "following",
    "pin_count": "pins",
    "board_count": "boards",
    "monthly_views": "monthly_views",
}
BY_DAY: Final = {
    "IMPRESSION": "impressions",
    "SAVE": "saves",
    "PIN_CLICK": "pin_clicks",
    "OUTBOUND_CLICK": "outbound_clicks",
    "VIDEO_MRC_VIEW": "video_views",
}
RATE: Final = "ENGAGEMENT_RATE"
OF_PIN: Final = {"IMPRESSION": "impressions", "SAVE": "saves", "PIN_CLICK": "pin_clicks", "OUTBOUND_CLICK": "clicks"}
# Numbers that are not settled yet, and days before there were any.
READY: Final = "READY"
NOT_YET: Final = frozenset({"PROCESSING", "ESTIMATE"})
# Analytics are for business accounts; who may not see them has a sign-in that is as good as before.
CLOSED: Final = (Rejected, SignInAgain)
Call = Callable[[str, Mapping[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Days:
    """The account behind `call`, which asks with its token."""

    call: Call
    clock: Clock
    web: str

    def day(self, today: date) -> DayFigures:
        """Totals, and the pins that did best of a month."""
        try:
            account = self.call("/user_account", {})
        except Rejected as refused:
            if refused.code != "404":
                raise
            raise AccountGone("Pinterest no longer knows this account.") from None
        figures: dict[str, Any] = numbers(account, TOTALS)
        missing: dict[str, Missing] = {"posted_24h": Missing.NOT_OFFERED}
        later = dict.fromkeys((*BY_DAY.values(), "engagement_rate"), Missing.NOT_YET)
        try:
            figures["top_posts"] = self._top(today)
            missing |= later
        except CLOSED:
            missing |= dict.fromkeys((*later, "top_posts"), Missing.NO_ACCESS)
        return DayFigures(today, figures, missing, settled=False)

    def past(self, first: date, last: date) -> Sequence[DayFigures]:
        """Days that are over, of the last ninety, where the account may see them."""
        first = max(first, self.clock().astimezone(UTC).date() - HISTORY)
        if last < first:
            return ()
        asked = ",".join((*BY_DAY, RATE))
        params = {"start_date": f"{first}", "end_date": f"{last}", "metric_types": asked}
        try:
            told = self.call("/user_account/analytics", params).get("all")
        except CLOSED:
            return ()
        rows = told.get("daily_metrics") if isinstance(told, dict) else None
        days = [found for row in rows or [] if isinstance(row, dict) and (found := self._day(row)) is not None]
        return sorted((day for day in days if first <= day.day <= last), key=lambda day: day.day)

    def _day(self, row: Mapping[str, Any]) -> DayFigures | None:
        metrics, status = row.get("metrics"), str(row.get("data_status") or READY)
        if status not in {READY, *NOT_YET} or not isinstance(metrics, dict):
            return None
        try:
            day = date.fromisoformat(str(row.get("date")))
        except ValueError:
            return None
        figures: dict[str, Any] = {}
        for name, key in BY_DAY.items():
            if (value := _number(metrics.get(name))) is not None:
                figures[key] = value
        if isinstance(rate := metrics.get(RATE), int | float) and 0 <= rate <= 1:
            figures["engagement_rate"] = float(rate)
        if not figures:
            return None
        why = Missing.NO_ANSWER if status == READY else Missing.NOT_YET
        missing = {key: why for key in (*BY_DAY.values(), "engagement_rate") if key not in figures}
        missing |= dict.fromkeys((*TOTALS.values(), "top_posts", "posted_24h"), Missing.NOT_OFFERED)
        over = datetime(day.year, day.month, day.day, tzinfo=UTC) + DAY
        return DayFigures(day, figures, missing, settled=status == READY and over < self.clock() - LATE)

    def _top(self, today: date) -> list[dict[str, Any]]:
        params = {"start_date": f"{today - TOP}", "end_date": f"{today - DAY}", "sort_by": "ENGAGEMENT"}
        told = self.call("/user_account/analytics/top_pins", {**params, "num_of_pins": 5})
        pins = [one for one in told.get("pins") or [] if isinstance(one, dict)]
        return [
            {"id": (pin := str(one.get("pin_id"))), "url": f"{self.web}/pin/{pin}/", **numbers_of(one)} for one in pins
        ]


def numbers_of(pin: Mapping[str, Any]) -> dict[str, int]:
    """What one of the best pins has."""
    metrics = pin.get("metrics")
    found = {key: _number(metrics.get(name)) for name, key in OF_PIN.items()} if isinstance(metrics, dict) else {}
    return {key: value for key, value in found.items() if value is not None}


def _number(value: Any) -> int | None:
    """A count; Pinterest writes some with a fraction."""
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 else None
