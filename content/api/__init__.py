"""Assets and pieces for programs."""

from rest_framework.routers import BaseRouter

from content.api import assets, feedback, libraries, pieces, uploads

RESOURCES = {
    "assets": assets.AssetViewSet,
    "uploads": uploads.UploadViewSet,
    "pieces": pieces.PieceViewSet,
    "feedback-signals": feedback.SignalViewSet,
    "calibrations": feedback.CalibrationViewSet,
    "library-items": libraries.LibraryItemViewSet,
    "shared-items": libraries.SharedItemViewSet,
}


def register(router: BaseRouter) -> None:
    """Name the addresses."""
    for name, view in RESOURCES.items():
        router.register(name, view, basename=f"api-{name}")
