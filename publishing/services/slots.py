"""Commands on weekly slots: add some, change one, remove one without losing what is queued in it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.models import BrandProfile, Membership
from publishing import slots
from publishing.models import PlatformConnection, PostingSlot, ScheduledPost
from publishing.services import posts
from publishing.walltime import zone_of

Fate = Literal["keep", "move"]
MOST = 100
EVERY_DAY, WORKDAYS, WEEKEND = tuple(range(7)), tuple(range(5)), (5, 6)
# Moved to another slot without a person's choice only while nothing about the post is under way.
MOVABLE = (ScheduledPost.Status.DRAFT, ScheduledPost.Status.WAITING, ScheduledPost.Status.SCHEDULED)


@dataclass(frozen=True)
class Preset:
    """A week of slots that many begin with."""

    name: Any
    week: tuple[tuple[tuple[int, ...], dt.time], ...]


PRESETS: Mapping[str, Preset] = {
    "daily": Preset(gettext_lazy("Once a day, 09:00"), ((EVERY_DAY, dt.time(9)),)),
    "workdays": Preset(gettext_lazy("Monday to Friday, 09:00"), ((WORKDAYS, dt.time(9)),)),
    "twice": Preset(gettext_lazy("Twice a day, 09:00 and 18:00"), ((EVERY_DAY, dt.time(9)), (EVERY_DAY, dt.time(18)))),
    "thrice": Preset(gettext_lazy("Monday, Wednesday, Friday, 12:30"), (((0, 2, 4), dt.time(12, 30)),)),
    "busy": Preset(
        gettext_lazy("Workdays 08:30, 12:30, 19:00; weekends 11:00"),
        (
            (WORKDAYS, dt.time(8, 30)),
            (WORKDAYS, dt.time(12, 30)),
            (WORKDAYS, dt.time(19)),
            (WEEKEND, dt.time(11)),
        ),
    ),
}


class CannotSlot(Exception):
    """The slots stay as they are; the message says why."""


class SlotTaken(CannotSlot):
    """The account has that slot already."""

    def __init__(self) -> None:
        super().__init__(_("This account has that slot already. Nothing was changed."))


class TooManySlots(CannotSlot):
    """More slots than anybody can fill."""

    def __init__(self) -> None:
        super().__init__(
            _("An account can have %(most)s slots a week. Nothing was added; remove some first.") % {"most": MOST}
        )


class NotTheirBrand(CannotSlot):
    """The brand belongs to another client than the account."""

    def __init__(self) -> None:
        super().__init__(_("That brand is not one of this account's client. Nothing was changed."))


@dataclass
class Removed:
    """What became of the posts that were queued in a slot; `unmoved` found no other place and keep their time."""

    kept: int = 0
    moved: list[ScheduledPost] = field(default_factory=list)
    unmoved: int = 0


def add(
    connection: PlatformConnection,
    *,
    weekdays: Sequence[int],
    at: dt.time,
    zone: str,
    by: Membership,
    brand: BrandProfile | None = None,
) -> list[PostingSlot]:
    """Give an account a slot on each of these days; those it has already stay as they are. Return the new ones.

    Raises CannotSlot or UnknownZone.
    """
    with transaction.atomic():
        made = _add(connection, [(tuple(weekdays), at)], zone=zone, by=by, brand=brand)
        _told("slots.added", connection, by=by, count=len(made))
    return made


def use_preset(connection: PlatformConnection, preset: str, *, zone: str, by: Membership) -> list[PostingSlot]:
    """Add a preset's slots; return the new ones. Raises CannotSlot, UnknownZone, or KeyError for no preset."""
    with transaction.atomic():
        made = _add(connection, PRESETS[preset].week, zone=zone, by=by)
        _told("slots.added", connection, by=by, count=len(made))
    return made


def _add(
    connection: PlatformConnection,
    week: Sequence[tuple[tuple[int, ...], dt.time]],
    *,
    zone: str,
    by: Membership,
    brand: BrandProfile | None = None,
) -> list[PostingSlot]:
    zone_of(zone)
    _require_brand(connection, brand)
    slots.locked(connection.pk)
    there = set(PostingSlot.objects.filter(connection=connection).values_list("weekday", "at"))
    wanted = {(day, at.replace(second=0, microsecond=0)) for days, at in week for day in days} - there
    if len(there) + len(wanted) > MOST:
        raise TooManySlots
    return PostingSlot.objects.bulk_create(
        PostingSlot(
            organization_id=by.organization_id,
            client_id=connection.client_id,
            brand=brand,
            connection=connection,
            weekday=day,
            at=at,
            timezone=zone,
        )
        for day, at in sorted(wanted)
    )


