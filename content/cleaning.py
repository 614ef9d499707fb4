"""Removing what nobody came back for."""

import datetime as dt
import uuid
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError, Q, QuerySet
from django.db.models.fields.files import FieldFile

from accounts import audit, tenancy
from content.intake import receiving
from content.models import ContentAsset, GeneratedContent, MediaFix, PieceFile, Thumbnail, Upload
from trenddrop.core import rounds

BATCH = 500
GRACE = dt.timedelta(days=1)


def remove_stale_uploads(*, now: dt.datetime) -> int:
    """Remove uploads past their time, with their bytes, and files no upload names; return how many uploads went.

    What is being written, or waits to be moved to remote storage, stays.
    """
    with tenancy.operator():
        waiting = Q(asset__isnull=False, asset__file="")
        stale = list(Upload.objects.filter(expires_at__lte=now).exclude(waiting).order_by("expires_at")[:BATCH])
    gone = [upload.pk for upload in stale if _remove(upload.path)]
    with tenancy.operator():
        Upload.objects.filter(pk__in=gone).delete()
        _remove_unnamed(now)
    return len(gone)


def _remove(path: Path) -> bool:
    try:
        with receiving.hold(path):
            path.unlink(missing_ok=True)
    except receiving.InUse:
        return False
    except receiving.PartGone:
        pass
    return True


def _remove_unnamed(now: dt.datetime) -> None:
    before = (now - settings.UPLOAD_KEEP - GRACE).timestamp()
    folder = Path(settings.UPLOAD_ROOT)
    old = [path for path in folder.glob("*") if path.is_file() and path.stat().st_mtime < before]
    named = {upload.path.name for upload in Upload.objects.only("pk")} if old else set()
    for path in old:
        if path.name not in named:
            _remove(path)


def purge_deleted(*, now: dt.datetime) -> int:
    """Remove assets deleted long ago, with files and pieces, for good; return how many went.

    What a post was made from stays, so that the post keeps its history.
    """
    with tenancy.operator():
        old = ContentAsset.objects.filter(deleted_at__lte=now - settings.DELETED_KEEP).order_by("deleted_at")
        keys = list(old.values_list("pk", flat=True))
    return sum(rounds.each(keys, _purge))


def _purge(key: uuid.UUID) -> bool:
    with tenancy.operator():
        asset = ContentAsset.objects.filter(pk=key, deleted_at__isnull=False).select_for_update().first()
        if asset is None:
            return False
        files = [asset.file, asset.thumbnail, *(frame.image for frame in asset.frames.all())]
        files += _files_of(GeneratedContent.objects.filter(asset=asset))
        return _forget(asset, files, "asset.purged")


def _forget(row: ContentAsset | GeneratedContent, files: list[FieldFile], action: str) -> bool:
    """Delete a row for good, then its files; False where a post protects it."""
    try:
        with transaction.atomic():
            audit.record(action, row, organization_id=row.organization_id, by=None)
            row.delete()
    except ProtectedError:
        return False
    transaction.on_commit(partial(_remove_files, files))
    return True


def purge_pieces(*, now: dt.datetime) -> int:
    """Remove pieces taken away long ago, with their files, for good; return how many went.

    What a post was made from stays, so that the post keeps its history.
    """
    with tenancy.operator():
        old = GeneratedContent.objects.filter(deleted_at__lte=now - settings.DELETED_KEEP).order_by("deleted_at")
        keys = list(old.values_list("pk", flat=True))
    return sum(rounds.each(keys, _purge_piece))


def _purge_piece(key: uuid.UUID) -> bool:
    with tenancy.operator():
        rows = GeneratedContent.objects.filter(pk=key, deleted_at__isnull=False)
        piece = rows.select_for_update(of=("self",)).first()
        return piece is not None and _forget(piece, _files_of(rows), "piece.purged")


def _files_of(pieces: QuerySet[GeneratedContent]) -> list[FieldFile]:
    """Return the covers, the files made fit and the takes of pieces."""
    covers = Thumbnail.objects.filter(piece__in=pieces)
    fixes = MediaFix.objects.filter(piece__in=pieces).exclude(file="")
    takes = PieceFile.objects.filter(piece__in=pieces)
    given = [file for take in takes for file in (take.file, take.poster)]
    return [*(cover.image for cover in covers), *(fix.file for fix in fixes), *given]


def _remove_files(files: list[FieldFile]) -> None:
    for file in files:
        if file:
            file.storage.delete(str(file.name))
