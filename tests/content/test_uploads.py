"""Files come in by tus 1.0, whatever happens on the way."""

import base64
import datetime as dt
import hashlib
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import tenancy
from accounts.models import AuditEntry, BrandProfile, Membership
from content.intake import receiving
from content.models import ContentAsset, Upload
from tests.cast import Cast
from tests.content.files import PIECE, TUS, announce, archive, metadata, offset_of, png, send, wav
from trenddrop.core.limits import LimitReached


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


@pytest.fixture
def ben(cast: Cast) -> Client:
    return signed_in(cast.ben)


def assets(cast: Cast) -> list[ContentAsset]:
    with tenancy.of_organization(cast.kesar.pk):
        return list(ContentAsset.objects.all())


def test_a_file_sent_in_pieces_becomes_one_asset_with_the_same_bytes(cast: Cast, ben: Client) -> None:
    data = wav(3)
    created = announce(ben, len(data), name="Monsoon_skin routine.wav")
    assert (created.status_code, created["Upload-Offset"]) == (201, "0")
    url = created["Location"]
    middle = len(data) // 2
    first = send(ben, url, data[:middle], at=0)
    assert (first.status_code, first["Upload-Offset"]) == (204, str(middle))
    assert "Upload-Expires" in first
    assert offset_of(ben, url) == middle
    last = send(ben, url, data[middle:], at=middle)
    assert (last.status_code, last["Upload-Offset"]) == (204, str(len(data)))
    (asset,) = assets(cast)
    assert last["TrendDrop-Asset"] == last["Content-Location"] == f"/studio/{asset.pk}/"
    assert (asset.title, asset.kind, asset.size) == ("Monsoon skin routine", "audio", len(data))
    assert asset.created_by_id == cast.ben.user_id
    with asset.file.open("rb") as kept:
        assert hashlib.sha256(kept.read()).digest() == hashlib.sha256(data).digest()


def test_creating_an_asset_is_in_the_audit_log(cast: Cast, ben: Client) -> None:
    send(ben, announce(ben, len(wav()))["Location"], wav(), at=0)
    with tenancy.of_organization(cast.kesar.pk):
        entry = AuditEntry.objects.get(action="asset.uploaded")
    assert (entry.actor_name, entry.metadata["size"]) == ("Ben Thomas", len(wav()))


def test_the_first_bytes_may_come_with_the_announcement(cast: Cast, ben: Client) -> None:
    headers = TUS | {"Upload-Length": str(len(wav())), "Upload-Metadata": metadata(filename="a.wav")}
    answer = ben.post("/uploads/", wav(), content_type=PIECE, headers=headers)
    assert (answer.status_code, answer["Upload-Offset"]) == (201, str(len(wav())))
    assert len(assets(cast)) == 1


def test_options_says_what_the_server_can(ben: Client) -> None:
    answer = ben.options("/uploads/")
    assert answer.status_code == 204
    assert answer["Tus-Version"] == "1.0.0"
    assert set(answer["Tus-Extension"].split(",")) == {
        "creation", "creation-with-upload", "termination", "expiration", "checksum",
    }  # fmt: skip
    assert answer["Tus-Checksum-Algorithm"].startswith("sha1")
    assert int(answer["Tus-Max-Size"]) >= 3 * 10**9


def test_another_version_of_the_protocol_is_refused(ben: Client) -> None:
    answer = ben.post("/uploads/", headers={"Tus-Resumable": "0.2.2", "Upload-Length": "5"}, content_type="")
    assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")
    assert ben.post("/uploads/", headers={"Upload-Length": "5"}, content_type="").status_code == 412


def test_a_stranger_is_told_to_sign_in_and_not_redirected(db: None) -> None:
    assert announce(Client(), 10).status_code == 401


def test_an_analyst_may_not_upload(cast: Cast) -> None:
    answer = announce(signed_in(cast.chitra), 10)
    assert answer.status_code == 403
    assert b"Upload, edit and generate" in answer.content


def test_a_forged_form_cannot_upload(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.ben.user)
    assert announce(client, 10).status_code == 403
    token = client.get("/upload/").cookies["csrftoken"].value
    assert announce(client, 10, **{"X-CSRFToken": token}).status_code == 201


def test_a_piece_at_the_wrong_place_is_refused_and_changes_nothing(ben: Client) -> None:
    url = announce(ben, len(wav()))["Location"]
    send(ben, url, wav()[:100], at=0)
    assert send(ben, url, wav()[200:], at=200).status_code == 409
    assert send(ben, url, wav()[50:], at=50).status_code == 409
    assert offset_of(ben, url) == 100


