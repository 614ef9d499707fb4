"""Uploads, assets, what was understood of them, trends that fit, ideas, libraries, and the pieces written."""

from content.models.analysis import ContentAnalysis, Transcript, TrendMatch
from content.models.assets import ContentAsset, PipelineStep, PosterFrame
from content.models.collections import Collection
from content.models.feedback import Calibration, FeedbackSignal
from content.models.generated import (
    EditTool,
    GeneratedContent,
    MediaFix,
    PieceFormat,
    PieceVariant,
    PieceVersion,
    Thumbnail,
)
from content.models.generations import Generation
from content.models.libraries import CallKind, ItemRating, LibraryItem, LibraryKind, LibraryUse, PublishedItem
from content.models.repurposing import PieceFile, RepurposingJob, RepurposingKind, RepurposingStrategy
from content.models.scripts import Prompt, Script, ScriptVersion, VoiceClone, VoiceOver
from content.models.tagging import TagModel
from content.models.templates import BrandTemplate, Template, TemplateKind, TemplateUse
from content.models.uploads import Upload

__all__ = [
    "BrandTemplate",
    "Calibration",
    "CallKind",
    "Collection",
    "ContentAnalysis",
    "ContentAsset",
    "EditTool",
    "FeedbackSignal",
    "GeneratedContent",
    "Generation",
    "ItemRating",
    "LibraryItem",
    "LibraryKind",
    "LibraryUse",
    "MediaFix",
    "PieceFile",
    "PieceFormat",
    "PieceVariant",
    "PieceVersion",
    "PipelineStep",
    "PosterFrame",
    "Prompt",
    "PublishedItem",
    "RepurposingJob",
    "RepurposingKind",
    "RepurposingStrategy",
    "Script",
    "ScriptVersion",
    "TagModel",
    "Template",
    "TemplateKind",
    "TemplateUse",
    "Thumbnail",
    "Transcript",
    "TrendMatch",
    "Upload",
    "VoiceClone",
    "VoiceOver",
]
