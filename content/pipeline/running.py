"""Taking an asset through its steps: claim one, do it, write down how it ended, go on with the next."""

import datetime as dt
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import structlog
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit, notifications, tenancy
from accounts.models import Notification
from content.models import ContentAsset, PipelineStep
from content.pipeline import fetch, frames, generate, match, probe, transcribe, understand
from content.pipeline.work import LEASE, Cancelled, LeaseLost, Step, StepFailed, Work, folder
from trenddrop.core import claims
from trenddrop.core.embeddings import EmbeddingFailed
from trenddrop.core.http import FetchError
from trenddrop.core.limits import LimitReached
from trenddrop.core.media import MediaCancelled, MediaError
from trenddrop.core.speech import TranscriptionFailed

log = structlog.get_logger(__name__)

STEPS: list[Step] = [
    fetch.Fetch(),
    probe.Probe(),
    frames.Frames(),
    transcribe.Transcribe(),
    understand.Understand(),
    match.MatchTrends(),
    generate.Generate(),
]
BY_NAME = {step.name: step for step in STEPS}
ATTEMPTS = 3
REFUSALS = (StepFailed, MediaError, TranscriptionFailed, EmbeddingFailed, FetchError, LimitReached)
Status = PipelineStep.Status
OPEN = [Status.WAITING, Status.RUNNING]
UNDER_WAY = [ContentAsset.Status.PENDING, ContentAsset.Status.PROCESSING]
UNHEARD = dt.timedelta(minutes=2)  # so long a step may wait before a worker is rung again


def run(
    asset_id: uuid.UUID,
    organization_id: uuid.UUID,
    *,
    now: Callable[[], dt.datetime] = timezone.now,
    lease: dt.timedelta = LEASE,
) -> None:
    """Do every step that waits, in order, until all are done or one ends badly; two workers never do the same step."""
    while (taken := _take(asset_id, organization_id, now(), lease)) is not None:
        asset, row = taken
        with ExitStack() as unexpected:
            unexpected.callback(_give_back, row)
            goes_on = _do(asset, row, now, lease)
            unexpected.pop_all()
        if not goes_on:
            return


def _take(
    asset_id: uuid.UUID, organization_id: uuid.UUID, now: dt.datetime, lease: dt.timedelta
) -> tuple[ContentAsset, PipelineStep] | None:
    """Claim the first open step; None when there is none, or somebody works on it, or the asset ended badly."""
    with tenancy.of_organization(organization_id):
        rows = ContentAsset.objects.select_for_update(of=("self",)).select_related("created_by")
        asset = rows.filter(pk=asset_id, deleted_at=None, status__in=UNDER_WAY).first()
        if asset is None:
            return None
        first = PipelineStep.objects.filter(asset_id=asset_id, status__in=OPEN).order_by("position").first()
        if first is None:
            return None
        free = Q(status=Status.WAITING) | Q(status=Status.RUNNING, lease_until__lt=now)
        due = PipelineStep.objects.filter(free, pk=first.pk)
        started = {"status": Status.RUNNING, "started_at": first.started_at or now, "attempts": first.attempts + 1}
        row = claims.claim_one(due, now=now, lease=lease, changes=started)
        if row is None:
            return None
        ContentAsset.objects.filter(pk=asset_id).update(
            status=ContentAsset.Status.PROCESSING, started_at=asset.started_at or now
        )
    return asset, row


def _give_back(row: PipelineStep) -> None:
    """After an error nobody foresaw, let the next worker have the step at once, not when the lease ends."""
    with tenancy.of_organization(row.organization_id):
        claims.write_fenced(row, status=Status.WAITING, progress=0, lease_until=None)


def _do(asset: ContentAsset, row: PipelineStep, now: Callable[[], dt.datetime], lease: dt.timedelta) -> bool:
    """Do one step; True when the next may follow."""
    step = BY_NAME[row.name]
    structlog.contextvars.bind_contextvars(asset=str(asset.pk), step=row.name)
    try:
        if row.attempts > ATTEMPTS:
            raise StepFailed(_("It stopped three times without an answer. The file is kept; try again, or tell us."))
        if asset.cancel_requested:
            raise Cancelled
        reason = step.skip(asset)
        if reason is not None:
            return _end(asset, row, Status.SKIPPED, reason, now())
        with folder() as temporary:
            work = Work(asset, row, temporary, lease=lease, now=now)
            with work.held():
                note = step.run(work)
        return _end(asset, row, Status.DONE, note, now(), work.data)
    except (Cancelled, MediaCancelled):
        return _stop(asset, row, Status.CANCELLED, "", now())
    except LeaseLost:
        log.warning("step taken over by another worker")
        return False
    except REFUSALS as error:
        log.info("step refused", reason=str(error))
        return _stop(asset, row, Status.FAILED, str(error), now())
    finally:
        structlog.contextvars.unbind_contextvars("asset", "step")