def test_more_bytes_than_announced_are_refused(ben: Client) -> None:
    url = announce(ben, 100)["Location"]
    assert send(ben, url, wav()[:101], at=0).status_code == 413
    assert offset_of(ben, url) == 0


def test_a_piece_of_another_type_is_refused(ben: Client) -> None:
    url = announce(ben, 100)["Location"]
    answer = ben.patch(url, b"x", content_type="application/json", headers=TUS | {"Upload-Offset": "0"})
    assert answer.status_code == 415


@pytest.mark.parametrize("length", ["", "-5", "five", "1e9", "٣", "9" * 30])
def test_a_length_that_is_no_number_is_refused(ben: Client, length: str) -> None:
    assert ben.post("/uploads/", headers=TUS | {"Upload-Length": length}, content_type="").status_code == 400


def test_metadata_that_is_not_base64_is_refused(ben: Client) -> None:
    headers = TUS | {"Upload-Length": "5", "Upload-Metadata": "filename §§§"}
    assert ben.post("/uploads/", headers=headers, content_type="").status_code == 400


def test_an_empty_file_is_refused_in_words(cast: Cast, ben: Client) -> None:
    answer = announce(ben, 0, name="empty.mp4")
    assert answer.status_code == 400
    assert answer.content.decode().startswith("The file is empty.")
    with tenancy.of_organization(cast.kesar.pk):
        assert not Upload.objects.exists()


