"""Bringing what is not here yet: the file behind a link, an upload into remote storage, a document's words."""

from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import tenancy
from content import search
from content.intake import documents, fetching, receiving, sameness
from content.models import ContentAsset, Upload
from content.models.assets import asset_file
from content.pipeline.work import StepFailed, Work
from trenddrop.core import limits
from trenddrop.core.limits import LimitReached
from trenddrop.core.sniff import Sniffed, UnsupportedFile, sniff_file

NOT_HERE = gettext_noop(
    "The file was received, but the machine that works on it does not find it. "
    "Whoever runs TrendDrop has to give all machines the same upload folder (UPLOAD_ROOT); then try again."
)


class Fetch:
    """The file comes to its place, and a document's words to the asset."""

    name = "fetch"

    def skip(self, asset: ContentAsset) -> str | None:
        """Nothing to do where the file lies in its place and needs no reading."""
        if asset.kind == ContentAsset.Kind.DOCUMENT and not asset.text:
            return None
        if asset.file or not (asset.original_name or asset.mime_type.startswith(fetching.MEDIA)):
            return "Everything is here."
        return None

    def run(self, work: Work) -> str:
        """Bring what is missing."""
        if not work.asset.file:
            self._bring(work)
        if work.asset.kind == ContentAsset.Kind.DOCUMENT:
            return self._read(work)
        return "Brought."

    def _bring(self, work: Work) -> None:
        asset = work.asset
        part = Upload(pk=asset.pk).path
        waits_here = part.exists()
        path = part if waits_here else work.folder / "original"
        if not waits_here:
            if not asset.source_url:
                raise StepFailed(_(NOT_HERE))
            try:
                fetching.bring(asset.source_url, path, progress=work.progress, cancelled=work.cancelled)
            except fetching.LinkFailed as error:
                raise StepFailed(str(error)) from error
            work.check()
        _keep(asset, path)
        part.unlink(missing_ok=True)

    def _read(self, work: Work) -> str:
        asset = work.asset
        try:
            with work.file() as path:
                found = documents.read_whole(path, asset.mime_type, check=work.check)
                content_hash = asset.content_hash or sameness.of_file(path)
        except documents.UnreadableDocument as error:
            raise StepFailed(str(error)) from error
        with tenancy.of_organization(asset.organization_id):
            info = {"left_out": found.left_out} if found.left_out else {}
            ContentAsset.objects.filter(pk=asset.pk).update(
                text=found.text, content_hash=content_hash, media_info=asset.media_info | info
            )
            asset.text = found.text
            search.index(asset)
        return ". ".join(filter(None, [f"{len(found.text.split())} words", found.left_out]))


def _keep(asset: ContentAsset, path: Path) -> None:
    """Look at the bytes once more and put them where assets lie."""
    size = path.stat().st_size
    try:
        sniffed = sniff_file(path, asset.original_name)
        with tenancy.of_organization(asset.organization_id):
            limits.require(asset.organization_id, "storage_bytes", amount=max(0, size - (asset.size or 0)))
            ContentAsset.objects.filter(pk=asset.pk).update(size=size)
    except (UnsupportedFile, LimitReached) as error:
        raise StepFailed(str(error)) from error
    asset.size, asset.mime_type = size, sniffed.mime
    asset.kind = receiving.KINDS.get(sniffed.kind, ContentAsset.Kind.DOCUMENT)
    _store(asset, path, sniffed)
    with tenancy.of_organization(asset.organization_id):
        asset.save(update_fields=["file", "size", "mime_type", "kind", "updated_at"])


def _store(asset: ContentAsset, path: Path, sniffed: Sniffed) -> None:
    storage, name = asset.file.storage, f"original.{sniffed.extension}"
    if isinstance(storage, FileSystemStorage):
        asset.file.name = asset_file(asset, name)
        receiving.place(path, Path(storage.path(asset.file.name)))
        return
    with path.open("rb") as source:
        asset.file.save(name, File(source), save=False)
