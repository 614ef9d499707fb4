"""Media is served in pieces, to those who may see it, as nothing a browser would run."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from accounts import tenancy
from accounts.models import Membership
from content.models import ContentAsset, PosterFrame
from tests.cast import Cast
from tests.content.files import png

DATA = bytes(range(256)) * 40


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


@pytest.fixture
def ben(cast: Cast) -> Client:
    return signed_in(cast.ben)


@pytest.fixture
def asset(cast: Cast) -> ContentAsset:
    with tenancy.of_organization(cast.kesar.pk):
        made = ContentAsset(
            organization=cast.kesar, title="Film", kind="video", mime_type="video/mp4", original_name="दादी's film.mp4"
        )
        made.file.save("original.mp4", ContentFile(DATA), save=False)
        made.thumbnail.save("thumbnail.jpg", ContentFile(png()), save=False)
        made.save()
    return made


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_the_whole_file_comes_with_its_type_and_cannot_be_run(ben: Client, asset: ContentAsset) -> None:
    answer = ben.get(f"/files/{asset.pk}/")
    assert (answer.status_code, body(answer)) == (200, DATA)
    assert answer["Content-Type"] == "video/mp4"
    assert answer["Content-Length"] == str(len(DATA))
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("inline")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"].startswith("private")


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-99", 0, 99),
        ("bytes=100-", 100, len(DATA) - 1),
        ("bytes=-50", len(DATA) - 50, len(DATA) - 1),
        ("bytes=10-999999", 10, len(DATA) - 1),
        ("bytes=-999999", 0, len(DATA) - 1),
        (f"bytes={len(DATA) - 1}-{len(DATA) - 1}", len(DATA) - 1, len(DATA) - 1),
    ],
)
def test_a_range_comes_as_asked(ben: Client, asset: ContentAsset, asked: str, first: int, last: int) -> None:
    answer = ben.get(f"/files/{asset.pk}/", headers={"Range": asked})
    assert (answer.status_code, body(answer)) == (206, DATA[first : last + 1])
    assert answer["Content-Range"] == f"bytes {first}-{last}/{len(DATA)}"
    assert answer["Content-Length"] == str(last - first + 1)


@pytest.mark.parametrize("asked", [f"bytes={len(DATA)}-", "bytes=99999999-", "bytes=-0"])
def test_a_range_beyond_the_file_is_refused(ben: Client, asset: ContentAsset, asked: str) -> None:
    answer = ben.get(f"/files/{asset.pk}/", headers={"Range": asked})
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(DATA)}")


@pytest.mark.parametrize(
    "asked",
    ["bytes=5-1", "bytes=-", "bytes=a-b", "lines=1-2", "bytes=0-1,4-5", "", f"bytes={'9' * 5000}-", "bytes=٢-"],
)
def test_a_range_that_makes_no_sense_brings_the_whole(ben: Client, asset: ContentAsset, asked: str) -> None:
    answer = ben.get(f"/files/{asset.pk}/", headers={"Range": asked})
    assert (answer.status_code, body(answer)) == (200, DATA)


def test_a_range_of_a_file_that_changed_brings_the_new_whole(ben: Client, asset: ContentAsset) -> None:
    url = f"/files/{asset.pk}/"
    etag = ben.head(url)["ETag"]
    assert ben.get(url, headers={"Range": "bytes=0-9", "If-Range": etag}).status_code == 206
    assert ben.get(url, headers={"Range": "bytes=0-9", "If-Range": '"old"'}).status_code == 200


def test_head_says_how_long_it_is_and_sends_nothing(ben: Client, asset: ContentAsset) -> None:
    answer = ben.head(f"/files/{asset.pk}/", headers={"Range": "bytes=0-9"})
    assert (answer.status_code, answer["Content-Length"], answer.content) == (206, "10", b"")


def test_what_the_browser_has_already_is_not_sent_again(ben: Client, asset: ContentAsset) -> None:
    url = f"/files/{asset.pk}/"
    first = ben.head(url)
    assert ben.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert ben.get(url, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
    assert ben.head(url, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("mime", ["text/html", "image/svg+xml", "application/pdf", "text/plain", ""])
def test_what_a_browser_might_run_is_offered_for_saving_only(
    cast: Cast, ben: Client, asset: ContentAsset, mime: str
) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        ContentAsset.objects.update(mime_type=mime)
    answer = ben.head(f"/files/{asset.pk}/")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_file_is_saved_under_its_own_name(ben: Client, asset: ContentAsset) -> None:
    disposition = ben.head(f"/files/{asset.pk}/?save")["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''")
    assert "\n" not in disposition


def test_files_of_other_organisations_and_clients_do_not_exist(cast: Cast, asset: ContentAsset) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        still = PosterFrame(organization=cast.kesar, asset=asset, at=1.0, width=4, height=4)
        still.image.save("1.jpg", ContentFile(png()), save=False)
        still.save()
    for address in (f"/files/{asset.pk}/", f"/files/{asset.pk}/thumbnail/", f"/files/frames/{still.pk}/"):
        assert signed_in(cast.chitra).head(address).status_code == 200
        assert signed_in(cast.dev).get(address).status_code == 404
        assert signed_in(cast.esha).get(address).status_code == 404
        assert Client().get(address).status_code == 302


def test_a_still_never_changes_and_is_kept_by_the_browser(cast: Cast, ben: Client, asset: ContentAsset) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        still = PosterFrame(organization=cast.kesar, asset=asset, at=1.0, width=4, height=4)
        still.image.save("1.jpg", ContentFile(png()), save=False)
        still.save()
    assert "immutable" in ben.head(f"/files/frames/{still.pk}/")["Cache-Control"]
    assert "no-cache" in ben.head(f"/files/{asset.pk}/thumbnail/")["Cache-Control"]


def test_a_deleted_assets_file_is_gone_but_its_still_shows_in_the_list(
    cast: Cast, ben: Client, asset: ContentAsset
) -> None:
    signed_in(cast.asha).post("/library/delete/", {"asset": str(asset.pk)})
    assert ben.get(f"/files/{asset.pk}/").status_code == 404
    assert ben.head(f"/files/{asset.pk}/thumbnail/").status_code == 200


def test_a_file_that_is_not_there_is_not_found(ben: Client, asset: ContentAsset) -> None:
    asset.file.storage.delete(str(asset.file.name))
    assert ben.get(f"/files/{asset.pk}/").status_code == 404