def test_a_file_over_the_servers_limit_is_refused_before_it_is_sent(ben: Client, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1000
    answer = announce(ben, 1001)
    assert answer.status_code == 413
    assert b"up to 1.00" in answer.content


class OneKilobyteLeft:
    """A plan with a kilobyte left."""

    left = 1000

    def require(self, organization_id: uuid.UUID, limit: str, *, amount: int) -> None:
        if limit == "storage_bytes" and amount > type(self).left:
            raise LimitReached("Your plan's storage is full. Delete assets or choose a larger plan.")


@pytest.fixture
def small_plan(settings: Any) -> type[OneKilobyteLeft]:
    settings.LIMITS_BACKEND = f"{__name__}.OneKilobyteLeft"
    OneKilobyteLeft.left = 1000
    return OneKilobyteLeft


def test_over_quota_is_refused_before_a_byte_is_sent(ben: Client, small_plan: type[OneKilobyteLeft]) -> None:
    answer = announce(ben, 1001)
    assert answer.status_code == 413
    assert b"storage is full" in answer.content


def test_a_quota_used_up_meanwhile_stops_the_upload_and_keeps_what_arrived(
    ben: Client, small_plan: type[OneKilobyteLeft]
) -> None:
    url = announce(ben, 1000)["Location"]
    assert send(ben, url, wav()[:400], at=0).status_code == 204
    small_plan.left = -1
    assert send(ben, url, wav()[400:1000], at=400).status_code == 413
    assert offset_of(ben, url) == 400
    small_plan.left = 1000
    assert send(ben, url, wav()[400:1000], at=400).status_code == 204


def test_a_bad_file_is_refused_at_its_first_bytes_with_the_reason(cast: Cast, ben: Client) -> None:
    url = announce(ben, 3 * 10**9, name="holiday.mp4")["Location"]
    answer = send(ben, url, b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n" * 2000, at=0)
    assert answer.status_code == 415
    assert answer["Content-Type"].startswith("text/plain")
    assert len(answer.content) > 20
    assert ben.head(url, headers=TUS).status_code == 404
    with tenancy.of_organization(cast.kesar.pk):
        assert not Upload.objects.exists()


def test_a_small_bad_file_is_refused_when_it_is_whole_and_nothing_is_kept(
    cast: Cast, ben: Client, settings: Any
) -> None:
    url = announce(ben, 9, name="fake.mp4")["Location"]
    assert send(ben, url, b"<html>", at=0).status_code == 204
    assert send(ben, url, b"<b>", at=6).status_code == 415
    assert not list(settings.UPLOAD_ROOT.iterdir())
    assert assets(cast) == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("playlist.mp4", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"),
        ("concat.mp4", b"ffconcat version 1.0\nfile /etc/passwd\n"),
        ("page.mp4", b"<!doctype html><script>alert(1)</script>"),
        ("drawing.jpg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("program.mp4", b"\x7fELF\x02\x01\x01" + bytes(200)),
        ("archive.docx", b"PK\x03\x04" + bytes(200)),
        ("photo.jpg", png()),
        ("both.png", png() + b"<script>alert(1)</script>"),
        ("behind.png", png() + archive()),
        ("zeros.mp4", bytes(5000)),
        ("noise.mp4", bytes(range(1, 250)) * 20),
        ("film.exe", b"MZ" + bytes(200)),
    ],
)
def test_wrongly_named_and_hostile_files_are_refused_in_words_and_nothing_is_kept(
    cast: Cast, ben: Client, settings: Any, name: str, data: bytes
) -> None:
    answer = send(ben, announce(ben, len(data), name=name)["Location"], data, at=0)
    assert answer.status_code == 415
    assert len(answer.content.decode().split()) > 5
    assert not list(settings.UPLOAD_ROOT.iterdir())
    assert assets(cast) == []


def test_a_damaged_piece_is_dropped_and_can_be_sent_again(ben: Client) -> None:
    url = announce(ben, len(wav()))["Location"]
    wrong = "sha1 " + base64.b64encode(hashlib.sha1(b"other").digest()).decode()
    assert send(ben, url, wav(), at=0, **{"Upload-Checksum": wrong}).status_code == 460
    assert offset_of(ben, url) == 0
    right = "sha256 " + base64.b64encode(hashlib.sha256(wav()).digest()).decode()
    assert send(ben, url, wav(), at=0, **{"Upload-Checksum": right}).status_code == 204


@pytest.mark.parametrize("checksum", ["crc7 AAAA", "sha1 §", "sha1"])
def test_an_unknown_checksum_is_refused(ben: Client, checksum: str) -> None:
    url = announce(ben, len(wav()))["Location"]
    answer = send(ben, url, wav(), at=0, **{"Upload-Checksum": checksum.encode("latin-1").decode("latin-1")})
    assert answer.status_code in {400, 460}
    assert offset_of(ben, url) == 0


def test_giving_up_removes_what_arrived(ben: Client, settings: Any) -> None:
    url = announce(ben, len(wav()))["Location"]
    send(ben, url, wav()[:100], at=0)
    assert ben.delete(url, headers=TUS).status_code == 204
    assert ben.head(url, headers=TUS).status_code == 404
    assert not list(settings.UPLOAD_ROOT.iterdir())


def test_giving_up_after_the_end_leaves_the_asset(cast: Cast, ben: Client) -> None:
    url = announce(ben, len(wav()))["Location"]
    send(ben, url, wav(), at=0)
    assert ben.delete(url, headers=TUS).status_code == 204
    (asset,) = assets(cast)
    assert asset.file.storage.exists(str(asset.file.name))


def test_a_client_that_repeats_the_end_gets_the_same_asset(cast: Cast, ben: Client) -> None:
    url = announce(ben, len(wav()))["Location"]
    first = send(ben, url, wav(), at=0)
    again = send(ben, url, b"", at=len(wav()))
    head = ben.head(url, headers=TUS)
    assert {again.status_code, head.status_code} == {204, 200}
    assert first["TrendDrop-Asset"] == again["TrendDrop-Asset"] == head["TrendDrop-Asset"]
    assert len(assets(cast)) == 1


def test_an_upload_whose_server_stopped_after_the_last_byte_is_finished_by_the_next_question(
    cast: Cast, ben: Client
) -> None:
    url = announce(ben, len(wav()))["Location"]
    with tenancy.of_organization(cast.kesar.pk):
        upload = Upload.objects.get()
        upload.path.write_bytes(wav())
        Upload.objects.update(offset=len(wav()))
    assert ben.head(url, headers=TUS)["TrendDrop-Asset"] == f"/studio/{upload.pk}/"
    assert len(assets(cast)) == 1


def test_bytes_of_a_killed_server_that_were_not_counted_are_dropped(cast: Cast, ben: Client) -> None:
    url = announce(ben, len(wav()))["Location"]
    send(ben, url, wav()[:100], at=0)
    with tenancy.of_organization(cast.kesar.pk):
        path = Upload.objects.get().path
    with path.open("ab") as part:
        part.write(b"uncounted")
    assert send(ben, url, wav()[100:], at=100).status_code == 204
    (asset,) = assets(cast)
    with asset.file.open("rb") as kept:
        assert kept.read() == wav()


def test_what_was_removed_from_the_disk_is_gone_and_says_so(cast: Cast, ben: Client) -> None:
    url = announce(ben, len(wav()))["Location"]
    send(ben, url, wav()[:100], at=0)
    with tenancy.of_organization(cast.kesar.pk):
        Upload.objects.get().path.unlink()
    assert send(ben, url, wav()[100:], at=100).status_code == 410


def test_an_expired_upload_is_gone(cast: Cast, ben: Client) -> None:
    url = announce(ben, len(wav()))["Location"]
    with tenancy.of_organization(cast.kesar.pk):
        Upload.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert ben.head(url, headers=TUS).status_code == 410


def test_while_one_writes_another_is_told_to_wait(cast: Cast, ben: Client) -> None:
    url = announce(ben, len(wav()))["Location"]
    with tenancy.of_organization(cast.kesar.pk):
        path = Upload.objects.get().path
    with receiving.hold(path):
        assert send(ben, url, wav(), at=0).status_code == 423
        assert ben.delete(url, headers=TUS).status_code == 423
        assert offset_of(ben, url) == 0
    assert send(ben, url, wav(), at=0).status_code == 204


def test_uploads_of_others_do_not_exist(cast: Cast, ben: Client) -> None:
    url = announce(ben, len(wav()))["Location"]
    for other in (cast.dev, cast.asha):
        client = signed_in(other)
        assert client.head(url, headers=TUS).status_code == 404
        assert send(client, url, wav(), at=0).status_code == 404
        assert client.delete(url, headers=TUS).status_code == 404
    assert offset_of(ben, url) == 0


def test_a_brand_of_another_organisation_is_not_accepted(cast: Cast, ben: Client) -> None:
    headers = TUS | {
        "Upload-Length": "5",
        "Upload-Metadata": metadata(filename="a.wav", brand=str(cast.lisbon_brand.pk)),
    }
    assert ben.post("/uploads/", headers=headers, content_type="").status_code == 400


def test_an_upload_for_a_clients_brand_is_that_clients(cast: Cast, ben: Client) -> None:
    with tenancy.operator():
        brand = BrandProfile.objects.create(organization=cast.kesar, client=cast.client, name="Chai Point")
    headers = TUS | {
        "Upload-Length": str(len(wav())),
        "Upload-Metadata": metadata(filename="a.wav", brand=str(brand.pk)),
    }
    ben.post("/uploads/", wav(), content_type=PIECE, headers=headers)
    (asset,) = assets(cast)
    assert (asset.brand_id, asset.client_id) == (brand.pk, cast.client.pk)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\win.ini", "win.ini"),
        ("holiday\u202egpj.exe", "holidaygpj.exe"),
        ("a\x00b\nc.wav", "abc.wav"),
        ("   .hidden.  ", "hidden"),
        ("", "file"),
        ("....", "file"),
        ("👩🏽‍🍳 दादी की रेसिपी.mp4", "👩🏽‍🍳 दादी की रेसिपी.mp4"),
        ("x" * 300 + ".mp4", "x" * 177 + ".mp4"),
        ("y" * 300, "y" * 180),
    ],
)
def test_names_are_made_harmless_and_stay_readable(sent: str, kept: str) -> None:
    assert receiving.clean_name(sent) == kept


