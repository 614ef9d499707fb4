"""Assets and pieces for programs."""

from django.urls import URLPattern, path
from rest_framework.routers import BaseRouter

from content.api import (
    assets,
    collections,
    feedback,
    generations,
    ideas,
    libraries,
    pieces,
    repurposing,
    templates,
    transcripts,
    uploads,
    voice_samples,
    voices,
)

RESOURCES = {
    "assets": assets.AssetViewSet,
    "collections": collections.CollectionViewSet,
    "transcripts": transcripts.TranscriptViewSet,
    "uploads": uploads.UploadViewSet,
    "pieces": pieces.PieceViewSet,
    "repurposing-strategies": repurposing.StrategyViewSet,
    "repurposing-jobs": repurposing.JobViewSet,
    "piece-files": repurposing.PieceFileViewSet,
    "prompts": ideas.PromptViewSet,
    "scripts": ideas.ScriptViewSet,
    "voices": voices.VoiceViewSet,
    "voice-overs": voices.VoiceOverViewSet,
    "feedback-signals": feedback.SignalViewSet,
    "calibrations": feedback.CalibrationViewSet,
    "generations": generations.GenerationViewSet,
    "library-items": libraries.LibraryItemViewSet,
    "shared-items": libraries.SharedItemViewSet,
    "templates": templates.TemplateViewSet,
    "shared-templates": templates.SharedTemplateViewSet,
    "brand-looks": templates.BrandLookViewSet,
}

CREATE = {"post": "create"}
# Addresses of before, which go on working and are not described.
BEFORE: list[URLPattern] = [
    path(
        "assets/rename_tag",
        assets.AssetViewSet.as_view({"post": "rename_tag"}, schema=None),
        name="api-assets-rename-tag-before",
    ),
    path(
        "collections/take_out",
        collections.CollectionViewSet.as_view({"post": "take_out"}, schema=None),
        name="api-collections-take-out-before",
    ),
]
SINGLES: list[URLPattern] = [
    path(
        "voice-samples/from-pages",
        voice_samples.SamplesOfPagesViewSet.as_view(CREATE),
        name="api-voice-samples-from-pages",
    ),
    path(
        "voice-samples/from-document",
        voice_samples.SamplesOfDocumentViewSet.as_view(CREATE),
        name="api-voice-samples-from-document",
    ),
    *BEFORE,
]


def register(router: BaseRouter) -> None:
    """Name the addresses."""
    for name, view in RESOURCES.items():
        router.register(name, view, basename=f"api-{name}")
