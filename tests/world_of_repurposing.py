"""What stands in Kesar Naturals of plans, jobs and the files that pieces were given."""

import uuid
from typing import Any

from django.core.files.base import ContentFile

from content.models import ContentAsset, GeneratedContent, PieceFile, RepurposingJob, RepurposingStrategy
from tests.cast import Cast

THINGS = {
    "make_more": "asset",
    "make_more_plan": "asset",
    "make_more_ask": "asset",
    "make_more_price": "asset",
    "plan_make": "plan",
    "repurposing_job": "job",
    "repurposing_stop": "job",
    "repurposing_retry": "job",
    "repurposing_sooner": "job",
    "piece_anew": "job_piece",
    "take": "piece_take",
    "take_poster": "piece_take",
    "piece_elsewhere": "job_piece",
    "piece_bring": "job_piece",
    "piece_kit": "job_piece",
    "piece_take_send": "piece_take",
    "script_video": "script",
    "script_video_price": "script",
}
RESOURCES = {
    "api-repurposing-strategies-": "plan",
    "api-repurposing-jobs-": "job",
    "api-piece-files-": "piece_take",
}


def repurposing(cast: Cast, key: uuid.UUID) -> dict[str, uuid.UUID]:
    """Make a plan for an asset, a job, its piece, and that piece's file; return their keys."""
    asset = ContentAsset.objects.get(pk=key)
    shared: dict[str, Any] = {"organization": cast.kesar, "asset": asset}
    plan = RepurposingStrategy.objects.create(**shared, asked_by=cast.asha.user, made_by="test")
    job = RepurposingJob.objects.create(
        **shared, strategy=plan, asked_by=cast.asha.user, kind="shorts", platforms=["tiktok"], note="KESAR job"
    )
    piece = GeneratedContent.objects.create(
        **shared, client_id=asset.client_id, job=job, is_main=False, part=1, platform="tiktok", title="KESAR short"
    )
    kept = PieceFile(organization=cast.kesar, piece=piece, job=job, number=1, origin="rendered")
    kept.file.save("short.mp4", ContentFile(b"KESAR short"), save=False)
    kept.poster.save("poster.jpg", ContentFile(b"KESAR poster"), save=False)
    kept.save()
    return {"plan": plan.pk, "job": job.pk, "job_piece": piece.pk, "piece_take": kept.pk}
