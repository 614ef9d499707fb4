"""Commands on holds: keep everything of a client, of an account, or at all from going out, and let it go again."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import ClientAccount, Membership
from publishing import holding, slots
from publishing.delivery import handing
from publishing.delivery.claiming import UNNAMED
from publishing.models import PlatformConnection, PostingHold, ScheduledPost
from publishing.services import posts, queue

Status = ScheduledPost.Status
Late = Literal["slots", "leave"]


class AlreadyHeld(Exception):
    """It is on hold already."""

    def __init__(self) -> None:
        super().__init__(_("This is on hold already. Nothing was changed."))


class AlreadyEnded(Exception):
    """Somebody else let it go."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else has ended this hold already. Nothing was changed."))


class HeldByPlan(AlreadyEnded):
    """It is not a person's hold: it ends with a payment."""

    def __init__(self) -> None:
        Exception.__init__(self, _("This hold ends by itself when the plan is paid. Nothing was changed."))


@dataclass(frozen=True)
class Released:
    """How many late posts have a new slot, and how many were left to the lateness rule."""

    placed: int = 0
    left: int = 0


def hold(
    *,
    by: Membership,
    now: dt.datetime,
    client: ClientAccount | None = None,
    connection: PlatformConnection | None = None,
    reason: str = "",
) -> PostingHold:
    """Let nothing of a client or an account go out, or (neither named) nothing at all, until it is ended.

    What waits on its platform is taken back; what is being sent this very moment cannot be. Raises AlreadyHeld.
    """
    made = PostingHold(
        organization_id=by.organization_id,
        client_id=connection.client_id if connection else (client.pk if client else by.client_id),
        connection=connection,
        reason=reason.strip()[:300],
        held_by=by.user,
    )
    with transaction.atomic():
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError as error:
            raise AlreadyHeld from error
        taken_back = handing.take_back(holding.under(made), now=now)
        of = what(made)
        audit.record("hold.made", made, organization_id=made.organization_id, by=by, of=of, taken_back=taken_back)
    return made


def what(hold: PostingHold) -> str:
    """Return what is held, in a word or two."""
    if hold.connection:
        return hold.connection.handle
    return hold.client.name if hold.client else _("everything")


def late_under(hold: PostingHold, *, now: dt.datetime) -> list[ScheduledPost]:
    """Return the posts whose time passed under a hold and that no other hold keeps, the oldest first."""
    rows = holding.under(hold).filter(UNNAMED, status=Status.SCHEDULED, scheduled_for__lt=now)
    others = PostingHold.objects.filter(organization_id=hold.organization_id, ended_at=None).exclude(pk=hold.pk)
    for other in others:
        rows = rows.exclude(pk__in=holding.under(other).values("pk"))
    return list(rows.select_related("connection", "piece__asset").order_by("scheduled_for"))


def release(hold: PostingHold, *, late: Late, by: Membership, now: dt.datetime) -> Released:
    """End a hold. Posts whose time passed get the next free slots of their accounts, or are left: those that are not
    too late go out now, the others count as missed. Raises AlreadyEnded.
    """
    if hold.cause == PostingHold.Cause.PLAN:
        raise HeldByPlan
    with transaction.atomic():
        waiting = late_under(hold, now=now)
        ended = PostingHold.objects.filter(pk=hold.pk, ended_at=None).update(ended_at=now, ended_by=by.user)
        if not ended:
            raise AlreadyEnded
        hold.refresh_from_db()
        moved = place_all(waiting, by=by, now=now) if late == "slots" else 0
        found = Released(moved, len(waiting) - moved)
        audit.record(
            "hold.ended",
            hold,
            organization_id=hold.organization_id,
            by=by,
            of=what(hold),
            moved=moved,
            left=found.left,
        )
    return found


def place_all(waiting: Sequence[ScheduledPost], *, by: Membership, now: dt.datetime) -> int:
    """Give late posts the next free places of their accounts; return for how many there was one."""
    slots.all_locked(post.connection_id for post in waiting)
    return sum(_placed(post, by=by, now=now) for post in waiting)


def _placed(post: ScheduledPost, *, by: Membership, now: dt.datetime) -> bool:
    try:
        queue.place(post, by=by, now=now)
    except (posts.CannotPlan, posts.CannotChange):
        return False
    return True
