"""Making a piece's file fit its platform: claimed with a lease, stoppable, with progress; the result is checked."""

import datetime as dt
import mimetypes
import shutil
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import structlog
from django.core.files import File
from django.core.files.storage import FileSystemStorage
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, tenancy
from content.models import ContentAsset, GeneratedContent, MediaFix
from content.pieces.composing import OWN, SentMedia, facts_from, has_own_media, sent_file
from content.signals import piece_changed
from trenddrop.core import claims, media, platforms

log = structlog.get_logger(__name__)

LEASE = dt.timedelta(minutes=1)
UNHEARD = dt.timedelta(minutes=2)
BEAT = 1.0
ATTEMPTS = 3
TIGHTER = 0.75  # of the rate of before, when the first try came out too big
Status = MediaFix.Status
OPEN = [Status.QUEUED, Status.PROCESSING]


class Taken(Exception):
    """Another worker has it, or somebody stopped it: this one must not write any more."""


@dataclass
class Job:
    """One fix in this worker's hands. Nothing here holds a transaction open while it works."""

    fix: MediaFix
    folder: Path
    lease: dt.timedelta = LEASE
    now: Callable[[], dt.datetime] = timezone.now
    clock: Callable[[], float] = time.monotonic
    _last: float | None = field(default=None)

    def progress(self, fraction: float) -> None:
        """Tell how far it is, 0–1. Raises Taken."""
        if self._is_time():
            self.write(progress=round(100 * min(max(fraction, 0.0), 1.0)), lease_until=self.now() + self.lease)

    def cancelled(self) -> bool:
        """Notice that somebody stopped it, at most once a second. Raises Taken."""
        if self._is_time():
            self.write(lease_until=self.now() + self.lease)
        return False

    def write(self, **changes: object) -> None:
        """Write while it is ours; raise Taken when it is not."""
        with tenancy.of_organization(self.fix.organization_id):
            if not claims.write_fenced(self.fix, **changes):
                raise Taken

    def _is_time(self) -> bool:
        is_time = self._last is None or self.clock() - self._last >= BEAT
        self._last = self.clock() if is_time else self._last
        return is_time


def run(
    fix_id: uuid.UUID,
    organization_id: uuid.UUID,
    *,
    now: Callable[[], dt.datetime] = timezone.now,
    lease: dt.timedelta = LEASE,
) -> None:
    """Do one fix; nothing happens when it is done, stopped, or in another worker's hands."""
    fix = _claim(fix_id, organization_id, now(), lease)
    if fix is None:
        return
    structlog.contextvars.bind_contextvars(fix=str(fix.pk))
    try:
        if fix.attempts > ATTEMPTS:
            raise media.MediaError(_("It stopped three times without an answer. The original is kept."))
        with (
            tempfile.TemporaryDirectory(prefix="trenddrop-fix-") as folder,
            _held(Job(fix, Path(folder), lease, now)) as job,
        ):
            _do(job)
    except Taken:
        log.info("the fix was stopped, or taken over")
    except media.MediaError as error:
        _fail(fix, str(error))
    finally:
        structlog.contextvars.unbind_contextvars("fix")


def _claim(fix_id: uuid.UUID, organization_id: uuid.UUID, now: dt.datetime, lease: dt.timedelta) -> MediaFix | None:
    with tenancy.of_organization(organization_id):
        free = Q(status=Status.QUEUED) | Q(status=Status.PROCESSING, lease_until__lt=now)
        row = MediaFix.objects.filter(free, pk=fix_id)
        before = row.first()
        if before is None:
            return None
        changes = {"status": Status.PROCESSING, "attempts": before.attempts + 1, "error": ""}
        return claims.claim_one(row, now=now, lease=lease, changes=changes)


@contextmanager
def _held(job: Job) -> Iterator[Job]:
    """Keep the lease from a thread of its own: probing and moving a large file tell nothing meanwhile."""
    over = threading.Event()

    def keep() -> None:
        while not over.wait(job.lease.total_seconds() / 3):
            try:
                job.write(lease_until=job.now() + job.lease)
            except Taken:
                return

    keeper = threading.Thread(target=keep, name="lease", daemon=True)
    keeper.start()
    try:
        yield job
    finally:
        over.set()
        keeper.join()


def _do(job: Job) -> None:
    with tenancy.of_organization(job.fix.organization_id):
        piece = GeneratedContent.objects.select_related("asset").get(pk=job.fix.piece_id)
    fit = media.Fit.read(job.fix.recipe)
    with _original(piece, job.folder) as path:
        made = _made(job, path, fit, piece)
    info = media.probe(made)
    _keep(job, piece, made, info)


