"""The few questions a calendar asks: how many posts each day has, the first of them, and which come too near."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, CharField, Count, F, OrderBy, Q, QuerySet, Value, When, Window
from django.db.models.functions import Coalesce, ExtractHour, Lag, Left, NullIf, RowNumber, TruncDate

from accounts.models import Membership
from publishing.delivery.handing import WISH
from publishing.models import CalendarEntry, PlatformConnection, ScheduledPost
from publishing.screens.calendar.wanted import DAY, HOUSE, Wanted, narrowed, posts_of
from publishing.walltime import city, zone_of
from trenddrop.core.titles import beginning

Status = ScheduledPost.Status
# Two posts of one account nearer than this take each other's audience.
NEAR = dt.timedelta(hours=1)
MOST_CLASHES = 20
MOST_ENTRIES = 300
PAGE = 100
SHOWN = 80  # letters of a post
MOVABLE = frozenset({Status.DRAFT, Status.WAITING, Status.SCHEDULED, Status.ASSISTED, Status.HANDED})
AHEAD = (*sorted(MOVABLE), Status.PUBLISHING)
FIELDS = (
    "pk", "scheduled_for", "status", "words", "connection_id", "client_id", "timezone", "platform_post_id", "wish",
    "time_note", "piece_id", "is_optimised", "time_score", "error",
)  # fmt: skip


@dataclass(slots=True)
class Mark:
    """One post on the calendar; `at` is on the clock that is shown."""

    pk: uuid.UUID
    at: dt.datetime
    status: str
    words: str
    account: PlatformConnection
    client_id: uuid.UUID | None
    zone: str
    is_movable: bool
    note: str = ""
    is_optimised: bool = False
    time_score: int | None = None
    error: str = ""
    is_held: bool = False
    style: str = ""

    @property
    def platform(self) -> str:
        """Where it goes."""
        return self.account.platform

    @property
    def clock(self) -> str:
        """What the shown clock says then."""
        return f"{self.at:%H:%M}"

    @property
    def local(self) -> str:
        """Its day and time on the shown clock."""
        return f"{self.at:%Y-%m-%dT%H:%M}"

    @property
    def there(self) -> dt.datetime:
        """Its time on its own clock."""
        return self.at.astimezone(zone_of(self.zone))

    @property
    def own_clock(self) -> str:
        """What its own clock shows, and where that is."""
        return f"{self.there:%H:%M} {city(self.zone)}"

    @property
    def keeps_other_time(self) -> bool:
        """Whether its own clock shows another time than the one that is shown."""
        return self.there.utcoffset() != self.at.utcoffset()


@dataclass(frozen=True, slots=True)
class Tally:
    """So many posts of one day and zone; `of` is what else they were told apart by: a lane, a state."""

    day: dt.date
    zone: str
    count: int
    of: Any = None


@dataclass(frozen=True, slots=True)
class Clash:
    """Two posts of one account that come too near, or one piece that goes to it twice (`is_twin`)."""

    at: dt.datetime
    pk: uuid.UUID
    words: str
    other_at: dt.datetime
    other: uuid.UUID
    account: PlatformConnection
    is_twin: bool

    @property
    def apart(self) -> dt.timedelta:
        """How far."""
        return self.at - self.other_at


@dataclass(frozen=True)
class Accounts:
    """The accounts the member plans for, by key; those of posts that are gone are found here too."""

    all: Sequence[PlatformConnection]
    by_key: dict[uuid.UUID, PlatformConnection] = field(default_factory=dict)


def accounts_of(member: Membership) -> Accounts:
    """Return every account whose posts may be shown, by platform and name."""
    rows = PlatformConnection.objects.filter(organization_id=member.organization_id)
    if whose := member.client_id or member.narrowed_to:
        rows = rows.filter(Q(client=None) | Q(client_id=whose))
    rows = rows.only("platform", "handle", "client_id", "status", "organization_id", "allowance")
    found = list(rows.order_by("platform", "handle", "pk"))
    return Accounts(found, {each.pk: each for each in found})


def shown_accounts(accounts: Accounts, wanted: Wanted) -> list[PlatformConnection]:
    """Return the accounts that fit the filter and still post."""
    found = [each for each in accounts.all if each.status != PlatformConnection.Status.REMOVED]
    if wanted.account:
        found = [each for each in found if each.pk == wanted.account]
    if wanted.platform:
        found = [each for each in found if each.platform == wanted.platform]
    if wanted.client and wanted.client != HOUSE:
        found = [each for each in found if each.client_id is None or str(each.client_id) == wanted.client]
    return found


def tallies(member: Membership, wanted: Wanted, *by: str) -> list[Tally]:
    """Return how many posts each day and zone has, told apart `by` one more field; one question, few rows."""
    rows = posts_of(member, wanted).annotate(day=TruncDate("scheduled_for", tzinfo=wanted.place)).order_by()
    grouped = rows.values("day", "timezone", *by).annotate(n=Count("pk"))
    return [Tally(*row) for row in grouped.values_list("day", "timezone", "n", *by)]


def first_marks(member: Membership, wanted: Wanted, accounts: Accounts, *, most: int) -> list[Mark]:
    """Return the first `most` posts of each place on the grid, by time: of a day, an hour (week) or a lane's day."""
    parts: list[Any] = [TruncDate("scheduled_for", tzinfo=wanted.place)]
    if wanted.view == "week":
        parts.append(ExtractHour("scheduled_for", tzinfo=wanted.place))
    return _first(posts_of(member, wanted), parts, accounts, wanted, most)


