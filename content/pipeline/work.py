"""What a step is given, and the ways it can end."""

import datetime as dt
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import structlog
from django.core.files.storage import FileSystemStorage
from django.db import Error as DatabaseError
from django.db import connections
from django.utils import timezone

from accounts import tenancy
from content.models import ContentAsset, PipelineStep
from trenddrop.core import claims

log = structlog.get_logger(__name__)

LEASE = dt.timedelta(minutes=1)
BEAT = 1.0  # seconds between two writes of progress


class StepFailed(Exception):
    """The step cannot do its work on this material; the message tells people what to do. Retrying would not help."""


class Cancelled(Exception):
    """Somebody asked to stop."""


class LeaseLost(Exception):
    """Another worker took the step over; this one must not write any more."""


@dataclass
class Work:
    """One asset on its way through one step. Nothing here holds a transaction open while it works."""

    asset: ContentAsset
    step: PipelineStep
    folder: Path
    lease: dt.timedelta = LEASE
    data: dict[str, Any] = field(default_factory=dict)
    now: Callable[[], dt.datetime] = timezone.now
    clock: Callable[[], float] = time.monotonic
    _last_beat: float | None = field(default=None)
    _cancelled: bool = field(default=False)

    def progress(self, fraction: float) -> None:
        """Tell how far the step is, 0–1, and notice a wish to stop. Cheap to call often; raises LeaseLost."""
        if self._is_time():
            self._beat(round(100 * min(max(fraction, 0.0), 1.0)))

    def cancelled(self) -> bool:
        """Say whether somebody asked to stop; looks at most once a second. Raises LeaseLost."""
        if self._is_time():
            self._beat(None)
        return self._cancelled

    def check(self) -> None:
        """Raise Cancelled when somebody asked to stop."""
        if self.cancelled():
            raise Cancelled

    @contextmanager
    def saving(self) -> Iterator[None]:
        """Enter the organisation's scope to write results, while nobody else can take the step; raises LeaseLost."""
        with tenancy.of_organization(self.asset.organization_id):
            mine = PipelineStep.objects.filter(pk=self.step.pk, fence=self.step.fence).select_for_update()
            if not list(mine.values_list("pk")):
                raise LeaseLost
            yield

    def hold(self) -> None:
        """Extend the lease; raises LeaseLost."""
        with tenancy.of_organization(self.asset.organization_id):
            if not claims.write_fenced(self.step, lease_until=self.now() + self.lease):
                raise LeaseLost

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the lease from a thread of its own while this process lives, however long one call takes."""
        over = threading.Event()
        keeper = threading.Thread(target=_keep, args=(self, over), name="lease", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            over.set()
            keeper.join()

    @contextmanager
    def file(self) -> Iterator[Path]:
        """Give the asset's file as a path: where it lies, or a copy streamed from remote storage."""
        if isinstance(self.asset.file.storage, FileSystemStorage):
            yield Path(self.asset.file.path)
            return
        copy = self.folder / "original"
        if not copy.exists():
            with self.asset.file.open("rb") as source, copy.open("wb") as target:
                shutil.copyfileobj(source, target, 4 * 1024 * 1024)
        yield copy

    def _is_time(self) -> bool:
        return self._last_beat is None or self.clock() - self._last_beat >= BEAT

    def _beat(self, per_cent: int | None) -> None:
        self._last_beat = self.clock()
        changes = {"lease_until": self.now() + self.lease} | ({} if per_cent is None else {"progress": per_cent})
        with tenancy.of_organization(self.asset.organization_id):
            if not claims.write_fenced(self.step, **changes):
                raise LeaseLost
            going = ContentAsset.objects.filter(pk=self.asset.pk, deleted_at=None, cancel_requested=False).exists()
        self._cancelled = not going


def _keep(work: Work, over: threading.Event) -> None:
    """Extend the lease three times in its length until the step is over or another worker has it."""
    while not over.wait(work.lease.total_seconds() / 3):
        try:
            work.hold()
        except LeaseLost:
            break
        except DatabaseError as error:  # the next try, or the main thread, will tell
            log.warning("the lease could not be extended", reason=str(error))
            connections.close_all()
    connections.close_all()


class Step(Protocol):
    """A step of the pipeline."""

    name: str

    def skip(self, asset: ContentAsset) -> str | None:
        """Return why the step has nothing to do for this asset, or None."""

    def run(self, work: Work) -> str:
        """Do it, save what came of it, and return a note on what made the result."""


@contextmanager
def folder() -> Iterator[Path]:
    """Give a temporary folder that goes with the step."""
    with tempfile.TemporaryDirectory(prefix="trenddrop-") as made:
        yield Path(made)
