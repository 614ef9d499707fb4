"""Commands on an asset's processing: start, stop, try again, do a step anew."""

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Membership, User
from content.models import ContentAsset, PipelineStep
from content.pipeline.running import BY_NAME, STEPS
from content.tasks import process_asset

Status = PipelineStep.Status
AFTER = {step.name: [later.name for later in STEPS[number:]] for number, step in enumerate(STEPS)}


class NotRunning(Exception):
    """There is nothing to stop."""

    def __init__(self) -> None:
        super().__init__(_("Nothing is running for this asset. Everything made so far is kept."))


class StillRunning(Exception):
    """The asset is being worked on."""

    def __init__(self) -> None:
        super().__init__(_("This asset is being worked on. Stop that first, or wait until it is ready."))


def start(asset: ContentAsset, *, by: Membership | None) -> None:
    """Queue every step of a new asset; safe to call again. Call in the organisation's scope."""
    PipelineStep.objects.bulk_create(
        [
            PipelineStep(organization_id=asset.organization_id, asset=asset, name=step.name, position=number)
            for number, step in enumerate(STEPS)
        ],
        ignore_conflicts=True,
    )
    if by is not None:
        audit.record("asset.processing", asset, organization_id=asset.organization_id, by=by)
    ring(asset.pk, asset.organization_id)


def ring(asset_id: uuid.UUID, organization_id: uuid.UUID) -> None:
    """Wake a worker once the transaction is through; a lost call is found by `resume_interrupted`."""
    transaction.on_commit(
        lambda: process_asset.delay(asset_id=str(asset_id), organization_id=str(organization_id)), robust=True
    )


def cancel(asset: ContentAsset, *, by: Membership) -> None:
    """Ask the worker to stop; what is done stays. Raises NotRunning."""
    working = [ContentAsset.Status.PENDING, ContentAsset.Status.PROCESSING]
    if not ContentAsset.objects.filter(pk=asset.pk, status__in=working).update(cancel_requested=True):
        raise NotRunning
    audit.record("asset.cancelled", asset, organization_id=asset.organization_id, by=by)


def retry(asset: ContentAsset, *, by: Membership | User | None) -> None:
    """Go on with what failed or was stopped. Raises StillRunning."""
    ended = [ContentAsset.Status.FAILED, ContentAsset.Status.CANCELLED]
    if not ContentAsset.objects.filter(pk=asset.pk, status__in=ended).update(
        status=ContentAsset.Status.PENDING, cancel_requested=False, error="", finished_at=None
    ):
        raise StillRunning
    unfinished = PipelineStep.objects.filter(asset=asset).exclude(status__in=[Status.DONE, Status.SKIPPED])
    unfinished.update(status=Status.WAITING, attempts=0, error="", progress=0, lease_until=None)
    audit.record("asset.retried", asset, organization_id=asset.organization_id, by=by)
    ring(asset.pk, asset.organization_id)


def again(asset: ContentAsset, name: str, *, by: Membership | User | None) -> None:
    """Do one step and those after it anew (match again after new trends, read again after an edit)."""
    if PipelineStep.objects.filter(asset=asset, status=Status.RUNNING).exists():
        raise StillRunning
    chosen = BY_NAME[name].name
    PipelineStep.objects.filter(asset=asset, name__in=AFTER[chosen]).update(
        status=Status.WAITING, attempts=0, error="", note="", progress=0, lease_until=None, finished_at=None
    )
    ContentAsset.objects.filter(pk=asset.pk).update(
        status=ContentAsset.Status.PENDING, cancel_requested=False, error="", finished_at=None
    )
    audit.record("asset.again", asset, organization_id=asset.organization_id, by=by, step=chosen)
    ring(asset.pk, asset.organization_id)