def first_of_lanes(
    member: Membership, wanted: Wanted, accounts: Accounts, *, lanes: Sequence[uuid.UUID | None], most: int
) -> list[Mark]:
    """Return the first `most` posts of each day of some lanes, by time."""
    keys = [key for key in lanes if key]
    theirs = Q(**{f"{wanted.lane_field}__in": keys})
    if None in lanes:
        theirs |= Q(**{wanted.lane_field: None})
    parts = [TruncDate("scheduled_for", tzinfo=wanted.place), F(wanted.lane_field)]
    return _first(posts_of(member, wanted).filter(theirs), parts, accounts, wanted, most)


def _first(
    rows: QuerySet[ScheduledPost], parts: Sequence[Any], accounts: Accounts, wanted: Wanted, most: int
) -> list[Mark]:
    place = Window(RowNumber(), partition_by=list(parts), order_by=IN_TIME)
    found = rows.annotate(place=place).filter(place__lte=most)
    return marks(found.order_by("scheduled_for", "pk"), accounts, wanted.place)


IN_TIME = (OrderBy(F("scheduled_for")), OrderBy(F("pk")))


def marks(rows: QuerySet[ScheduledPost], accounts: Accounts, place: ZoneInfo) -> list[Mark]:
    """Read posts as marks, with no more of them than is shown."""
    words = Coalesce(NullIf(Left("title", SHOWN), Value("")), Left("text", SHOWN), output_field=CharField())
    read = rows.annotate(words=words, wish=F(f"metadata__{WISH}")).values_list(*FIELDS)
    return [_mark(row, accounts, place) for row in read if row[4] in accounts.by_key]


def _mark(row: tuple[Any, ...], accounts: Accounts, place: ZoneInfo) -> Mark:
    pk, at, status, words, account, client, zone, named, wish, note, _piece, optimised, score, error = row
    stands = bool(named) and status == Status.SCHEDULED
    return Mark(
        pk,
        at.astimezone(place),
        status,
        beginning(words, SHOWN),
        accounts.by_key[account],
        client,
        zone,
        status in MOVABLE and not stands and not wish,
        note,
        optimised,
        score,
        error,
    )


