"""Which posts are due, and taking some in hand: a lease, a heartbeat that extends it, a fence for every write."""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from django.db import connection as database
from django.db.models import F, Max, Q, QuerySet, UUIDField

from accounts import tenancy
from content.models import GeneratedContent
from content.queries import bulky
from publishing import approving, holding
from publishing.delivery import handing, pacing
from publishing.models import Platform, PlatformConnection, PublishAttempt, ScheduledPost
from publishing.platforms.assisted import BY_HAND
from publishing.platforms.base import POSTED, Clock, Record, Step
from trenddrop.core import claims, recordsets
from trenddrop.core.claims import Told

LEASE = dt.timedelta(minutes=5)
FRESH = 2 / 3  # of a lease
Moment: TypeAlias = dt.datetime | Told
ONE_MORE_TRY = F("tries") + 1
WITHDRAWN = "withdrawn"
OUTDATED = "outdated"
Status = ScheduledPost.Status
Purpose = PublishAttempt.Purpose
Outcome = PublishAttempt.Outcome
LOOKED_AT = (Status.UNCONFIRMED, Status.HANDED, Status.PUBLISHED)
UNNAMED = Q(platform_post_id="")
# What a platform still holds and somebody wants back: also of a paused account, and of a platform switched off here.
COMING_BACK = Q(
    connection__status__in=[PlatformConnection.Status.ACTIVE, PlatformConnection.Status.PAUSED],
    status=Status.HANDED,
    metadata__has_key=handing.WISH,
)


class LostClaim(Exception):
    """Somebody else holds the post now; this worker stops before it does anything more."""


class InsideTransaction(RuntimeError):
    """A platform is never called inside a transaction: what was written must survive the worker."""


def outside_transactions() -> None:
    """Refuse to go on inside a transaction; raise InsideTransaction."""
    if database.in_atomic_block:
        raise InsideTransaction("delivery speaks to the network; call it outside of transactions")


def due_sends(now: dt.datetime) -> QuerySet[ScheduledPost]:
    """Return the posts to send: their time (or the wait they were told) has come, and it is not too late.

    One that the platform has named stands already, so what is left of it is done however late it is.
    """
    return _to_send(now, oldest=pacing.oldest(now))


def _to_send(now: Moment, *, oldest: Moment) -> QuerySet[ScheduledPost]:
    in_time = Q(scheduled_for__gte=oldest) | ~UNNAMED
    ready = _reachable(now).filter(in_time, approving.agreed() | ~UNNAMED, holding.not_held(), status=Status.SCHEDULED)
    return ready.exclude(connection__kind=BY_HAND)


def due_looks(now: Moment) -> QuerySet[ScheduledPost]:
    """Return what is to be looked at: unconfirmed posts, those that wait on their platform, those without address."""
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    return _reachable(now, besides=COMING_BACK).filter(free, status__in=LOOKED_AT)


