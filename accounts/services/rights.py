"""Commands: take data along, bring it, try again."""

import datetime as dt
import uuid

from django.core.files import File
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, tenancy
from accounts.models import DataRequest, Membership, User
from accounts.rights.archive import Archive
from accounts.rights.format import RightsError
from accounts.tasks import work_on_request

Kind, Status = DataRequest.Kind, DataRequest.Status
OPEN = (Status.WAITING, Status.WORKING)
LINK_HOLDS = dt.timedelta(hours=24)
_signer = TimestampSigner(salt="accounts.rights.file")


class AlreadyUnderWay(RightsError):
    """The same was asked for, and is not done yet."""

    def __init__(self) -> None:
        super().__init__(_("This is under way already. You are told when it is done; nothing was started twice."))


class OnlyTheOwner(RightsError):
    """An import changes everything at once."""

    def __init__(self) -> None:
        super().__init__(_("Only the owner can bring an archive. Nothing was changed."))


class LinkEnded(RightsError):
    """The link is older than a day, was changed, or the file is gone."""

    def __init__(self) -> None:
        super().__init__(_("This link has ended. Open the page again for a new one, or make a new export."))


def export_organization(*, by: Membership) -> DataRequest:
    """Ask for an archive of the member's organisation."""
    if by.client_id is not None:
        raise OnlyTheOwner
    with tenancy.of_organization(by.organization_id):
        request = _ask(
            DataRequest(
                kind=Kind.EXPORT, subject="organization", organization_id=by.organization_id, user_id=by.user_id
            )
        )
        audit.record("data.export_asked", request, organization_id=by.organization_id, by=by)
    return request


def export_person(*, by: User) -> DataRequest:
    """Ask for an archive of what a person owns and wrote."""
    with tenancy.of_user(by.pk):
        return _ask(DataRequest(kind=Kind.EXPORT, subject="person", user=by))


def bring_organization(file: File[bytes], *, by: Membership, is_trusted: bool = False) -> DataRequest:
    """Ask for an archive to be brought into the owner's empty organisation; its manifest is looked at right away."""
    if by.role != Membership.Role.OWNER:
        raise OnlyTheOwner
    Archive(file)
    file.seek(0)
    request = DataRequest(
        kind=Kind.IMPORT, subject="organization", organization_id=by.organization_id, user_id=by.user_id
    )
    request.report = {"trusted": True} if is_trusted else {}
    request.file.save(f"import-{uuid.uuid4().hex}.zip", file, save=False)
    try:
        with tenancy.of_organization(by.organization_id):
            _ask(request)
            audit.record("data.import_asked", request, organization_id=by.organization_id, by=by)
    except AlreadyUnderWay:
        request.file.delete(save=False)
        raise
    return request


def _ask(request: DataRequest) -> DataRequest:
    """Write the request down, once; ring for a worker when that is committed."""
    same = DataRequest.objects.filter(kind=request.kind, subject=request.subject, status__in=OPEN)
    whose = (
        {"organization": request.organization_id} if request.subject == "organization" else {"user": request.user_id}
    )
    if same.filter(**whose).exists():
        raise AlreadyUnderWay
    request.due_at = timezone.now()
    request.save(force_insert=True)
    work_on_request.delay_on_commit(request=str(request.pk))  # type: ignore[attr-defined]
    return request


def try_again(request: DataRequest, *, by: User) -> bool:
    """Let a failed request be worked on anew (operators); False when it is not failed any more."""
    again = {"status": Status.WAITING, "error": "", "due_at": timezone.now(), "fence": 0, "finished_at": None}
    with transaction.atomic():
        changed = DataRequest.objects.filter(pk=request.pk, status=Status.FAILED).update(**again)
        if changed and request.organization_id:
            audit.record("data.tried_again", request, organization_id=request.organization_id, by=by)
        if changed:
            work_on_request.delay_on_commit(request=str(request.pk))  # type: ignore[attr-defined]
    return bool(changed)


def key_of(request: DataRequest) -> str:
    """Return what a link to the file carries: signed, good for a day."""
    return _signer.sign(str(request.pk)).partition(":")[2]


def require_key(request: DataRequest, key: str) -> None:
    """Raise LinkEnded unless the link is whole, of today, and its file still there."""
    try:
        _signer.unsign(f"{request.pk}:{key}", max_age=LINK_HOLDS)
    except (BadSignature, SignatureExpired) as error:
        raise LinkEnded from error
    expires = request.file_expires_at
    if not request.file or expires is None or expires <= timezone.now():
        raise LinkEnded
