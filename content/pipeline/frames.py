"""Stills to choose a thumbnail from."""

from pathlib import Path

from django.core.files import File
from PIL import Image

from content.models import ContentAsset, PosterFrame
from content.pipeline.work import Work
from trenddrop.core import media


class Frames:
    """Take a handful of frames from all over; one of them is the thumbnail until somebody chooses."""

    name = "frames"

    def skip(self, asset: ContentAsset) -> str | None:
        """Sound and text have no picture."""
        if asset.kind not in {ContentAsset.Kind.VIDEO, ContentAsset.Kind.IMAGE} or not asset.file:
            return "There is no picture."
        return None

    def run(self, work: Work) -> str:
        """Save the frames, and the thumbnail where there is none yet."""
        with work.file() as path:
            info = media.probe(path)
            times = media.choose_frame_times(info) if info.kind == "video" else [0.0]
            stills = media.poster_frames(path, times, work.folder, progress=work.progress, cancelled=work.cancelled)
        with work.saving():
            for at, still in zip(times, stills, strict=False):
                _save(work.asset, at, still)
            frames = list(PosterFrame.objects.filter(asset=work.asset))
            asset = ContentAsset.objects.get(pk=work.asset.pk)
            if frames and not asset.thumbnail:
                asset.thumbnail = frames[len(frames) // 3].image.name
                asset.save(update_fields=["thumbnail", "updated_at"])
        return f"{len(stills)} frames by ffmpeg"


def _save(asset: ContentAsset, at: float, still: Path) -> None:
    """Keep a still, unless an interrupted run kept it already."""
    if PosterFrame.objects.filter(asset=asset, at=at).exists():
        return
    with Image.open(still) as image:
        width, height = image.size
    frame = PosterFrame(organization_id=asset.organization_id, asset=asset, at=at, width=width, height=height)
    with still.open("rb") as source:
        frame.image.save(f"{at:010.3f}.jpg", File(source), save=True)