def clashes(member: Membership, wanted: Wanted, accounts: Accounts, *, now: dt.datetime) -> list[Clash]:
    """Return what comes too near in the days that are shown, and what goes to one account twice; at most twenty."""
    begins, ends = wanted.span
    rows = narrowed(member, wanted).filter(status__in=AHEAD, scheduled_for__lt=ends)
    rows = rows.filter(scheduled_for__gte=max(begins - NEAR, now))
    whose = Case(When(series=None, then=F("piece_id")), default=F("pk"))  # a series means to repeat itself
    rows = rows.annotate(
        near_at=_previous("scheduled_for"),
        near=_previous("pk"),
        twin_at=_previous("scheduled_for", whose),
        twin=_previous("pk", whose),
    )
    found = rows.filter(Q(scheduled_for__lt=F("near_at") + NEAR) | Q(twin_at__isnull=False))
    read = found.filter(scheduled_for__gte=begins).order_by("scheduled_for", "pk")[: MOST_CLASHES + 1]
    fields = ("pk", "scheduled_for", "title", "text", "connection_id", "near_at", "near", "twin_at", "twin")
    return [_clash(row, accounts) for row in read.values_list(*fields) if row[4] in accounts.by_key]


def _previous(name: str, *more: Any) -> Window:
    return Window(Lag(name), partition_by=[F("connection_id"), *more], order_by=IN_TIME)


def _clash(row: tuple[Any, ...], accounts: Accounts) -> Clash:
    pk, at, title, text, account, near_at, near, twin_at, twin = row
    is_twin = twin_at is not None
    other_at, other = (twin_at, twin) if is_twin else (near_at, near)
    return Clash(at, pk, title or beginning(text, SHOWN), other_at, other, accounts.by_key[account], is_twin)


def entries(member: Membership, wanted: Wanted) -> list[CalendarEntry]:
    """Return what named calendars intend for these days and is no post yet, or no more, by day and time."""
    if wanted.state:
        return []
    live = CalendarEntry.objects.visible_to(member).open().filter(calendar__deleted_at=None)
    rows = live.filter(date__range=(wanted.first - DAY, wanted.last + DAY)).select_related("calendar")
    if wanted.plan:
        rows = rows.filter(calendar_id=wanted.plan)
    if wanted.client:
        rows = rows.filter(calendar__client_id=wanted.client_id)
    if wanted.account:
        rows = rows.filter(connection_id=wanted.account)
    if wanted.platform:
        rows = rows.filter(platform=wanted.platform)
    return list(rows.order_by("date", F("at").asc(nulls_first=True), "pk")[:MOST_ENTRIES])


@dataclass(frozen=True)
class Page:
    """Some posts in the order of their times; `after` is where the next page begins, "" at the end."""

    marks: list[Mark]
    after: str


def page_of(member: Membership, wanted: Wanted, accounts: Accounts, *, after: str) -> Page:
    """Return a page of the list: by time, and by key where times are the same."""
    rows = posts_of(member, wanted)
    if cursor := _cursor(after):
        at, key = cursor
        rows = rows.filter(Q(scheduled_for__gt=at) | Q(scheduled_for=at, pk__gt=key))
    found = marks(rows.order_by("scheduled_for", "pk")[: PAGE + 1], accounts, wanted.place)
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Page(found[:PAGE], f"{last.at.timestamp():.6f}_{last.pk.hex}" if last else "")


def _cursor(text: str) -> tuple[dt.datetime, uuid.UUID] | None:
    stamp, _sep, key = text.partition("_")
    try:
        return dt.datetime.fromtimestamp(float(stamp), dt.UTC), uuid.UUID(key)
    except (ValueError, OverflowError, OSError):
        return None


def counted(rows: Iterable[Tally]) -> dict[dt.date, int]:
    """Return how many posts each day has."""
    found: dict[dt.date, int] = {}
    for row in rows:
        found[row.day] = found.get(row.day, 0) + row.count
    return found
