"""What a plan is made from: everything known of an asset, its brand, and how earlier posts and jobs went."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from statistics import median
from typing import Any

from accounts.models import BrandProfile, Organization
from content.models import ContentAnalysis, ContentAsset, RepurposingJob, Transcript
from content.pipeline import costing, generate
from content.repurposing import Facts, Line
from content.repurposing.planning import USUAL_CLIP
from trenddrop.core import history

READ = 60  # jobs whose times are looked at
FEWEST = 3  # jobs of a kind before their times are believed
Status = RepurposingJob.Status


def facts(asset: ContentAsset, brand: BrandProfile | None, *, now: dt.datetime) -> Facts:
    """Return what is known. Call in the member's scope; eleven statements."""
    analysis = ContentAnalysis.objects.filter(asset=asset).first()
    said = Transcript.objects.filter(asset=asset).only("text", "turns").first()
    text = said.text if said else asset.text
    jobs = RepurposingJob.objects.filter(asset=asset).exclude(status__in=[Status.FAILED, Status.CANCELLED])
    zone = Organization.objects.filter(pk=asset.organization_id).values_list("timezone", flat=True).first()
    return Facts(
        kind=asset.kind,
        seconds=asset.duration,
        words=len(text.split()),
        platforms=generate.platforms_of(brand),
        shape=_shape(asset.media_info),
        speakers=len({speaker for _start, speaker in (said.turns if said else [])}),
        past=history.past(asset.organization_id, asset.client_id, now=now),
        zone=zone or "UTC",
        ahead=history.ahead(asset.organization_id, asset.client_id, brand_id=brand.pk if brand else None, now=now),
        now=now,
        speeds=speeds(),
        clip_credits=costing.clip_credits(brand),
        text_credits=costing.words("social", len(text)),
        there=frozenset(jobs.values_list("kind", flat=True)),
        **_understood(analysis),
    )


def _understood(analysis: ContentAnalysis | None) -> dict[str, Any]:
    if analysis is None:
        return {"moments": 0}
    found = [*analysis.hooks, *analysis.quotes, *analysis.insights]
    starts = {round(one["start"] / USUAL_CLIP) for one in found if one.get("start") is not None}
    return {
        "moments": len(starts),
        "quotes": len(analysis.quotes),
        "points": len(analysis.insights),
        "value": analysis.repurposing_value,
        "virality": analysis.virality,
        "fit": {key: float(one["score"]) for key, one in analysis.platform_fit.items() if one["score"] is not None},
    }


def _shape(info: Mapping[str, Any]) -> float | None:
    width, height = info.get("width"), info.get("height")
    return width / height if width and height else None


def speeds() -> dict[str, float]:
    """Return seconds of work for a unit of each kind, from the organisation's latest finished jobs."""
    done = RepurposingJob.objects.filter(status=Status.COMPLETED, started_at__isnull=False, finished_at__isnull=False)
    rows = done.order_by("-finished_at").values_list("kind", "started_at", "finished_at", "config", "platforms")
    taken: dict[str, list[float]] = defaultdict(list)
    for kind, began, ended, config, platforms in rows[:READ]:
        units = _units(kind, config, platforms)
        if began and ended:
            taken[kind].append((ended - began).total_seconds() / units)
    return {kind: median(seconds) for kind, seconds in taken.items() if len(seconds) >= FEWEST}


def _units(kind: str, config: Mapping[str, Any], platforms: list[str]) -> float:
    if kind in costing.RENDERED:
        return max(1, int(config.get("count") or 1)) * USUAL_CLIP
    return float(max(1, len(platforms)))


def stored(line: Line) -> dict[str, Any]:
    """Return a line as the plan keeps it."""
    return asdict(line)
