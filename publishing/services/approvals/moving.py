"""What becomes of approvals when work changes hands between clients, or work for one ends."""

import datetime as dt
import uuid
from collections.abc import Collection

from django.utils.translation import gettext as _

from accounts.models import ClientAccount, Membership
from publishing import approving
from publishing.delivery import asks, releasing
from publishing.models import ApprovalRequest, ApprovalWorkflow

Status = ApprovalRequest.Status
OPEN = (Status.PENDING, Status.REVISION_REQUESTED)


def move(assets: Collection[uuid.UUID], *, client_id: uuid.UUID | None, by: Membership, now: dt.datetime) -> None:
    """Requests go with their pieces; those that live end, for it was not this client who was asked."""
    requests = ApprovalRequest.objects.filter(piece__asset_id__in=assets)
    why = _("It is another client’s now. Ask for approval anew.")
    for request in _held(list(requests.filter(status__in=approving.LIVING).order_by("piece_id"))):
        releasing.hold_back(request, by=by, now=now)
        _end(request, why=why, by=by, now=now)
    keys = list(requests.values_list("pk", flat=True))
    ApprovalRequest.objects.filter(pk__in=keys).update(client_id=client_id)


def stop(client: ClientAccount, *, by: Membership, now: dt.datetime) -> None:
    """Nobody is asked any more for an archived client, and its workflows rest."""
    living = ApprovalRequest.objects.filter(client=client, status__in=OPEN)
    for request in _held(list(living.order_by("piece_id"))):
        _end(request, why=_("The client was archived."), by=by, now=now)
    ApprovalWorkflow.objects.filter(client=client, is_active=True).update(is_active=False)


def _held(requests: list[ApprovalRequest]) -> list[ApprovalRequest]:
    return [asks.hold(request.pk) for request in requests]


def _end(request: ApprovalRequest, *, why: str, by: Membership, now: dt.datetime) -> None:
    asks.end(request, Status.WITHDRAWN, by=by.user, now=now)
    releasing.put_aside(request, why=why, by=by)
    asks.record("approval.withdrawn", request, by=by, reason=why)
