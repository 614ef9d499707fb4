"""Commands on posts: plan, send now, move, cancel, try again, look now, and what a person knows better.

Each is one guarded UPDATE with its audit entry; the worker's claim and a person's click can't both win.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Membership, User
from content.models import GeneratedContent
from publishing import caps, outgoing, resting, tasks
from publishing.delivery import asks, claiming, handing
from publishing.models import PlanImport, PlatformConnection, PostingSlot, RecurringPost, ScheduledPost
from publishing.platforms import platform_keys
from publishing.services import placing
from publishing.signals import posts_published
from publishing.walltime import Moment, resolve, zone_of
from trenddrop.core.platforms import Problem, rules

Status = ScheduledPost.Status
GRACE = dt.timedelta(minutes=1)
FARTHEST = dt.timedelta(days=2 * 365)
# Two clicks on “send it now” this close together mean one post.
ONE_CLICK = dt.timedelta(minutes=2)
OPEN = (
    Status.WAITING,
    Status.SCHEDULED,
    Status.PUBLISHING,
    Status.HANDED,
    Status.ASSISTED,
    Status.UNCONFIRMED,
    Status.PUBLISHED,
)
# Nothing happens to these by itself.
STILL = (Status.DRAFT, Status.WAITING)


@dataclass(frozen=True)
class Marks:
    """Where a post's time came from."""

    slot: PostingSlot | None = None
    series: RecurringPost | None = None
    occurrence: dt.date | None = None
    plan_import: PlanImport | None = None
    import_row: int | None = None
    is_optimised: bool = False
    time_score: int | None = None


class CannotPlan(Exception):
    """The post was not planned; the message says why and what to do."""


class NotHere(CannotPlan):
    """The piece or the account is not one the member can see."""

    def __init__(self) -> None:
        super().__init__(_("That piece or account is not here. Nothing was planned."))


class AtRest(CannotPlan):
    """The work for its client has ended, or its original was deleted: nothing of it is sent."""

    def __init__(self, piece: GeneratedContent) -> None:
        words = _("What it is made of was deleted. Nothing was planned; restore that first.")
        if piece.client and piece.client.deleted_at:
            words = _(
                "%(client)s is archived, and nothing is sent for it. Nothing was planned; restore the client first."
            ) % {"client": piece.client.name}
        super().__init__(words)


class InThePast(CannotPlan):
    """The time is over; what `moves` stays where it was."""

    def __init__(self, local: dt.datetime, *, moves: bool = False) -> None:
        if moves:
            shown = f"{date_format(local, 'D j M Y, H:i')} {local:%Z}".strip()
            super().__init__(
                _("%(time)s is in the past. It stays where it was; choose a later time.") % {"time": shown}
            )
            return
        shown = f"{local.isoformat(' ', 'minutes')[:16]} {local:%Z}".strip()
        words = _("%(time)s is in the past. Nothing was planned; choose a later time, or send it now.")
        super().__init__(words % {"time": shown})


class TooFar(CannotPlan):
    """The time is years away; what `moves` stays where it was."""

    def __init__(self, *, moves: bool = False) -> None:
        words = _("That is more than two years away. Nothing was planned; choose an earlier time.")
        if moves:
            words = _("That is more than two years away. It stays where it was; choose an earlier time.")
        super().__init__(words)


