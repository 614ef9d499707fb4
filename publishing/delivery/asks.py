"""Opening a stage of an approval: who is asked, who is asked in their place, until when, and who is told.

All is called inside a transaction that holds the piece, and sees the whole organisation.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import audit, notifications, tenancy
from accounts.models import Membership, Notification, User
from content.models import GeneratedContent
from content.pieces import kept
from publishing import approving
from publishing.delivery import deadlines
from publishing.models import (
    Absence,
    ApprovalAsk,
    ApprovalDecision,
    ApprovalRequest,
    ApprovalStage,
    ReviewLink,
    ScheduledPost,
)
from publishing.signals import client_asked
from publishing.walltime import UnknownZone, zone_of

Status = ApprovalRequest.Status
AskStatus = ApprovalAsk.Status
APPROVE = _("Approve: %(piece)s")
CHANGED = _("Changed since you approved: %(piece)s")
MOST_DEPUTIES = 5  # of deputies, so that two who are each other's end the search


@dataclass(frozen=True)
class Asked:
    """One who is asked: a member (perhaps instead of one who is away), or the client (None)."""

    member: Membership | None
    instead_of: Membership | None = None


def hold(request_id: uuid.UUID) -> ApprovalRequest:
    """Return the request as it stands, with its piece; both are held, the piece first, until the transaction ends."""
    key = ApprovalRequest.objects.filter(pk=request_id).values_list("piece_id", flat=True).get()
    piece = GeneratedContent.objects.select_for_update(of=("self",)).select_related("asset").get(pk=key)
    request = ApprovalRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    request.piece = piece
    return request


# Who is asked


def whom(request: ApprovalRequest, *, now: dt.datetime) -> list[Asked]:
    """Return who is to decide the open stage now; members who left, or may not decide, are left out."""
    members = approving.deciders(request.organization_id, client_id=request.client_id)
    deputies = _deputies(request.organization_id, now=now)
    found: dict[uuid.UUID | None, Asked] = {}
    for one in _named(request.stages[request.stage], members):
        asked = _in_place_of(one, {each.pk: each for each in members}, deputies) if one else Asked(None)
        found.setdefault(asked.member.pk if asked.member else None, asked)
    return list(found.values())


def _named(stage: Mapping[str, Any], members: Sequence[Membership]) -> Iterator[Membership | None]:
    """Yield the members a stage names, by themselves or by their role, and None for the client."""
    for one in stage.get("approvers", ()):
        if one["kind"] == "client":
            yield None
        elif one["kind"] == "role":
            yield from (member for member in members if member.role == one["role"])
        else:
            yield from (member for member in members if str(member.pk) == one["member"])


def _deputies(organization_id: uuid.UUID, *, now: dt.datetime) -> dict[uuid.UUID, uuid.UUID]:
    """Return the deputy of each member who is away today, by their own calendar."""
    day = dt.timedelta(days=1)
    rows = Absence.objects.filter(
        organization_id=organization_id, starts_on__lte=now.date() + day, ends_on__gte=now.date() - day
    )
    return {
        row.member_id: row.deputy_id
        for row in rows.select_related("member__user").order_by("created_at")
        if row.starts_on <= _today(row.member, now=now) <= row.ends_on
    }


def _today(member: Membership, *, now: dt.datetime) -> dt.date:
    try:
        return now.astimezone(zone_of(member.user.timezone)).date()
    except UnknownZone:
        return now.date()


def _in_place_of(
    member: Membership, members: Mapping[uuid.UUID, Membership], deputies: Mapping[uuid.UUID, uuid.UUID]
) -> Asked:
    """Follow deputies to one who is here; where that leads to nobody, the member is asked after all."""
    key, seen = member.pk, 0
    while key in deputies and seen < MOST_DEPUTIES:
        key, seen = deputies[key], seen + 1
    here = members.get(key)
    if here is None or here == member or key in deputies:
        return Asked(member)
    return Asked(here, member)


def deputies_of(request: ApprovalRequest, members: Iterable[Membership], *, now: dt.datetime) -> list[Asked]:
    """Return who is to be asked in the place of those of the members who are away today."""
    people = {one.pk: one for one in approving.deciders(request.organization_id, client_id=request.client_id)}
    deputies = _deputies(request.organization_id, now=now)
    found = [_in_place_of(member, people, deputies) for member in members if member.pk in deputies]
    return [one for one in found if one.instead_of]


def client_is_reachable(request: ApprovalRequest, *, now: dt.datetime) -> bool:
    """Say whether anybody can answer for the client: a member of theirs, or who holds a link that may decide."""
    if client_members(request):
        return True
    opens = Q(request=request)
    if request.client_id:
        opens |= Q(request=None, client_id=request.client_id)
    links = ReviewLink.objects.filter(opens, organization_id=request.organization_id, may_decide=True)
    return links.filter(revoked_at=None, expires_at__gt=now).exists()


def client_members(request: ApprovalRequest) -> list[Membership]:
    """Return the client's own people who may decide."""
    if request.client_id is None:
        return []
    rows = approving.deciders(request.organization_id, client_id=request.client_id)
    return [row for row in rows if row.client_id == request.client_id]


