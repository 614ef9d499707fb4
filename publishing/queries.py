"""Questions about posts: lists by keyset, counts, what a piece can be sent to."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, Count, F, Q, QuerySet, When
from django.utils import timezone

from accounts.models import Membership
from content.models import GeneratedContent
from publishing.models import PlatformConnection, ScheduledPost
from trenddrop.core.narrowing import holding

Status = ScheduledPost.Status
PAGE = 40
SOON = dt.timedelta(days=7)
MOST_SHOWN = 6
VIEWS: dict[str, Q] = {
    "planned": Q(status__in=[Status.SCHEDULED, Status.PUBLISHING, Status.HANDED, Status.ASSISTED]),
    "sent": Q(status=Status.PUBLISHED),
    "trouble": Q(status__in=[Status.FAILED, Status.MISSED, Status.UNCONFIRMED]),
    "all": Q(),
}
SOONEST_FIRST = frozenset({"planned"})


@dataclass(frozen=True)
class Filter:
    """Which posts are asked for; `platform` and `words` may be empty."""

    view: str = "planned"
    platform: str = ""
    words: str = ""


@dataclass(frozen=True)
class Cursor:
    """The place in the list: behind (or before) the post with this time and key."""

    at: dt.datetime
    key: uuid.UUID
    backwards: bool = False

    def __str__(self) -> str:
        return f"{'-' if self.backwards else ''}{self.at.timestamp():.6f}_{self.key.hex}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """Return the cursor written in `text`, or None when it is none."""
        stamp, _sep, key = text.removeprefix("-").partition("_")
        try:
            return cls(dt.datetime.fromtimestamp(float(stamp), dt.UTC), uuid.UUID(key), text.startswith("-"))
        except (ValueError, OverflowError, OSError):
            return None


@dataclass(frozen=True)
class Day:
    """A day of the reader with its posts."""

    date: dt.date
    posts: list[ScheduledPost]


@dataclass(frozen=True)
class Page:
    """Some posts in order, and the cursors of what comes after and before."""

    posts: list[ScheduledPost]
    after: Cursor | None
    before: Cursor | None


def posts_of(membership: Membership, wanted: Filter) -> QuerySet[ScheduledPost]:
    """Return the member's posts that fit the filter, without order."""
    rows = ScheduledPost.objects.visible_to(membership).filter(VIEWS[wanted.view])
    if wanted.platform:
        rows = rows.filter(connection__platform=wanted.platform)
    if wanted.words:
        rows = rows.filter(holding(wanted.words, "title", "text"))
    return rows


def page_of(membership: Membership, wanted: Filter, cursor: Cursor | None, *, size: int = PAGE) -> Page:
    """Return one page: planned posts soonest first, all others newest first."""
    ascending = (wanted.view in SOONEST_FIRST) != (cursor is not None and cursor.backwards)
    rows = posts_of(membership, wanted).select_related("connection", "measured")
    if cursor:
        rows = rows.filter(_beyond(cursor, ascending=ascending))
    sign = "" if ascending else "-"
    found = list(rows.order_by(f"{sign}scheduled_for", f"{sign}id")[: size + 1])
    more, found = len(found) > size, found[:size]
    if cursor and cursor.backwards:
        found.reverse()
        return Page(found, _cursor(found[-1:]), _cursor(found[:1], backwards=True) if more else None)
    return Page(found, _cursor(found[-1:]) if more else None, _cursor(found[:1], backwards=True) if cursor else None)


def _beyond(cursor: Cursor, *, ascending: bool) -> Q:
    side = "gt" if ascending else "lt"
    later = Q(**{f"scheduled_for__{side}": cursor.at})
    return later | Q(scheduled_for=cursor.at, **{f"id__{side}": cursor.key})


def _cursor(posts: list[ScheduledPost], *, backwards: bool = False) -> Cursor | None:
    return Cursor(posts[0].scheduled_for, posts[0].pk, backwards) if posts else None


def counts(membership: Membership, wanted: Filter) -> dict[str, int]:
    """Return how many posts each view holds with the rest of the filter."""
    everything = posts_of(membership, Filter("all", wanted.platform, wanted.words))
    found: dict[str, int] = everything.aggregate(**{name: Count("pk", filter=rule) for name, rule in VIEWS.items()})
    return found


def by_day(posts: Iterable[ScheduledPost]) -> list[Day]:
    """Group posts, in their order, by the reader's days."""
    days: list[Day] = []
    for post in posts:
        date = timezone.localdate(post.scheduled_for)
        if not days or days[-1].date != date:
            days.append(Day(date, []))
        days[-1].posts.append(post)
    return days


def ending_soon(now: dt.datetime) -> Q:
    """Return which accounts their people must connect again within days, though they still work."""
    until = now + SOON
    renews = ~Q(refresh_at=None) | ~Q(refresh_token="")
    ends = (renews & Q(refresh_ends_at__lte=until)) | (~renews & Q(expires_at__lte=until))
    return Q(status=PlatformConnection.Status.ACTIVE) & ends


def connections_for(piece: GeneratedContent, membership: Membership) -> QuerySet[PlatformConnection]:
    """Return the accounts a piece can go to: its own platform first, then practice; its client's, then shared ones.

    Of these, what must be connected again comes last: nobody means it who does not choose it.
    """
    rows = PlatformConnection.objects.filter(
        organization_id=membership.organization_id,
        platform__in={piece.platform, "practice"},
        status__in=[PlatformConnection.Status.ACTIVE, PlatformConnection.Status.NEEDS_RECONNECT],
    )
    owner = Q(client=None) | Q(client_id=piece.client_id)
    is_practice = Case(When(platform="practice", then=1), default=0)
    is_broken = Case(When(status=PlatformConnection.Status.NEEDS_RECONNECT, then=1), default=0)
    return rows.filter(owner).order_by(is_practice, F("client_id").asc(nulls_last=True), is_broken, "handle")


def posts_of_piece(piece: GeneratedContent, membership: Membership) -> QuerySet[ScheduledPost]:
    """Return where the piece went and goes, newest first."""
    rows = ScheduledPost.objects.visible_to(membership).filter(piece=piece).exclude(status=Status.CANCELLED)
    return rows.select_related("connection").order_by("-scheduled_for")[:MOST_SHOWN]
