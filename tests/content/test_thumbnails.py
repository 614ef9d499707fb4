"""Covers: several are drawn of a frame, words and the brand's colour; the chosen one is shown and sent."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from accounts import tenancy
from accounts.models import AuditEntry, ClientAccount, Membership
from content.models import ContentAsset, GeneratedContent, PosterFrame, Thumbnail
from content.services import thumbnails
from publishing.delivery import kits
from publishing.outgoing import outgoing
from tests.cast import Cast
from tests.content.making import PORTRAIT, bring
from tests.publishing.conftest import make_connection, make_post
from trenddrop.core.covers import LAYOUTS


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


@pytest.fixture
def ben(cast: Cast) -> Client:
    return signed_in(cast.ben)


@pytest.fixture
def piece(cast: Cast) -> GeneratedContent:
    """A piece of a video that has one frame."""
    asset = bring(cast, PORTRAIT, mime_type="video/mp4")
    content = io.BytesIO()
    Image.linear_gradient("L").resize((90, 160)).convert("RGB").save(content, "JPEG")
    with tenancy.of_organization(cast.kesar.pk):
        ContentAsset.objects.filter(pk=asset.pk).update(status="ready", media_info={"width": 720, "height": 1280})
        frame = PosterFrame(organization=cast.kesar, asset=asset, at=1.0, width=90, height=160)
        frame.image.save("f.jpg", ContentFile(content.getvalue()))
        made = GeneratedContent.objects.create(
            organization=cast.kesar, asset=asset, platform="tiktok", text="Rain.", made_by="test", thumbnail=frame
        )
    return again(made)


def again(piece: GeneratedContent) -> GeneratedContent:
    with tenancy.of_organization(piece.organization_id):
        return GeneratedContent.objects.select_related("asset", "cover").get(pk=piece.pk)


def covers(piece: GeneratedContent) -> list[Thumbnail]:
    with tenancy.of_organization(piece.organization_id):
        return list(Thumbnail.objects.filter(piece=piece).order_by("created_at"))


def test_one_of_each_layout_is_drawn_and_the_first_is_chosen(ben: Client, piece: GeneratedContent) -> None:
    ben.post(f"/pieces/{piece.pk}/covers/", {"cover-words": "Why skin dries", "cover-colour": "#AA2255"})
    made = covers(piece)
    assert sorted(cover.style["layout"] for cover in made) == sorted(LAYOUTS)
    assert {cover.style["colour"] for cover in made} == {"#aa2255"}
    assert again(piece).cover_id in {cover.pk for cover in made}
    contents = {Path(cover.image.path).read_bytes() for cover in made}
    assert len(contents) == len(LAYOUTS)
    for content in contents:
        with Image.open(io.BytesIO(content)) as drawn:
            assert drawn.size == (1080, 1920)
    with tenancy.operator():
        assert AuditEntry.objects.filter(action="piece.covered").count() == 1


def test_another_is_chosen_and_the_plain_picture_again(ben: Client, piece: GeneratedContent) -> None:
    ben.post(f"/pieces/{piece.pk}/covers/", {"cover-words": "Rain"})
    other = next(cover for cover in covers(piece) if cover.pk != again(piece).cover_id)
    page = ben.post(f"/pieces/{piece.pk}/cover/", {"cover": str(other.pk)}, headers={"HX-Request": "true"})
    assert f'src="/files/covers/{other.pk}/"' in page.content.decode()
    assert again(piece).cover_id == other.pk
    assert ben.get(f"/files/covers/{other.pk}/")["Content-Type"] == "image/jpeg"
    ben.post(f"/pieces/{piece.pk}/cover/", {"cover": ""})
    assert again(piece).cover_id is None


def test_covers_that_were_not_chosen_are_removed_with_their_pictures(
    cast: Cast, ben: Client, piece: GeneratedContent, django_capture_on_commit_callbacks: Any
) -> None:
    ben.post(f"/pieces/{piece.pk}/covers/", {"cover-words": "Rain"})
    made = {cover.pk: Path(cover.image.path) for cover in covers(piece)}
    chosen = again(piece).cover_id
    with django_capture_on_commit_callbacks(execute=True):
        page = ben.post(f"/pieces/{piece.pk}/covers/drop/", headers={"HX-Request": "true"})
    assert "Remove the others" not in page.content.decode()
    assert [cover.pk for cover in covers(piece)] == [chosen]
    assert {key for key, path in made.items() if path.exists()} == {chosen}
    ben.post(f"/pieces/{piece.pk}/covers/drop/")  # there are none left
    with tenancy.of_organization(cast.kesar.pk):
        assert AuditEntry.objects.filter(action="piece.covers_dropped").count() == 1


def test_what_another_tab_chose_meanwhile_stays_and_what_it_removed_is_not_chosen(
    cast: Cast, ben: Client, piece: GeneratedContent
) -> None:
    ben.post(f"/pieces/{piece.pk}/covers/", {"cover-words": "Rain"})
    seen = again(piece)
    first, other = seen.cover, next(cover for cover in covers(piece) if cover.pk != seen.cover_id)
    with tenancy.of_member(cast.ben):
        thumbnails.choose(again(piece), other, by=cast.ben)
        thumbnails.drop(seen, by=cast.ben)  # it was read before
        assert again(piece).cover_id == other.pk
        with pytest.raises(thumbnails.NoSuchCover):
            thumbnails.choose(seen, first, by=cast.ben)
    assert (again(piece).cover_id, [cover.pk for cover in covers(piece)]) == (other.pk, [other.pk])


def test_the_chosen_cover_is_sent_with_the_film(cast: Cast, ben: Client, piece: GeneratedContent) -> None:
    ben.post(f"/pieces/{piece.pk}/covers/", {"cover-words": "Rain"})
    chosen = again(piece)
    with tenancy.of_organization(cast.kesar.pk):
        account = make_connection(cast.kesar, platform="tiktok")
        post = make_post(chosen, account, at=timezone.now(), metadata=outgoing(chosen).metadata)
        with kits.packed(kits.contents(post)) as kit:
            assert kit.thumbnail is not None
            assert (kit.thumbnail.width, kit.thumbnail.height) == (1080, 1920)


def test_without_words_some_are_suggested(cast: Cast, ben: Client, piece: GeneratedContent) -> None:
    ben.post(f"/pieces/{piece.pk}/covers/", {})
    assert {cover.words for cover in covers(piece)} == {"Skin in the monsoon"}


def test_the_clients_colour_is_taken(cast: Cast, piece: GeneratedContent) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        ClientAccount.objects.filter(pk=cast.client.pk).update(brand_colors=["nonsense", "#123456"])
        piece.client_id = cast.client.pk
        assert thumbnails.colour_of(piece) == "#123456"
        piece.client_id = None
        assert thumbnails.colour_of(piece) == thumbnails.COLOUR


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"cover-colour": "red"}, "Write the colour as #rrggbb."),
        ({"cover-words": "\U00012000"}, "There is no font here for these words."),
        ({"cover-words": "x" * 81}, "at most 80 characters"),
    ],
)
def test_what_cannot_be_drawn_is_told_and_nothing_is_kept(
    ben: Client, piece: GeneratedContent, given: dict[str, str], told: str
) -> None:
    answer = ben.post(f"/pieces/{piece.pk}/covers/", given, follow=True)
    assert told in answer.content.decode()
    assert covers(piece) == []


def test_an_asset_without_a_picture_is_told(cast: Cast, ben: Client) -> None:
    asset = bring(cast)
    with tenancy.of_organization(cast.kesar.pk):
        made = GeneratedContent.objects.create(
            organization=cast.kesar, asset=asset, platform="x", text="Rain.", made_by="test"
        )
    answer = ben.post(f"/pieces/{made.pk}/covers/", {"cover-words": "Rain"}, follow=True)
    assert "There is no picture to make a cover of." in answer.content.decode()


def test_a_cover_of_another_piece_is_not_taken(cast: Cast, ben: Client, piece: GeneratedContent) -> None:
    ben.post(f"/pieces/{piece.pk}/covers/", {"cover-words": "Rain"})
    with tenancy.of_organization(cast.kesar.pk):
        other = GeneratedContent.objects.create(
            organization=cast.kesar, asset=piece.asset, platform="x", text="Rain.", made_by="test"
        )
    ben.post(f"/pieces/{other.pk}/cover/", {"cover": str(covers(piece)[0].pk)})
    assert again(other).cover_id is None


def test_readers_and_others_may_not(cast: Cast, ben: Client, piece: GeneratedContent) -> None:
    ben.post(f"/pieces/{piece.pk}/covers/", {"cover-words": "Rain"})
    cover = covers(piece)[0]
    for address in ("covers/", "cover/"):
        assert signed_in(cast.chitra).post(f"/pieces/{piece.pk}/{address}").status_code == 403
        assert signed_in(cast.dev).post(f"/pieces/{piece.pk}/{address}").status_code == 404
    assert signed_in(cast.dev).get(f"/files/covers/{cover.pk}/").status_code == 404
    assert signed_in(cast.chitra).get(f"/files/covers/{cover.pk}/").status_code == 200


def test_the_studio_asks_no_more_questions_with_many_covers(ben: Client, piece: GeneratedContent) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert ben.get(f"/studio/{piece.asset_id}/").status_code == 200
        return len(queries)

    ben.get(f"/studio/{piece.asset_id}/")
    few: Any = asked()
    for _again in range(2):
        ben.post(f"/pieces/{piece.pk}/covers/", {"cover-words": "Rain"})
    assert asked() == few
