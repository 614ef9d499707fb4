"""Commands on plans and jobs: have a plan made, make what it says, stop, try again, make one piece's file anew."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import BrandProfile, Membership, User
from billing import credits as ledger
from content.models import (
    ContentAsset,
    GeneratedContent,
    PieceFormat,
    RepurposingJob,
    RepurposingKind,
    RepurposingStrategy,
    Script,
    Template,
)
from content.pipeline import costing, keeping, planning
from content.pipeline.makers.kinds import DEFAULTS, MAKERS
from content.pipeline.makers.settings import WrongSettings, checked
from content.repurposing import plan as planned
from content.tasks import repurpose
from trenddrop.core import platforms as rulebook

__all__ = ["WrongSettings"]
Status = RepurposingJob.Status
OPEN = [Status.QUEUED, Status.PROCESSING]
MOST_OPEN = 50
VERSION = "rules 1"
KNOWN = {str(key) for key in rulebook.PlatformKey}
TEXTS = {
    RepurposingKind.THREAD.value, RepurposingKind.ARTICLE.value, RepurposingKind.NEWSLETTER.value,
    RepurposingKind.SCRIPT.value,
}  # fmt: skip
NEEDS = {RepurposingKind.SHORTS.value: {"video"}, RepurposingKind.AUDIOGRAM.value: {"video", "audio"}}


class NothingToMake(Exception):
    """Such a thing cannot be made of this asset."""

    def __init__(self, why: str = "") -> None:
        super().__init__(why or _("This cannot be made of it. Choose something else, or add words or a recording."))


class TooManyJobs(Exception):
    """So much is waiting already that no more is taken."""

    def __init__(self) -> None:
        super().__init__(_("So much is waiting already. Wait until something is finished, or stop something."))


class NotUnderWay(Exception):
    """There is nothing to stop."""

    def __init__(self) -> None:
        super().__init__(_("This is not being made any more. Nothing was stopped."))


class NotEnded(Exception):
    """It has not failed and was not stopped."""

    def __init__(self) -> None:
        super().__init__(_("This has not failed, so there is nothing to try again."))


class BrandOfAnother(Exception):
    """The brand or the template belongs to one client, the asset to another."""

    def __init__(self) -> None:
        super().__init__(_("This brand or template belongs to another client. Choose another."))


class NotOfAJob(Exception):
    """The piece has no file that was made here."""

    def __init__(self) -> None:
        super().__init__(_("This piece has no file that was made here, so it cannot be made anew."))


class Order(TypedDict, total=False):
    """What may be said of a job beside its kind; the brand is the asset's own unless told, 1 is done first."""

    platforms: Sequence[str]
    config: Mapping[str, Any] | None
    format: str
    script: Script | None
    brand: BrandProfile | None
    template: Template | None
    priority: int
    strategy: RepurposingStrategy | None


def plan(
    asset: ContentAsset, *, by: Membership, now: dt.datetime, brand: BrandProfile | None = None
) -> RepurposingStrategy:
    """Say what to make of an asset for a brand (its own unless told), with reasons. Raises BrandOfAnother."""
    brand = brand or _brand_of(asset)
    _require_same(asset, brand)
    found = planned(planning.facts(asset, brand, now=now))
    row = RepurposingStrategy.objects.create(
        organization_id=asset.organization_id,
        asset=asset,
        brand=brand,
        asked_by=by.user,
        lines=[planning.stored(line) for line in found.lines],
        notes=found.notes,
        made_by=VERSION,
    )
    audit.record("repurposing.planned", asset, organization_id=asset.organization_id, by=by, lines=len(found.lines))
    return row


def make(strategy: RepurposingStrategy, *, by: Membership, keys: Collection[str] | None = None) -> list[RepurposingJob]:
    """Queue what a plan says, all of it or the lines named; refused, nothing is queued.

    Raises NothingToMake, TooManyJobs, LimitReached.
    """
    lines = [line for line in strategy.lines if keys is None or line["key"] in keys]
    if not lines:
        raise NothingToMake(_("Choose at least one line of the plan."))
    brand = BrandProfile.objects.filter(pk=strategy.brand_id).first() if strategy.brand_id else None
    with transaction.atomic():
        return [
            ask(
                strategy.asset,
                kind=line["kind"],
                by=by,
                platforms=line["platforms"],
                config=line["config"],
                format=line["format"],
                brand=brand,
                priority=line["priority"],
                strategy=strategy,
            )
            for line in lines
        ]


