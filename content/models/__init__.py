"""Uploads, assets, what was understood of them, trends that fit, and the pieces written."""

from content.models.analysis import ContentAnalysis, Transcript, TrendMatch
from content.models.assets import ContentAsset, PipelineStep, PosterFrame
from content.models.generated import GeneratedContent, PieceVersion
from content.models.uploads import Upload

__all__ = [
    "ContentAnalysis",
    "ContentAsset",
    "GeneratedContent",
    "PieceVersion",
    "PipelineStep",
    "PosterFrame",
    "Transcript",
    "TrendMatch",
    "Upload",
]