def _made(job: Job, path: Path, fit: media.Fit, piece: GeneratedContent) -> Path:
    """Return the new file; once more with a lower rate where it came out too big. Raises MediaError."""
    if _facts(piece, {}).kind == ContentAsset.Kind.IMAGE:
        around = media.focus_on_faces(path, fit, media.probe(path), job.folder)
        made = media.fit_picture(path, job.folder / "fit.jpg", around)
        return _require(piece, made)
    info = media.probe(path)
    fit = media.focus_on_faces(path, fit, info, job.folder, cancelled=job.cancelled)
    out = job.folder / "fit.mp4"
    media.fit_video(path, out, fit, info, progress=job.progress, cancelled=job.cancelled)
    if "media_too_big" in _codes(piece, out):
        tighter = _tighter(fit, media.probe(out))
        media.fit_video(path, out, tighter, info, progress=job.progress, cancelled=job.cancelled)
    return _require(piece, out)


def _tighter(fit: media.Fit, made: media.MediaInfo) -> media.Fit:
    rate = fit.bit_rate or int(8 * made.size / max(made.duration or 1.0, 0.1))
    return media.Fit.read(fit.stored | {"bit_rate": int(rate * TIGHTER), "copy": False})


def _problems(piece: GeneratedContent, path: Path) -> list[platforms.Problem]:
    facts = _facts(piece, asdict(media.probe(path)))
    found = platforms.check(piece.platform, title="-", text="-", media=facts)
    return [problem for problem in found if problem.field == "media"]


def _facts(piece: GeneratedContent, info: dict[str, Any]) -> SentMedia:
    own = {name: piece.media_info[name] for name in ("kind", OWN)} if has_own_media(piece) else {}
    return facts_from(piece.asset, info | own)


def _codes(piece: GeneratedContent, path: Path) -> set[str]:
    return {problem.code for problem in _problems(piece, path)}


def _require(piece: GeneratedContent, path: Path) -> Path:
    """Return the file when the platform takes it; else raise MediaError with what is still wrong."""
    left = _problems(piece, path)
    if left:
        raise media.MediaError(_("It still does not fit: %(why)s") % {"why": " ".join(each.message for each in left)})
    return path


@contextmanager
def _original(piece: GeneratedContent, folder: Path) -> Iterator[Path]:
    """Give the file to change as a path: where it lies, or a copy from remote storage. Raises MediaError."""
    file = sent_file(piece) if has_own_media(piece) else piece.asset.file
    try:
        if isinstance(file.storage, FileSystemStorage):
            path = Path(file.path)
            path.stat()
            yield path
            return
        copy = folder / "original"
        with file.open("rb") as stored, copy.open("wb") as target:
            shutil.copyfileobj(stored, target, 4 * 1024 * 1024)
        yield copy
    except FileNotFoundError as error:
        raise media.MediaError(_("The original file is gone. Upload it again.")) from error


def _keep(job: Job, piece: GeneratedContent, made: Path, info: media.MediaInfo) -> None:
    """Store the file, then let the piece send it, unless somebody stopped it meanwhile, or brought another one.

    Raises Taken or MediaError.
    """
    fix = job.fix
    name = fix.file.field.generate_filename(fix, made.name)
    with made.open("rb") as content:
        stored = fix.file.storage.save(name, File(content))
    facts = asdict(info) | {"has_audio": info.has_audio, "has_video": info.has_video}
    if has_own_media(piece):
        facts |= {OWN: mimetypes.guess_type(made.name)[0]}
    try:
        with tenancy.of_organization(fix.organization_id):
            done = {"status": Status.COMPLETED, "progress": 100, "lease_until": None, "error": ""}
            if not claims.write_fenced(fix, file=stored, **done):
                raise Taken
            # Still the file it was made of: what a person brought meanwhile is what they want sent.
            if not GeneratedContent.objects.filter(pk=piece.pk, file=piece.file).update(file=stored, media_info=facts):
                raise media.MediaError(_("Another file was brought meanwhile. That one is sent."))
            piece_changed.send(sender=GeneratedContent, piece=piece, by=None)
            audit.record("piece.fixed", piece, organization_id=fix.organization_id, by=None)
    except (Taken, media.MediaError):
        fix.file.storage.delete(stored)
        raise


def _fail(fix: MediaFix, error: str) -> None:
    log.info("the fix failed", reason=error)
    with tenancy.of_organization(fix.organization_id):
        claims.write_fenced(fix, status=Status.FAILED, error=error, lease_until=None)


def interrupted(*, now: dt.datetime) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Return (fix, organisation) of what no worker holds any more, and of what was queued and never began."""
    stale = Q(status=Status.PROCESSING, lease_until__lt=now)
    never = Q(status=Status.QUEUED, updated_at__lt=now - UNHEARD)
    with tenancy.operator():
        rows = list(MediaFix.objects.filter(stale | never).order_by("pk").values_list("pk", "organization_id")[:100])
        MediaFix.objects.filter(pk__in=[key for key, _org in rows], status=Status.QUEUED).update(updated_at=now)
    return rows
