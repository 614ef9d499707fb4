"""Other ways to say a piece, side by side; one is taken as the next version, and nothing is lost."""

import json
import threading
import time
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from accounts import tenancy
from accounts.models import AuditEntry, Membership
from content import writing
from content.models import ContentAsset, GeneratedContent, Generation, PieceVariant, PieceVersion
from content.pipeline import generate
from content.services import pieces as editing
from content.services import variants
from tests.api.asking import as_member
from tests.cast import Cast
from tests.content.making import bring, pieces, process
from tests.core.test_llm import completion
from trenddrop.core import platforms
from trenddrop.core.limits import LimitReached


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


def rows(piece: GeneratedContent) -> list[PieceVariant]:
    with tenancy.of_organization(piece.organization_id):
        return list(PieceVariant.objects.filter(piece=piece).order_by("number"))


def again(piece: GeneratedContent) -> GeneratedContent:
    with tenancy.of_organization(piece.organization_id):
        return GeneratedContent.objects.get(pk=piece.pk)


def test_ways_differ_from_the_piece_and_from_each_other_and_fit(asset: ContentAsset, ben: Client) -> None:
    piece = pieces(asset)["bluesky"]
    page = ben.post(
        f"/pieces/{piece.pk}/variants/",
        {"angles": [angle.key for angle in variants.ANGLES]},
        headers={"HX-Request": "true"},
    ).content.decode()
    made = rows(piece)
    assert len(made) >= 3
    assert len({variant.text for variant in made} | {piece.text}) == len(made) + 1
    for variant in made:
        words: dict[str, Any] = {
            "text": variant.text,
            "hashtags": variant.hashtags,
            "call_to_action": variant.call_to_action,
        }
        assert platforms.check("bluesky", **words) == []
        assert variant.text.split()[0] in page
    assert again(piece).text == piece.text
    assert again(piece).version == 1


def test_one_is_taken_as_the_next_version_and_the_old_words_stay(asset: ContentAsset, ben: Client) -> None:
    piece = pieces(asset)["bluesky"]
    ben.post(f"/pieces/{piece.pk}/variants/", {})
    chosen = rows(piece)[0]
    ben.post(f"/pieces/{piece.pk}/variants/{chosen.number}/take/")
    saved = again(piece)
    assert (saved.text, saved.version, saved.made_by) == (chosen.text, 2, chosen.made_by)
    assert rows(piece)[0].taken_at is not None
    with tenancy.of_organization(piece.organization_id):
        kept = list(PieceVersion.objects.filter(piece=piece).order_by("number").values_list("text", flat=True))
    assert kept == [piece.text, chosen.text]
    answer = ben.post(f"/pieces/{piece.pk}/variants/{chosen.number}/take/", follow=True)
    assert "This variant was taken already." in answer.content.decode()
    assert again(piece).version == 2


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_take_a_variant_once(cast: Cast) -> None:
    piece = pieces(process(bring(cast)))["bluesky"]
    with tenancy.of_organization(cast.kesar.pk):
        PieceVariant.objects.create(organization=cast.kesar, piece=piece, number=1, angle="bold", text="Rain is fun.")
    together, refused = threading.Barrier(2), list[Exception]()

    def click() -> None:
        together.wait()
        try:
            with tenancy.of_member(cast.ben):
                variants.take(piece, 1, by=cast.ben)
                time.sleep(0.3)  # the other click comes before this one is through
        except variants.TakenAlready as error:
            refused.append(error)
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _number in range(2)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert len(refused) == 1
    assert again(piece).version == 2


def test_asking_again_clears_what_nobody_took(asset: ContentAsset, ben: Client) -> None:
    piece = pieces(asset)["mastodon"]
    ben.post(f"/pieces/{piece.pk}/variants/", {"angles": ["question", "short"]})
    first = rows(piece)
    ben.post(f"/pieces/{piece.pk}/variants/{first[0].number}/take/")
    ben.post(f"/pieces/{piece.pk}/variants/", {"angles": ["bold"]})
    assert [variant.angle for variant in rows(piece) if variant.taken_at is None] in (["bold"], [])
    assert first[0].pk in {variant.pk for variant in rows(piece)}
    ben.post(f"/pieces/{piece.pk}/variants/drop/")
    assert [variant.pk for variant in rows(piece)] == [first[0].pk]
    with tenancy.operator():
        actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert actions >= {"piece.variants", "piece.variant_taken"}


class Credits:
    """A plan with so many free credits, and how often it lets ask for them before they are gone."""

    free, turns = 0, 99

    def require(self, _organization_id: Any, limit: str, *, amount: int) -> None:
        if limit == "ai_credits":
            Credits.turns -= 1
            if amount > Credits.free or Credits.turns < 0:
                raise LimitReached("Your plan has no AI credits left.")


@pytest.mark.parametrize(("free", "turns", "asked"), [(1, 99, 0), (99, 2, 1)])
def test_credits_are_there_for_all_ways_or_none_is_begun_and_those_that_go_meanwhile_lose_nothing(
    free: int, turns: int, asked: int, asset: ContentAsset, ben: Client, httpserver: HTTPServer, settings: Any
) -> None:
    settings.LLM_MODEL, settings.LLM_BASE_URL = "openai:local", httpserver.url_for("/v1")
    says = completion(json.dumps({"title": "", "text": "Shall we wash less? Cold water keeps the skin barrier."}))
    httpserver.expect_request("/v1/chat/completions").respond_with_json(says)
    settings.LIMITS_BACKEND, Credits.free, Credits.turns = "tests.content.test_variants.Credits", free, turns
    piece = pieces(asset)["bluesky"]
    page = ben.post(f"/pieces/{piece.pk}/variants/", {"angles": ["question", "long", "bold"]}, follow=True)
    assert "no AI credits left" in page.content.decode()
    assert len(httpserver.log) == asked
    told = {row.angle: row.fallback_reason for row in rows(piece)}
    assert told.pop("question", None) == ("" if asked else None)
    assert bool(told) == bool(asked)
    assert set(told.values()) <= {"Your plan has no AI credits left."}
    with tenancy.of_organization(piece.organization_id):
        assert Generation.objects.filter(purpose="variants").count() == asked


