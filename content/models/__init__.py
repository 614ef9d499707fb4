"""Uploads, assets, what was understood of them, trends that fit, ideas, libraries, and the pieces written."""

from content.models.analysis import ContentAnalysis, Transcript, TrendMatch
from content.models.assets import ContentAsset, PipelineStep, PosterFrame
from content.models.collections import Collection
from content.models.feedback import Calibration, FeedbackSignal
from content.models.generated import GeneratedContent, MediaFix, PieceVariant, PieceVersion, Thumbnail
from content.models.generations import Generation
from content.models.libraries import CallKind, ItemRating, LibraryItem, LibraryKind, LibraryUse, PublishedItem
from content.models.scripts import Prompt, Script, ScriptVersion, VoiceClone, VoiceOver
from content.models.tagging import TagModel
from content.models.uploads import Upload

__all__ = [
    "Calibration",
    "CallKind",
    "Collection",
    "ContentAnalysis",
    "ContentAsset",
    "FeedbackSignal",
    "GeneratedContent",
    "Generation",
    "ItemRating",
    "LibraryItem",
    "LibraryKind",
    "LibraryUse",
    "MediaFix",
    "PieceVariant",
    "PieceVersion",
    "PipelineStep",
    "PosterFrame",
    "Prompt",
    "PublishedItem",
    "Script",
    "ScriptVersion",
    "TagModel",
    "Thumbnail",
    "Transcript",
    "TrendMatch",
    "Upload",
    "VoiceClone",
    "VoiceOver",
]
