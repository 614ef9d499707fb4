"""A platform's own options: chosen in the Studio and over the API, kept in versions, judged with the rest."""

from typing import Any

import pytest
from django.test import Client

from accounts import tenancy
from accounts.models import Membership
from content.models import ContentAsset, GeneratedContent, PieceVersion
from tests.cast import Cast
from tests.content.making import bring, pieces, process

KEPT = {"include_media": "on"}


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


@pytest.fixture
def ben(cast: Cast) -> Client:
    return signed_in(cast.ben)


@pytest.fixture
def asset(cast: Cast) -> ContentAsset:
    return process(bring(cast))


@pytest.fixture
def toot(asset: ContentAsset) -> GeneratedContent:
    return pieces(asset)["mastodon"]


def again(piece: GeneratedContent) -> GeneratedContent:
    with tenancy.of_organization(piece.organization_id):
        return GeneratedContent.objects.get(pk=piece.pk)


def save(client: Client, piece: GeneratedContent, **given: str) -> Any:
    words = {"text": piece.text, "hashtags": " ".join(piece.hashtags), "call_to_action": piece.call_to_action}
    chosen = {f"options-{name}": value for name, value in given.items()}
    return client.post(f"/pieces/{piece.pk}/", words | KEPT | {"options": "1"} | chosen)


def check(client: Client, piece: GeneratedContent, **given: str) -> str:
    chosen = {f"options-{name}": value for name, value in given.items()}
    answer = client.post(f"/pieces/{piece.pk}/check/", {"text": "Rain."} | KEPT | {"options": "1"} | chosen)
    return answer.content.decode()


def test_options_are_saved_with_the_piece_as_a_version_and_taken_back_with_it(
    toot: GeneratedContent, ben: Client
) -> None:
    assert save(ben, toot, privacy="unlisted", first_comment="What do you use?").status_code == 302
    saved = again(toot)
    assert saved.options == {"privacy": "unlisted", "first_comment": "What do you use?"}
    assert saved.version == toot.version + 1
    save(ben, saved, privacy="public", sensitive="on")
    assert again(toot).options == {"sensitive": True}
    ben.post(f"/pieces/{toot.pk}/versions/{toot.version + 1}/restore/")
    assert again(toot).options == saved.options
    with tenancy.of_organization(toot.organization_id):
        assert PieceVersion.objects.filter(piece=toot).count() == 4


def test_the_usual_options_are_no_change(toot: GeneratedContent, ben: Client) -> None:
    save(ben, toot, privacy="public", spoiler_text="", first_comment="")
    assert (again(toot).options, again(toot).version) == ({}, toot.version)


def test_a_form_without_the_panel_leaves_the_options_as_they_are(toot: GeneratedContent, ben: Client) -> None:
    save(ben, toot, privacy="unlisted")
    ben.post(f"/pieces/{toot.pk}/", {"text": "New words."} | KEPT)
    assert (again(toot).text, again(toot).options) == ("New words.", {"privacy": "unlisted"})


def test_the_panel_shows_what_is_chosen_and_opens_then(toot: GeneratedContent, ben: Client) -> None:
    address = f"/studio/{toot.asset_id}/?piece={toot.pk}"
    page = ben.get(address).content.decode()
    assert "Only on Mastodon" in page
    assert '<details class="more" id="options">' in page
    save(ben, toot, privacy="followers")
    page = ben.get(address).content.decode()
    assert '<details class="more" id="options" open>' in page
    assert '<option value="followers" selected>' in page


def test_a_value_that_is_not_offered_is_refused_at_its_field(toot: GeneratedContent, ben: Client) -> None:
    answer = save(ben, toot, privacy="nobody")
    assert answer.status_code == 422
    assert 'id="options" open' in answer.content.decode()
    assert again(toot).options == {}


def test_what_cannot_go_together_is_told_while_composing_and_nothing_is_saved(asset: ContentAsset, ben: Client) -> None:
    toot = pieces(asset)["mastodon"]
    said = check(ben, toot, privacy="public", spoiler_text="Skin " * 39, first_comment="a" * 501)
    assert "The first comment is 1 over Mastodon&#x27;s 500 characters." in said
    assert again(toot).options == {}


def test_versions_are_compared_with_their_options(toot: GeneratedContent, ben: Client) -> None:
    save(ben, toot, privacy="unlisted")
    page = ben.get(f"/pieces/{toot.pk}/versions/").content.decode()
    assert "Options" in page
    assert "link" in page


def test_who_may_only_look_changes_no_options(toot: GeneratedContent, cast: Cast) -> None:
    assert save(signed_in(cast.chitra), toot, privacy="unlisted").status_code in {403, 404}
    assert again(toot).options == {}


def patch(client: Client, piece: GeneratedContent, options: Any) -> Any:
    return client.patch(f"/api/v1/pieces/{piece.pk}", {"options": options}, content_type="application/json")


def test_a_program_reads_all_options_and_sets_those_it_names(toot: GeneratedContent, ben: Client) -> None:
    usual = ben.get(f"/api/v1/pieces/{toot.pk}").json()["options"]
    assert usual == {"privacy": "public", "spoiler_text": "", "sensitive": False, "first_comment": ""}
    assert patch(ben, toot, {"sensitive": True}).json()["options"] == usual | {"sensitive": True}
    assert again(toot).options == {"sensitive": True}
    assert patch(ben, toot, {}).json()["options"] == usual
    versions = ben.get(f"/api/v1/pieces/{toot.pk}/versions").json()
    assert [row["options"] for row in versions if row["number"] == toot.version + 1] == [{"sensitive": True}]


@pytest.mark.parametrize(
    "options", [{"privacy": "nobody"}, {"duet": True}, {"sensitive": "yes"}, {"spoiler_text": 7}, ["privacy"], "public"]
)
def test_a_program_is_refused_what_the_platform_has_not(toot: GeneratedContent, ben: Client, options: Any) -> None:
    answer = patch(ben, toot, options)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert "options" in str(answer.json())
    assert again(toot).options == {}


def test_platforms_are_listed_with_their_options(cast: Cast, ben: Client) -> None:
    rows = {row["key"]: row for row in ben.get("/api/v1/platforms").json()}
    privacy, *_others = rows["mastodon"]["options"]
    assert (privacy["name"], privacy["shape"], privacy["initial"]) == ("privacy", "choice", "public")
    assert privacy["choices"][1] == {"value": "unlisted", "label": "Whoever has the link"}
    assert rows["practice"]["options"] == []
    assert "publish" in rows["mastodon"]["capabilities"]
