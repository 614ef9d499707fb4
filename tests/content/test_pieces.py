"""Pieces: edited, written again with a wish, taken back; nothing that somebody wrote is ever lost."""

import html
import json
import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from lxml.html import fromstring  # type: ignore[import-untyped]
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from accounts import tenancy
from accounts.models import AuditEntry, Membership
from billing import credits as ledger
from content.models import ContentAsset, GeneratedContent, PieceVersion, PosterFrame
from content.services import pieces as commands
from content.services import transcripts
from tests.cast import Cast
from tests.content.making import bring, pieces, process
from tests.core.test_llm import completion
from trenddrop.core import platforms
from trenddrop.core.limits import LimitReached


class NothingLeft:
    """A plan whose credits are used up."""

    def require(self, organization_id: Any, limit: str, *, amount: int) -> None:
        if limit == "ai_credits":
            raise LimitReached("Your plan has no AI credits left this month. Upgrade, or wait until the first.")


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


def words(**given: Any) -> dict[str, Any]:
    return {"text": "Wash twice, with cold water.", "hashtags": "#Skin, skin #monsoon", "include_media": "on"} | given


def versions(piece: GeneratedContent) -> list[PieceVersion]:
    with tenancy.of_organization(piece.organization_id):
        return list(PieceVersion.objects.filter(piece=piece).order_by("number"))


def again(piece: GeneratedContent) -> GeneratedContent:
    with tenancy.of_organization(piece.organization_id):
        return GeneratedContent.objects.get(pk=piece.pk)


def test_saving_makes_a_version_and_keeps_the_old_one(asset: ContentAsset, ben: Client) -> None:
    piece = pieces(asset)["x"]
    answer = ben.post(f"/pieces/{piece.pk}/", words())
    assert answer.status_code == 302
    assert answer["Location"] == f"/studio/{asset.pk}/?piece={piece.pk}"
    saved = again(piece)
    assert (saved.text, saved.hashtags) == ("Wash twice, with cold water.", ["Skin", "monsoon"])
    assert [version.number for version in versions(piece)] == [1, 2]
    assert versions(piece)[0].text == piece.text
    assert str(versions(piece)[1].author) == "Ben Thomas"
    with tenancy.operator():
        assert AuditEntry.objects.filter(action="piece.edited").count() == 1


def test_saving_without_a_change_makes_no_version(asset: ContentAsset, ben: Client) -> None:
    piece = pieces(asset)["mastodon"]
    same = {"text": piece.text, "hashtags": " ".join(piece.hashtags), "call_to_action": piece.call_to_action}
    ben.post(f"/pieces/{piece.pk}/", same)
    assert again(piece).version == 1