def _require_brand(connection: PlatformConnection, brand: BrandProfile | None) -> None:
    if brand and connection.client_id not in {None, brand.client_id}:
        raise NotTheirBrand


def change(
    slot: PostingSlot,
    *,
    weekday: int,
    at: dt.time,
    zone: str,
    brand: BrandProfile | None,
    is_active: bool,
    by: Membership,
) -> PostingSlot:
    """Write a slot anew. What is queued in it keeps its time. Raises CannotSlot or UnknownZone."""
    zone_of(zone)
    _require_brand(slot.connection, brand)
    slot.weekday, slot.at, slot.timezone = weekday, at.replace(second=0, microsecond=0), zone
    slot.brand, slot.is_active = brand, is_active
    try:
        with transaction.atomic():
            slot.save()
            audit.record(
                "slot.changed", slot, organization_id=by.organization_id, by=by, account=slot.connection.handle
            )
    except IntegrityError as error:
        raise SlotTaken from error
    return slot


def set_zone(connection: PlatformConnection, *, zone: str, by: Membership) -> int:
    """Have all slots of an account follow the clock of another zone; return how many did not before.

    What is queued keeps its wall clock and its zone: nothing that is planned moves by itself.
    """
    zone_of(zone)
    with transaction.atomic():
        count = PostingSlot.objects.filter(connection=connection).exclude(timezone=zone).update(timezone=zone)
        if count:
            _told("slots.zone", connection, by=by, count=count, zone=zone)
    return count


def remove(slot: PostingSlot, *, by: Membership, now: dt.datetime, posts_in_it: Fate = "keep") -> Removed:
    """Remove a slot. What is queued in it keeps its time, or moves to the next free slots, soonest first."""
    done = Removed()
    with transaction.atomic():
        slots.locked(slot.connection_id)
        slots.posts_locked(queued_in(slot, now=now).values_list("pk", flat=True))
        waiting = list(queued_in(slot, now=now).select_related("connection", "piece__asset"))
        what, key = str(slot), slot.pk
        slot.delete()
        slot.pk = key
        audit.record(
            "slot.removed", slot, organization_id=by.organization_id, by=by, account=slot.connection.handle, slot=what
        )
        if posts_in_it == "keep":
            done.kept = len(waiting)
        else:
            _move_on(waiting, done, by=by, now=now)
    return done


def queued_in(slot: PostingSlot, *, now: dt.datetime) -> Any:
    """Return the posts that wait in a slot's coming times, soonest first."""
    rows = ScheduledPost.objects.filter(slot=slot, scheduled_for__gt=now, status__in=MOVABLE)
    return rows.order_by("scheduled_for")


def _move_on(waiting: Sequence[ScheduledPost], done: Removed, *, by: Membership, now: dt.datetime) -> None:
    for post in waiting:
        brand_id, account = post.piece.asset.brand_id, post.connection
        post.refresh_from_db()
        later = slots.next_free(account, now=now, after=post.scheduled_for, brand_id=brand_id)
        free = later or slots.next_free(account, now=now, brand_id=brand_id)
        if free is None:
            done.unmoved += 1
            continue
        try:
            done.moved.append(to_free(post, free, by=by, now=now))
        except (posts.CannotChange, posts.CannotPlan):
            done.unmoved += 1


def to_free(post: ScheduledPost, free: slots.Free, *, by: Membership, now: dt.datetime) -> ScheduledPost:
    """Move a post to a free slot's time; raises what posts.reschedule raises. Hold the account's lock."""
    marks = posts.Marks(slot=free.slot, time_score=free.score)
    return posts.reschedule(post, at_local=free.asked, zone=free.slot.timezone, by=by, now=now, marks=marks)


def _told(action: str, connection: PlatformConnection, *, by: Membership, **metadata: Any) -> None:
    audit.record(action, connection, organization_id=by.organization_id, by=by, **metadata)
