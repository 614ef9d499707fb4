"""What an edit does to an approval, and taking back what was approved."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import tenancy
from accounts.models import Membership
from content.services import pieces
from publishing import approving
from publishing.delivery import asks, releasing
from publishing.models import ApprovalRequest, Revision

Status = ApprovalRequest.Status


class NothingApproved(Exception):
    """No version of it was ever approved."""

    def __init__(self) -> None:
        super().__init__(_("No version of this piece was approved yet. Nothing was changed."))


@dataclass(frozen=True)
class Restored:
    """The request after what was approved was taken back; not whole where something of it is gone."""

    request: ApprovalRequest
    is_whole: bool


def notice(piece_id: uuid.UUID, *, by: Membership | None, now: dt.datetime) -> None:
    """Look whether a change of a piece concerns its approval; call inside the transaction of the change.

    What was approved opens again, and its posts wait; while it is asked, the stage begins anew for what it is now.
    A change that leads back to what was approved closes it again. While changes are asked for, nothing happens.
    """
    with tenancy.widened(), transaction.atomic():
        living = ApprovalRequest.objects.filter(piece_id=piece_id, status__in=approving.LIVING)
        key = living.values_list("pk", flat=True).first()
        if key is None:
            return
        request = asks.hold(key)
        if request.status in approving.LIVING and request.status != Status.REVISION_REQUESTED:
            _compare(request, by=by, now=now)


def _compare(request: ApprovalRequest, *, by: Membership | None, now: dt.datetime) -> None:
    found = approving.fingerprint(request.piece)
    if found == request.fingerprint:
        return
    was_approved = request.status == Status.APPROVED
    request.status, request.version, request.fingerprint = Status.PENDING, request.piece.version, found
    request.decided_at = None
    request.save(update_fields=["status", "version", "fingerprint", "decided_at", "updated_at"])
    if found == request.approved_fingerprint:
        _approved_again(request, by=by, now=now)
    elif was_approved or _was_decided_before(request):
        releasing.hold_back(request, by=by, now=now)
        asks.new_round(request, now=now)
        asks.record("approval.reopened", request, by=by, round=request.round, version=request.version)
    else:
        asks.open_again(request, now=now)
        releasing.hold_back(request, by=by, now=now)


def _was_decided_before(request: ApprovalRequest) -> bool:
    """Say whether an earlier stage of the round agreed: it agreed to other words."""
    return request.stage > 0


def _approved_again(request: ApprovalRequest, *, by: Membership | None, now: dt.datetime) -> None:
    """It is again exactly what was approved: nobody need be asked."""
    asks.close_asks(request)
    request.status, request.decided_at, request.version = Status.APPROVED, now, request.piece.version
    request.approved_version, request.due_at, request.nobody = request.version, None, False
    request.save(
        update_fields=["status", "decided_at", "version", "approved_version", "due_at", "nobody", "updated_at"]
    )
    releasing.let_go(request, by=by, now=now)
    asks.record("approval.restored", request, by=by, version=request.version)


def restore(request: ApprovalRequest, *, by: Membership, now: dt.datetime) -> Restored:
    """Take back what was approved, words and all that went along; when all is as it was, it is approved again.

    Raises NothingApproved, pieces.NoSuchVersion.
    """
    with tenancy.widened(), transaction.atomic():
        held = asks.hold(request.pk)
        if not held.approved_fingerprint or held.approved_version is None or held.status not in approving.LIVING:
            raise NothingApproved
        if approving.fingerprint(held.piece) != held.approved_fingerprint:
            pieces.bring_back(held.piece, held.approved_version, held.approved_state, by=by)
        held.refresh_from_db()
        if held.status == Status.REVISION_REQUESTED:
            _end_revision(held, by=by, now=now)
        return Restored(held, held.status == Status.APPROVED)


def _end_revision(request: ApprovalRequest, *, by: Membership, now: dt.datetime) -> None:
    """Somebody asked for changes to other words than those that were approved before; these stand again."""
    request.piece.refresh_from_db()
    if approving.fingerprint(request.piece) == request.approved_fingerprint:
        request.fingerprint = request.approved_fingerprint
        request.save(update_fields=["fingerprint", "updated_at"])
        Revision.objects.filter(request=request).exclude(status=Revision.Status.COMPLETED).update(
            status=Revision.Status.COMPLETED, to_version=request.piece.version, completed_at=now, updated_at=now
        )
        _approved_again(request, by=by, now=now)
