"""Which posts are due, and taking one in hand: a lease, a heartbeat that extends it, a fence for every write."""

import datetime as dt
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection as database
from django.db.models import F, Max, Q, QuerySet

from accounts import tenancy
from publishing.delivery import pacing
from publishing.models import PlatformConnection, PublishAttempt, ScheduledPost
from publishing.platforms.base import Clock, Record, Step
from trenddrop.core import claims

LEASE = dt.timedelta(minutes=5)
ONE_MORE_TRY = F("tries") + 1
Status = ScheduledPost.Status
Purpose = PublishAttempt.Purpose
Outcome = PublishAttempt.Outcome


class LostClaim(Exception):
    """Somebody else holds the post now; this worker stops before it does anything more."""


class InsideTransaction(RuntimeError):
    """A platform is never called inside a transaction: what was written must survive the worker."""


def outside_transactions() -> None:
    """Refuse to go on inside a transaction; raise InsideTransaction."""
    if database.in_atomic_block:
        raise InsideTransaction("delivery speaks to the network; call it outside of transactions")


def due_sends(now: dt.datetime) -> QuerySet[ScheduledPost]:
    """Return the posts to send: their time (or the wait they were told) has come, and it is not too late."""
    return _reachable(now).filter(status=Status.SCHEDULED, scheduled_for__gte=pacing.oldest(now))


def due_looks(now: dt.datetime) -> QuerySet[ScheduledPost]:
    """Return the unconfirmed posts whose next look has come."""
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    return _reachable(now).filter(free, status=Status.UNCONFIRMED)


def _reachable(now: dt.datetime) -> QuerySet[ScheduledPost]:
    may_be_asked = Q(connection__hold_until=None) | Q(connection__hold_until__lte=now)
    return ScheduledPost.objects.filter(
        may_be_asked,
        next_try_at__lte=now,
        connection__status=PlatformConnection.Status.ACTIVE,
        organization__deleted_at=None,
        organization__owner__deleted_at=None,
    ).order_by("next_try_at")


def due(now: dt.datetime, *, limit: int) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Return (post, organisation) of what can be done now, oldest first; nothing is taken."""
    with tenancy.operator():
        ready = due_sends(now) | due_looks(now)
        return list(ready.values_list("pk", "organization_id")[:limit])


def take(
    post_id: uuid.UUID, *, organization_id: uuid.UUID, now: dt.datetime, lease: dt.timedelta = LEASE
) -> PublishAttempt | None:
    """Claim a due post and open its attempt, in one transaction; None when there is nothing to do for us."""
    with tenancy.of_organization(organization_id):
        sends, looks = due_sends(now).filter(pk=post_id), due_looks(now).filter(pk=post_id)
        sending = {"status": Status.PUBLISHING, "tries": ONE_MORE_TRY}
        if post := claims.claim_one(sends, now=now, lease=lease, changes=sending):
            return _open(post, Purpose.SEND, now=now)
        if post := claims.claim_one(looks, now=now, lease=lease, changes={}):
            return _open(post, Purpose.LOOK, now=now)
    return None


def _open(post: ScheduledPost, purpose: str, *, now: dt.datetime) -> PublishAttempt:
    """Write the attempt's row; what a dead worker left open is closed as lost."""
    mine = PublishAttempt.objects.filter(post=post)
    mine.filter(outcome=Outcome.RUNNING).update(outcome=Outcome.LOST, finished_at=now)
    last = mine.aggregate(last=Max("number"))["last"] or 0
    attempt = PublishAttempt.objects.create(
        organization_id=post.organization_id,
        post=post,
        number=last + 1,
        purpose=purpose,
        idempotency_key=post.idempotency_key,
        fence=post.fence,
    )
    post.connection = PlatformConnection.objects.get(pk=post.connection_id)
    return attempt


def recorder(attempt: PublishAttempt, *, clock: Clock, lease: dt.timedelta = LEASE) -> Record:
    """Return what the adapter calls before each step counts: the step is committed, or LostClaim is raised."""

    def record(step: Step) -> None:
        now = clock()
        with tenancy.of_organization(attempt.organization_id):
            if not claims.write_fenced(attempt.post, lease_until=now + lease):
                raise LostClaim
            attempt.step, attempt.step_data = step.name[:30], dict(step.data)
            attempt.steps = [*attempt.steps, [step.name[:30], now.isoformat(timespec="milliseconds")]]
            if step.may_be_public and attempt.sent_at is None:
                attempt.sent_at = now
            attempt.save(update_fields=["step", "step_data", "steps", "sent_at", "updated_at"])

    return record


def resume_from(post: ScheduledPost) -> Step | None:
    """Return the last step of earlier tries, unless the platform refused the last one for good."""
    for attempt in PublishAttempt.objects.filter(post=post, purpose=Purpose.SEND).order_by("-number")[:20]:
        if attempt.outcome == Outcome.REJECTED:
            return None
        if attempt.step:
            return Step(attempt.step, attempt.step_data)
    return None


@contextmanager
def heartbeat(post: ScheduledPost, *, clock: Clock, lease: dt.timedelta = LEASE) -> Iterator[None]:
    """Extend the lease while a long upload runs; a worker that stands still loses it."""
    ended = threading.Event()
    thread = threading.Thread(target=_beat, args=(post, ended, clock, lease), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _beat(post: ScheduledPost, ended: threading.Event, clock: Clock, lease: dt.timedelta) -> None:
    rows = ScheduledPost.objects.filter(pk=post.pk, fence=post.fence)
    try:
        while not ended.wait(lease.total_seconds() / 3):
            with tenancy.of_organization(post.organization_id):
                if not rows.update(lease_until=clock() + lease):
                    return
    finally:
        database.close()
