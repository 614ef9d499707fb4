"""What of a client's assets is waiting."""

import uuid
from collections.abc import Collection, Iterator

from django.db.models import Count, Q
from django.utils.translation import ngettext

from accounts.waiting import Waiting
from content.models import ContentAsset

Status = ContentAsset.Status
WORKING = Q(status__in=[Status.PENDING, Status.PROCESSING])


def of_clients(clients: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Waiting]]:
    """Return, in one question, what could not be read and what is being worked on."""
    rows = ContentAsset.objects.filter(client_id__in=clients, deleted_at=None).order_by().values("client_id")
    counted = rows.annotate(failed=Count("pk", filter=Q(status=Status.FAILED)), working=Count("pk", filter=WORKING))
    return {row["client_id"]: list(_said(row["failed"], row["working"])) for row in counted}


def _said(failed: int, working: int) -> Iterator[Waiting]:
    if failed:
        words = ngettext("%(n)s file could not be read", "%(n)s files could not be read", failed)
        yield Waiting("failed", words % {"n": failed}, needs=True)
    if working:
        words = ngettext("%(n)s file is being worked on", "%(n)s files are being worked on", working)
        yield Waiting("processing", words % {"n": working})
