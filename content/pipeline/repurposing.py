"""Repurposing jobs: claimed by rank with a lease, stoppable, with progress; what is finished is kept piece by piece."""

import datetime as dt
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from django.core.files.storage import FileSystemStorage
from django.db import Error as DatabaseError
from django.db import connections
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import notifications, tenancy
from accounts.models import BrandProfile, Notification
from content import retelling
from content.looks import look_of, named_by
from content.models import ContentAsset, GeneratedContent, RepurposingJob
from content.pipeline import keeping
from content.pipeline.makers import CannotMake, Maker, Stopped, Work
from content.pipeline.makers.kinds import MAKERS
from content.pipeline.work import folder
from trenddrop.core import claims
from trenddrop.core.limits import LimitReached
from trenddrop.core.media import MediaError

log = structlog.get_logger(__name__)

LEASE = dt.timedelta(minutes=1)
UNHEARD = dt.timedelta(minutes=2)
BEAT = 1.0  # seconds between two writes of progress
ATTEMPTS = 3
Status = RepurposingJob.Status
OPEN = [Status.QUEUED, Status.PROCESSING]
Clock = Callable[[], dt.datetime]
_in_their_words = lazy(retelling.retold, str)


@dataclass
class Hand:
    """A claimed job in this worker's hands. Nothing here holds a transaction open while it works."""

    job: RepurposingJob
    folder: Path
    lease: dt.timedelta = LEASE
    now: Clock = timezone.now
    clock: Callable[[], float] = time.monotonic
    _last: float | None = field(default=None)
    _note: str = field(default="")

    def progress(self, fraction: float, note: str = "") -> None:
        """Tell how far it is, 0–1, and what it does. Cheap to call often; raises Stopped."""
        if note != self._note or self._is_time():
            self._note = note or self._note
            percent = round(100 * min(max(fraction, 0.0), 1.0))
            self._beat(progress=percent, note=self._note)

    def cancelled(self) -> bool:
        """Notice, at most once a second, that somebody stopped it or removed its original. Raises Stopped."""
        if self._is_time():
            self._beat()
        return False

    def write(self, **changes: object) -> None:
        """Write while it is ours. Raises Stopped."""
        with tenancy.of_organization(self.job.organization_id):
            if not claims.write_fenced(self.job, **changes):
                raise Stopped
            if changes.get("status") == Status.CANCELLED:
                keeping.let_go(self.job, now=self.now())

    def _beat(self, **changes: object) -> None:
        self._last = self.clock()
        self.write(**changes, lease_until=self.now() + self.lease)
        with tenancy.of_organization(self.job.organization_id):
            there = ContentAsset.objects.filter(pk=self.job.asset_id, deleted_at=None).exists()
        if not there:
            self.write(status=Status.CANCELLED, note=_("Its original was deleted."), **_ended(self.now()))
            raise Stopped

    def _is_time(self) -> bool:
        return self._last is None or self.clock() - self._last >= BEAT


def run_next(*, now: Clock = timezone.now, lease: dt.timedelta = LEASE) -> uuid.UUID | None:
    """Do the job that is due first, whoever rang for which; return its key, or None when nothing is due."""
    job = _claim(now(), lease)
    if job is None:
        return None
    structlog.contextvars.bind_contextvars(job=str(job.pk))
    try:
        with folder() as place, _held(Hand(job, place, lease, now)) as hand:
            _do(hand)
    finally:
        structlog.contextvars.unbind_contextvars("job")
    return job.pk


def due(now: dt.datetime) -> QuerySet[RepurposingJob]:
    """Return what may be begun: organisations with less under way first, then by priority, then by age."""
    busy = RepurposingJob.objects.filter(
        organization=OuterRef("organization"), status=Status.PROCESSING, lease_until__gte=now
    )
    count = busy.order_by().values("organization").annotate(n=Count("*")).values("n")
    free = Q(status=Status.QUEUED) | Q(status=Status.PROCESSING, lease_until__lt=now)
    under_way = Coalesce(Subquery(count, output_field=IntegerField()), 0)
    return RepurposingJob.objects.filter(free).order_by(under_way, "priority", "created_at", "pk")


def _claim(now: dt.datetime, lease: dt.timedelta) -> RepurposingJob | None:
    with tenancy.operator():
        changes = {"status": Status.PROCESSING, "error": ""}
        job = claims.claim_one(due(now), now=now, lease=lease, changes=changes)
        if job is None:
            return None
        started = job.started_at or now
        claims.write_fenced(job, attempts=job.attempts + 1, started_at=started)
        return job


def _do(hand: Hand) -> None:
    try:
        if hand.job.attempts > ATTEMPTS:
            raise CannotMake(_("It stopped three times without an answer. What was finished is kept; try again."))
        work = _work(hand)
        hand.progress(0.0, _("Beginning"))
        for made in _maker(hand.job.kind)(work):
            hand.cancelled()
            keeping.keep(hand.job, made, work.look)
        _complete(hand)
    except Stopped:
        log.info("the job was stopped, or taken over")
    except (CannotMake, MediaError, LimitReached) as error:
        _fail(hand, str(error))
    except OSError as error:
        log.warning("the job could not be done here", reason=str(error))
        _fail(hand, _("The server has no room to work on this now. What was finished is kept; try again later."))


