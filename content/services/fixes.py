"""Commands on a piece's file: make it fit its platform, stop that, try again, take the original back."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Membership, User
from content.models import GeneratedContent, MediaFix, PieceFile
from content.pieces import fitting
from content.pieces.composing import unfitted
from content.signals import piece_changed
from content.tasks import make_fit
from trenddrop.core.media import Fit

Status = MediaFix.Status
OPEN = [Status.QUEUED, Status.PROCESSING]


class NothingToFix(Exception):
    """The platform takes the file as it is, or no change would help."""

    def __init__(self) -> None:
        super().__init__(_("There is nothing about the file that could be mended. Nothing was changed."))


class AlreadyFixing(Exception):
    """Another fix of this piece is under way."""

    def __init__(self) -> None:
        super().__init__(_("The file is being made fit already. Stop that first, or wait for it."))


class NotFixing(Exception):
    """Nothing is under way."""

    def __init__(self) -> None:
        super().__init__(_("Nothing is being made fit for this piece."))


class NoOwnFile(Exception):
    """The piece sends the original already."""

    def __init__(self) -> None:
        super().__init__(_("This piece sends the original already. Nothing was changed."))


@dataclass(frozen=True)
class Planned:
    """What would be done to a file, and in which words."""

    fit: Fit
    told: list[str]


def planned(piece: GeneratedContent, choice: fitting.Choice | None = None) -> Planned | None:
    """Return what would be done to the file; None when nothing is needed or would help. The asset is loaded."""
    media = unfitted(piece)
    fit = fitting.plan(piece.platform, media, choice) if media else None
    return Planned(fit, fitting.told(fit, media)) if fit and media else None


def ask(piece: GeneratedContent, *, by: Membership, choice: fitting.Choice | None = None) -> MediaFix:
    """Queue the change of the file. Raises NothingToFix, AlreadyFixing."""
    plan = planned(piece, choice)
    if plan is None:
        raise NothingToFix
    try:
        with transaction.atomic():
            row = MediaFix.objects.create(
                organization_id=piece.organization_id, piece=piece, asked_by=by.user, recipe=plan.fit.stored
            )
    except IntegrityError as error:
        raise AlreadyFixing from error
    audit.record("piece.fix_asked", piece, organization_id=piece.organization_id, by=by, doing=plan.told)
    ring(row)
    return row


def cancel(piece: GeneratedContent, *, by: Membership | User | None) -> MediaFix:
    """Stop: whoever works on it cannot write any more. Raises NotFixing."""
    row = MediaFix.objects.select_for_update(of=("self",)).filter(piece=piece, status__in=OPEN).first()
    if row is None:
        raise NotFixing
    row.status, row.fence, row.lease_until = Status.CANCELLED, row.fence + 1, None
    row.save(update_fields=["status", "fence", "lease_until", "updated_at"])
    audit.record("piece.fix_cancelled", piece, organization_id=piece.organization_id, by=by)
    return row


def retry(row: MediaFix, *, by: Membership | User | None) -> MediaFix:
    """Queue once more what failed or was stopped. Raises NotFixing, AlreadyFixing."""
    try:
        with transaction.atomic():
            ended = MediaFix.objects.filter(pk=row.pk, status__in=[Status.FAILED, Status.CANCELLED])
            if not ended.update(status=Status.QUEUED, attempts=0, progress=0, error="", lease_until=None):
                raise NotFixing
    except IntegrityError as error:
        raise AlreadyFixing from error
    audit.record("piece.fix_retried", row.piece, organization_id=row.organization_id, by=by)
    ring(row)
    return row


def take_original(piece: GeneratedContent, *, by: Membership) -> None:
    """Send the file as it was before it was made fit: the asset's own, or the one the piece was given.

    What was made fit stays for the posts planned with it. Raises NoOwnFile.
    """
    take = PieceFile.objects.filter(piece=piece, is_current=True).order_by("slide").first()
    before = {"file": take.file.name, "media_info": take.media_info} if take else {"file": "", "media_info": {}}
    if not GeneratedContent.objects.filter(pk=piece.pk).exclude(file=before["file"]).update(**before):
        raise NoOwnFile
    piece_changed.send(sender=GeneratedContent, piece=piece, by=by)
    audit.record("piece.original_taken", piece, organization_id=piece.organization_id, by=by)


def ring(row: MediaFix) -> None:
    """Wake a worker once the transaction is through; a lost call is found by `resume_interrupted`."""
    fix, organization = str(row.pk), str(row.organization_id)
    transaction.on_commit(lambda: make_fit.delay(fix_id=fix, organization_id=organization), robust=True)
