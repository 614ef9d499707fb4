"""An asset's scores, made of what its reading counted, its own words, its file, and the trends that fit."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from content.models import ContentAnalysis, ContentAsset, TrendMatch
from content.understanding import Moment, NamedEntity, Reason
from content.understanding.fits import fit
from content.understanding.scores import Facts, score
from content.understanding.weighing import Score


def rescore(asset: ContentAsset, *, compared: bool | None = None) -> None:
    """Write the scores of an asset anew; nothing where it was not read yet. Call in the organisation's scope.

    `compared`: whether topics were held against it; None asks whether there are matches.
    """
    analysis = ContentAnalysis.objects.filter(asset=asset).first()
    if analysis is not None:
        values = scored(asset, analysis, compared=compared)
        ContentAnalysis.objects.filter(pk=analysis.pk).update(**values)


def scored(asset: ContentAsset, analysis: ContentAnalysis, *, compared: bool | None = None) -> dict[str, Any]:
    """Return the scores as the analysis stores them."""
    facts = facts_of(asset, analysis, compared=compared)
    scores = score(facts)
    return {name: found.score for name, found in scores.items()} | {
        "factors": {name: stored(found)["factors"] for name, found in scores.items()},
        "platform_fit": {key: stored(found) for key, found in fit(facts).items()},
    }


def stored(found: Score) -> dict[str, Any]:
    """Return a score as JSON."""
    return {"score": found.score, "factors": [asdict(one) for one in found.factors]}


def facts_of(asset: ContentAsset, analysis: ContentAnalysis, *, compared: bool | None) -> Facts:
    """Return what the scores look at."""
    best = TrendMatch.objects.filter(asset=asset).select_related("topic").order_by("-score", "pk").first()
    known = best is not None if compared is None else compared
    return Facts(
        title=asset.title,
        description=asset.description,
        tags=asset.tags,
        kind=asset.kind,
        duration=asset.duration,
        width=asset.media_info.get("width"),
        height=asset.media_info.get("height"),
        measures=analysis.measures,
        topics=[(name, weight) for name, weight in analysis.topics],
        entities=[NamedEntity(**each) for each in analysis.entities],
        hooks=[moment(each) for each in analysis.hooks],
        quotes=[moment(each) for each in analysis.quotes],
        insights=[moment(each) for each in analysis.insights],
        moods=[each["sentiment"] for each in analysis.moods],
        trend=(best.score if best else 0.0) if known else None,
        trend_title=best.topic.title if best else "",
    )


def moment(each: Mapping[str, Any]) -> Moment:
    """Return a stored moment."""
    reasons = [Reason(**reason) for reason in each.get("reasons", [])]
    return Moment(each["start"], each["end"], each["text"], each["score"], reasons)
