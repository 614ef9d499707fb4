"""Commands on an asset's processing: start, stop, try again, do a step anew."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Membership, User
from content.models import ContentAsset, PipelineStep
from content.pipeline import running
from content.pipeline.running import BY_NAME, STEPS, UNDER_WAY
from content.tasks import process_asset

Status = PipelineStep.Status
FROM = {step.name: [later.name for later in STEPS[number:]] for number, step in enumerate(STEPS)}
ENDED_BADLY = [ContentAsset.Status.FAILED, ContentAsset.Status.CANCELLED]


class NotRunning(Exception):
    """There is nothing to stop."""

    def __init__(self) -> None:
        super().__init__(_("Nothing is running for this asset. Everything made so far is kept."))


class NothingToRetry(Exception):
    """The asset neither failed nor was stopped."""

    def __init__(self) -> None:
        super().__init__(_("There is nothing to try again: this asset is done or being worked on."))


class StillRunning(Exception):
    """The asset is being worked on."""

    def __init__(self) -> None:
        super().__init__(_("This asset is being worked on. Stop that first, or wait until it is ready."))


def start(asset: ContentAsset, *, by: Membership | None) -> None:
    """Queue every step of a new asset; safe to call again. Call in the organisation's scope."""
    _add_steps(asset)
    if by is not None:
        audit.record("asset.processing", asset, organization_id=asset.organization_id, by=by)
    ring(asset.pk, asset.organization_id)


def _add_steps(asset: ContentAsset) -> None:
    """Make the steps that the asset does not have yet."""
    PipelineStep.objects.bulk_create(
        [
            PipelineStep(organization_id=asset.organization_id, asset=asset, name=step.name, position=number)
            for number, step in enumerate(STEPS)
        ],
        ignore_conflicts=True,
    )


def ring(asset_id: uuid.UUID, organization_id: uuid.UUID) -> None:
    """Wake a worker once the transaction is through; a lost call is found by `resume_interrupted`."""
    transaction.on_commit(
        lambda: process_asset.delay(asset_id=str(asset_id), organization_id=str(organization_id)), robust=True
    )


def cancel(asset: ContentAsset, *, by: Membership, now: dt.datetime | None = None) -> None:
    """Stop: at once when no worker has it in hand, else at the worker's next look. What is done stays.

    Raises NotRunning.
    """
    if hold(asset).status not in UNDER_WAY:
        raise NotRunning
    if not running.stop_waiting(asset, now or timezone.now()):
        ContentAsset.objects.filter(pk=asset.pk).update(cancel_requested=True)
    audit.record("asset.cancelled", asset, organization_id=asset.organization_id, by=by)


def retry(asset: ContentAsset, *, by: Membership | User | None) -> None:
    """Go on with what failed or was stopped. Raises NothingToRetry."""
    if hold(asset).status not in ENDED_BADLY:
        raise NothingToRetry
    unfinished = PipelineStep.objects.filter(asset=asset).exclude(status__in=[Status.DONE, Status.SKIPPED])
    unfinished.update(
        status=Status.WAITING, attempts=0, error="", progress=0, lease_until=None, finished_at=None,
        updated_at=timezone.now(),
    )  # fmt: skip
    _queue(asset)
    audit.record("asset.retried", asset, organization_id=asset.organization_id, by=by)


def again(asset: ContentAsset, name: str, *, by: Membership | User | None) -> None:
    """Do one step and those after it anew, and what never succeeded before it. Raises StillRunning."""
    if hold(asset).status in UNDER_WAY:
        raise StillRunning
    chosen = BY_NAME[name].name
    _add_steps(asset)
    steps = PipelineStep.objects.filter(asset=asset)
    anew = steps.filter(name__in=FROM[chosen]) | steps.exclude(status__in=[Status.DONE, Status.SKIPPED])
    anew.update(
        status=Status.WAITING, attempts=0, error="", note="", data={}, progress=0, lease_until=None,
        started_at=None, finished_at=None, updated_at=timezone.now(),
    )  # fmt: skip
    _queue(asset)
    audit.record("asset.again", asset, organization_id=asset.organization_id, by=by, step=chosen)


def hold(asset: ContentAsset) -> ContentAsset:
    """Hold the asset's row, so that no worker begins meanwhile, and read how it stands."""
    return ContentAsset.objects.select_for_update(of=("self",)).only("status").get(pk=asset.pk)


def _queue(asset: ContentAsset) -> None:
    ContentAsset.objects.filter(pk=asset.pk).update(
        status=ContentAsset.Status.PENDING, cancel_requested=False, error="", finished_at=None
    )
    ring(asset.pk, asset.organization_id)
