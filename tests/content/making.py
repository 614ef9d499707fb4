"""Assets on their way through the pipeline, without a broker: a test is the worker."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.files import File
from django.utils import timezone

from accounts import tenancy
from content.models import ContentAsset, GeneratedContent, PipelineStep
from content.pipeline import running
from content.services import pipeline
from tests.cast import Cast
from trenddrop.core.embeddings import embedder
from trends.models import TrendTopic

MEDIA = Path(__file__).resolve().parents[1] / "media"
QUESTION = MEDIA / "question.mp3"
PORTRAIT = MEDIA / "portrait.mp4"
ARTICLE = (
    "Why does your skin feel worse every monsoon? The air is wet, but your skin barrier is still losing water."
    " Most people wash their face five times a day, and that is the biggest mistake."
    " Then use a light cream with ceramides while your skin is still damp."
    " Ceramides repair the skin barrier, and the barrier keeps the water in."
    " We tested this with forty people for two weeks. Thirty one of them had less dry skin after seven days."
    " Do not skip sunscreen because the sky is gray."
)


def bring(cast: Cast, path: Path | None = None, *, kind: str = "", **given: Any) -> ContentAsset:
    """Ben brings a file, or a text (the article unless `text` says otherwise); its steps wait."""
    kinds = {".mp3": "audio", ".wav": "audio", ".png": "image", ".jpg": "image"}
    values: dict[str, Any] = {"kind": kind or (kinds.get(path.suffix, "video") if path else "blog")}
    values |= {"title": "Skin in the monsoon", "created_by": cast.ben.user, "brand": cast.brand}
    values |= {} if path else {"text": ARTICLE}
    with tenancy.of_organization(cast.kesar.pk):
        asset = ContentAsset(organization=cast.kesar, **values | given)
        if path is not None:
            asset.original_name = path.name
            with path.open("rb") as source:
                asset.file.save(f"original{path.suffix}", File(source), save=False)
        asset.save()
        pipeline.start(asset, by=cast.ben)
    return asset


def process(asset: ContentAsset, **given: Any) -> ContentAsset:
    """Work as a worker would, and return the asset as it stands afterwards."""
    running.run(asset.pk, asset.organization_id, **given)
    return fresh(asset)


def fresh(asset: ContentAsset) -> ContentAsset:
    """Return the asset as it stands."""
    with tenancy.of_organization(asset.organization_id):
        return ContentAsset.objects.select_related("transcript", "analysis").get(pk=asset.pk)


def stands(asset: ContentAsset) -> dict[str, str]:
    """Return each step's status."""
    return {step.name: step.status for step in steps(asset)}


def steps(asset: ContentAsset) -> list[PipelineStep]:
    """Return the steps in order."""
    with tenancy.of_organization(asset.organization_id):
        return list(PipelineStep.objects.filter(asset=asset))


def step(asset: ContentAsset, name: str) -> PipelineStep:
    """Return one step."""
    return next(one for one in steps(asset) if one.name == name)


def pieces(asset: ContentAsset) -> dict[str, GeneratedContent]:
    """Return the pieces by platform, in the order of their making."""
    with tenancy.of_organization(asset.organization_id):
        own = GeneratedContent.objects.filter(asset=asset, deleted_at=None)
        found = own.order_by("created_at", "pk").prefetch_related("versions")
        return {piece.platform: piece for piece in found}


def topic(title: str, *, names: Sequence[str] = (), **given: Any) -> TrendTopic:
    """Create a live topic as collection would."""
    now = timezone.now()
    model = embedder()
    values: dict[str, Any] = {
        "title": title,
        "normalized": title.lower(),
        "names": list(names) or [title],
        "kind": TrendTopic.Kind.KEYWORD,
        "score": 70.0,
        "growth_24h": 2.4,
        "source_kinds": ["google_news", "mastodon"],
        "source_count": 2,
        "status": TrendTopic.Status.TRENDING,
        "first_detected_at": now - dt.timedelta(hours=6),
        "last_seen_at": now,
        "embedder": model.name,
        "embedding": model.embed([title])[0],
    }
    return TrendTopic.objects.create(**values | given)
