"""Public addresses of files: signed, for some hours, in parts, and only where somebody outside could use them."""

import datetime as dt
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404
from django.test import Client, RequestFactory
from django.utils import timezone
from storages.backends.s3 import S3Storage

from publishing.delivery import addresses, kits
from publishing.delivery.addresses import Place
from publishing.platforms.base import Media, PublishKit
from tests.cast import Cast
from tests.publishing.test_kits import noise, plan
from trenddrop.core import serving

FILM = bytes(range(256)) * 40


@pytest.fixture(autouse=True)
def reachable(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SITE_URL = "https://trenddrop.example"
    settings.MEDIA_PUBLIC_URL = ""


@pytest.fixture
def film() -> str:
    return default_storage.save("assets/film.mp4", ContentFile(FILM))


def path_of(address: str) -> str:
    return address.removeprefix("https://trenddrop.example")


def test_a_platform_fetches_the_film_whole_and_in_parts_without_signing_in(film: str, client: Client) -> None:
    address = addresses.address(Place(film, "video/mp4"), storage=default_storage)
    assert address.startswith("https://trenddrop.example/public/media/")
    assert address.endswith("/media.mp4")
    whole = client.get(path_of(address))
    assert (whole.status_code, whole["Content-Type"], whole.getvalue()) == (200, "video/mp4", FILM)
    part = client.get(path_of(address), headers={"range": "bytes=10-19"})
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 10-19/{len(FILM)}")
    assert part.getvalue() == FILM[10:20]
    head = client.head(path_of(address))
    assert (head["Content-Length"], head["Accept-Ranges"]) == (str(len(FILM)), "bytes")
    assert client.get(path_of(address), headers={"range": "bytes=99999-"}).status_code == 416


def test_an_address_that_is_forged_or_over_leads_nowhere(
    film: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = path_of(addresses.address(Place(film, "video/mp4"), storage=default_storage))
    other = signing.dumps([film, "video/mp4"], salt="another.purpose")
    assert client.get(f"/public/media/{other}/media.mp4").status_code == 404
    assert client.get(address.replace("/media/", "/media/x", 1)).status_code == 404
    monkeypatch.setattr(addresses, "LASTS", dt.timedelta(seconds=-1))
    assert client.get(address).status_code == 404


def test_the_address_of_a_deleted_file_leads_nowhere(film: str, client: Client) -> None:
    address = path_of(addresses.address(Place(film, "video/mp4"), storage=default_storage))
    default_storage.delete(film)
    assert client.get(address).status_code == 404


def pack(post: Any) -> Iterator[PublishKit]:
    with kits.packed(kits.contents(post)) as kit:
        yield kit


def picture(kesar: Cast, size: tuple[int, int]) -> Any:
    content = io.BytesIO()
    noise(*size).save(content, "PNG")
    name = default_storage.save("assets/jar.png", ContentFile(content.getvalue()))
    facts = {"kind": "image", "width": size[0], "height": size[1], "size": content.tell()}
    asset = {"kind": "image", "file": name, "mime_type": "image/png", "media_info": facts, "status": "ready"}
    return plan(kesar, asset, platform="bluesky")


def test_a_packed_picture_has_an_address_of_exactly_its_bytes(kesar: Cast, client: Client) -> None:
    for kit in pack(picture(kesar, (20, 10))):
        [sent] = kit.media
        assert client.get(path_of(sent.url)).getvalue() == sent.path.read_bytes()
        assert not default_storage.exists("outgoing")


def test_a_picture_made_smaller_is_kept_for_its_address_and_cleared_later(kesar: Cast, client: Client) -> None:
    post = picture(kesar, (1000, 900))
    for _twice in range(2):
        for kit in pack(post):
            [sent] = kit.media
            answer = client.get(path_of(sent.url))
            assert (answer["Content-Type"], answer.getvalue()) == ("image/jpeg", sent.path.read_bytes())
    assert len(default_storage.listdir("outgoing")[1]) == 1
    now = timezone.now()
    assert addresses.clear(now=now, storage=default_storage) == 0
    assert addresses.clear(now=now + dt.timedelta(days=3), storage=default_storage) == 1
    assert default_storage.listdir("outgoing")[1] == []


def test_a_picture_sent_again_just_before_it_is_cleared_outlasts_its_new_address(kesar: Cast, client: Client) -> None:
    post, now = picture(kesar, (1000, 900)), timezone.now()
    for _kit in pack(post):
        [name] = default_storage.listdir("outgoing")[1]
        long_ago = (now - dt.timedelta(hours=47)).timestamp()
        os.utime(default_storage.path(f"outgoing/{name}"), (long_ago, long_ago))
    for kit in pack(post):
        assert addresses.clear(now=now + dt.timedelta(hours=11), storage=default_storage) == 1
        assert client.get(path_of(kit.media[0].url)).status_code == 200


def test_where_nobody_outside_can_reach_us_there_is_no_address(kesar: Cast, settings: Any) -> None:
    settings.SITE_URL = "http://127.0.0.1:8000"
    post = picture(kesar, (20, 10))
    for kit in pack(post):
        assert [media.url for media in kit.media] == [""]
    settings.MEDIA_PUBLIC_URL = "http://127.0.0.1:9/"
    for kit in pack(post):
        assert kit.media[0].url.startswith("http://127.0.0.1:9/public/media/")


# Files in a bucket


@pytest.fixture
def bucket() -> S3Storage:
    return S3Storage(
        bucket_name="kesar", access_key="key", secret_key="secret", region_name="eu-west-1",
        signature_version="s3v4", endpoint_url="https://s3.example.com",
    )  # fmt: skip


def test_a_bucket_signs_its_own_address_unless_the_domain_must_be_ours(bucket: S3Storage, settings: Any) -> None:
    media = Media(Path("film.mp4"), "video/mp4")
    signed = addresses.with_address(media, "assets/film.mp4", storage=bucket).url
    assert signed.startswith("https://s3.example.com/kesar/assets/film.mp4?")
    assert f"X-Amz-Expires={12 * 3600}" in signed
    settings.MEDIA_PUBLIC_URL = "https://media.kesar.example"
    ours = addresses.with_address(media, "assets/film.mp4", storage=bucket).url
    assert ours.startswith("https://media.kesar.example/public/media/")


class Bucket:
    """What is used of a bucket: one object, read by its ranges."""

    content_length = len(FILM)
    e_tag = '"film-1"'
    last_modified = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
    bucket: Any = property(lambda self: self)

    def Object(self, name: str) -> "Bucket":  # noqa: N802 (the name of the bucket's method)
        if name != "assets/film.mp4":
            raise ClientError({"Error": {"Code": "404", "Message": "Not Found"}}, "HeadObject")
        return self

    def get(self, Range: str) -> dict[str, Any]:  # noqa: N803
        first, last = Range.removeprefix("bytes=").split("-")
        self.read = FILM[int(first) : int(last) + 1]
        return {"Body": self}

    def iter_chunks(self, size: int) -> Iterator[bytes]:
        for at in range(0, len(self.read), size):
            yield self.read[at : at + size]


def test_a_part_of_a_file_in_a_bucket_is_read_there_and_nothing_else() -> None:
    stored, storage = serving.in_storage, Bucket()
    request = RequestFactory().get("/", headers={"range": "bytes=5-8"})
    part = serving.answer(request, stored(storage, "assets/film.mp4"))  # type: ignore[arg-type]
    assert (part.status_code, part.getvalue(), storage.read) == (206, FILM[5:9], FILM[5:9])
    with pytest.raises(Http404):
        stored(storage, "assets/other.mp4")  # type: ignore[arg-type]
