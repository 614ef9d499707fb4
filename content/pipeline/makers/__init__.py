"""What makers of pieces are given and what they give back; who makes what stands in `makers.kinds`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from accounts.models import BrandProfile
from content import credits as costs
from content.looks import Look
from content.models import ContentAsset, RepurposingJob


@dataclass(frozen=True)
class MadeFile:
    """A finished file in the job's folder. `slide` counts a carousel's pictures from 1; nought is a single file.

    `recipe` and `report` are JSON (report: list of {"check", "ok", "told", "value"}); `poster` is a picture.
    """

    path: Path
    slide: int = 0
    recipe: Mapping[str, Any] = field(default_factory=dict)
    report: Sequence[Mapping[str, Any]] = ()
    poster: Path | None = None
    alt_text: str = ""


@dataclass(frozen=True)
class Made:
    """One thing made: a piece for each of `platforms`, all with the same words and files.

    `part` tells several of one job for one platform apart (a clip's or a post's number, the same when it is made
    again), so that a job that goes on does not keep it twice. `starts_at`, `ends_at`: seconds of the original.
    """

    platforms: Sequence[str]
    kind: str
    title: str = ""
    text: str = ""
    hashtags: Sequence[str] = ()
    call_to_action: str = ""
    alt_text: str = ""
    files: Sequence[MadeFile] = ()
    format: str = ""
    starts_at: float | None = None
    ends_at: float | None = None
    part: int = 0
    language: str = ""
    made_by: str = ""
    model: str = ""
    prompt_note: str = ""
    is_fallback: bool = False
    fallback_reason: str = ""
    tokens: int = 0
    steered_by: Sequence[str] = ()
    expected: costs.Estimate = field(
        default_factory=costs.Estimate
    )  # before a model was asked; it is booked when the piece is kept
    asked: costs.Asked | None = None
    ai_label: bool = False


@runtime_checkable
class Keeps(Protocol):
    """Something made that is no piece, and knows how to keep itself."""

    def keep(self, job: RepurposingJob) -> object:
        """Keep it, inside the organisation's scope, while the job is held."""


@dataclass
class Work:
    """One job in a worker's hands. Nothing here holds a transaction open; `progress` and `cancelled` raise `Stopped`.

    Read rows inside `tenancy.of_organization(work.job.organization_id)`. `look` is the brand's (`content.looks`).
    """

    job: RepurposingJob
    asset: ContentAsset
    brand: BrandProfile | None
    look: Look
    folder: Path
    config: Mapping[str, Any]
    kept: frozenset[tuple[str, int]]  # (platform, part) that an earlier try of this job has finished
    progress: Callable[..., None]  # (fraction 0–1, note="")
    cancelled: Callable[[], bool]
    original: Callable[[], Path]  # the asset's file as a path; raises MediaError where it has none

    @property
    def platforms(self) -> list[str]:
        """Where the pieces go."""
        return list(self.job.platforms)

    def is_kept(self, part: int, platforms: Sequence[str] | None = None) -> bool:
        """Whether all of a part's pieces are there already: then it need not be made again."""
        wanted = self.platforms if platforms is None else platforms
        return bool(wanted) and all((platform, part) in self.kept for platform in wanted)


class Stopped(Exception):
    """Somebody stopped the job, removed its original, or another worker has it: write nothing any more."""


class CannotMake(Exception):
    """It cannot be made of this material; the message tells people what to do. Trying again would not help."""


class Maker(Protocol):
    """Makes the pieces of a job one after the other; each is kept as soon as it is given."""

    def __call__(self, work: Work) -> Iterator[Made | Keeps]:
        """Give each when it is finished. Raises CannotMake, MediaError, LimitReached."""
