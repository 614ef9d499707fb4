"""What an approval does to the posts of its piece: they are held back, let go exactly as approved, or put aside.

All is called inside a transaction that holds the piece and its request, and sees the whole organisation. Posts
are written first and told to the log afterwards, which everybody waits for.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Membership, User
from content.models import GeneratedContent
from publishing import approving, outgoing, slots
from publishing.delivery import claiming, handing
from publishing.models import ApprovalRequest, ScheduledPost
from publishing.platforms.assisted import BY_HAND
from publishing.walltime import UnknownZone, zone_of

Status = ScheduledPost.Status
GRACE = dt.timedelta(minutes=1)
STANDS = Q(status=Status.SCHEDULED) & ~Q(platform_post_id="")  # in part; the rest follows
UNSENT = (Status.SCHEDULED, Status.ASSISTED)
Actor = Membership | User | None


def hold_back(request: ApprovalRequest, *, by: Actor, now: dt.datetime) -> int:
    """Let what is planned of the piece wait for its approval; return how many posts. What is being sent is not held.

    A post that somebody let go without approval stays as it was planned.
    """
    posts = ScheduledPost.objects.filter(piece_id=request.piece_id, status__in=[*UNSENT, Status.HANDED])
    posts = posts.exclude(STANDS).exclude(metadata__has_key=approving.WITHOUT)
    held = [post for post in posts.select_for_update(of=("self",)).order_by("pk") if _hold(post, request, now=now)]
    for post in held:
        audit.record("post.held_for_approval", post, organization_id=post.organization_id, by=by)
    return len(held)


def _hold(post: ScheduledPost, request: ApprovalRequest, *, now: dt.datetime) -> bool:
    post.approval, post.approved_fingerprint = request, ""
    if post.status == Status.HANDED:  # a worker takes it back from its platform first
        wish = dict(post.metadata.get(handing.WISH) or {})
        if wish.get("status") in {Status.CANCELLED, Status.WAITING}:
            return False
        post.metadata = {**post.metadata, handing.WISH: handing.wish_to_wait(wish)}
        post.next_try_at = now
    else:
        post.status, post.next_try_at, post.reminders = Status.WAITING, None, 0
    _write(post, ["approval", "approved_fingerprint", "metadata", "reminders"])
    return True


def waiting(request: ApprovalRequest) -> QuerySet[ScheduledPost]:
    """Return the posts that wait for the request, held until the transaction ends."""
    rows = ScheduledPost.objects.filter(approval=request, status=Status.WAITING)
    return rows.select_related("connection").select_for_update(of=("self",)).order_by("scheduled_for", "pk")


def let_go(request: ApprovalRequest, *, by: Actor, now: dt.datetime) -> list[ScheduledPost]:
    """Let the waiting posts go out exactly as the piece was approved, or leave them as drafts; return them.

    One whose time is over takes the account's next free slot, else it goes out now; its note says so.
    """
    piece = request.piece
    _hold_queues(request, now=now)
    posts = list(waiting(request))
    for post in posts:
        _fill(post, piece, request)
        if not request.auto_publish:
            _rest(post, _("Approved. It goes out once somebody plans it."))
        elif problems := outgoing.problems(piece, post.connection.platform, account=post.connection.extra):
            _rest(post, _("Approved, but it would be refused there: %(why)s") % {"why": problems[0].message})
        else:
            _plan(post, piece, now=now)
    _tell("post.released", posts, by=by)
    return posts


def _hold_queues(request: ApprovalRequest, *, now: dt.datetime) -> None:
    """Hold the queues that late posts move on in before the posts themselves, as whoever reorders a queue does."""
    late = ScheduledPost.objects.filter(approval=request, status=Status.WAITING, scheduled_for__lt=now - GRACE)
    slots.all_locked(late.values_list("connection_id", flat=True))


def _fill(post: ScheduledPost, piece: GeneratedContent, request: ApprovalRequest) -> None:
    """Copy what was approved."""
    claiming.outdate(post)
    for name, value in outgoing.snapshot(piece, post.connection.platform).items():
        setattr(post, name, value)
    post.approval, post.approved_fingerprint = request, request.approved_fingerprint


COPIED = ["title", "text", "hashtags", "metadata", "piece_version", "approval", "approved_fingerprint"]
TIMES = ["scheduled_for", "local_time", "timezone", "time_note", "slot", "is_optimised", "time_score"]


def _plan(post: ScheduledPost, piece: GeneratedContent, *, now: dt.datetime) -> None:
    """Schedule it; where the same piece is there at that time already, it stays as a draft."""
    before = {name: getattr(post, name) for name in TIMES}
    if post.scheduled_for < now - GRACE:
        _move_on(post, piece, now=now)
    post.status, post.tries, post.error = Status.SCHEDULED, 0, ""
    post.next_try_at = first_try(post, now=now)
    try:
        with transaction.atomic():
            _write(post, [*COPIED, *TIMES, "tries", "error"])
    except IntegrityError:
        for name, value in before.items():
            setattr(post, name, value)
        _rest(post, _("Approved, but its time is over, and the same piece goes out there already."))


def _move_on(post: ScheduledPost, piece: GeneratedContent, *, now: dt.datetime) -> None:
    """Give a post whose time is over another: the next free slot, or now."""
    slots.locked(post.connection_id)
    post.is_optimised, post.time_score = False, None
    free = slots.next_free(post.connection, now=now, brand_id=piece.brand_id)
    if free is None:
        post.scheduled_for, post.slot = now, None
        post.local_time = f"{now.astimezone(_zone(post.timezone)):%Y-%m-%dT%H:%M}"
        post.time_note = _("It was approved after its time, so it goes out at once.")
        return
    post.scheduled_for, post.slot, post.timezone = free.moment.instant, free.slot, free.slot.timezone
    post.local_time = f"{free.moment.local:%Y-%m-%dT%H:%M}"
    note = _("It was approved after its time, so it took the next free slot.")
    post.time_note = f"{note} {free.moment.note}".strip()[:200]


def _zone(name: str) -> dt.tzinfo:
    try:
        return zone_of(name)
    except UnknownZone:
        return dt.UTC


def first_try(post: ScheduledPost, *, now: dt.datetime) -> dt.datetime:
    """Return when a post is first taken in hand: before its time where its platform holds it until then."""
    if post.connection.kind == BY_HAND:
        return post.scheduled_for
    options = post.metadata.get("options", {})
    return handing.first_try(post.connection.platform, options, at=post.scheduled_for, now=now)


def put_aside(request: ApprovalRequest, *, why: str, by: Actor) -> list[ScheduledPost]:
    """Leave the waiting posts as drafts, which say why; return them."""
    posts = list(waiting(request))
    for post in posts:
        _rest(post, why)
    _tell("post.put_aside", posts, by=by)
    return posts


def _rest(post: ScheduledPost, why: str) -> None:
    post.status, post.next_try_at, post.time_note = Status.DRAFT, None, why[:200]
    _write(post, [*COPIED, *TIMES])


def _write(post: ScheduledPost, fields: Iterable[str]) -> None:
    """Save columns; the new fence stops whoever held the post."""
    post.fence, post.lease_until = post.fence + 1, None
    post.save(update_fields=[*fields, "status", "next_try_at", "fence", "lease_until", "updated_at"])


def _tell(action: str, posts: Iterable[ScheduledPost], *, by: Actor, **more: Any) -> None:
    for post in posts:
        audit.record(action, post, organization_id=post.organization_id, by=by, status=post.status, **more)
