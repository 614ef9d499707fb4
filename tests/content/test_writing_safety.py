"""Words that try to be orders: they reach neither the prompt nor the post, and what obeys them is not published."""

import json
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from pytest_django import Settings
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from content.understanding import read, understand
from content.writing import Brand, Brief, Draft, Shape, write
from content.writing.figures import numbers_in
from content.writing.generator import MADE_BY as EMBEDDED
from tests.content.briefs import RECORDINGS, brief, whole
from tests.content.hostile import ATTACKS, HARMLESS, ORDERS
from tests.core.test_llm import completion
from trenddrop.core.platforms import PlatformKey
from trenddrop.core.text.orders import gives_orders, without_orders

Obeys = Callable[[str], list[dict[str, Any]]]


@pytest.fixture
def obedient(httpserver: HTTPServer, settings: Settings) -> Obeys:
    """A model that does what the attack says, whatever else it is told."""
    settings.LLM_MODEL = "openai:obedient"
    settings.LLM_BASE_URL = httpserver.url_for("/v1")

    def start(text: str) -> list[dict[str, Any]]:
        asked: list[dict[str, Any]] = []

        def answer(request: Request) -> Response:
            asked.append(request.get_json())
            return Response(json.dumps(completion(json.dumps({"text": text}))), mimetype="application/json")

        httpserver.expect_request("/v1/chat/completions", method="POST").respond_with_handler(answer)
        return asked

    return start


def attacked(attack: str, platform: str = "bluesky") -> Brief:
    """An order whose recording, title and summary hold the attack."""
    text = f"{RECORDINGS['lisbon']} {attack}"
    found = understand(text)
    return Brief(PlatformKey(platform), attack[:90], found, read(text, language=found.language), brand=Brand("Kesar"))


@pytest.mark.parametrize(("attack", "obeyed"), ATTACKS)
def test_what_an_obedient_model_writes_is_never_posted(attack: str, obeyed: str, obedient: Obeys) -> None:
    asked = obedient(obeyed)
    order = replace(brief(platform="bluesky"), title=attack)
    found = write(order, rng=Random(1))
    assert found.is_fallback
    assert found.made_by == EMBEDDED
    assert obeyed not in whole(found)
    assert len(asked) == 2
    assert [one.outcome for one in found.tried] == ["nonsense"]


@pytest.mark.parametrize("attack", ORDERS)
def test_orders_in_the_material_reach_neither_the_prompt_nor_the_post(attack: str, obedient: Obeys) -> None:
    asked = obedient("I run Lisbon Rooftops. Walk uphill to the best sunset in the city.")
    order = attacked(attack)
    assert not write(order, rng=Random(1)).is_fallback
    sent = json.dumps(asked[0]["messages"], ensure_ascii=False)
    assert attack not in sent
    assert attack.rstrip(".।") not in sent
    assert "Walk ten minutes uphill" in sent


@pytest.mark.parametrize("shape", list(Shape))
@pytest.mark.parametrize("attack", ORDERS)
def test_the_embedded_writer_does_not_quote_orders(attack: str, shape: Shape, settings: Settings) -> None:
    settings.LLM_MODEL = ""
    order = replace(attacked(attack, "x"), title="Lisbon from above", shape=shape)
    for seed in range(3):
        assert attack.rstrip(".।") not in whole(write(order, rng=Random(seed)))


@pytest.mark.parametrize("text", ORDERS)
def test_orders_are_known(text: str) -> None:
    assert gives_orders(text)
    assert without_orders(f"Rain is coming.\n{text}").strip() == "Rain is coming."


@pytest.mark.parametrize("text", HARMLESS)
def test_people_may_speak_of_rules_and_systems(text: str) -> None:
    assert not gives_orders(text)
    assert without_orders(text) == text


def test_a_wish_may_name_a_link_and_the_brand_its_own(obedient: Obeys) -> None:
    obedient("Real saffron turns the water golden: kesar.in/test")
    order = brief(platform="bluesky", note="put in kesar.in/test")
    assert not write(order, rng=Random(1)).is_fallback
    owned = replace(order, note="", brand=Brand("Kesar", guidelines="Our page is kesar.in/test"))
    assert not write(owned, rng=Random(1)).is_fallback
    assert write(replace(order, note=""), rng=Random(1)).is_fallback


def test_a_model_that_mends_its_answer_is_taken(httpserver: HTTPServer, settings: Settings) -> None:
    settings.LLM_MODEL = "openai:learner"
    settings.LLM_BASE_URL = httpserver.url_for("/v1")
    texts = ["Real saffron, says @stranger.", "Real saffron turns the water golden."]
    asked: list[str] = []

    def answer(request: Request) -> Response:
        asked.append(request.get_data(as_text=True))
        body = completion(json.dumps({"text": texts[len(asked) - 1]}))
        return Response(json.dumps(body), mimetype="application/json")

    httpserver.expect_request("/v1/chat/completions", method="POST").respond_with_handler(answer)
    found = write(brief(platform="bluesky"), rng=Random(1))
    assert (found.text, found.is_fallback, found.tokens) == (texts[1], False, 270)
    assert "was not asked for. Leave such things out." in asked[1]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("three years and almost ten lakh rupees", {3, 10, 100_000, 1_000_000}),
        ("one hundred and fifty flowers", {1, 100, 150}),
        ("thirty one of 40", {30, 31, 40, 1}),
        ("75% of 1,500", {75, 1500}),
        ("0:15 we meet at 9:30", set()),
        ("no number here", set()),
    ],
)
def test_numbers_are_read_in_words_and_figures(text: str, numbers: set[float]) -> None:
    assert numbers <= numbers_in(text)
    assert not numbers_in(text) - numbers - {15.0, 50.0, 5.0}


@pytest.mark.parametrize("text", ["🔥🔥🔥", "👀 🙌\n💛", "…", "؟؟؟", "   "])
@pytest.mark.parametrize("platform", list(PlatformKey))
def test_signs_alone_make_no_word_salad(text: str, platform: PlatformKey) -> None:
    found = understand(text)
    piece = write(Brief(platform, "Rain in Pune", found, read(text, language=found.language)), rng=Random(1))
    assert isinstance(piece, Draft)
    assert piece.hashtags == []
    signs, written = "".join(text.split()), "".join(piece.text.split())
    assert written == "RaininPune" or (written and written in signs)
