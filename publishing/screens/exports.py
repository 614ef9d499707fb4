"""What is planned, as rows of a file that can be brought again."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import Membership
from content.queries import bulky
from publishing import sheets
from publishing.models import PlatformConnection, ScheduledPost
from publishing.screens.calendar import wanted as calendar
from publishing.walltime import zone_of
from trenddrop.core import csvs

CHUNK = 500
LONGEST = dt.timedelta(days=2 * 366)
HEADER = [
    "date", "time", "timezone", "account", "platform", "status", "text", "title", "hashtags", "call to action",
    "mentions", "alt text", "asset", "draft", "client", "url", "error", "id",
]  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """Which posts: days of a clock (both in), and the calendar's filters."""

    first: dt.date
    last: dt.date
    narrowed: calendar.Wanted


def asked(given: Mapping[str, str], *, zone: str, now: dt.datetime) -> Asked:
    """Read an address; what it says wrongly counts as not said."""
    wanted = calendar.Wanted.read(given, zone=zone, now=now)
    first, last = _day(given.get("from", "")), _day(given.get("until", ""))
    if first is None and last is None:
        return Asked(wanted.first, wanted.last, wanted)
    first = first or (last or wanted.day) - dt.timedelta(days=31)
    return Asked(first, min(max(first, last or first + dt.timedelta(days=31)), first + LONGEST), wanted)


def _day(text: str) -> dt.date | None:
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return max(calendar.EARLIEST, min(calendar.LATEST, found))


def rows_of(member: Membership, wanted: Asked) -> QuerySet[ScheduledPost]:
    """Return the posts asked for, without order."""
    place = zone_of(wanted.narrowed.zone)
    begins = dt.datetime.combine(wanted.first, dt.time(), place)
    ends = dt.datetime.combine(wanted.last + dt.timedelta(days=1), dt.time(), place)
    rows = calendar.narrowed(member, wanted.narrowed).filter(scheduled_for__gte=begins, scheduled_for__lt=ends)
    state = calendar.STATES.get(wanted.narrowed.state)
    return rows.filter(status__in=state) if state else rows


def chunk(member: Membership, wanted: Asked, *, after: tuple[dt.datetime, uuid.UUID] | None) -> list[ScheduledPost]:
    """Return the next posts in the order of time."""
    rows = rows_of(member, wanted).select_related("connection", "piece__asset", "client")
    if after:
        at, key = after
        rows = rows.filter(Q(scheduled_for__gt=at) | Q(scheduled_for=at, pk__gt=key))
    rows = rows.defer(*bulky("piece__asset"), "piece__search")
    return list(rows.order_by("scheduled_for", "pk")[:CHUNK])


def cells(post: ScheduledPost) -> list[str]:
    """Return a post as one row: what was planned of it, in the clock it was planned by."""
    day, _sep, clock = post.local_time.partition("T")
    piece = post.piece
    asset = str(piece.asset_id) if piece.asset.file else ""
    return [
        day, clock, post.timezone, post.connection.handle, post.connection.platform, post.get_status_display(),
        piece.text, piece.title, " ".join(f"#{tag}" for tag in piece.hashtags), piece.call_to_action,
        " ".join(f"@{name}" for name in piece.mentions), piece.alt_text, asset,
        "yes" if post.status == ScheduledPost.Status.DRAFT else "", post.client.name if post.client else "",
        post.url, post.error, str(post.pk),
    ]  # fmt: skip


def example(member: Membership, *, now: dt.datetime) -> str:
    """Return a file to begin with: every column, and two rows for an account of the member's."""
    account = PlatformConnection.objects.visible_to(member).filter(status="active").order_by("created_at").first()
    handle = account.handle if account else "@yourname"
    day = (now + dt.timedelta(days=7)).date()
    names = [column.name for column in sheets.COLUMNS if column.name != "when"]
    rows = [
        {"date": str(day), "time": "09:30", "account": handle, "text": "The first post of this plan.",
         "hashtags": "#first"},
        {"date": str(day + dt.timedelta(days=1)), "time": "18:00", "timezone": member.user.timezone, "account": handle,
         "text": "The second one, on its own clock.", "draft": "yes"},
    ]  # fmt: skip
    return "\ufeff" + csvs.line(names) + "".join(csvs.line([row.get(name, "") for name in names]) for row in rows)