# Opening


def open_stage(request: ApprovalRequest, *, now: dt.datetime, needed_by: dt.datetime | None = None) -> None:
    """Ask everybody of the open stage, say until when, and tell them; with nobody to ask, those who can mend that.

    `needed_by`: when a post goes out that is about to wait for it.
    """
    deadlines.begin(request, now=now)
    request.due_at = deadlines.of_stage(request, needed_by=needed_by)
    asked = whom(request, now=now)
    ApprovalAsk.objects.bulk_create(
        ApprovalAsk(
            organization_id=request.organization_id,
            request=request,
            round=request.round,
            stage=request.stage,
            member=one.member,
            is_client=one.member is None,
            instead_of=one.instead_of,
            due_at=request.due_at,
        )
        for one in asked
    )
    request.nobody = not _anybody(request, asked, now=now)
    request.save(update_fields=["due_at", "nobody", "stage", "stages", "round", "updated_at"])
    tell(request, asked)


def open_again(request: ApprovalRequest, *, now: dt.datetime) -> None:
    """Ask those of the open stage once more, about another version; what they decided stands with its version."""
    rows = ApprovalAsk.objects.filter(request=request, round=request.round, stage=request.stage)
    decided = rows.filter(status=AskStatus.DONE).select_related("member__user")
    again = [Asked(ask.member) for ask in decided]
    rows.filter(status=AskStatus.DONE).update(
        status=AskStatus.OPEN, decided_at=None, reminded_at=None, overdue_told_at=None, updated_at=now
    )
    tell(request, again, title=CHANGED)


def new_round(request: ApprovalRequest, *, now: dt.datetime) -> None:
    """Begin again with the first stage; what was decided stays as of its round and version."""
    close_asks(request)
    request.round, request.stage = request.round + 1, 0
    for stage in request.stages:
        stage.pop("skipped", None)
    request.save(update_fields=["stages", "updated_at"])
    open_stage(request, now=now)


def close_asks(request: ApprovalRequest) -> None:
    """Nobody is asked any more."""
    ApprovalAsk.objects.filter(request=request, status=AskStatus.OPEN).update(status=AskStatus.OVER)


def end(request: ApprovalRequest, status: Status, *, by: User | None, now: dt.datetime) -> None:
    """Close a held request: nobody is asked any more."""
    close_asks(request)
    request.status, request.decided_at, request.reviewed_by = status, now, by
    request.due_at, request.nobody = None, False
    request.save(update_fields=["status", "decided_at", "reviewed_by", "due_at", "nobody", "updated_at"])


def add(request: ApprovalRequest, asked: Iterable[Asked], *, now: dt.datetime) -> list[Asked]:
    """Ask more people at the open stage; who is asked already, or has decided, is left as they are."""
    there = ApprovalAsk.objects.filter(request=request, round=request.round, stage=request.stage)
    known = {ask.member_id: ask for ask in there}
    fresh = []
    for one in asked:
        key = one.member.pk if one.member else None
        if key not in known:
            _ask(request, one)
            fresh.append(one)
        elif known[key].status == AskStatus.OVER:
            known[key].status, known[key].instead_of = AskStatus.OPEN, one.instead_of
            known[key].save(update_fields=["status", "instead_of", "updated_at"])
            fresh.append(one)
    look_for_somebody(request, now=now)
    if fresh:
        tell(request, fresh)
    return fresh


def _ask(request: ApprovalRequest, one: Asked) -> None:
    ApprovalAsk.objects.create(
        organization_id=request.organization_id,
        request=request,
        round=request.round,
        stage=request.stage,
        member=one.member,
        is_client=one.member is None,
        instead_of=one.instead_of,
        due_at=request.due_at,
    )


def _anybody(request: ApprovalRequest, asked: Sequence[Asked], *, now: dt.datetime) -> bool:
    by_client = any(one.member is None for one in asked)
    return any(one.member for one in asked) or (by_client and client_is_reachable(request, now=now))


def look_for_somebody(request: ApprovalRequest, *, now: dt.datetime) -> None:
    """Note whether anybody is left who could decide the open stage."""
    rows = ApprovalAsk.objects.filter(request=request, round=request.round, stage=request.stage)
    asked = [Asked(ask.member) for ask in rows.filter(status=AskStatus.OPEN).select_related("member")]
    request.nobody = request.status == Status.PENDING and not _anybody(request, asked, now=now)
    request.save(update_fields=["nobody", "updated_at"])


# Until when


