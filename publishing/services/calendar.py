"""Commands on the calendar: move what was dragged or chosen, into slots, back into drafts; and undo it.

Each post is moved by itself: what cannot be moved stays where it is, with the reason, and the others move.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Membership
from publishing import slots
from publishing.delivery import asks, handing
from publishing.models import PostingSlot, ScheduledPost
from publishing.services import posts, queue
from publishing.services.posts import CannotChange, CannotPlan, Marks
from publishing.walltime import UnknownZone, resolve, within_reach, zone_of

Status = ScheduledPost.Status
MOST = 500
REFUSALS = (CannotPlan, CannotChange, UnknownZone)


class TooMany(Exception):
    """More posts than are changed at once."""

    def __init__(self, count: int) -> None:
        super().__init__(
            _("%(n)s posts are more than the %(most)s that are changed at once. Nothing was changed; choose fewer.")
            % {"n": count, "most": MOST}
        )


class MovedSince(Exception):
    """Somebody moved it again, so that it is not put back."""

    def __init__(self, post: ScheduledPost) -> None:
        super().__init__(_("“%(post)s” was changed again since. It stays where it is now.") % {"post": str(post)[:60]})


@dataclass(frozen=True)
class Stood:
    """How a post stood before it was changed, and where it was put (`now_at`, `now`): enough to put it back."""

    key: uuid.UUID
    local_time: str
    zone: str
    status: str
    now_at: str
    now: str
    slot: uuid.UUID | None = None
    is_optimised: bool = False
    time_score: int | None = None

    def plain(self) -> list[Any]:
        """Return it as data that JSON holds."""
        values = (self.key, self.local_time, self.zone, self.status, self.now_at, self.now)
        return [*map(str, values), str(self.slot or ""), self.is_optimised, self.time_score]

    @classmethod
    def of(cls, data: Sequence[Any]) -> "Stood":
        """Read what `plain` wrote."""
        key, local_time, zone, status, now_at, now, slot, optimised, score = data
        return cls(
            uuid.UUID(key), local_time, zone, status, now_at, now, uuid.UUID(slot) if slot else None, optimised, score
        )


@dataclass
class Outcome:
    """Which posts were changed (as they stand now), how they stood, and which were not, with the reasons."""

    done: list[ScheduledPost] = field(default_factory=list)
    stood: list[Stood] = field(default_factory=list)
    refused: list[tuple[ScheduledPost, str]] = field(default_factory=list)


def move(
    chosen: Sequence[ScheduledPost], *, days: int = 0, hours: int = 0, by: Membership, now: dt.datetime
) -> Outcome:
    """Move posts by days (their clocks show the same) and by hours, each in its own zone; TooMany changes none."""
    # In this order none lands where the next still stands.
    ordered = sorted(chosen, key=lambda post: handing.time_of(post).at, reverse=days * 24 + hours > 0)

    def one(post: ScheduledPost) -> None:
        stood = handing.time_of(post)
        posts.reschedule(post, at_local=_shifted(stood, days, hours), zone=stood.zone, by=by, now=now)

    return _each(ordered, one)


def _shifted(stood: handing.Time, days: int, hours: int) -> dt.datetime:
    at = stood.local + dt.timedelta(days=days)
    if not hours:
        return at
    instant = resolve(at, stood.zone).instant if days else stood.at
    return (instant + dt.timedelta(hours=hours)).astimezone(zone_of(stood.zone)).replace(tzinfo=None)


def move_to(
    post: ScheduledPost, *, day: dt.date, time: dt.time | None, clock: str, by: Membership, now: dt.datetime
) -> Outcome:
    """Move a post to a day, and to a time where one is given, of the clock of zone `clock`; it keeps its own zone."""

    def one(post: ScheduledPost) -> None:
        at = there(post, day=day, time=time, clock=clock)
        posts.reschedule(post, at_local=at, zone=handing.time_of(post).zone, by=by, now=now)

    return _each([post], one)


def there(post: ScheduledPost, *, day: dt.date, time: dt.time | None, clock: str) -> dt.datetime:
    """Return what the post's own clock shows at that day (and time) of the clock of zone `clock`.

    Without a time its own clock keeps the time it shows. Raises UnknownZone.
    """
    within_reach(day)
    stands = handing.time_of(post)
    if time is None:
        return stands.local + (day - stands.at.astimezone(zone_of(clock)).date())
    if clock == stands.zone:
        return dt.datetime.combine(day, time)
    instant = resolve(dt.datetime.combine(day, time), clock).instant
    return instant.astimezone(zone_of(stands.zone)).replace(tzinfo=None)


def keep_clock(chosen: Sequence[ScheduledPost], *, zone: str, by: Membership, now: dt.datetime) -> Outcome:
    """Let posts show the same wall clock in another zone: they go out at another instant. Raises UnknownZone."""
    zone_of(zone)

    def one(post: ScheduledPost) -> None:
        posts.reschedule(post, at_local=handing.time_of(post).local, zone=zone, by=by, now=now)

    return _each([post for post in chosen if handing.time_of(post).zone != zone], one)


def to_slots(chosen: Sequence[ScheduledPost], *, by: Membership, now: dt.datetime) -> Outcome:
    """Put posts into the next free slots of their accounts, in the order of their times."""
    ordered = sorted(chosen, key=lambda post: handing.time_of(post).at)
    with transaction.atomic():
        if len(ordered) <= MOST:
            queue.hold(post.piece_id for post in ordered)
            slots.all_locked(post.connection_id for post in ordered)
        return _each(ordered, lambda post: queue.place(post, by=by, now=now))


def cancel(chosen: Sequence[ScheduledPost], *, by: Membership) -> Outcome:
    """Take posts out of the plan; this is not undone, the pieces are kept."""
    return _each(chosen, lambda post: posts.cancel(post, by=by))


def hold_back(chosen: Sequence[ScheduledPost], *, by: Membership) -> Outcome:
    """Make drafts of planned posts: they keep their places, and nothing goes out by itself."""

    def one(post: ScheduledPost) -> None:
        before = post.status
        free = Q(platform_post_id="") | ~Q(status=Status.SCHEDULED)
        rows = ScheduledPost.objects.filter(free, pk=post.pk, organization_id=post.organization_id)
        rows = rows.filter(status__in=[Status.SCHEDULED, Status.ASSISTED, Status.WAITING])
        written = rows.update(status=Status.DRAFT, next_try_at=None, fence=F("fence") + 1, lease_until=None)
        post.refresh_from_db()
        if not written:
            raise CannotChange(post)
        asks.follow(post)
        audit.record("post.held_back", post, organization_id=post.organization_id, by=by, before=before)

    return _each(chosen, one)


def put_back(stood: Sequence[Stood], *, by: Membership, now: dt.datetime) -> Outcome:
    """Undo: put posts where they stood, unless somebody changed them since."""
    rows = ScheduledPost.objects.visible_to(by).select_related("connection")
    found = rows.in_bulk([each.key for each in stood])
    known = {each.key: each for each in stood}

    def one(post: ScheduledPost) -> None:
        was, (at_local, zone, status) = known[post.pk], _stands(post)
        if (at_local, status) != (was.now_at, was.now):
            raise MovedSince(post)
        if (at_local, zone) != (was.local_time, was.zone):
            at = dt.datetime.fromisoformat(was.local_time)
            posts.reschedule(post, at_local=at, zone=was.zone, by=by, now=now, marks=_marks(was, by))
        if post.status == Status.DRAFT and was.status in {Status.SCHEDULED, Status.WAITING, Status.ASSISTED}:
            posts.plan(post, by=by, now=now)

    return _each([found[each.key] for each in reversed(stood) if each.key in found], one)


def _stands(post: ScheduledPost) -> tuple[str, str, str]:
    """Return its clock, zone and status: of one that waits on its platform, as they are wished once it is back.

    Whether it was handed over already is nobody's change, so that both are told alike.
    """
    status = Status.SCHEDULED if post.status == Status.HANDED else Status(post.status)
    wish, time = post.metadata.get(handing.WISH) or {}, handing.time_of(post)
    return f"{time.local:%Y-%m-%dT%H:%M}", time.zone, str(wish.get("status", status.value))


def _chosen_by(post: ScheduledPost) -> tuple[uuid.UUID | None, bool, int | None]:
    wish = post.metadata.get(handing.WISH) or {}
    if "slot_id" not in wish:
        return post.slot_id, post.is_optimised, post.time_score
    slot = uuid.UUID(wish["slot_id"]) if wish["slot_id"] else None
    return slot, bool(wish["is_optimised"]), wish["time_score"]


def _marks(was: Stood, by: Membership) -> Marks:
    slot = PostingSlot.objects.visible_to(by).filter(pk=was.slot).first() if was.slot else None
    return Marks(slot=slot, is_optimised=was.is_optimised, time_score=was.time_score)


def _each(chosen: Sequence[ScheduledPost], change: Callable[[ScheduledPost], object]) -> Outcome:
    """Change one after the other, each wholly or not at all."""
    if len(chosen) > MOST:
        raise TooMany(len(chosen))
    with transaction.atomic():
        _hold(chosen)
        return _changed(chosen, change)


def _hold(chosen: Sequence[ScheduledPost]) -> None:
    """Hold pieces, then posts, in one order until the transaction ends: two who move the same posts both ways wait."""
    if len(chosen) > 1:
        queue.hold(post.piece_id for post in chosen)
        slots.posts_locked(post.pk for post in chosen)


def _changed(chosen: Sequence[ScheduledPost], change: Callable[[ScheduledPost], object]) -> Outcome:
    found = Outcome()
    for post in chosen:
        before, chosen_by = _stands(post), _chosen_by(post)
        try:
            with transaction.atomic():
                change(post)
        except (*REFUSALS, MovedSince) as error:
            post.refresh_from_db()
            found.refused.append((post, str(error)))
            continue
        found.done.append(post)
        at_local, _zone, status = _stands(post)
        found.stood.append(Stood(post.pk, *before, at_local, status, *chosen_by))
    return found
