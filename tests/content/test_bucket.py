"""Files that stand in a bucket, over S3's own protocol: brought, read by the pipeline, shown on our own addresses."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from storages.backends.s3 import S3Storage

from accounts.models import User
from content.models import ContentAsset
from tests.cast import Cast
from tests.content.files import png
from tests.content.making import PORTRAIT, bring, fresh, process, stands
from tests.peers.s3 import make_bucket, start_s3


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with start_s3() as address:
        yield address


@pytest.fixture
def bucket(server: str, settings: Any) -> S3Storage:
    """From now on files go to a bucket of this test."""
    settings.STORAGES = settings.STORAGES | {"default": make_bucket(server, f"kesar-{uuid.uuid4().hex}")}
    return default_storage


@pytest.fixture
def ben(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.ben.user)
    return client


@pytest.fixture
def asset(bucket: S3Storage, cast: Cast) -> ContentAsset:
    return bring(cast, PORTRAIT)


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a_file_of_a_bucket_comes_from_our_own_address_as_one_of_the_disk_does(
    ben: Client, asset: ContentAsset
) -> None:
    answer = ben.get(f"/files/{asset.pk}/")
    assert answer.status_code == 200
    assert body_of(answer) == PORTRAIT.read_bytes()
    assert (answer["X-Content-Type-Options"], answer["Accept-Ranges"]) == ("nosniff", "bytes")
    assert "sandbox" in answer["Content-Security-Policy"]
    again = ben.get(f"/files/{asset.pk}/", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_a_player_asks_a_bucket_for_the_part_it_needs(ben: Client, asset: ContentAsset) -> None:
    answer = ben.get(f"/files/{asset.pk}/", headers={"Range": "bytes=100-199"})
    assert (answer.status_code, body_of(answer)) == (206, PORTRAIT.read_bytes()[100:200])
    assert answer["Content-Range"] == f"bytes 100-199/{PORTRAIT.stat().st_size}"


def test_a_file_of_a_bucket_is_saved_under_its_own_name(ben: Client, asset: ContentAsset) -> None:
    assert ben.get(f"/files/{asset.pk}/?save")["Content-Disposition"] == 'attachment; filename="portrait.mp4"'


def test_what_a_bucket_lost_is_not_found(ben: Client, bucket: S3Storage, asset: ContentAsset) -> None:
    bucket.delete(str(asset.file.name))
    assert ben.get(f"/files/{asset.pk}/").status_code == 404


def test_a_video_in_a_bucket_is_read_and_its_still_is_shown(ben: Client, asset: ContentAsset) -> None:
    process(asset)
    assert set(stands(asset).values()) <= {"done", "skipped"}
    answer = ben.get(f"/files/{asset.pk}/thumbnail/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    with fresh(asset).thumbnail.open() as kept:
        assert body_of(answer) == kept.read()


def test_a_portrait_of_a_person_comes_from_our_own_address_too(ben: Client, bucket: S3Storage, cast: Cast) -> None:
    ben.post(reverse("picture_change"), {"picture": SimpleUploadedFile("ben.png", png(), "image/png")})
    kept = User.objects.get(pk=cast.ben.user_id).avatar
    assert bucket.exists(str(kept.name))
    answer = ben.get(reverse("picture", args=[cast.ben.user_id]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    with kept.open() as file:
        assert body_of(answer) == file.read()
    bucket.delete(str(kept.name))
    assert ben.get(reverse("picture", args=[cast.ben.user_id])).status_code == 404
