"""An account's days at LinkedIn: of pages what they won day by day; of people where the app was reviewed for it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from publishing.platforms.base import Clock, Rejected, Token
from publishing.platforms.counting import AccountGone, DayFigures, Missing
from publishing.platforms.linkedin.api import Api, encoded
from publishing.platforms.linkedin.refusals import CONFIG, GONE, NO_RIGHT
from publishing.platforms.recent import number, numbers

# A rolling year.
HISTORY: Final = timedelta(days=364)
LATE: Final = timedelta(days=2)
DAY: Final = timedelta(days=1)
ORGANIZATION: Final = "urn:li:organization:"
SHARES: Final = {
    "impressionCount": "impressions",
    "uniqueImpressionsCount": "reach",
    "clickCount": "clicks",
    "likeCount": "likes",
    "commentCount": "comments",
    "shareCount": "shares",
}
OF_PEOPLE: Final = {
    "IMPRESSION": "impressions",
    "REACTION": "likes",
    "COMMENT": "comments",
    "RESHARE": "shares",
    "POST_SAVE": "saves",
    "LINK_CLICKS": "link_clicks",
}
VISITS: Final = {"pageViews": "page_views", "uniquePageViews": "unique_visitors"}
OF_PAGES: Final = (*SHARES.values(), "engagement_rate", "follows", *VISITS.values())
ONLY_PAGES: Final = ("clicks", "engagement_rate", "page_views", "unique_visitors", "reach")
NEVER: Final = dict.fromkeys(("posts", "posted_24h", "top_posts"), Missing.NOT_OFFERED)
POST_ANALYTICS: Final = "r_member_postAnalytics"
Figures = dict[str, Any]


@dataclass
class Gathered:
    """Figures by day as one call after the other brings them, and why the others are wanting."""

    days: dict[date, Figures] = field(default_factory=dict)
    missing: dict[str, Missing] = field(default_factory=dict)

    def add(self, day: date, figures: Figures) -> None:
        """Keep what a call told of a day."""
        if figures:
            self.days.setdefault(day, {}).update(figures)


@dataclass(frozen=True)
class Days:
    """One person or page, asked with its token."""

    api: Api
    clock: Clock
    account: str
    token: Token

    @property
    def is_page(self) -> bool:
        """Whether it is no person."""
        return self.account.startswith(ORGANIZATION)

    def day(self, today: date) -> DayFigures:
        """How many follow; what the day won is told when it is over."""
        figures, missing = {}, dict(NEVER)
        try:
            found = self._page_followers() if self.is_page else self._own_followers()
            why = Missing.NO_ANSWER
        except Rejected as refused:
            found, why = None, self._why(refused)
        if found is None:
            missing["followers"] = why
        else:
            figures["followers"] = found
        missing |= dict.fromkeys(self._keys, Missing.NOT_YET if self._may else Missing.NO_ACCESS)
        return DayFigures(today, figures, self._personal(missing), settled=False)

    def past(self, first: date, last: date) -> Sequence[DayFigures]:
        """Days that are over, of the last year."""
        first = max(first, self.clock().astimezone(UTC).date() - HISTORY)
        if last < first or not self._may:
            return ()
        told = self._of_page(first, last) if self.is_page else self._of_person(first, last)
        return [self._over(day, told) for day in sorted(told.days) if first <= day <= last]

    # Of pages

    def _page_followers(self) -> int | None:
        try:
            path = f"networkSizes/{encoded(self.account)}?edgeType=COMPANY_FOLLOWED_BY_MEMBER"
            return number(self.api.call("GET", path, self.token).fields().get("firstDegreeSize"))
        except Rejected as refused:
            if refused.code == GONE:
                raise AccountGone("LinkedIn no longer has this page: it was deleted or merged.") from None
            raise

    def _of_page(self, first: date, last: date) -> Gathered:
        told, stretch = Gathered(), _intervals(first, last)
        entity = f"q=organizationalEntity&organizationalEntity={encoded(self.account)}&{stretch}"
        for row in self._rows(
            f"organizationalEntityShareStatistics?{entity}", told, (*SHARES.values(), "engagement_rate")
        ):
            statistics = row.get("totalShareStatistics")
            told.add(_day(row), numbers(statistics, SHARES) | _rate(statistics))
        for row in self._rows(f"organizationalEntityFollowerStatistics?{entity}", told, ("follows",)):
            gains = numbers(row.get("followerGains"), {"organicFollowerGain": "organic", "paidFollowerGain": "paid"})
            told.add(_day(row), {"follows": sum(gains.values())} if gains else {})
        page = f"q=organization&organization={encoded(self.account)}&{stretch}"
        for row in self._rows(f"organizationPageStatistics?{page}", told, VISITS.values()):
            views = ((row.get("totalPageStatistics") or {}).get("views") or {}).get("allPageViews")
            told.add(_day(row), numbers(views, VISITS))
        return told

    # Of people

    def _own_followers(self) -> int | None:
        rows = self.api.call("GET", "memberFollowersCount?q=me", self.token).fields().get("elements") or []
        return number(rows[0].get("memberFollowersCount")) if rows else None

    def _of_person(self, first: date, last: date) -> Gathered:
        told, stretch = Gathered(), _dates(first, last)
        for name, key in OF_PEOPLE.items():
            query = f"q=me&queryType={name}&aggregation=DAILY&dateRange={stretch}"
            for row in self._rows(f"memberCreatorPostAnalytics?{query}", told, (key,)):
                count = number(row.get("count"))
                told.add(_dated(row), {} if count is None else {key: count})
        for row in self._rows(f"memberFollowersCount?q=dateRange&dateRange={stretch}", told, ("follows",)):
            count = number(row.get("memberFollowersCount"))
            told.add(_dated(row), {} if count is None else {"follows": count})
        return told

    # Both

    @property
    def _may(self) -> bool:
        """Whether days can be asked for at all: people's only where the app was reviewed."""
        return self.is_page or POST_ANALYTICS in self.token.extra.get("scope", "").split()

    @property
    def _keys(self) -> tuple[str, ...]:
        return OF_PAGES if self.is_page else (*OF_PEOPLE.values(), "follows")

    def _rows(self, path: str, told: Gathered, keys: Iterable[str]) -> Iterator[dict[str, Any]]:
        """The elements of an answer; one that is refused costs only its own figures."""
        try:
            elements = self.api.call("GET", path, self.token).fields().get("elements")
        except Rejected as refused:
            if refused.code == CONFIG:
                raise
            told.missing |= dict.fromkeys(keys, self._why(refused))
            return
        for row in elements if isinstance(elements, list) else ():
            if isinstance(row, dict) and (
                isinstance(row.get("timeRange"), dict) or isinstance(row.get("dateRange"), dict)
            ):
                yield row

    def _why(self, refused: Rejected) -> Missing:
        return Missing.NO_ACCESS if refused.code == NO_RIGHT else Missing.NO_ANSWER

    def _personal(self, missing: Mapping[str, Missing]) -> dict[str, Missing]:
        """Of people some things are told to nobody, of pages others."""
        never = ("saves", "link_clicks") if self.is_page else ONLY_PAGES
        return {**missing, **dict.fromkeys(never, Missing.NOT_OFFERED)}

    def _over(self, day: date, told: Gathered) -> DayFigures:
        figures = told.days[day]
        missing = self._personal({**dict.fromkeys(self._keys, Missing.NO_ANSWER), **told.missing, **NEVER})
        missing["followers"] = Missing.NOT_OFFERED
        settled = _midnight(day + DAY) < self.clock() - LATE
        return DayFigures(day, figures, {key: why for key, why in missing.items() if key not in figures}, settled)


