"""Working on what was asked for: claimed with a lease, told how far, taken up again when a worker was lost."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit, tenancy
from accounts.models import DataRequest, Membership, Notification, Organization, User
from accounts.notifications import notify
from accounts.rights import erasing, exporting, importing
from accounts.rights.format import Lost, RightsError
from trenddrop.core.claims import claim_one, write_fenced

LEASE = dt.timedelta(minutes=30)
MOST_TRIES = 5
Kind, Status = DataRequest.Kind, DataRequest.Status
Engine = Callable[..., dict[str, Any]]
ENGINES: Mapping[str, Engine] = {
    Kind.EXPORT: exporting.make,
    Kind.IMPORT: importing.bring,
    Kind.ERASURE: erasing.erase,
}


def run(request_id: uuid.UUID | str) -> None:
    """Do what was asked, unless somebody does already."""
    now = timezone.now()
    with tenancy.operator():
        mine = due(now).filter(pk=request_id)
        request = claim_one(mine, now=now, lease=LEASE, changes={"status": Status.WORKING, "error": ""})
    if request is None:
        return
    if request.fence > MOST_TRIES:
        _end(
            request,
            status=Status.FAILED,
            error=_("It was tried %(n)s times. An operator looks at it.") % {"n": MOST_TRIES},
        )
        return
    try:
        report = ENGINES[request.kind](request, beat=_beat_of(request))
    except erasing.NoLongerWanted as error:
        _end(request, status=Status.CANCELLED, error=str(error))
    except RightsError as error:
        _end(request, status=Status.FAILED, error=str(error))
    except Lost:
        return
    else:
        _end(request, status=Status.DONE, report=report)


def due(now: dt.datetime) -> QuerySet[DataRequest]:
    """Return what waits for a worker, or lost its own."""
    waiting = Q(status=Status.WAITING, due_at__lte=now)
    return DataRequest.objects.filter(waiting | Q(status=Status.WORKING, lease_until__lt=now)).order_by("due_at")


def _beat_of(request: DataRequest) -> Callable[[int], None]:
    def beat(progress: int) -> None:
        with tenancy.operator():
            held = write_fenced(request, progress=progress, lease_until=timezone.now() + LEASE)
        if not held:
            raise Lost

    return beat


def _end(request: DataRequest, *, status: str, error: str = "", report: dict[str, Any] | None = None) -> None:
    """Write down how it ended, and tell whoever asked."""
    now = timezone.now()
    changes: dict[str, Any] = {"status": status, "error": error, "finished_at": now, "lease_until": None}
    if status == Status.DONE:
        changes |= {"progress": 100, "report": report or {}, "file": request.file.name or ""}
    if request.kind == Kind.EXPORT and status == Status.DONE:
        changes["file_expires_at"] = now + settings.EXPORT_KEPT
    with tenancy.operator():
        if not write_fenced(request, **changes):
            return
        _record(request)
        _tell(request)
    if request.kind == Kind.IMPORT:
        remove_file(request)


def _record(request: DataRequest) -> None:
    """Add the line to the organisation's log; an erasure writes its own."""
    if request.organization_id and request.subject == "organization" and request.kind != Kind.ERASURE:
        ended = "done" if request.status == Status.DONE else "failed"
        by = request.user
        audit.record(
            f"data.{request.kind}_{ended}", request, organization_id=request.organization_id, by=by, error=request.error
        )


TITLES = {
    (Kind.EXPORT, Status.DONE): gettext_lazy("Your export is ready"),
    (Kind.EXPORT, Status.FAILED): gettext_lazy("Your export failed"),
    (Kind.IMPORT, Status.DONE): gettext_lazy("Your import is done"),
    (Kind.IMPORT, Status.FAILED): gettext_lazy("Your import failed; nothing was changed"),
}


def _tell(request: DataRequest) -> None:
    """Notify whoever asked; who has no organisation finds it on their page only."""
    title = TITLES.get((Kind(request.kind), Status(request.status)))
    mine = Membership.objects.filter(user=request.user, status=Membership.Status.ACTIVE)
    organization_id = request.organization_id or mine.values_list("organization_id", flat=True).first()
    if title is None or organization_id is None or request.user is None:
        return
    page = "organization_data" if request.subject == "organization" else "my_data"
    notify(
        [request.user],
        Notification.Kind.DATA,
        organization_id=organization_id,
        title=title,
        message=request.error,
        link=reverse(page),
    )


def sweep() -> list[uuid.UUID]:
    """Ask for the erasures that are due, remove what has expired; return the requests that want a worker."""
    now = timezone.now()
    with tenancy.operator():
        _ask_for_due_erasures(now)
        expired = list(DataRequest.objects.filter(file_expires_at__lte=now).exclude(file="")[:100])
        waiting = list(due(now).values_list("pk", flat=True)[:100])
    for request in expired:
        remove_file(request)
    return waiting


def _ask_for_due_erasures(now: dt.datetime) -> None:
    open_ones = DataRequest.objects.filter(
        kind=Kind.ERASURE, status__in=[Status.WAITING, Status.WORKING, Status.FAILED]
    )
    people = User.objects.filter(status=User.Status.DELETED, erase_after__lte=now)
    for key in people.exclude(pk__in=open_ones.filter(subject="person").values("user")).values_list("pk", flat=True):
        DataRequest.objects.create(kind=Kind.ERASURE, subject="person", user_id=key, due_at=now)
    organizations = Organization.objects.filter(deleted_at__isnull=False, erase_after__lte=now)
    asked = open_ones.filter(subject="organization").values("organization")
    for key in organizations.exclude(pk__in=asked).values_list("pk", flat=True):
        DataRequest.objects.create(kind=Kind.ERASURE, subject="organization", organization_id=key, due_at=now)


def remove_file(request: DataRequest) -> None:
    """Remove a request's file from the storage, then its name from the row."""
    if request.file:
        request.file.delete(save=False)
    with tenancy.operator():
        DataRequest.objects.filter(pk=request.pk).update(file="")
