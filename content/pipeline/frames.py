"""Stills to choose a thumbnail from."""

from collections.abc import Sequence
from pathlib import Path

from django.core.files.base import ContentFile
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
        length = work.asset.duration if work.asset.kind == ContentAsset.Kind.VIDEO else None
        times = media.choose_frame_times(media.MediaInfo("video", "", 0, duration=length))
        with work.file() as path:
            stills = media.poster_frames(path, times, work.folder, progress=work.progress, cancelled=work.cancelled)
        with work.saving():
            frames = _save(work.asset, list(zip(times, stills, strict=False)))
            asset = ContentAsset.objects.get(pk=work.asset.pk)
            if frames and not asset.thumbnail:
                asset.thumbnail = frames[len(frames) // 3].image.name
                asset.save(update_fields=["thumbnail", "updated_at"])
        return f"{len(stills)} frames by ffmpeg"


def _save(asset: ContentAsset, stills: Sequence[tuple[float, Path]]) -> list[PosterFrame]:
    """Keep the stills (second, file) that an interrupted run has not kept already; return all."""
    kept = list(PosterFrame.objects.filter(asset=asset))
    known = {frame.at for frame in kept}
    new = [_frame(asset, at, still) for at, still in stills if at not in known]
    return [*kept, *PosterFrame.objects.bulk_create(new)]


def _frame(asset: ContentAsset, at: float, still: Path) -> PosterFrame:
    with Image.open(still) as image:
        width, height = image.size
    picture = ContentFile(still.read_bytes(), name=f"{at:010.3f}.jpg")
    return PosterFrame(
        organization_id=asset.organization_id, asset=asset, at=at, width=width, height=height, image=picture
    )