def _rate(statistics: Any) -> Figures:
    rate = statistics.get("engagement") if isinstance(statistics, dict) else None
    is_share = isinstance(rate, int | float) and not isinstance(rate, bool) and 0 <= rate <= 1
    return {"engagement_rate": float(rate)} if is_share and rate is not None else {}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _milliseconds(day: date) -> int:
    return int(_midnight(day).timestamp() * 1000)


def _intervals(first: date, last: date) -> str:
    start, end = _milliseconds(first), _milliseconds(last + DAY)
    return f"timeIntervals=(timeRange:(start:{start},end:{end}),timeGranularityType:DAY)"


def _dates(first: date, last: date) -> str:
    start, end = (f"(day:{each.day},month:{each.month},year:{each.year})" for each in (first, last + DAY))
    return f"(start:{start},end:{end})"


def _day(row: Mapping[str, Any]) -> date:
    start = number((row.get("timeRange") or {}).get("start")) or 0
    return datetime.fromtimestamp(start / 1000, UTC).date()


def _dated(row: Mapping[str, Any]) -> date:
    start = (row.get("dateRange") or {}).get("start") or {}
    try:
        return date(int(start["year"]), int(start["month"]), int(start["day"]))
    except (KeyError, TypeError, ValueError):
        return date.min