def test_readers_and_others_may_not(cast: Cast, asset: ContentAsset) -> None:
    piece = pieces(asset)["x"]
    for address in ("variants/", "variants/drop/", "variants/1/take/"):
        assert signed_in(cast.chitra).post(f"/pieces/{piece.pk}/{address}").status_code == 403
        assert signed_in(cast.dev).post(f"/pieces/{piece.pk}/{address}").status_code == 404
    assert rows(piece) == []


def test_a_model_is_asked_for_each_way_and_what_it_took_is_counted(
    cast: Cast, asset: ContentAsset, ben: Client, httpserver: HTTPServer, settings: Any
) -> None:
    asked: list[str] = []

    def answer(request: Request) -> Response:
        asked.append(request.get_data(as_text=True))
        text = f"Is way {len(asked)} the one to wash?"
        draft = {"title": "Skin", "text": text, "hashtags": ["skin"], "call_to_action": ""}
        return Response(json.dumps(completion(json.dumps(draft))), mimetype="application/json")

    httpserver.expect_request("/v1/chat/completions", method="POST").respond_with_handler(answer)
    settings.LLM_MODEL, settings.LLM_BASE_URL = "openai:local", httpserver.url_for("/v1")
    settings.LLM_API_KEY = "sesame"
    piece = pieces(asset)["bluesky"]
    ben.post(f"/pieces/{piece.pk}/variants/", {"angles": ["question", "number"], "note": "For cyclists"})
    assert len(asked) == 2
    assert "For cyclists" in asked[0]
    assert [variant.text for variant in rows(piece)] == [
        "Is way 1 the one to wash?", "Is way 2 the one to wash?",
    ]  # fmt: skip
    with tenancy.of_organization(cast.kesar.pk):
        assert Generation.objects.filter(purpose="variants", of=piece.pk).count() == 2


NAMED = {
    "question": ("Does hard water strip the skin? It does.", "Hard water strips the skin. Does it?"),
    "number": (
        "Wash for 40 seconds, with cold water.",
        "Wash with cold water, every evening and morning, for 40 seconds.",
    ),
    "short": ("Wash.", "Wash the face. " * 40),
}


@pytest.mark.parametrize("angle", NAMED)
def test_what_is_not_what_it_is_called_is_left_out_and_said(
    asset: ContentAsset, ben: Client, monkeypatch: pytest.MonkeyPatch, angle: str
) -> None:
    right, wrong = NAMED[angle]
    piece = pieces(asset)["bluesky"]

    def come(text: str) -> str:
        other = writing.Draft("", "Bold: wash.", [], "", "test")
        named = {variants.BY_KEY[angle].note: replace(other, text=text)}
        monkeypatch.setattr(generate, "write", lambda order, _asset, rng: named.get(order.note, other))
        return str(ben.post(f"/pieces/{piece.pk}/variants/", {"angles": [angle, "bold"]}, follow=True).content.decode())

    assert "left out" not in come(right)
    assert [row.angle for row in rows(piece)] == [angle, "bold"]
    assert "1 of 2 ways came out the same or did not fit its name, and was left out." in come(wrong)
    assert [row.angle for row in rows(piece)] == ["bold"]


def test_an_earlier_version_is_no_other_way(
    cast: Cast, asset: ContentAsset, ben: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    piece = pieces(asset)["bluesky"]
    with tenancy.of_organization(cast.kesar.pk):
        edited = editing.edit(piece, by=cast.ben, text="Other words.").piece
    same = writing.Draft("", piece.text.upper(), [], "", "test")
    monkeypatch.setattr(generate, "write", lambda _order, _asset, rng: same)
    page = ben.post(f"/pieces/{edited.pk}/variants/", {"angles": ["bold"]}, follow=True).content.decode()
    assert "Every way came out the same" in page
    assert rows(piece) == []


def test_programs_are_told_which_ways_did_not_come_and_why(
    cast: Cast, asset: ContentAsset, monkeypatch: pytest.MonkeyPatch
) -> None:
    piece = pieces(asset)["bluesky"]
    texts = {variants.BY_KEY["question"].note: "Does hard water strip the skin?"}
    draft = writing.Draft("", "Bold: wash.", [], "", "test")
    write = lambda order, _asset, rng: replace(draft, text=texts.get(order.note, draft.text))  # noqa: E731
    monkeypatch.setattr(generate, "write", write)
    api = as_member(cast.ben)
    address = f"pieces/{piece.pk}/variants"
    told = api.post(address, {"angles": ["question", "number", "bold"]}).json()
    assert [each["angle"] for each in told["variants"]] == ["question", "bold"]
    assert told["left_out"] == ["number"]
    assert told["why"] == "1 of 3 ways came out the same or did not fit its name, and was left out."
    whole = api.post(address, {"angles": ["question", "bold"]}).json()
    assert (len(whole["variants"]), whole["left_out"], whole["why"]) == (2, [], "")
    none = api.post(address, {"angles": ["number"]}).json()
    assert (none["variants"], none["left_out"]) == ([], ["number"])
    assert "Try another wish" in none["why"]