def _maker(kind: str) -> Maker:
    maker = MAKERS.get(kind)
    if maker is None:
        raise CannotMake(_("This cannot be made here."))
    return maker


def _work(hand: Hand) -> Work:
    job = hand.job
    with tenancy.of_organization(job.organization_id):
        asset = ContentAsset.objects.filter(pk=job.asset_id, deleted_at=None).first()
        brand = BrandProfile.objects.filter(pk=job.brand_id).first() if job.brand_id else None
        kept = GeneratedContent.objects.filter(job=job).values_list("platform", "part")
        done = frozenset(kept)
        look = look_of(brand, template=named_by(job))
    if asset is None:
        hand.write(status=Status.CANCELLED, note=_("Its original was deleted."), **_ended(hand.now()))
        raise Stopped
    return Work(
        job=job,
        asset=asset,
        brand=brand,
        look=look,
        folder=hand.folder,
        config=dict(job.config),
        kept=done,
        progress=hand.progress,
        cancelled=hand.cancelled,
        original=lambda: original(asset, hand.folder),
    )


def original(asset: ContentAsset, place: Path) -> Path:
    """Return the asset's file as a path: where it lies, or a copy from remote storage. Raises MediaError."""
    if not asset.file:
        raise MediaError(_("There is no recording to make this of. Upload one."))
    try:
        if isinstance(asset.file.storage, FileSystemStorage):
            path = Path(asset.file.path)
            path.stat()
            return path
        copy = place / "original"
        if not copy.exists():
            with asset.file.open("rb") as stored, copy.open("wb") as target:
                shutil.copyfileobj(stored, target, 4 * 1024 * 1024)
        return copy
    except FileNotFoundError as error:
        raise MediaError(_("The original file is gone. Upload it again.")) from error


@contextmanager
def _held(hand: Hand) -> Iterator[Hand]:
    """Keep the lease from a thread of its own: some calls tell nothing for minutes."""
    over = threading.Event()
    keeper = threading.Thread(target=_keep_lease, args=(hand, over), name="lease", daemon=True)
    keeper.start()
    try:
        yield hand
    finally:
        over.set()
        keeper.join()


def _keep_lease(hand: Hand, over: threading.Event) -> None:
    while not over.wait(hand.lease.total_seconds() / 3):
        try:
            hand.write(lease_until=hand.now() + hand.lease)
        except Stopped:
            break
        except DatabaseError as error:  # the next try, or the main thread, will tell
            log.warning("the lease could not be extended", reason=str(error))
            connections.close_all()
    connections.close_all()


def _ended(now: dt.datetime) -> dict[str, object]:
    return {"lease_until": None, "finished_at": now}


def _complete(hand: Hand) -> None:
    """Say what came of it. Raises Stopped."""
    job = hand.job
    with tenancy.of_organization(job.organization_id):
        count = GeneratedContent.objects.filter(job=job).count() or job.files.count()
        told = ngettext("%(count)s piece made", "%(count)s pieces made", count) % {"count": count}
        done = {"status": Status.COMPLETED, "progress": 100, "error": "", "note": told}
        if not claims.write_fenced(job, **done, **_ended(hand.now())):
            raise Stopped
        keeping.let_go(job, now=hand.now())
        _tell(job, Notification.Kind.CONTENT_READY, gettext_lazy("Made from “%(title)s”"), told)


def _fail(hand: Hand, error: str) -> None:
    """Keep what was finished, and say what went wrong."""
    job = hand.job
    log.info("the job failed", reason=error)
    with tenancy.of_organization(job.organization_id):
        changes = {"status": Status.FAILED, "error": error}
        if claims.write_fenced(job, **changes, **_ended(hand.now())):
            keeping.let_go(job, now=hand.now())
            title = gettext_lazy("“%(title)s” could not be made into all of that")
            _tell(job, Notification.Kind.CONTENT_FAILED, title, error)


def _tell(job: RepurposingJob, kind: Notification.Kind, title: object, message: str) -> None:
    if job.asked_by is None:
        return
    notifications.notify(
        [job.asked_by],
        kind,
        organization_id=job.organization_id,
        title=notifications.words(title, title=job.asset.title),  # type: ignore[arg-type]
        message=_in_their_words(message),
        link=reverse("repurposing_job", args=[job.pk]),
    )


def interrupted(*, now: dt.datetime) -> list[uuid.UUID]:
    """Return jobs no worker holds any more, and what was queued and never began: a ring for each is due."""
    stale = Q(status=Status.PROCESSING, lease_until__lt=now) | Q(status=Status.QUEUED, updated_at__lt=now - UNHEARD)
    with tenancy.operator():
        keys = list(RepurposingJob.objects.filter(stale).order_by("priority", "pk").values_list("pk", flat=True)[:100])
        RepurposingJob.objects.filter(pk__in=keys, status=Status.QUEUED).update(updated_at=now)
    return keys