def ask(asset: ContentAsset, *, kind: str, by: Membership, **order: Unpack[Order]) -> RepurposingJob:
    """Queue one job and reserve its credits.

    Raises NothingToMake, WrongSettings, BrandOfAnother, TooManyJobs, LimitReached.
    """
    brand, template = order.get("brand") or _brand_of(asset), order.get("template")
    _require_same(asset, brand, template)
    row = RepurposingJob(organization_id=asset.organization_id, asset=asset, brand=brand, asked_by=by.user, kind=kind)
    shape = "" if kind in TEXTS else order.get("format", "")
    row.format, row.platforms = shape, list(dict.fromkeys(order.get("platforms", ())))
    row.script, row.template, row.strategy = order.get("script"), template, order.get("strategy")
    _require_possible(row)
    row.config, row.priority = checked(kind, order.get("config") or {}), min(max(order.get("priority", 5), 1), 10)
    row.estimated_credits = _reserved(row)
    row.save(force_insert=True)
    told = str(row.get_kind_display())
    audit.record("repurposing.asked", asset, organization_id=row.organization_id, by=by, making=told, job=str(row.pk))
    ring(row)
    return row


def price(asset: ContentAsset, *, kind: str, **order: Unpack[Order]) -> int:
    """Return the credits that `ask` would hold: what it costs at most. Raises WrongSettings."""
    brand, template = order.get("brand") or _brand_of(asset), order.get("template")
    row = RepurposingJob(organization_id=asset.organization_id, asset=asset, kind=kind, brand=brand, template=template)
    row.format, row.platforms = order.get("format", ""), list(dict.fromkeys(order.get("platforms", ())))
    row.config, row.script = checked(kind, order.get("config") or {}), order.get("script")
    return costing.estimate(row)


def anew(piece: GeneratedContent, *, by: Membership, changes: Mapping[str, Any]) -> RepurposingJob:
    """Have a short's file made anew with other settings (start, end, style, layout …); its words and takes stay.

    The other platforms' pieces that show the same film get the new one too. Raises NotOfAJob and what `ask` raises.
    The piece's asset is loaded.
    """
    before = RepurposingJob.objects.filter(pk=piece.job_id).first() if piece.job_id else None
    if before is None or before.kind not in costing.RENDERED:
        raise NotOfAJob
    usual = {"start": piece.starts_at, "end": piece.ends_at, "count": 1}
    range_ = {name: value for name, value in usual.items() if name in DEFAULTS[before.kind]}
    wanted = {name: value for name, value in changes.items() if name not in {"piece", "count"}}
    config = before.config | range_ | wanted | {"piece": str(piece.pk)}
    known = {name: value for name, value in config.items() if value is not None}
    asset, theirs = piece.asset, Q(client=None) | Q(client=piece.asset.client_id)  # it may have changed hands since
    return ask(
        asset,
        kind=before.kind,
        by=by,
        platforms=[piece.platform, *keeping.same_part(piece).values_list("platform", flat=True)],
        config=known,
        format=before.format,
        script=before.script,
        brand=BrandProfile.objects.filter(theirs, pk=before.brand_id).first() if before.brand_id else None,
        template=Template.objects.filter(theirs, pk=before.template_id).first() if before.template_id else None,
        priority=2,
    )


def cancel(job: RepurposingJob, *, by: Membership | User | None) -> None:
    """Stop it: whoever works on it cannot write any more; what is finished stays. Raises NotUnderWay."""
    if not halt(RepurposingJob.objects.filter(pk=job.pk), note=_("What was finished is kept.")):
        raise NotUnderWay
    audit.record("repurposing.stopped", job, organization_id=job.organization_id, by=by)


def halt(jobs: QuerySet[RepurposingJob], *, note: str) -> list[RepurposingJob]:
    """Stop those of them that are under way and free what they held; return them, for the log, which is locked last."""
    now = timezone.now()
    held = list(jobs.filter(status__in=OPEN).select_for_update(of=("self",)).order_by("pk"))
    changes = {"lease_until": None, "finished_at": now, "updated_at": now, "note": note}
    rows = RepurposingJob.objects.filter(pk__in=[job.pk for job in held])
    rows.update(status=Status.CANCELLED, fence=F("fence") + 1, **changes)
    for job in held:
        keeping.let_go(job, now=now)
    return held


