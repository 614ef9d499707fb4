"""What is shown of plans and jobs: lines with their day, results by part, what the product found looking at files."""

import datetime as dt
import zlib
import zoneinfo
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from content.looks.designs import STYLES
from content.models import (
    ContentAsset,
    GeneratedContent,
    PieceFile,
    PieceFormat,
    RepurposingJob,
    RepurposingKind,
    RepurposingStrategy,
)
from content.pipeline.costing import RENDERED
from content.screens import reports

OPEN = frozenset({RepurposingJob.Status.QUEUED, RepurposingJob.Status.PROCESSING})
JOBS = 30
LAYOUTS = {
    "follow": _("follows the speaker"), "two": _("two speakers"), "screen": _("screen and speaker"),
    "fit": _("all of it, on a blurred ground"),
}  # fmt: skip


@dataclass(frozen=True)
class ShownLine:
    """A line of a plan: its names in words, the day and hour in the organisation's zone, and its figures."""

    key: str
    kind: str
    format: str
    platforms: Sequence[str]
    count: int
    at: dt.datetime
    reach: Sequence[int] | None
    seconds: int
    credits: int
    reasons: Sequence[str]


@dataclass(frozen=True)
class ShownPart:
    """One part of a job's result: its pieces, the files they share, and where it lies in the original."""

    part: int
    pieces: Sequence[GeneratedContent]
    takes: Sequence[PieceFile]
    recipe: Mapping[str, Any]
    report: Sequence[Mapping[str, Any]]
    can_be_made_anew: bool

    @property
    def first(self) -> GeneratedContent:
        """The piece whose words stand for all."""
        return self.pieces[0]

    @property
    def faults(self) -> int:
        """How many of the product's looks found something."""
        return sum(not one["ok"] for one in self.report)

    @property
    def captions(self) -> str:
        """The style of its captions, in words."""
        return str(dict(STYLES).get(str(self.recipe.get("style", "")), ""))

    @property
    def layout(self) -> str:
        """How the picture is kept, in words."""
        return str(LAYOUTS.get(str(self.recipe.get("layout", "")), ""))


def plan_of(asset: ContentAsset, membership: Membership) -> RepurposingStrategy | None:
    """Return the latest plan of an asset."""
    rows = RepurposingStrategy.objects.visible_to(membership).filter(asset=asset)
    return rows.order_by("-created_at", "-pk").first()


def lines_of(plan: RepurposingStrategy, zone: str) -> list[ShownLine]:
    """Describe a plan's lines."""
    here = plan.created_at.astimezone(zoneinfo.ZoneInfo(zone))
    return [_line(line, here) for line in plan.lines]


def _line(line: Mapping[str, Any], here: dt.datetime) -> ShownLine:
    time = dt.time(int(line["hour"]), int(line.get("minute", 0)))
    at = dt.datetime.combine(here.date() + dt.timedelta(days=int(line["day"])), time, here.tzinfo)
    return ShownLine(
        key=line["key"],
        kind=str(RepurposingKind(line["kind"]).label),
        format=str(PieceFormat(line["format"]).label) if line["format"] else "",
        platforms=line["platforms"],
        count=line["count"],
        at=at if at > here else at + dt.timedelta(days=1),
        reach=line["reach"],
        seconds=line["seconds"],
        credits=line["credits"],
        reasons=line["reasons"],
    )


def jobs_of(membership: Membership) -> QuerySet[RepurposingJob]:
    """Return the jobs a member may see, the latest first, each with `made` (how many pieces) and `brand_name`."""
    rows = RepurposingJob.objects.visible_to(membership).filter(asset__deleted_at=None)
    count = Count("pieces", filter=Q(pieces__deleted_at=None))
    named = rows.select_related("asset").annotate(made=count, brand_name=F("brand__name"))
    return named.order_by("-created_at", "-pk")


def mark_of(jobs: Sequence[RepurposingJob]) -> str:
    """Return what changes when more of jobs does than how far they are."""
    told = " ".join(f"{job.pk}{job.status}" for job in jobs)
    return f"{zlib.crc32(told.encode()):08x}"


def are_open(jobs: Sequence[RepurposingJob]) -> bool:
    """Say whether anything is under way, so that the page looks again."""
    return any(job.status in OPEN for job in jobs)


def parts_of(job: RepurposingJob, membership: Membership) -> list[ShownPart]:
    """Return what came of a job, by part: two statements."""
    own = Q(job=job) | Q(files__job=job)
    pieces = GeneratedContent.objects.visible_to(membership).filter(own, deleted_at=None).distinct()
    by_part: dict[int, list[GeneratedContent]] = defaultdict(list)
    for piece in pieces.order_by("part", "created_at", "pk"):
        by_part[piece.part].append(piece)
    first = [found[0].pk for found in by_part.values()]
    takes: dict[Any, list[PieceFile]] = defaultdict(list)
    for take in PieceFile.objects.visible_to(membership).filter(piece__in=first, is_current=True).order_by("slide"):
        takes[take.piece_id].append(take)
    return [_part(job, part, found, takes[found[0].pk]) for part, found in sorted(by_part.items())]


def _part(job: RepurposingJob, part: int, pieces: Sequence[GeneratedContent], takes: Sequence[PieceFile]) -> ShownPart:
    recipe = takes[0].recipe if takes else {}
    report = reports.told([one for take in takes for one in take.report])
    return ShownPart(part, pieces, takes, recipe, report, bool(takes) and job.kind in RENDERED)


def address(job: RepurposingJob) -> str:
    """Return where a job is shown."""
    return reverse("repurposing_job", args=[job.pk])
