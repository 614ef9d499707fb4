"""What nobody came back for goes; what is needed stays."""

import datetime as dt
import os
import uuid
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from accounts import tenancy
from accounts.models import AuditEntry
from content import cleaning
from content.intake import receiving
from content.models import ContentAsset, GeneratedContent, MediaFix, PieceFile, Thumbnail, Upload
from content.tasks import purge_deleted, remove_stale_uploads
from tests.cast import Cast
from tests.world import furnish

LATER = dt.timedelta(days=30)


def upload(cast: Cast, *, expires: dt.timedelta, **given: Any) -> Upload:
    """An upload of Ben's with ten bytes on disk."""
    with tenancy.of_organization(cast.kesar.pk):
        made = Upload.objects.create(
            organization=cast.kesar,
            user=cast.ben.user,
            name="a.wav",
            length=20,
            expires_at=timezone.now() + expires,
            **given,
        )
    receiving.open_part(made.path)
    made.path.write_bytes(b"0123456789")
    return made


def left(cast: Cast) -> set[uuid.UUID]:
    with tenancy.of_organization(cast.kesar.pk):
        return set(Upload.objects.values_list("pk", flat=True))


def test_uploads_past_their_time_go_with_their_bytes(cast: Cast) -> None:
    old = upload(cast, expires=dt.timedelta(seconds=-1))
    young = upload(cast, expires=dt.timedelta(hours=1))
    remove_stale_uploads()
    assert left(cast) == {young.pk}
    assert (old.path.exists(), young.path.exists()) == (False, True)


def test_an_upload_that_is_being_written_stays(cast: Cast) -> None:
    old = upload(cast, expires=dt.timedelta(seconds=-1))
    with receiving.hold(old.path):
        assert cleaning.remove_stale_uploads(now=timezone.now()) == 0
    assert old.path.exists()


def test_bytes_that_wait_for_remote_storage_stay(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        asset = ContentAsset.objects.create(organization=cast.kesar, title="Film", kind="video")
    waiting = upload(cast, expires=dt.timedelta(seconds=-1), asset=asset)
    cleaning.remove_stale_uploads(now=timezone.now() + LATER)
    assert waiting.path.exists()


def test_files_no_upload_names_go_after_a_while(cast: Cast, settings: Any) -> None:
    kept = upload(cast, expires=LATER * 2)
    fresh, old = Path(settings.UPLOAD_ROOT) / "tmpfresh.form", Path(settings.UPLOAD_ROOT) / "tmpold.form"
    for path in (fresh, old):
        path.write_bytes(b"x")
    for path in (old, kept.path):
        os.utime(path, (0, 0))
    cleaning.remove_stale_uploads(now=timezone.now())
    assert (fresh.exists(), old.exists(), kept.path.exists()) == (True, False, True)


def test_an_empty_folder_is_no_reason_to_stop(cast: Cast) -> None:
    assert cleaning.remove_stale_uploads(now=timezone.now()) == 0


def deleted(cast: Cast, *, ago: dt.timedelta) -> ContentAsset:
    """An asset with a file, deleted some time ago."""
    asset = ContentAsset(organization=cast.kesar, title="Film", kind="video", deleted_at=timezone.now() - ago)
    asset.file.save("film.mp4", ContentFile(b"film"), save=False)
    with tenancy.of_organization(cast.kesar.pk):
        asset.save()
    return asset


def test_what_was_deleted_long_ago_goes_for_good_with_its_file(
    cast: Cast, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    old = deleted(cast, ago=settings.DELETED_KEEP + dt.timedelta(minutes=1))
    young = deleted(cast, ago=settings.DELETED_KEEP - dt.timedelta(minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        purge_deleted()
    with tenancy.of_organization(cast.kesar.pk):
        assert list(ContentAsset.objects.values_list("pk", flat=True)) == [young.pk]
        assert AuditEntry.objects.filter(action="asset.purged", resource_id=str(old.pk)).exists()
    assert not old.file.storage.exists(str(old.file.name))
    assert young.file.storage.exists(str(young.file.name))


def test_what_a_post_was_made_from_stays(cast: Cast) -> None:
    world = furnish(cast)
    with tenancy.operator():
        asset = ContentAsset.objects.get(pk=world.ids["asset"])
        ContentAsset.objects.filter(pk=asset.pk).update(deleted_at=timezone.now() - LATER * 2)
    assert cleaning.purge_deleted(now=timezone.now()) == 0
    assert asset.file.storage.exists(str(asset.file.name))


def taken_away(cast: Cast, *, ago: dt.timedelta, platform: str) -> tuple[GeneratedContent, list[FieldFile]]:
    """A piece that was hidden some time ago, with a take, its still, a cover and a file made fit."""
    asset = ContentAsset(organization=cast.kesar, title="Film", kind="video")
    piece = GeneratedContent(organization=cast.kesar, asset=asset, platform=platform, made_by="test")
    piece.deleted_at = timezone.now() - ago
    take = PieceFile(organization=cast.kesar, piece=piece, number=1, origin="rendered")
    cover = Thumbnail(organization=cast.kesar, piece=piece, width=1, height=1)
    fix = MediaFix(organization=cast.kesar, piece=piece, status="completed")
    files = [take.file, take.poster, cover.image, fix.file]
    for file in files:
        file.save("made.bin", ContentFile(b"made"), save=False)
    with tenancy.of_organization(cast.kesar.pk):
        for row in (asset, piece, take, cover, fix):
            row.save()
    return piece, files


def test_a_piece_taken_away_long_ago_goes_for_good_with_its_files(
    cast: Cast, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    minute = dt.timedelta(minutes=1)
    old, gone = taken_away(cast, ago=settings.DELETED_KEEP + minute, platform="x")
    young, kept = taken_away(cast, ago=settings.DELETED_KEEP - minute, platform="tiktok")
    with django_capture_on_commit_callbacks(execute=True):
        purge_deleted()
    with tenancy.of_organization(cast.kesar.pk):
        assert list(GeneratedContent.objects.values_list("pk", flat=True)) == [young.pk]
        assert ContentAsset.objects.filter(pk=old.asset_id).exists()
        assert AuditEntry.objects.filter(action="piece.purged", resource_id=str(old.pk)).exists()
    assert [file.storage.exists(str(file.name)) for file in (*gone, *kept)] == [False] * 4 + [True] * 4


def test_a_piece_that_a_post_was_made_of_stays(cast: Cast) -> None:
    world = furnish(cast)
    with tenancy.operator():
        GeneratedContent.objects.filter(pk=world.ids["piece"]).update(deleted_at=timezone.now() - LATER * 2)
    assert cleaning.purge_pieces(now=timezone.now()) == 0
    with tenancy.operator():
        assert GeneratedContent.objects.filter(pk=world.ids["piece"]).exists()
