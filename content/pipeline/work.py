"""What a step is given, and the ways it can end."""

import datetime as dt
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from django.core.files.storage import FileSystemStorage
from django.utils import timezone

from accounts import tenancy
from content.models import ContentAsset, PipelineStep
from trenddrop.core import claims

LEASE = dt.timedelta(minutes=3)
BEAT = 1.0  # seconds between two writes of progress


class StepFailed(Exception):
    """The step cannot do its work on this material; the message tells people what to do. Retrying would not help."""


class Cancelled(Exception):
    """Somebody asked to stop."""


class LeaseLost(Exception):
    """Another worker took the step over; this one must not write any more."""


@dataclass
class Work:
    """One asset on its way through one step. Nothing here holds a transaction open."""

    asset: ContentAsset
    step: PipelineStep
    folder: Path
    data: dict[str, Any] = field(default_factory=dict)
    now: Callable[[], dt.datetime] = timezone.now
    clock: Callable[[], float] = time.monotonic
    _last_beat: float = field(default=0.0)
    _cancelled: bool = field(default=False)

    def progress(self, fraction: float) -> None:
        """Tell how far the step is, 0–1; extends the lease and notices a wish to stop. Cheap to call often."""
        if self.clock() - self._last_beat >= BEAT:
            self._beat(round(100 * min(max(fraction, 0.0), 1.0)))

    def cancelled(self) -> bool:
        """Say whether somebody asked to stop; looks at most once a second."""
        if self.clock() - self._last_beat >= BEAT:
            self._beat(None)
        return self._cancelled

    def check(self) -> None:
        """Raise Cancelled when somebody asked to stop."""
        if self.cancelled():
            raise Cancelled

    def _beat(self, per_cent: int | None) -> None:
        self._last_beat = self.clock()
        changes = {"lease_until": self.now() + LEASE} | ({} if per_cent is None else {"progress": per_cent})
        with tenancy.of_organization(self.asset.organization_id):
            if not claims.write_fenced(self.step, **changes):
                raise LeaseLost
            asked = ContentAsset.objects.filter(pk=self.asset.pk).values_list("cancel_requested", flat=True).first()
        self._cancelled = asked is not False

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