def _reachable(now: Moment, *, besides: Q | None = None) -> QuerySet[ScheduledPost]:
    """Return what may be asked about now: of accounts that are on, and of others what `besides` says."""
    switched_off = Platform.objects.filter(is_enabled=False).values("key")
    is_on = Q(connection__status=PlatformConnection.Status.ACTIVE) & ~Q(connection__platform__in=switched_off)
    may_be_asked = Q(connection__hold_until=None) | Q(connection__hold_until__lte=now)
    return ScheduledPost.objects.filter(
        may_be_asked,
        is_on | besides if besides else is_on,
        next_try_at__lte=now,
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
        taken = _claim(now=now, lease=lease, sends=1, looks=1, post=post_id)
    return taken[0] if taken else None


def take_batch(*, now: dt.datetime, limit: int, looks: int = 0, lease: dt.timedelta = LEASE) -> list[PublishAttempt]:
    """Claim up to `limit` due posts of anybody, `looks` of them to be looked at, and open their attempts at once."""
    with tenancy.operator():
        return _claim(now=now, lease=lease, sends=limit, looks=min(looks, limit))


def _claim(*, now: dt.datetime, lease: dt.timedelta, sends: int, looks: int, **only: uuid.UUID) -> list[PublishAttempt]:
    """Two statements claim, however many posts; looks come first, for what is in doubt is older."""
    told = {"now": now, "until": now + lease, **only}
    looking = _claim_of_looks(looks, *only).take(**told) if looks else []
    room = sends - len(looking)
    sending = _claim_of_sends(room, *only).take(oldest=pacing.oldest(now), **told) if room else []
    if not looking and not sending:
        return []
    _read_along([*looking, *sending])
    return _open(looking, Purpose.LOOK, now=now) + _open(sending, Purpose.SEND, now=now)


@lru_cache
def _claim_of_sends(limit: int, *only: str) -> claims.Claim[ScheduledPost]:
    due = _to_send(Told("now"), oldest=Told("oldest")).filter(_named_one(*only))
    changes = {"status": Status.PUBLISHING, "tries": ONE_MORE_TRY}
    return claims.prepared(due, limit=limit, changes=changes)


@lru_cache
def _claim_of_looks(limit: int, *only: str) -> claims.Claim[ScheduledPost]:
    return claims.prepared(due_looks(Told("now")).filter(_named_one(*only)), limit=limit, changes={})


def _named_one(*only: str) -> Q:
    return Q(*(("pk", Told(name, UUIDField())) for name in only))


def _read_along(posts: Sequence[ScheduledPost]) -> None:
    """Read the accounts and pieces of the posts, each kind at once."""
    accounts = PlatformConnection.objects.in_bulk({post.connection_id for post in posts})
    light = GeneratedContent.objects.select_related("asset").defer("search", "prediction", *bulky("asset"))
    pieces = light.in_bulk({post.piece_id for post in posts})
    for post in posts:
        post.connection, post.piece = accounts[post.connection_id], pieces[post.piece_id]


def _open(posts: Sequence[ScheduledPost], purpose: str, *, now: dt.datetime) -> list[PublishAttempt]:
    """Write the attempts' rows; what dead workers left open is closed as lost."""
    if not posts:
        return []
    last: dict[uuid.UUID, int] = {}
    if before := [post for post in posts if post.fence > 1]:  # the first claim of a post has nothing before it
        earlier = PublishAttempt.objects.filter(post__in=before).order_by()
        last = dict(earlier.values_list("post_id").annotate(last=Max("number")))
        if last:
            earlier.filter(outcome=Outcome.RUNNING).update(outcome=Outcome.LOST, finished_at=now)
    attempts = [
        PublishAttempt(
            organization_id=post.organization_id,
            post=post,
            number=last.get(post.pk, 0) + 1,
            purpose=purpose,
            idempotency_key=post.idempotency_key,
            fence=post.fence,
        )
        for post in posts
    ]
    recordsets.insert_all(attempts)
    return attempts


@dataclass(frozen=True)
class Reached:
    """A step that an attempt has reached, and until when its worker then holds the post."""

    attempt: PublishAttempt
    step: Step
    now: dt.datetime
    lease: dt.timedelta


Write = Callable[[Reached], bool]


def recorder(attempt: PublishAttempt, *, clock: Clock, write: Write, lease: dt.timedelta = LEASE) -> Record:
    """Return what the adapter calls before each step counts: the step is committed, or LostClaim is raised."""

    def record(step: Step) -> None:
        if not write(Reached(attempt, step, clock(), lease)):
            raise LostClaim

    return record


def write_steps(reached: Sequence[Reached]) -> list[bool]:
    """Write steps of different posts, and say whose worker still holds its post. Call inside a scope that has them."""
    if not reached:
        return []
    held = _held(reached)
    known = [
        each
        for each, is_mine in zip(reached, held, strict=True)
        if is_mine or _heard_late(each.attempt, each.step, now=each.now)
    ]
    claims.write_all([each.attempt for each in known], [_written_down(each) for each in known])
    return held


def _held(reached: Sequence[Reached]) -> list[bool]:
    """Say whose worker holds its post, until the transaction ends; a lease that has long to go is not written again."""
    fresh = [each for each in reached if _is_fresh(each)]
    others = [each for each in reached if not _is_fresh(each)]
    leases = [{"lease_until": each.now + each.lease, **_named(each.step)} for each in others]
    held = [
        *claims.hold_all([each.attempt.post for each in fresh]),
        *claims.write_all([each.attempt.post for each in others], leases, fenced=True, leased=True),
    ]
    told = {id(each): is_mine for each, is_mine in zip([*fresh, *others], held, strict=True)}
    return [told[id(each)] for each in reached]


def _is_fresh(reached: Reached) -> bool:
    until = reached.attempt.post.lease_until
    has_long_to_go = until is not None and until - reached.now >= reached.lease * FRESH
    return has_long_to_go and not _named(reached.step)


def _written_down(reached: Reached) -> dict[str, object]:
    attempt, step, now = reached.attempt, reached.step, reached.now
    name = step.name[:30]
    return {
        "step": name,
        "step_data": dict(step.data),
        "steps": [*attempt.steps, [name, now.isoformat(timespec="milliseconds")]],
        "sent_at": attempt.sent_at or (now if step.may_be_public else None),
        "updated_at": now,
    }


def _heard_late(attempt: PublishAttempt, step: Step, *, now: dt.datetime) -> bool:
    """A worker that was given up hears what became of what it had sent, and that is believed.

    That its post stands ends the doubt, and the next one does the rest; by what it is called there it is looked for.
    """
    doubtful = ScheduledPost.objects.filter(pk=attempt.post_id, status=Status.UNCONFIRMED)
    if step.name != POSTED:
        return attempt.sent_at is not None and bool(doubtful.update(next_try_at=now))
    settled = {"status": Status.SCHEDULED, "next_try_at": now, "error": "", **_named(step)}
    return bool(doubtful.update(fence=F("fence") + 1, lease_until=None, **settled))


def _named(step: Step) -> dict[str, str]:
    """Return what the platform calls the post (a thread: its first part), once it has said so."""
    if step.name == POSTED:
        return {"platform_post_id": str(step.data["id"])[:300], "url": str(step.data.get("url") or "")[:500]}
    known = first_id(step)
    return {"platform_post_id": known} if known else {}


def first_id(step: Step) -> str:
    """Return the id of a thread's first part, where earlier parts stand."""
    known = step.data.get("ids") if "part" in step.data else None
    return str(known[0])[:300] if isinstance(known, list) and known else ""


def resume_from(post: ScheduledPost) -> Step | None:
    """Return the last step of earlier tries; none when the platform refused the last one for good, or gave it back.

    Nor is one that was prepared with other words.
    """
    for attempt in PublishAttempt.objects.filter(post=post).order_by("-number")[:20]:
        if attempt.outcome == Outcome.REJECTED or attempt.step == WITHDRAWN:
            return None
        if attempt.step:
            return None if OUTDATED in attempt.step_data else Step(attempt.step, attempt.step_data)
    return None


def outdate(post: ScheduledPost) -> None:
    """What earlier tries prepared of a post (a container, an upload) holds words that it has no more: begin anew."""
    last = PublishAttempt.objects.filter(post=post).exclude(step="").order_by("-number").first()
    if last and not post.platform_post_id:
        last.step_data = {**last.step_data, OUTDATED: True}
        last.save(update_fields=["step_data", "updated_at"])