@pytest.mark.parametrize("name", ["../../etc/passwd.wav", "x" * 300 + ".wav", "👩🏽‍🍳 दादी.wav", "a\u202evaw.wav"])
def test_a_files_name_never_decides_where_it_lies(cast: Cast, ben: Client, settings: Any, name: str) -> None:
    send(ben, announce(ben, len(wav()), name=name)["Location"], wav(), at=0)
    (asset,) = assets(cast)
    assert asset.file.name == f"assets/{cast.kesar.pk}/{asset.pk}/original.wav"
    assert [path.name for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == ["original.wav"]
    assert "/" not in asset.original_name
    assert "\u202e" not in asset.title


def test_a_full_disk_is_told_before_the_upload_begins(ben: Client) -> None:
    assert not receiving.has_room(Path("/"), 10**18)


def test_a_picture_and_a_text_keep_their_kinds(cast: Cast, ben: Client) -> None:
    for name, data in (("dot.png", png()), ("notes.txt", b"Ceramides keep the barrier whole. " * 5)):
        assert send(ben, announce(ben, len(data), name=name)["Location"], data, at=0).status_code == 204
    assert {asset.kind for asset in assets(cast)} == {"image", "document"}


def test_a_method_may_be_named_in_a_header(cast: Cast, ben: Client) -> None:
    url = announce(ben, len(wav()))["Location"]
    headers = TUS | {"Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert ben.post(url, wav(), content_type=PIECE, headers=headers).status_code == 204
    assert len(assets(cast)) == 1