def follow(post: ScheduledPost) -> None:
    """Have what a waiting post waits for end in time for it, once what was done to the post stands.

    Not before: whoever decides holds the request first and then its posts.
    """
    if post.approval_id:
        keep = partial(_follow, post.approval_id, organization_id=post.organization_id)
        transaction.on_commit(keep, robust=True)


def _follow(request_id: uuid.UUID, *, organization_id: uuid.UUID) -> None:
    with tenancy.of_organization(organization_id):
        timed = ApprovalRequest.objects.filter(pk=request_id, status=Status.PENDING, due_at__isnull=False)
        if not timed.exists():
            return
        request = hold(request_id)
        due_at = deadlines.of_stage(request) if request.status == Status.PENDING else request.due_at
        if due_at != request.due_at:
            _set_due(request, due_at)


def _set_due(request: ApprovalRequest, due_at: dt.datetime | None) -> None:
    """Say until when anew; that it is overdue is told again, when it is again."""
    request.due_at = due_at
    request.save(update_fields=["due_at", "updated_at"])
    rows = ApprovalAsk.objects.filter(request=request, round=request.round, stage=request.stage)
    rows.filter(status=AskStatus.OPEN).update(due_at=due_at, overdue_told_at=None)


# Deciding a stage


def is_through(request: ApprovalRequest) -> bool:
    """Say whether the open stage has all the approvals that it needs: of any one, or of all who are still asked."""
    rows = ApprovalAsk.objects.filter(request=request, round=request.round, stage=request.stage)
    states = list(rows.values_list("status", flat=True))
    if AskStatus.DONE not in states:
        return False
    needs_all = request.stages[request.stage].get("needs") == ApprovalStage.Needs.ALL
    return not (needs_all and AskStatus.OPEN in states)


def go_on(request: ApprovalRequest, *, by: User | None, now: dt.datetime) -> bool:
    """Close the open stage and open the next; after the last the request is approved, and True is returned."""
    close_asks(request)
    if request.stage + 1 < len(request.stages):
        request.stage += 1
        open_stage(request, now=now)
        return False
    request.status, request.decided_at, request.reviewed_by = Status.APPROVED, now, by
    request.approved_version, request.approved_fingerprint = request.version, request.fingerprint
    request.approved_state = kept.state_of(request.piece)
    request.nobody, request.due_at = False, None
    request.save(
        update_fields=[
            "status", "decided_at", "reviewed_by", "approved_version", "approved_fingerprint", "approved_state",
            "nobody", "due_at", "updated_at",
        ]
    )  # fmt: skip
    return True


# Telling


def tell(request: ApprovalRequest, asked: Sequence[Asked], *, title: Promise = APPROVE) -> None:
    """Tell those who are asked; where nobody is, those who can choose somebody."""
    people = [one.member.user for one in asked if one.member]
    if any(one.member is None for one in asked):
        people += [member.user for member in client_members(request)]
        client_asked.send(sender=ApprovalRequest, request=request)
    if people:
        say(request, people, title=title, message=_asking(request))
    if request.nobody:
        tell_of_nobody(request)


def tell_of_nobody(request: ApprovalRequest) -> None:
    """Tell those who can choose who decides that nobody is there."""
    stage = request.stages[request.stage]["name"]
    message = notifications.words(_("Nobody is there who could decide “%(stage)s”. Choose who does."), stage=stage)
    say(request, managers(request), title=_("Nobody can approve: %(piece)s"), message=message)


def managers(request: ApprovalRequest) -> list[User]:
    """Return who may choose who decides."""
    return notifications.people_who_may("approvals.manage", organization_id=request.organization_id)


def _asking(request: ApprovalRequest) -> Promise:
    if request.note:
        return notifications.words(_("%(who)s asks you: %(note)s"), who=asker(request), note=request.note)
    return notifications.words(_("%(who)s asks you to look at it."), who=asker(request))


def asker(request: ApprovalRequest) -> str:
    """Return who asked for approval, by name."""
    return str(request.requested_by or "TrendDrop")


def say(
    request: ApprovalRequest, people: Iterable[User], *, title: Promise, message: str | Promise, mail: bool = True
) -> None:
    """Tell people something about a request, each once; `title` names the %(piece)s."""
    told = {person.pk: person for person in people}
    notice = notifications.Notice(
        list(told.values()),
        request.organization_id,
        notifications.words(title, piece=request.piece),
        message,
        reverse("approval", args=[request.pk]),
        mail=mail,
    )
    notifications.notify_each([notice], Notification.Kind.APPROVAL_NEEDED)


def record(action: str, request: ApprovalRequest, *, by: Membership | User | None, **metadata: Any) -> None:
    """Append an entry about the request."""
    piece = str(request.piece)[:120]
    audit.record(action, request, organization_id=request.organization_id, by=by, piece=piece, **metadata)


def last_decision(request: ApprovalRequest) -> ApprovalDecision | None:
    """Return what was decided last."""
    return ApprovalDecision.objects.filter(request=request).order_by("-created_at").first()