def _end(
    asset: ContentAsset,
    row: PipelineStep,
    status: str,
    note: str,
    now: dt.datetime,
    data: dict[str, Any] | None = None,
) -> bool:
    """Write that a step is over; after the last one the asset is ready and its maker is told."""
    with tenancy.of_organization(asset.organization_id):
        held = claims.write_fenced(
            row, status=status, note=note, data=data or {}, progress=100, finished_at=now, lease_until=None, error=""
        )
        if held and not PipelineStep.objects.filter(asset=asset, status__in=OPEN).exists():
            _ready(asset, now)
    return held


def _ready(asset: ContentAsset, now: dt.datetime) -> None:
    ContentAsset.objects.filter(pk=asset.pk).update(status=ContentAsset.Status.READY, finished_at=now, error="")
    audit.record("asset.ready", asset, organization_id=asset.organization_id, by=None)
    _tell(asset, Notification.Kind.CONTENT_READY, gettext_lazy("“%(title)s” is ready"), "")


def _stop(asset: ContentAsset, row: PipelineStep, status: str, error: str, now: dt.datetime) -> bool:
    """Write that the pipeline ends here; what earlier steps made is kept."""
    final = ContentAsset.Status.CANCELLED if status == Status.CANCELLED else ContentAsset.Status.FAILED
    with tenancy.of_organization(asset.organization_id):
        if claims.write_fenced(row, status=status, error=error, finished_at=now, lease_until=None):
            ContentAsset.objects.filter(pk=asset.pk).update(status=final, error=error, finished_at=now)
            if status == Status.FAILED:
                audit.record("asset.failed", asset, organization_id=asset.organization_id, by=None, reason=error)
                title = gettext_lazy("“%(title)s” could not be read")
                _tell(asset, Notification.Kind.CONTENT_FAILED, title, error)
    return False


def _tell(asset: ContentAsset, kind: Notification.Kind, title: Promise, message: str) -> None:
    maker = asset.created_by
    if maker is not None:
        notifications.notify(
            [maker],
            kind,
            organization_id=asset.organization_id,
            title=notifications.words(title, title=asset.title),
            message=message,
            link=reverse("studio", args=[asset.pk]),
        )


def stop_waiting(asset: ContentAsset, now: dt.datetime) -> bool:
    """End an asset that no worker has in hand; False when one has. Call in its scope, with its row locked."""
    steps = PipelineStep.objects.filter(asset=asset)
    if steps.filter(status=Status.RUNNING, lease_until__gte=now).exists():
        return False
    first = steps.filter(status__in=OPEN).order_by("position").select_for_update().first()
    if first is not None:
        claims.write_fenced(first, status=Status.CANCELLED, finished_at=now, lease_until=None, fence=first.fence + 1)
    ContentAsset.objects.filter(pk=asset.pk).update(status=ContentAsset.Status.CANCELLED, error="", finished_at=now)
    return True


def interrupted(*, now: dt.datetime) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Return (asset, organisation) of what no worker holds any more, and of what was queued and never began.

    What is returned counts as rung: it is not returned again before it has waited as long once more.
    """
    with tenancy.operator():
        working = PipelineStep.objects.filter(asset=OuterRef("asset"), status=Status.RUNNING)
        stale = Q(status=Status.RUNNING, lease_until__lt=now)
        never = Q(status=Status.WAITING, updated_at__lt=now - UNHEARD) & ~Exists(working)
        open_steps = PipelineStep.objects.filter(asset__deleted_at=None, asset__status__in=UNDER_WAY)
        found = open_steps.filter(stale | never).values_list("asset_id", "organization_id")
        rung = list(found.order_by("asset_id").distinct()[:100])
        PipelineStep.objects.filter(asset__in=[asset for asset, _organization in rung], status=Status.WAITING).update(
            updated_at=now
        )
    return rung