def retry(job: RepurposingJob, *, by: Membership | User | None) -> None:
    """Go on where it failed or was stopped. Raises NotEnded, TooManyJobs, NothingToMake, LimitReached."""
    if not ContentAsset.objects.filter(pk=job.asset_id, deleted_at=None).exists():
        raise NothingToMake(_("Its original was deleted. Bring that back first."))
    ended = RepurposingJob.objects.filter(pk=job.pk, status__in=[Status.FAILED, Status.CANCELLED])
    changes = {"attempts": 0, "error": "", "note": "", "lease_until": None, "finished_at": None}
    with transaction.atomic():
        if not ended.update(status=Status.QUEUED, updated_at=timezone.now(), **changes):
            raise NotEnded
        _reserved(job)
        audit.record("repurposing.retried", job, organization_id=job.organization_id, by=by)
        ring(job)


def prioritise(job: RepurposingJob, *, priority: int, by: Membership) -> None:
    """Let it be done sooner or later than others; 1 is done first. Raises NotUnderWay."""
    rows = RepurposingJob.objects.filter(pk=job.pk, status=Status.QUEUED)
    if not rows.update(priority=min(max(priority, 1), 10)):
        raise NotUnderWay
    audit.record("repurposing.moved", job, organization_id=job.organization_id, by=by, priority=priority)


def ring(job: RepurposingJob) -> None:
    """Wake a worker once the transaction is through; a lost call is found by `resume_repurposing`."""
    key = str(job.pk)
    transaction.on_commit(lambda: repurpose.delay(job_id=key), robust=True)


def _reserved(job: RepurposingJob) -> int:
    """Return the credits a job may take, free beside what others hold. Raises TooManyJobs, LimitReached."""
    others = RepurposingJob.objects.filter(organization_id=job.organization_id, status__in=OPEN).exclude(pk=job.pk)
    if others.count() >= MOST_OPEN:
        raise TooManyJobs
    wanted = costing.estimate(job)
    if wanted:
        words, as_ = f"{job.get_kind_display()}: {job.asset.title}"[:120], job.held_as
        by, now = job.asked_by, timezone.now()
        ledger.reserve(job.organization_id, wanted, reason=words, reference=as_, by=by, now=now)
    return wanted


def _brand_of(asset: ContentAsset) -> BrandProfile | None:
    if ContentAsset._meta.get_field("brand").is_cached(asset):
        return asset.brand
    return BrandProfile.objects.filter(pk=asset.brand_id).first() if asset.brand_id else None


def _require_same(asset: ContentAsset, *owned: BrandProfile | Template | None) -> None:
    theirs: list[uuid.UUID | None] = [each.client_id for each in owned if each is not None]
    if any(client not in {None, asset.client_id} for client in theirs):
        raise BrandOfAnother


def _require_possible(job: RepurposingJob) -> None:
    if job.kind not in MAKERS or job.asset.deleted_at is not None:
        raise NothingToMake
    unknown = [key for key in job.platforms if key not in KNOWN]
    if unknown:
        raise NothingToMake(_("There is no platform “%(name)s”.") % {"name": unknown[0][:40]})
    if job.format and job.format not in PieceFormat.values:
        raise NothingToMake(_("There is no such format."))
    if job.kind in NEEDS and (job.asset.kind not in NEEDS[job.kind] or not job.asset.file):
        raise NothingToMake(_("There is no recording to make this of. Upload one."))
    if job.kind in NEEDS and not job.platforms:
        raise NothingToMake(_("Choose where it is to be shown."))
    if job.kind == RepurposingKind.SCRIPT_VIDEO:
        _require_approved(job.script)


def _require_approved(script: Script | None) -> None:
    """Let only what somebody approved be filmed."""
    if script is None:
        raise NothingToMake(_("A video of a script is asked for on the script’s own page, once it is approved."))
    if script.status != Script.Status.APPROVED:
        raise NothingToMake(_("Nobody has approved this script as it stands. Approve it first."))
