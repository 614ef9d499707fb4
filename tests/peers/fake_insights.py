"""Insights as Meta's hosts tell them: by Pacific day, one unknown name fails a whole call, nothing for the small."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.peers.fake_graph import Fields, no, stamp
from tests.peers.wire import Response

PACIFIC = ZoneInfo("America/Los_Angeles")
DAY = timedelta(days=1)
PEOPLE: dict[str, dict[str, int]] = {
    "country": {"IN": 640, "PT": 210, "US": 97},
    "city": {"Mumbai, Maharashtra": 300, "Lisbon, Lisbon District": 180},
    "age": {"18-24": 210, "25-34": 480, "35-44": 150, "65+": 7},
    "gender": {"F": 503, "M": 388, "U": 21},
}
DEMOGRAPHICS = frozenset({"follower_demographics", "engaged_audience_demographics"})


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=PACIFIC).astimezone(UTC)


@dataclass
class Told:
    """What an account's insights hold.

    `days`: values by day and metric. `names`: the metrics that exist. `followers`: below a hundred some is kept back.
    `locked`: tokens without the right to read insights. `longest`: days of one call. `kept_since`: earlier is refused.
    """

    names: set[str]
    longest: int = 30
    days: dict[date, dict[str, Any]] = field(default_factory=dict)
    people: dict[str, dict[str, int]] = field(
        default_factory=lambda: {kind: dict(told) for kind, told in PEOPLE.items()}
    )
    followers: int = 4210
    locked: set[str] = field(default_factory=set)
    kept_since: date = date(2024, 11, 21)
    is_gone: bool = False

    def tell(self, day: date, **values: Any) -> None:
        """Let a day hold a value in every metric, each of its own."""
        told = {name: 10 + number for number, name in enumerate(sorted(self.names - DEMOGRAPHICS))}
        self.days[day] = {**told, **values}

    def rename(self, name: str) -> None:
        """The platform calls a metric otherwise from now on."""
        self.names.discard(name)
        self.names.add(f"{name}_v2")

    def refused(self, fields: Fields, token: str, *, needed: str) -> Response | None:
        """Why a call is not answered."""
        if token in self.locked:
            return no(10, f"(#10) Application does not have permission for this action: {needed}", status=403)
        asked = str(fields.get("metric", "")).split(",")
        if strange := [name for name in asked if name not in self.names]:
            known = ", ".join(sorted(self.names))
            return no(100, f"(#100) metric[0] must be one of the following values: {known}; not {strange[0]}")
        since, until = self.span(fields)
        if since and since < midnight(self.kept_since):
            return no(100, "since param is not valid. Metrics data is available for the last 2 years")
        if since and until and until - since > self.longest * DAY + timedelta(hours=1):
            return no(100, f"(#100) There cannot be more than {self.longest} days between since and until")
        return None

    def span(self, fields: Fields) -> tuple[datetime | None, datetime | None]:
        ends = [fields.get("since"), fields.get("until")]
        since, until = (datetime.fromtimestamp(int(one), UTC) if one else None for one in ends)
        return since, until

    def within(self, fields: Fields) -> Iterable[date]:
        """The days that lie whole within what was asked for."""
        since, until = self.span(fields)
        return [
            day
            for day in sorted(self.days)
            if (since is None or midnight(day) >= since) and (until is None or midnight(day + DAY) <= until)
        ]

    def total(self, name: str, fields: Fields) -> Fields | None:
        """A metric as one total of the time asked for."""
        held = [self.days[day][name] for day in self.within(fields) if name in self.days[day]]
        return {"name": name, "period": "day", "total_value": {"value": sum(held)}, "id": name} if held else None

    def series(self, name: str, fields: Fields, *, period: str = "day") -> Fields | None:
        """A metric day by day, each with the moment it ended."""
        values = [
            {"value": self.days[day][name], "end_time": stamp(midnight(day + DAY))}
            for day in self.within(fields)
            if name in self.days[day]
        ]
        return {"name": name, "period": period, "values": values, "title": name, "id": name} if values else None

    def demographics(self, name: str, fields: Fields) -> Fields | None:
        """Who the followers are; nobody is told of fewer than a hundred."""
        kind = str(fields.get("breakdown", ""))
        if self.followers < 100 or not self.people.get(kind):
            return None
        results = [{"dimension_values": [value], "value": count} for value, count in self.people[kind].items()]
        broken = {"dimension_keys": [kind], "results": results}
        return {"name": name, "period": "lifetime", "total_value": {"breakdowns": [broken]}, "id": name}


def data(rows: Iterable[Fields | None]) -> Response:
    """An answer; what holds nothing is left out."""
    return Response(200, {"data": [row for row in rows if row]})


INSTAGRAM = {
    "reach", "views", "accounts_engaged", "total_interactions", "likes", "comments", "saves", "shares", "replies",
    "reposts", "follows_and_unfollows", "profile_links_taps", "follower_count", "follower_demographics",
}  # fmt: skip
BROKEN_BY = {"follows_and_unfollows": "follow_type", "profile_links_taps": "contact_button_type"}


def of_instagram(told: Told, fields: Fields, token: str) -> Response:
    """`/{ig}/insights`: totals, of reach a series too; breakdowns only where there are such."""
    if refused := told.refused(fields, token, needed="instagram_manage_insights"):
        return refused
    period, kind = fields.get("period"), fields.get("metric_type")
    rows: list[Fields | None] = []
    for name in str(fields["metric"]).split(","):
        if name in DEMOGRAPHICS:
            if (period, kind) != ("lifetime", "total_value"):
                return no(100, "(#100) Incompatible metrics (follower_demographics) with period or metric_type")
            rows.append(told.demographics(name, fields))
        elif name == "reach" and (period == "days_28" or kind == "time_series"):
            rows.append(told.series(name, fields, period=str(period)))
        elif period != "day" or kind != "total_value":
            return no(100, f"(#100) Metric {name} should be specified with parameter metric_type=total_value")
        elif fields.get("breakdown") and fields["breakdown"] != BROKEN_BY.get(name):
            return no(100, f"(#100) Breakdown {fields['breakdown']} is not available for {name}")
        elif name == "follows_and_unfollows":
            rows.append(_moves(told, fields) if told.followers >= 100 else None)
        else:
            rows.append(told.total(name, fields))
    return data(rows)


def _moves(told: Told, fields: Fields) -> Fields | None:
    row = told.total("follows_and_unfollows", fields)
    if row is None or not fields.get("breakdown"):
        return None
    won = row["total_value"]["value"]
    results = [{"dimension_values": ["FOLLOWER"], "value": won}, {"dimension_values": ["NON_FOLLOWER"], "value": 3}]
    row["total_value"] = {"breakdowns": [{"dimension_keys": ["follow_type"], "results": results}]}
    return row


FACEBOOK = {
    "page_media_view", "page_total_media_view_unique", "page_follows", "page_daily_follows_unique",
    "page_daily_unfollows_unique", "page_post_engagements", "page_views_total", "page_video_views",
    "page_actions_post_reactions_like_total", "page_actions_post_reactions_love_total",
    "page_actions_post_reactions_wow_total", "page_actions_post_reactions_haha_total",
    "page_actions_post_reactions_sorry_total", "page_actions_post_reactions_anger_total",
}  # fmt: skip


def of_page(told: Told, fields: Fields, token: str) -> Response:
    """`/{page}/insights`: a series by day; nothing for a Page of fewer than a hundred likes."""
    if refused := told.refused(fields, token, needed="read_insights"):
        return refused
    if fields.get("period") not in {"day", "week", "days_28"}:
        return no(100, "(#100) period must be day, week or days_28")
    names = str(fields["metric"]).split(",")
    return data(told.series(name, fields) for name in names) if told.followers >= 100 else data([])


THREADS = {"views", "likes", "replies", "reposts", "quotes", "clicks", "followers_count", "follower_demographics"}


def of_threads(told: Told, fields: Fields, token: str) -> Response:
    """`/me/threads_insights`: views as a series, clicks by link, followers as they stand, the rest as totals."""
    if refused := told.refused(fields, token, needed="threads_manage_insights"):
        return refused
    if fields.get("since") and int(fields["since"]) < 1712991600:
        return no(100, "(#100) since must be after April 13, 2024")
    return data(_of_threads(told, name, fields) for name in str(fields["metric"]).split(","))


def _of_threads(told: Told, name: str, fields: Fields) -> Fields | None:
    if name == "followers_count":
        return {"name": name, "period": "day", "total_value": {"value": told.followers}, "id": name}
    if name in DEMOGRAPHICS:
        return told.demographics(name, fields)
    if name == "views":
        return told.series(name, fields)
    row = told.total(name, fields)
    if row and name == "clicks":
        links = [{"value": row.pop("total_value")["value"], "link_url": "https://kesar.example/"}]
        row["link_total_values"] = links
    return row
