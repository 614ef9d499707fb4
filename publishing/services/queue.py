"""Commands on the queue: a piece or a post into the next free slot, and what is queued in another order."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Membership
from content.models import GeneratedContent
from content.queries import bulky
from publishing import slots
from publishing.models import PlatformConnection, PostingSlot, ScheduledPost
from publishing.services import posts
from publishing.services.slots import MOVABLE, to_free

NOWHERE = posts.Marks()


class NoSlot(posts.CannotPlan):
    """The account has no slots in use."""

    def __init__(self, connection: PlatformConnection) -> None:
        super().__init__(
            _("%(handle)s has no weekly slots yet. Nothing was planned; give it some, or choose a time yourself.")
            % {"handle": connection.handle}
        )


class QueueFull(posts.CannotPlan):
    """A year of slots is taken."""

    def __init__(self, connection: PlatformConnection) -> None:
        super().__init__(
            _("Every slot of %(handle)s is taken for a year. Nothing was planned; add slots, or choose a time.")
            % {"handle": connection.handle}
        )


class QueueChanged(posts.CannotPlan):
    """Somebody else changed the queue meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("The queue has changed meanwhile. Nothing was moved; look at it as it is now."))


class SlotKept(posts.CannotPlan):
    """A slot that is kept for a brand would be given to another’s post."""

    def __init__(self, slot: PostingSlot) -> None:
        super().__init__(
            _("The slot on %(day)s at %(time)s is kept for %(brand)s. Nothing was moved; choose another order.")
            % {"day": slot.get_weekday_display(), "time": f"{slot.at:%H:%M}", "brand": slot.brand}
        )


def add(
    piece: GeneratedContent,
    *,
    connection: PlatformConnection,
    by: Membership,
    now: dt.datetime,
    as_draft: bool = False,
    marks: posts.Marks = NOWHERE,
) -> ScheduledPost:
    """Plan the piece for the account's next free slot; two at once get two times. Raises posts.CannotPlan."""
    with transaction.atomic():
        hold([piece.pk])
        free = _next(connection, now=now, after=None, brand_id=piece.asset.brand_id)
        return posts.schedule(
            piece,
            connection=connection,
            at_local=free.asked,
            zone=free.slot.timezone,
            by=by,
            now=now,
            as_draft=as_draft,
            marks=replace(marks, slot=free.slot, time_score=free.score),
        )


def hold(pieces: Iterable[uuid.UUID]) -> None:
    """Hold pieces until the transaction ends, before any queue, as approvals do: else the two wait for each other."""
    rows = GeneratedContent.objects.select_for_update(of=("self",)).filter(pk__in=pieces)
    list(rows.order_by("pk").values_list("pk", flat=True))


def place(post: ScheduledPost, *, by: Membership, now: dt.datetime, after: dt.datetime | None = None) -> ScheduledPost:
    """Move a planned post, or a draft, to its account's next free slot. Raises posts.CannotPlan, posts.CannotChange."""
    with transaction.atomic():
        free = _next(post.connection, now=now, after=after, brand_id=post.piece.asset.brand_id)
        return to_free(post, free, by=by, now=now)


def _next(
    connection: PlatformConnection, *, now: dt.datetime, after: dt.datetime | None, brand_id: uuid.UUID | None
) -> slots.Free:
    slots.locked(connection.pk)
    free = slots.next_free(connection, now=now, after=after, brand_id=brand_id)
    if free is None:
        raise QueueFull(connection) if slots.slots_of([connection]).exists() else NoSlot(connection)
    return free


@dataclass(frozen=True)
class Place:
    """A queued post's time, apart from the post."""

    at: dt.datetime
    local: dt.datetime
    zone: str
    marks: posts.Marks

    @classmethod
    def of(cls, post: ScheduledPost) -> "Place":
        """Return where a post stands now."""
        marks = posts.Marks(slot=post.slot, is_optimised=post.is_optimised, time_score=post.time_score)
        return cls(post.scheduled_for, dt.datetime.fromisoformat(post.local_time), post.timezone, marks)

    def take(self, post: ScheduledPost, *, by: Membership, now: dt.datetime) -> None:
        """Put a post there."""
        posts.reschedule(post, at_local=self.local, zone=self.zone, by=by, now=now, marks=self.marks, is_dealt=True)


def queued(connection: PlatformConnection, *, by: Membership, now: dt.datetime) -> list[ScheduledPost]:
    """Return what waits in the account's slots, soonest first."""
    rows = ScheduledPost.objects.visible_to(by).filter(
        connection=connection, slot__isnull=False, scheduled_for__gt=now, status__in=MOVABLE
    )
    rows = rows.select_related("connection", "slot__brand", "piece__asset")
    return list(rows.defer(*bulky("piece__asset")).order_by("scheduled_for"))


def _is_for(slot: PostingSlot | None, post: ScheduledPost) -> bool:
    return slot is None or slot.brand_id in {None, post.piece.asset.brand_id}


def beside(rows: Sequence[ScheduledPost], place: int, *, later: bool) -> int | None:
    """Return the place of the nearest queued post that one can change places with: no slot is kept from either."""
    mine = rows[place]
    for other in range(place + 1, len(rows)) if later else range(place - 1, -1, -1):
        if _is_for(rows[other].slot, mine) and _is_for(mine.slot, rows[other]):
            return other
    return None


def reorder(
    connection: PlatformConnection, *, order: Sequence[uuid.UUID], by: Membership, now: dt.datetime
) -> list[ScheduledPost]:
    """Deal the times of the queued posts named in `order` anew, in that order; all or nothing.

    Raises QueueChanged when one of them is no longer queued, SlotKept, or what posts.reschedule raises.
    """
    with transaction.atomic():
        slots.locked(connection.pk)
        slots.posts_locked(order)
        there = {post.pk: post for post in queued(connection, by=by, now=now)}
        if len(set(order)) != len(order) or not set(order) <= set(there):
            raise QueueChanged
        places = sorted((Place.of(there[key]) for key in order), key=lambda place: place.at)
        moved = [(there[key], place) for key, place in zip(order, places, strict=True)]
        moved = [(post, place) for post, place in moved if post.scheduled_for != place.at]
        for post, place in moved:
            if place.marks.slot and not _is_for(place.marks.slot, post):
                raise SlotKept(place.marks.slot)
        for post, place in moved:
            place.take(post, by=by, now=now)
        for post, place in moved:
            posts.require_room(post, at=place.at)
        audit.record("queue.reordered", connection, organization_id=by.organization_id, by=by, count=len(order))
    return queued(connection, by=by, now=now)
