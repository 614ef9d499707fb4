"""Assets and pieces for programs."""

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


def register(router: BaseRouter) -> None:
    """Name the addresses."""
    for name, view in RESOURCES.items():
        router.register(name, view, basename=f"api-{name}")
