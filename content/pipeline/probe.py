"""What kind of file is it really? Length, picture, sound."""

from dataclasses import asdict

from content.intake import sameness
from content.models import ContentAsset
from content.pipeline.work import Work
from trenddrop.core import media

MOVING = {ContentAsset.Kind.VIDEO, ContentAsset.Kind.AUDIO}
WITH_FILE = {*MOVING, ContentAsset.Kind.IMAGE}


class Probe:
    """Read the file's facts with PyAV; a file that is none of what it says ends here, with the reason.

    A file so large that its sender did not wait for its hash gets it here.
    """

    name = "probe"

    def skip(self, asset: ContentAsset) -> str | None:
        """Texts have nothing to probe."""
        return None if asset.kind in WITH_FILE and asset.file else "Text has no picture and no sound."

    def run(self, work: Work) -> str:
        """Save length, sides and codecs, and the kind the content has (a film without picture is a recording)."""
        with work.file() as path:
            info = media.probe(path)
            content_hash = work.asset.content_hash or sameness.of_file(path)
        facts = asdict(info) | {"has_audio": info.has_audio, "has_video": info.has_video}
        with work.saving():
            ContentAsset.objects.filter(pk=work.asset.pk).update(
                duration=info.duration, media_info=facts, kind=info.kind, size=info.size,
                content_hash=content_hash,
            )  # fmt: skip
        return f"PyAV: {info.container}"
