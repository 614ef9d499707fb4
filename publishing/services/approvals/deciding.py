"""Decisions: approve, ask for changes, reject; by a member, or by who holds a client's link.

What is decided is of exactly what the person saw (`seen`, the request's `seen_as` on their page): an edit, or a
colleague who was quicker, makes it void, and they are told.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import notifications, tenancy
from accounts.models import Membership, User
from content.models import GeneratedContent
from publishing import approving
from publishing.approving import Speaker
from publishing.delivery import asks, releasing
from publishing.models import ApprovalAsk, ApprovalDecision, ApprovalRequest, Revision, ScheduledPost

Status = ApprovalRequest.Status
Verdict = ApprovalDecision.Verdict


class CannotDecide(Exception):
    """Nothing was decided; the message says why and what to do."""


class NotAsked(CannotDecide):
    """It is not theirs to decide now."""

    def __init__(self) -> None:
        super().__init__(_("You are not asked to decide this now. You can read it and comment."))


class ChangedSince(CannotDecide):
    """The piece, or where its request stands, is not what the person saw. `request` is as it is now."""

    def __init__(self, request: ApprovalRequest) -> None:
        self.request = request
        super().__init__(_("It was changed while you looked at it. Nothing was decided; look at it as it is now."))


class DecidedAlready(CannotDecide):
    """Somebody else was quicker. `request` is as it is now."""

    def __init__(self, request: ApprovalRequest, decision: ApprovalDecision | None) -> None:
        self.request, self.decision = request, decision
        who = decision.name if decision else asks.asker(request)
        verdict = decision.get_verdict_display() if decision else request.get_status_display()
        super().__init__(
            _("%(who)s was quicker (%(verdict)s). What you chose was not kept.") % {"who": who, "verdict": verdict}
        )


class WordsNeeded(CannotDecide):
    """A wish for changes, or a refusal, says what is wrong."""

    def __init__(self) -> None:
        super().__init__(_("Say in a few words what should change, or why not. Nothing was decided."))


@dataclass(frozen=True)
class Decided:
    """What became of one of several: the request, and why nothing was decided, if so."""

    request: ApprovalRequest
    error: CannotDecide | None = None


def approve(request: ApprovalRequest, *, by: Speaker, seen: str, now: dt.datetime, words: str = "") -> ApprovalRequest:
    """Agree to the piece as it was seen; the last agreement that is needed lets its posts go.

    Raises NotAsked, ChangedSince, DecidedAlready.
    """
    with tenancy.widened(), transaction.atomic():
        held, ask = _open(request, by, seen)
        _write(held, ask, Verdict.APPROVED, by=by, words=words, now=now)
        is_over = asks.is_through(held) and asks.go_on(held, by=_user(by), now=now)
        if is_over:
            released = releasing.let_go(held, by=_member(by), now=now)
            _tell_approved(held, by, goes_out=any(post.status == ScheduledPost.Status.SCHEDULED for post in released))
        _record("approved", held, by)
        return held


def ask_for_changes(
    request: ApprovalRequest, *, by: Speaker, seen: str, now: dt.datetime, words: str = ""
) -> ApprovalRequest:
    """Say what is to change; who asked for approval is to do it. Raises as `approve`, and WordsNeeded."""
    if not words.strip():
        raise WordsNeeded
    with tenancy.widened(), transaction.atomic():
        held, ask = _open(request, by, seen)
        _write(held, ask, Verdict.CHANGES, by=by, words=words, now=now)
        held.revision_count += 1
        held.feedback = words
        held.save(update_fields=["revision_count", "feedback", "updated_at"])
        asks.end(held, Status.REVISION_REQUESTED, by=_user(by), now=now)
        Revision.objects.create(
            organization_id=held.organization_id,
            request=held,
            number=held.revision_count,
            requested_by=_user(by),
            requested_name=name_of(by),
            assigned_to=held.requested_by,
            feedback=words,
            from_version=held.version,
        )
        _tell_asker(held, by, gettext_lazy("Changes asked for: %(piece)s"), words)
        _record("changes_asked", held, by)
        return held


def reject(request: ApprovalRequest, *, by: Speaker, seen: str, now: dt.datetime, words: str = "") -> ApprovalRequest:
    """Refuse the piece; posts that waited for it become drafts. Raises as `approve`, and WordsNeeded."""
    if not words.strip():
        raise WordsNeeded
    with tenancy.widened(), transaction.atomic():
        held, ask = _open(request, by, seen)
        _write(held, ask, Verdict.REJECTED, by=by, words=words, now=now)
        held.feedback = words
        held.save(update_fields=["feedback", "updated_at"])
        asks.end(held, Status.REJECTED, by=_user(by), now=now)
        _tell_asker(held, by, gettext_lazy("Rejected: %(piece)s"), words)
        why = _("%(who)s rejected it.") % {"who": name_of(by)}
        releasing.put_aside(held, why=why, by=_member(by))
        _record("rejected", held, by)
        return held


def approve_many(pairs: Sequence[tuple[ApprovalRequest, str]], *, by: Membership, now: dt.datetime) -> list[Decided]:
    """Agree to several as they were seen, each for itself; all their pieces are held first, in one order."""
    decided = []
    with tenancy.widened(), transaction.atomic():
        pieces = [request.piece_id for request, _seen in pairs]
        list(GeneratedContent.objects.select_for_update(of=("self",)).filter(pk__in=pieces).order_by("pk"))
        for request, seen in pairs:
            try:
                decided.append(Decided(approve(request, by=by, seen=seen, now=now)))
            except CannotDecide as error:
                decided.append(Decided(request, error))
    return decided


def _open(request: ApprovalRequest, by: Speaker, seen: str) -> tuple[ApprovalRequest, ApprovalAsk]:
    """Return the request, held, with what the speaker is asked. Raises NotAsked, ChangedSince, DecidedAlready."""
    held = asks.hold(request.pk)
    if by.organization_id != held.organization_id or not _sees(by, held):
        raise NotAsked
    ask = approving.ask_of(held, by)
    if ask is None and (held.status != Status.PENDING or _was_asked(held, by)):
        raise DecidedAlready(held, asks.last_decision(held))
    if ask is None:
        raise NotAsked
    if seen != held.seen_as or approving.fingerprint(held.piece) != held.fingerprint:
        raise ChangedSince(held)
    return held, ask


def _sees(by: Speaker, request: ApprovalRequest) -> bool:
    if isinstance(by, Membership) and by.client_id is None:
        return True
    return approving.speaks_for_client(by, request)


def _was_asked(request: ApprovalRequest, by: Speaker) -> bool:
    """Say whether the speaker was asked in this round, and it was settled without them or by them."""
    rows = ApprovalAsk.objects.filter(request=request, round=request.round)
    if isinstance(by, Membership) and rows.filter(member=by).exists():
        return True
    return approving.speaks_for_client(by, request) and rows.filter(is_client=True).exists()


def _write(
    request: ApprovalRequest, ask: ApprovalAsk, verdict: Verdict, *, by: Speaker, words: str, now: dt.datetime
) -> None:
    ask.status, ask.decided_at = ApprovalAsk.Status.DONE, now
    ask.save(update_fields=["status", "decided_at", "updated_at"])
    ApprovalDecision.objects.create(
        organization_id=request.organization_id,
        request=request,
        round=request.round,
        stage=request.stage,
        stage_name=request.stages[request.stage]["name"],
        verdict=verdict,
        words=words.strip(),
        version=request.version,
        fingerprint=request.fingerprint,
        user=_user(by),
        link=None if isinstance(by, Membership) else by,
        name=name_of(by),
        instead_of=str(ask.instead_of.user)[:150] if ask.instead_of else "",
    )


def name_of(by: Speaker) -> str:
    """Return what a speaker is called."""
    return str(by.user if isinstance(by, Membership) else by.name)[:150]


def _user(by: Speaker) -> User | None:
    return by.user if isinstance(by, Membership) else None


def _member(by: Speaker) -> Membership | None:
    return by if isinstance(by, Membership) else None


def _record(what: str, request: ApprovalRequest, by: Speaker) -> None:
    more = {"version": request.version, "round": request.round}
    if isinstance(by, Membership):
        asks.record(f"approval.{what}", request, by=by, **more)
    else:
        asks.record(f"approval.{what}_by_link", request, by=None, name=by.name, **more)


def _tell_asker(request: ApprovalRequest, by: Speaker, title: Promise, words: str) -> None:
    if request.requested_by and request.requested_by != _user(by):
        message = notifications.words(gettext_lazy("%(who)s: %(words)s"), who=name_of(by), words=words)
        asks.say(request, [request.requested_by], title=title, message=message)


def _tell_approved(request: ApprovalRequest, by: Speaker, *, goes_out: bool) -> None:
    """Good news needs no mail."""
    if request.requested_by and request.requested_by != _user(by):
        message = gettext_lazy("It goes out as planned.") if goes_out else gettext_lazy("Plan it now.")
        title = gettext_lazy("Approved: %(piece)s")
        asks.say(request, [request.requested_by], title=title, message=message, mail=False)