def test_the_partial_answer_is_the_piece_alone(asset: ContentAsset, ben: Client) -> None:
    piece = pieces(asset)["bluesky"]
    answer = ben.post(f"/pieces/{piece.pk}/", words(), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert 'id="piece"' in page
    assert "<html" not in page
    assert "Wash twice, with cold water." in page
    assert "2 versions" in page


def test_text_over_the_limit_is_kept_and_told(asset: ContentAsset, ben: Client) -> None:
    piece = pieces(asset)["bluesky"]
    answer = ben.post(f"/pieces/{piece.pk}/", words(text="saffron " * 60), headers={"HX-Request": "true"})
    assert again(piece).text.startswith("saffron saffron")
    (problem,) = answer.context["problems"]
    assert problem.field == "text"
    assert problem.over > 0
    assert problem.message in answer.content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": "x" * 60_001}, "text"),
        ({"hashtags": " ".join(f"#tag{n}" for n in range(61))}, "hashtags"),
        ({"hashtags": "#" + "x" * 101}, "hashtags"),
        ({"call_to_action": "x" * 201}, "call_to_action"),
        ({"thumbnail": "01a1fcab-352f-7025-a91e-92b6d74feaeb"}, "thumbnail"),
        ({"thumbnail": "no-key"}, "thumbnail"),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_what_cannot_be_stored_is_shown_again_with_its_reason(
    asset: ContentAsset, ben: Client, given: dict[str, str], field: str, headers: dict[str, str]
) -> None:
    piece = pieces(asset)["x"]
    answer = ben.post(f"/pieces/{piece.pk}/", words(**given), headers=headers)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert again(piece).version == 1


def test_a_version_is_taken_back_as_a_new_one(asset: ContentAsset, ben: Client) -> None:
    piece = pieces(asset)["x"]
    ben.post(f"/pieces/{piece.pk}/", words())
    ben.post(f"/pieces/{piece.pk}/versions/1/restore/")
    assert again(piece).text == piece.text
    assert again(piece).version == 3
    assert [version.text for version in versions(piece)] == [piece.text, "Wash twice, with cold water.", piece.text]


def test_a_version_that_never_was_changes_nothing(asset: ContentAsset, ben: Client) -> None:
    piece = pieces(asset)["x"]
    answer = ben.post(f"/pieces/{piece.pk}/versions/9/restore/", follow=True)
    assert "This piece has no such version" in answer.content.decode()
    assert again(piece).version == 1


def test_writing_again_with_a_wish_keeps_the_wish_and_the_limits(asset: ContentAsset, ben: Client) -> None:
    piece = pieces(asset)["x"]
    ben.post(f"/pieces/{piece.pk}/rewrite/", {"note": "Shorter, without hashtags"})
    saved = again(piece)
    assert saved.version == 2
    assert saved.hashtags == []
    assert len(saved.text) <= len(piece.text)
    assert versions(piece)[1].note == "Shorter, without hashtags"
    problems = platforms.check("x", title="", text=saved.text, hashtags=[], call_to_action=saved.call_to_action)
    assert [problem for problem in problems if problem.field != "media"] == []


def test_a_wish_that_is_not_understood_is_told(asset: ContentAsset, ben: Client) -> None:
    piece = pieces(asset)["x"]
    answer = ben.post(
        f"/pieces/{piece.pk}/rewrite/", {"note": "In the manner of a pirate"}, headers={"HX-Request": "true"}
    )
    toast = json.loads(answer["HX-Trigger"])["toast"]
    assert toast["text"].startswith("Not understood:")
    assert toast["state"] == "failed"


# Two people, one piece


def test_whoever_saves_second_is_told_and_nothing_is_lost(cast: Cast, asset: ContentAsset, ben: Client) -> None:
    piece = pieces(asset)["x"]
    signed_in(cast.asha).post(f"/pieces/{piece.pk}/", words(text="Asha's words.", base="1"))
    answer = ben.post(f"/pieces/{piece.pk}/", words(text="Ben's words.", base="1"), follow=True)
    page = answer.content.decode()
    assert "Asha Menon saved version 2 while you were writing. Yours stands now; theirs is kept below." in page
    assert again(piece).text == "Ben's words."
    assert [version.text for version in versions(piece)][1:] == ["Asha's words.", "Ben's words."]


def drawn(client: Client, piece: GeneratedContent) -> dict[str, str]:
    """Return what the composer sends as it is drawn now."""
    page = client.get(f"/studio/{piece.asset_id}/?piece={piece.pk}").text
    (form,) = [one for one in fromstring(page).forms if one.get("id") == "compose"]
    empty = {one.name: "" for one in form.inputs if one.get("type") in {"text", "hidden"} and one.value is None}
    return empty | dict(form.form_values())


def test_an_older_tab_sets_back_no_choice_that_stands_beside_the_words(asset: ContentAsset, ben: Client) -> None:
    piece, frames = pieces(asset)["mastodon"], list(PosterFrame.objects.filter(asset=asset).order_by("at"))
    older, chosen = drawn(ben, piece), {"category": "Recipes", "options-privacy": "unlisted", "ai_label": "on"}
    still = {"thumbnail": str(frames[-1].pk)} if frames else {}
    ben.post(f"/pieces/{piece.pk}/", drawn(ben, piece) | chosen | still)
    ben.post(f"/pieces/{piece.pk}/", older | {"text": "Only other words."})
    saved = again(piece)
    assert (saved.text, saved.category, saved.ai_label) == ("Only other words.", "Recipes", True)
    assert (saved.options, saved.thumbnail) == ({"privacy": "unlisted"}, frames[-1] if frames else None)
    ben.post(f"/pieces/{piece.pk}/", drawn(ben, piece) | {"category": "", "options-privacy": "public"})
    assert (again(piece).category, again(piece).options) == ("", {})


def test_what_the_other_saved_is_not_told_when_nobody_else_did(asset: ContentAsset, ben: Client) -> None:
    piece = pieces(asset)["x"]
    answer = ben.post(f"/pieces/{piece.pk}/", words(base="1"), headers={"HX-Request": "true"})
    assert json.loads(answer["HX-Trigger"])["toast"] == {"text": "Saved, version 2.", "state": ""}


@pytest.mark.django_db(transaction=True)
def test_eight_people_saving_at_once_make_eight_versions(cast: Cast) -> None:
    piece = pieces(process(bring(cast)))["x"]
    together = threading.Barrier(8)

    def save(number: int) -> None:
        together.wait()
        with tenancy.of_member(cast.ben):
            commands.edit(piece, by=cast.ben, text=f"Words of {number}")
        connection.close()

    people = [threading.Thread(target=save, args=(number,)) for number in range(8)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert [version.number for version in versions(piece)] == list(range(1, 10))
    assert {version.text for version in versions(piece)[1:]} == {f"Words of {number}" for number in range(8)}
    assert again(piece).text == versions(piece)[-1].text


def test_pieces_that_are_written_anew_are_of_the_language_of_now(cast: Cast) -> None:
    asset = process(bring(cast))
    assert pieces(asset)["x"].language == "en"
    hindi = "हमारे ब्रांड की शुरुआत केसर से हुई थी। आज भी हम वही सिखाते हैं। त्वचा को हर दिन पानी चाहिए। "
    with tenancy.of_organization(cast.kesar.pk):
        transcripts.correct(asset, hindi * 4, by=cast.ben)
    found = pieces(process(asset))["x"]
    assert (found.language, found.version) == ("hi", 2)


# Who may


def test_pieces_of_others_are_not_found_and_readers_do_not_write(cast: Cast, asset: ContentAsset) -> None:
    piece = pieces(asset)["x"]
    for address in ("", "rewrite/", "versions/1/restore/"):
        assert signed_in(cast.dev).post(f"/pieces/{piece.pk}/{address}", words()).status_code == 404
        assert signed_in(cast.chitra).post(f"/pieces/{piece.pk}/{address}", words()).status_code == 403
    assert again(piece).version == 1


# With a language model


@pytest.fixture
def model(httpserver: HTTPServer, settings: Any) -> Any:
    """A local model that writes one text for everybody, or fails with a status."""
    settings.LLM_MODEL = "openai:local"
    settings.LLM_BASE_URL = httpserver.url_for("/v1")
    settings.LLM_API_KEY = "sesame"

    def says(text: str = "", status: int = 200) -> list[str]:
        asked: list[str] = []

        def answer(request: Request) -> Response:
            asked.append(request.get_data(as_text=True))
            draft = {"title": "Monsoon skin", "text": text, "hashtags": ["monsoon"], "call_to_action": ""}
            return Response(json.dumps(completion(json.dumps(draft))), status=status, mimetype="application/json")

        httpserver.expect_request("/v1/chat/completions", method="POST").respond_with_handler(answer)
        return asked

    return says


def test_a_model_writes_the_pieces_and_its_credits_are_booked(cast: Cast, model: Any) -> None:
    asked = model("Wash your face twice a day with cold water, says our test with forty people.")
    found = pieces(process(bring(cast)))
    assert len(asked) == 6
    assert all("forty people" in piece.text for piece in found.values())
    (version,) = versions(found["x"])
    assert (version.model, version.tokens) == ("openai:local", 135)
    with tenancy.of_organization(cast.kesar.pk):
        assert ledger.balance(cast.kesar.pk) == -6


def test_a_model_that_fails_is_replaced_and_the_page_says_so(cast: Cast, ben: Client, model: Any) -> None:
    model(status=500)
    asset = process(bring(cast))
    assert asset.status == "ready"
    piece = pieces(asset)["x"]
    assert piece.is_fallback
    page = ben.get(f"/studio/{asset.pk}/?piece=x").content.decode()
    assert "Written by the built-in writer." in page
    assert html.escape(piece.fallback_reason) in page
    with tenancy.of_organization(cast.kesar.pk):
        assert ledger.balance(cast.kesar.pk) == 0


def test_a_wish_goes_to_the_model_with_the_words_as_they_stand(cast: Cast, ben: Client, model: Any) -> None:
    asked = model("Wash your face twice a day with cold water.")
    piece = pieces(process(bring(cast)))["x"]
    ben.post(f"/pieces/{piece.pk}/", words(text="My own words stand here."))
    ben.post(f"/pieces/{piece.pk}/rewrite/", {"note": "Sound like a friend"})
    assert "Sound like a friend" in asked[-1]
    assert "My own words stand here." in asked[-1]
    assert [version.made_by for version in versions(piece)].count("person") == 1


def test_without_credits_the_model_is_not_asked(cast: Cast, ben: Client, model: Any, settings: Any) -> None:
    asked = model("Wash your face twice a day with cold water.")
    asset = process(bring(cast))
    count = len(asked)
    settings.LIMITS_BACKEND = "tests.content.test_pieces.NothingLeft"
    piece = pieces(asset)["x"]
    answer = ben.post(f"/pieces/{piece.pk}/rewrite/", {"note": "Shorter"}, follow=True)
    assert "Your plan has no AI credits left" in answer.content.decode()
    assert len(asked) == count
    assert again(piece).version == 1
    second = process(bring(cast))
    assert second.status == "ready"  # the embedded writer needs none, and says why it wrote
    reasons = {piece.fallback_reason for piece in pieces(second).values()}
    assert reasons == {"Your plan has no AI credits left this month. Upgrade, or wait until the first."}
    assert len(asked) == count
    assert second.analysis.keywords
