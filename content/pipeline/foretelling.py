"""How a piece is expected to do: its quality and virality, corrected by the organisation's own results."""

from dataclasses import replace
from typing import Any

from accounts import tenancy
from content.models import Calibration, ContentAnalysis, GeneratedContent, Transcript, TrendMatch
from content.pipeline.scoring import stored
from content.understanding import learning, posts
from content.understanding.posts import Post
from trenddrop.core.platforms import PlatformKey

EVERYWHERE = ""  # the key of a calibration over all platforms
NAMES = 3  # topics a piece may be written with


def foretell(piece: GeneratedContent) -> None:
    """Set a piece's predictions, and what made them; the row is not saved. Call in the organisation's scope."""
    post = post_of(piece)
    quality, virality = posts.quality(post), posts.virality(post)
    found = correct(piece, virality.score)
    piece.predicted_quality = quality.score
    piece.predicted_virality = found["score"]
    piece.prediction = {"quality": stored(quality), "virality": stored(virality), "correction": found}


def virality_of(piece: GeneratedContent, **words: Any) -> int | None:
    """Return the virality of a piece with other words (title, text, hashtags, call_to_action), corrected alike."""
    post = replace(post_of(piece), **words)
    score: int | None = correct(piece, posts.virality(post).score)["score"]
    return score


def post_of(piece: GeneratedContent) -> Post:
    """Return a piece as the predictions see it: its words, and what it was made of."""
    analysis = ContentAnalysis.objects.filter(asset=piece.asset_id).only("virality", "language").first()
    matches = TrendMatch.objects.filter(asset=piece.asset_id, is_used=True).select_related("topic")
    topics = [match.topic for match in matches.defer("topic__embedding").order_by("-score", "pk")[:NAMES]]
    post = Post(
        platform=piece.platform,
        text=piece.text,
        title=piece.title,
        hashtags=list(piece.hashtags),
        call_to_action=piece.call_to_action,
        mentions=list(piece.mentions),
        alt_text=piece.alt_text,
        has_media=piece.include_media and bool(piece.file or piece.asset.file),
        language=piece.language or (analysis.language if analysis else "") or "en",
        trends=[name for topic in topics for name in [topic.title, *topic.names]],
        material=analysis.virality if analysis else None,
        source=posts.words_of(_material(piece)),
    )
    return replace(post, problems=posts.refused(post))


def _material(piece: GeneratedContent) -> str:
    said = Transcript.objects.filter(asset=piece.asset_id).values_list("text", flat=True).first()
    asset = piece.asset
    return " ".join([asset.title, asset.description, said or asset.text])


def _calibration(piece: GeneratedContent) -> Calibration | None:
    """Return the curve of the piece's platform, else of all; the house's own, whoever among its people asks."""
    with tenancy.of_organization(piece.organization_id):
        rows = Calibration.objects.filter(platform__in=keys_of(piece.platform), is_used=True)
        return rows.order_by("-platform").first()


def keys_of(platform: str) -> list[str]:
    """Return whose results may correct a platform's predictions: its own, then all; made-up numbers stand apart."""
    return [platform] if platform == PlatformKey.PRACTICE else [platform, EVERYWHERE]


def correct(piece: GeneratedContent, score: int | None) -> dict[str, Any]:
    """Return the corrected score with what corrected it: how many posts, and the errors with and without.

    `times`: of the account's usual; None while nothing was corrected, for the bare score is no such thing.
    """
    row = _calibration(piece)
    if row is None or score is None:
        return {"score": score, "raw": score, "posts": 0, "times": None}
    better = learning.corrected(score, row.points)
    return {
        "score": round(better),
        "raw": score,
        "posts": row.posts,
        "platform": row.platform,
        "times": round(learning.times(better), 2),
        "error_before": row.error_before,
        "error_after": row.error_after,
    }
