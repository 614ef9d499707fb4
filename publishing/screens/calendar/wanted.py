"""What somebody wants to see of the calendar: which days, how, whose, and on which clock."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from accounts.models import Membership
from publishing.models import CalendarEntry, ScheduledPost
from publishing.walltime import UnknownZone, zone_of

Status = ScheduledPost.Status
DAY = dt.timedelta(days=1)
VIEWS = ("month", "week", "lanes", "list", "day")
HOUSE = "house"  # posts for no client
STATES: Mapping[str, tuple[Status, ...]] = {
    "draft": (Status.DRAFT,),
    "waiting": (Status.WAITING,),
    "planned": (Status.SCHEDULED, Status.PUBLISHING, Status.HANDED, Status.ASSISTED),
    "live": (Status.PUBLISHED,),
    "trouble": (Status.UNCONFIRMED, Status.FAILED, Status.MISSED),
}
EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2199, 12, 31)


@dataclass(frozen=True)
class Wanted:
    """A view of some days, narrowed; `client` is "", "house" or an id; what is empty narrows nothing."""

    view: str
    day: dt.date
    zone: str
    own_zone: str
    client: str = ""
    account: uuid.UUID | None = None
    platform: str = ""
    state: str = ""
    plan: uuid.UUID | None = None
    lanes: str = "client"
    select: bool = False
    until: dt.date | None = None  # the last day of a "span"
    part: int = 1  # of the lanes, where they are more than stand on one page

    @classmethod
    def read(cls, asked: Mapping[str, str], *, zone: str, now: dt.datetime) -> "Wanted":
        """Read an address; what it says wrongly counts as not said. `zone` is the reader's own."""
        clock = asked.get("clock", "")
        chosen = clock if clock and _is_zone(clock) else zone
        view, state, lanes = asked.get("view", ""), asked.get("state", ""), asked.get("lanes", "")
        client = asked.get("client", "")
        return cls(
            view=view if view in VIEWS else "month",
            day=_date(asked.get("day", "")) or now.astimezone(zone_of(chosen)).date(),
            zone=chosen,
            own_zone=zone,
            client=client if client == HOUSE or _key(client) else "",
            account=_key(asked.get("account", "")),
            platform=asked.get("platform", "")[:20],
            state=state if state in STATES else "",
            plan=_key(asked.get("plan", "")),
            lanes=lanes if lanes == "account" else "client",
            select=asked.get("select", "") == "1",
            part=_number(asked.get("part", "")),
        )

    @property
    def place(self) -> ZoneInfo:
        """The clock that is shown."""
        return zone_of(self.zone)

    @property
    def client_id(self) -> uuid.UUID | None:
        """The client that is asked for; None for posts of no client."""
        return _key(self.client)

    @property
    def first(self) -> dt.date:
        """The first day that is shown."""
        match self.view:
            case "month":
                return _monday(self.day.replace(day=1))
            case "week":
                return _monday(self.day)
            case "day" | "span":
                return self.day
        return self.day.replace(day=1)

    @property
    def last(self) -> dt.date:
        """The last day that is shown."""
        match self.view:
            case "month":
                return _monday(self._month_end()) + 6 * DAY
            case "week":
                return self.first + 6 * DAY
            case "day":
                return self.day
            case "span":
                return self.until or self.day
        return self._month_end()

    def _month_end(self) -> dt.date:
        return _next_month(self.day) - DAY

    @property
    def days(self) -> list[dt.date]:
        """Every day that is shown."""
        return [self.first + n * DAY for n in range((self.last - self.first).days + 1)]

    @property
    def span(self) -> tuple[dt.datetime, dt.datetime]:
        """The instants between which they lie, the second not included."""
        begins, ends = (dt.datetime.combine(day, dt.time(), self.place) for day in (self.first, self.last + DAY))
        return begins.astimezone(dt.UTC), ends.astimezone(dt.UTC)

    @property
    def before(self) -> "Wanted":
        """The days before these."""
        steps = {"week": self.day - 7 * DAY, "day": self.day - DAY}
        return replace(self, day=max(EARLIEST, steps.get(self.view) or (self.day.replace(day=1) - DAY).replace(day=1)))

    @property
    def after(self) -> "Wanted":
        """The days after these."""
        steps = {"week": self.day + 7 * DAY, "day": self.day + DAY}
        return replace(self, day=min(LATEST, steps.get(self.view) or _next_month(self.day)))

    @property
    def lane_field(self) -> str:
        """What of a post says in which lane it stands."""
        return "client_id" if self.lanes == "client" else "connection_id"

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.client or self.account or self.platform or self.state or self.plan)

    def __str__(self) -> str:
        """The end of its address."""
        told = {
            "view": self.view,
            "day": self.day.isoformat(),
            "client": self.client,
            "account": str(self.account or ""),
            "platform": self.platform,
            "state": self.state,
            "plan": str(self.plan or ""),
            "clock": self.zone if self.zone != self.own_zone else "",
            "lanes": self.lanes if self.lanes != "client" else "",
            "select": "1" if self.select else "",
            "part": str(self.part) if self.part > 1 else "",
        }
        return "?" + urlencode({name: value for name, value in told.items() if value})


def posts_of(member: Membership, wanted: Wanted) -> QuerySet[ScheduledPost]:
    """Return the member's posts of the days and filters, without order; what was cancelled stands nowhere."""
    begins, ends = wanted.span
    rows = narrowed(member, wanted).filter(scheduled_for__gte=begins, scheduled_for__lt=ends)
    return rows.filter(status__in=STATES[wanted.state]) if wanted.state else rows


def narrowed(member: Membership, wanted: Wanted) -> QuerySet[ScheduledPost]:
    """Return the member's posts of any day and state that fit whose they are and where they go."""
    rows = ScheduledPost.objects.visible_to(member).exclude(status=Status.CANCELLED)
    if wanted.client:
        rows = rows.filter(client_id=wanted.client_id)
    if wanted.account:
        rows = rows.filter(connection_id=wanted.account)
    if wanted.platform:
        rows = rows.filter(connection__platform=wanted.platform)
    if wanted.plan:
        entries = CalendarEntry.objects.visible_to(member).filter(calendar_id=wanted.plan)
        rows = rows.filter(pk__in=entries.values("post_id"))
    return rows


def _monday(day: dt.date) -> dt.date:
    return day - day.weekday() * DAY


def _next_month(day: dt.date) -> dt.date:
    return (day.replace(day=1) + 32 * DAY).replace(day=1)


def _date(text: str) -> dt.date | None:
    try:
        return max(EARLIEST, min(LATEST, dt.date.fromisoformat(text)))
    except ValueError:
        return None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 4 else 1


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _is_zone(name: str) -> bool:
    try:
        zone_of(name)
    except UnknownZone:
        return False
    return True