class DoesNotFit(CannotPlan):
    """The platform would refuse it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(" ".join(problem.message for problem in problems))


class AccountNotReady(CannotPlan):
    """Nothing can be sent to the account now."""

    def __init__(self, connection: PlatformConnection) -> None:
        reasons = {
            PlatformConnection.Status.NEEDS_RECONNECT: _("%(handle)s must be connected again first."),
            PlatformConnection.Status.PAUSED: _("%(handle)s is paused. Resume it first, or choose another account."),
            PlatformConnection.Status.REMOVED: _("%(handle)s was disconnected. Choose another account."),
        }
        words = reasons.get(
            PlatformConnection.Status(connection.status), _("Nothing can be sent to %(handle)s from here.")
        )
        if resting.BY_OPERATOR in connection.extra and connection.status == PlatformConnection.Status.PAUSED:
            words = _("An operator paused %(handle)s, and only an operator can resume it. Choose another account.")
        super().__init__(words % {"handle": connection.handle})


class AlreadyPlanned(CannotPlan):
    """The same piece is planned there at that time: it will be sent once. `post` is that one."""

    def __init__(self, post: ScheduledPost) -> None:
        self.post = post
        super().__init__(_("This piece is planned there at that time already. It is sent once."))


class CannotChange(Exception):
    """The post has moved on; the message says where it is now."""

    def __init__(self, post: ScheduledPost) -> None:
        self.post = post
        words = {
            Status.DRAFT: _("It is a draft: nothing happens by itself. Nothing was changed."),
            Status.WAITING: _("It waits for approval. Nothing was changed."),
            Status.SCHEDULED: _("It is planned and nothing is in doubt. Nothing was changed."),
            Status.PUBLISHING: _("It is being sent this very moment. Wait until it is clear how that ends."),
            Status.HANDED: _("It waits on its platform and goes live there by itself. Cancel it or move it first."),
            Status.ASSISTED: _("It waits to be posted by hand. Nothing was changed."),
            Status.UNCONFIRMED: _("It may be public already: look, or say what you see. Nothing was changed."),
            Status.PUBLISHED: _("It is live already. Nothing was changed."),
            Status.FAILED: _("It has failed and is not planned any more. Try again, or plan it anew."),
            Status.MISSED: _("It missed its time and is not planned any more. Try again, or plan it anew."),
            Status.CANCELLED: _("It was cancelled already. Plan it anew in the Studio."),
        }
        if post.status == Status.SCHEDULED and post.platform_post_id:
            super().__init__(_("It is live already; what is left of it is being added. Nothing was changed."))
        else:
            super().__init__(words[Status(post.status)])


class LookFirst(Exception):
    """A person wants to send an unconfirmed post again before anybody has looked."""

    def __init__(self) -> None:
        super().__init__(_("We have not looked for it yet. The first look is seconds away; then you can send it."))


# Planning


def schedule(
    piece: GeneratedContent,
    *,
    connection: PlatformConnection,
    at_local: dt.datetime,
    zone: str,
    by: Membership,
    now: dt.datetime,
    as_draft: bool = False,
    marks: Marks = Marks(),
) -> ScheduledPost:
    """Plan the piece for when the clocks of `zone` show `at_local` (naive); what is sent is copied now.

    A draft only holds its place in the calendar; what must be approved waits for that. Raises CannotPlan in one of
    its forms, or walltime.UnknownZone.
    """
    moment = plan_for(at_local, zone, now=now)
    return _plan(piece, connection=connection, moment=moment, zone=zone, by=by, as_draft=as_draft, marks=marks)


def plan_for(at_local: dt.datetime, zone: str, *, now: dt.datetime, moves: bool = False) -> Moment:
    """Return the instant meant; raise InThePast (`moves`: it stays where it was), TooFar or UnknownZone."""
    if at_local.year > now.year + 3:
        raise TooFar(moves=moves)
    if at_local.year < now.year - 3:
        raise InThePast(at_local, moves=moves)
    moment = resolve(at_local, zone)
    if moment.instant < now - GRACE:
        raise InThePast(moment.local, moves=moves)
    if moment.instant > now + FARTHEST:
        raise TooFar(moves=moves)
    return moment


def publish_now(
    piece: GeneratedContent,
    *,
    connection: PlatformConnection,
    zone: str,
    by: Membership,
    now: dt.datetime,
    marks: Marks = Marks(),
) -> ScheduledPost:
    """Send the piece as soon as a worker is free; two clicks send it once."""
    with transaction.atomic():
        GeneratedContent.objects.select_for_update(of=("self",)).filter(pk=piece.pk).first()
        near = (now - ONE_CLICK, now + ONE_CLICK)
        same = ScheduledPost.objects.visible_to(by).filter(
            piece=piece, connection=connection, scheduled_for__range=near, status__in=OPEN
        )
        if twin := same.first():
            raise AlreadyPlanned(twin)
        moment = Moment(now, now.astimezone(zone_of(zone)))
        post = _plan(piece, connection=connection, moment=moment, zone=zone, by=by, marks=marks)
        _ring(post)
    return post


def _plan(
    piece: GeneratedContent,
    *,
    connection: PlatformConnection,
    moment: Moment,
    zone: str,
    by: Membership,
    as_draft: bool = False,
    marks: Marks = Marks(),
) -> ScheduledPost:
    piece, connection = _ours(piece, connection, by=by)
    if not as_draft:
        _require_fit(piece, connection, at=moment.instant)
    post = ScheduledPost(
        organization_id=by.organization_id,
        client_id=piece.client_id,
        piece=piece,
        connection=connection,
        scheduled_by=by.user,
        **outgoing.snapshot(piece, connection.platform),
        **vars(marks),
        **_times(moment, zone),
    )
    placing.place(post, piece, by=by, as_draft=as_draft)
    try:
        with transaction.atomic():
            post.save(force_insert=True)
    except IntegrityError as error:
        raise _twin_of(post, error) from error
    asks.follow(post)
    audit.record(
        "post.planned", post, organization_id=post.organization_id, by=by, at=moment.instant, account=connection.handle
    )
    return post


def plan(post: ScheduledPost, *, by: Membership, now: dt.datetime) -> ScheduledPost:
    """Plan a draft for the time that it holds, with the piece as it stands now. Raises CannotPlan, CannotChange."""
    piece, connection = _ours(post.piece, post.connection, by=by)
    moment = plan_for(dt.datetime.fromisoformat(post.local_time), post.timezone, now=now)
    _require_fit(piece, connection, at=moment.instant)
    held = ScheduledPost.objects.select_related("connection").get(pk=post.pk)
    for name, value in outgoing.snapshot(piece, connection.platform).items():
        setattr(held, name, value)
    placing.place(held, piece, by=by, as_draft=False)
    kept = ("title", "text", "hashtags", "metadata", "piece_version", "approval", "approved_fingerprint")
    fresh = {name: getattr(held, name) for name in (*kept, "status", "next_try_at")}
    change(post, only={Status.DRAFT}, **fresh, time_note=moment.note[:200], tries=0, error="")
    claiming.outdate(held)
    _audit("post.planned", post, by=by, at=moment.instant, account=connection.handle)
    return post


def _times(moment: Moment, zone: str) -> dict[str, Any]:
    return {
        "scheduled_for": moment.instant,
        "next_try_at": moment.instant,
        "local_time": f"{moment.local:%Y-%m-%dT%H:%M}",
        "timezone": zone,
        "time_note": moment.note[:200],
    }


def _ours(
    piece: GeneratedContent, connection: PlatformConnection, *, by: Membership
) -> tuple[GeneratedContent, PlatformConnection]:
    """Return both as they stand now, when the member may see them and they belong together; else NotHere."""
    pieces = GeneratedContent.objects.visible_to(by).filter(deleted_at=None).select_related("asset", "client")
    found = pieces.select_for_update(of=("self",)).filter(pk=piece.pk).first()  # an edit waits until it is planned
    account = PlatformConnection.objects.filter(organization_id=by.organization_id, pk=connection.pk).first()
    if found is None or account is None or account.client_id not in {None, found.client_id}:
        raise NotHere
    if account.platform not in {found.platform, "practice"}:
        raise NotHere
    _require_at_work(found)
    if account.status != PlatformConnection.Status.ACTIVE or account.platform not in platform_keys():
        raise AccountNotReady(account)
    return found, account


def _require_at_work(piece: GeneratedContent) -> None:
    if piece.asset.deleted_at or (piece.client and piece.client.deleted_at):
        raise AtRest(piece)


def ready(
    piece: GeneratedContent, connection: PlatformConnection, *, by: Membership, at: dt.datetime
) -> tuple[GeneratedContent, PlatformConnection]:
    """Return both as they stand now; raise CannotPlan when they could not be planned for that instant."""
    found, account = _ours(piece, connection, by=by)
    _require_fit(found, account, at=at)
    return found, account


def _require_fit(piece: GeneratedContent, connection: PlatformConnection, *, at: dt.datetime) -> None:
    problems = outgoing.problems(piece, connection.platform, account=connection.extra)
    if not problems and outgoing.is_empty(piece):
        name = rules(connection.platform).name
        problems = [Problem("text", "empty", _("There is nothing to send to %(name)s yet.") % {"name": name})]
    problems += caps.problems(connection, at)
    if problems:
        raise DoesNotFit(problems)


def _twin_of(post: ScheduledPost, error: IntegrityError) -> Exception:
    """Return AlreadyPlanned when another row holds the same place; any other fault stays what it is."""
    twin = (
        ScheduledPost.objects.filter(
            piece_id=post.piece_id, connection_id=post.connection_id, scheduled_for=post.scheduled_for
        )
        .exclude(status=Status.CANCELLED)
        .first()
    )
    return AlreadyPlanned(twin) if twin else error


# Changing what is planned


def reschedule(
    post: ScheduledPost,
    *,
    at_local: dt.datetime,
    zone: str,
    by: Membership,
    now: dt.datetime,
    marks: Marks = Marks(),
    is_dealt: bool = False,
) -> ScheduledPost:
    """Move a planned post; raises CannotPlan, CannotChange or UnknownZone.

    `marks`: the slot or good time it is moved to; moved by hand it has none. What it came of stays.
    `is_dealt`: it changes places with others, and the caller asks for room once all stand where they go.
    """
    moment = plan_for(at_local, zone, now=now, moves=True)
    if not is_dealt:
        require_room(post, at=moment.instant)
    before, times = handing.time_of(post).at, _times(moment, zone)
    times |= {
        "next_try_at": placing.first_try(post, at=moment.instant),
        "slot_id": str(marks.slot.pk) if marks.slot else None,
        "is_optimised": marks.is_optimised,
        "time_score": marks.time_score,
    }
    if post.status == Status.HANDED:
        _ask_back(post, handing.moved(post, times), now=now)
    else:
        _move(post, times)
    _audit("post.moved", post, by=by, before=before, after=moment.instant)
    return post


def require_room(post: ScheduledPost, *, at: dt.datetime) -> None:
    """Raise DoesNotFit where the account may send no more that day; a draft sends nothing."""
    if post.status != Status.DRAFT and (full := caps.problems(post.connection, at, besides=post.pk)):
        raise DoesNotFit(full)


def _move(post: ScheduledPost, times: dict[str, Any]) -> None:
    fresh = {"status": Status.SCHEDULED, "tries": 0, "reminders": 0, "error": ""}
    try:
        with transaction.atomic():
            if post.status in STILL:
                change(post, only=set(STILL), **times | {"next_try_at": None})
            else:
                change(post, only={Status.SCHEDULED, Status.ASSISTED}, **fresh, **times)
    except IntegrityError as error:
        raise _twin_of(post, error) from error


def _ask_back(post: ScheduledPost, wish: dict[str, Any], *, now: dt.datetime) -> None:
    """Have a worker take it back from its platform first; raises CannotChange when its time has come there."""
    if post.scheduled_for <= now + handing.TOO_NEAR:
        raise CannotChange(post)
    change(post, only={Status.HANDED}, metadata={**post.metadata, handing.WISH: wish}, next_try_at=now)
    _ring(post)


def cancel(post: ScheduledPost, *, by: Membership) -> ScheduledPost:
    """Take a planned post out, or put one that went wrong aside; raises CannotChange while it is being sent.

    One that waits on its platform is cancelled by a worker, once the platform gave it back.
    """
    allowed = {*STILL, Status.SCHEDULED, Status.ASSISTED, Status.FAILED, Status.MISSED, Status.UNCONFIRMED}
    before = post.status
    if before == Status.HANDED:
        _ask_back(post, handing.wish_to_cancel(), now=timezone.now())
    else:
        change(post, only=allowed, status=Status.CANCELLED, next_try_at=None)
    _audit("post.cancelled", post, by=by, before=before)
    return post


def retry(post: ScheduledPost, *, by: Membership | User, now: dt.datetime, reason: str = "") -> ScheduledPost:
    """Send a failed or missed post now, or an unconfirmed one once more: same words, same key.

    Other words only where these were approved since; what is not approved as it stands now waits for that.
    An operator's `reason` goes into the log. Raises CannotPlan, CannotChange, LookFirst, asking.CannotAsk.
    """
    if post.status == Status.UNCONFIRMED and post.looks == 0:
        raise LookFirst
    before = post.status
    _require_ready(post)
    times = _times(Moment(now, now.astimezone(zone_of(post.timezone))), post.timezone)
    fresh = {"status": Status.SCHEDULED, "tries": 0, "reminders": 0, "error": "", "platform_post_id": "", "url": ""}
    with transaction.atomic():
        piece = placing.held(post)
        placed = placing.again(post, piece, by=by, now=now)
        if "text" in placed:
            _require_fit(piece, post.connection, at=now)
        change(post, only={Status.FAILED, Status.MISSED, Status.UNCONFIRMED}, **fresh | times | placed)
        _audit("post.retried", post, by=by, before=before, **({"reason": reason} if reason else {}))
    if post.status == Status.SCHEDULED:
        _ring(post)
    return post


def _require_ready(post: ScheduledPost) -> None:
    connection = PlatformConnection.objects.get(pk=post.connection_id)
    _require_at_work(post.piece)
    if connection.status != PlatformConnection.Status.ACTIVE:
        raise AccountNotReady(connection)


def check_now(post: ScheduledPost, *, by: Membership, now: dt.datetime) -> ScheduledPost:
    """Look for an unconfirmed post at once; safe as often as one likes."""
    change(post, only={Status.UNCONFIRMED}, next_try_at=now)
    _audit("post.looked_for", post, by=by)
    _ring(post)
    return post


def mark_as_posted(post: ScheduledPost, *, url: str, by: Membership, now: dt.datetime) -> ScheduledPost:
    """Believe a person who sees the post live at `url`. Without the platform's own id it cannot be counted."""
    change(
        post,
        only={Status.ASSISTED, Status.UNCONFIRMED, Status.FAILED, Status.MISSED},
        status=Status.PUBLISHED,
        url=url,
        published_at=now,
        next_try_at=None,
        error="",
    )
    _audit("post.marked_as_posted", post, by=by, url=url)
    if post.platform_post_id:
        posts_published.send(sender=ScheduledPost, posts=[post])
    return post


def change(post: ScheduledPost, *, only: set[Status], **changes: Any) -> None:
    """Write `changes` if the post is in one of the states, else CannotChange; the new fence stops whoever held it."""
    rows = ScheduledPost.objects.filter(pk=post.pk, organization_id=post.organization_id, status__in=only)
    rows = rows.exclude(~Q(platform_post_id=""), status=Status.SCHEDULED)  # it stands already, in part
    written = rows.update(fence=F("fence") + 1, lease_until=None, **changes)
    post.refresh_from_db()
    if not written:
        raise CannotChange(post)
    asks.follow(post)


def _audit(action: str, post: ScheduledPost, *, by: Membership | User, **metadata: Any) -> None:
    audit.record(action, post, organization_id=post.organization_id, by=by, **metadata)


def _ring(post: ScheduledPost) -> None:
    ring = partial(tasks.deliver.delay, post_id=str(post.pk), organization_id=str(post.organization_id))
    transaction.on_commit(ring)
