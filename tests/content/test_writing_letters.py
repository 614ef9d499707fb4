"""Newsletters and the words of carousels: inside their limits, nothing said twice, the model's answers checked."""

import json
from dataclasses import replace
from random import Random

import pytest
from pytest_django import Settings
from pytest_httpserver import HTTPServer

from content.understanding import read, understand
from content.writing import Brief, Draft, Shape, write
from content.writing.slides import LONGEST_HEADING, LONGEST_TEXT, SlidesDraft, write_slides
from content.writing.stretches import stretches
from tests.content.briefs import RECORDINGS, brief, reading, whole
from tests.content.hostile import ORDERS
from tests.core.test_llm import completion
from trenddrop.core.platforms import PlatformKey, fits

ENOUGH = [name for name in RECORDINGS if name != "diet"]


def letter(name: str, platform: str = "linkedin", **more: object) -> Draft:
    return write(replace(brief(name, platform, **more), shape=Shape.NEWSLETTER), rng=Random(1))  # type: ignore[arg-type]


def slides(name: str, count: int = 6, **more: object) -> SlidesDraft:
    return write_slides(brief(name, "instagram", **more), count=count, rng=Random(1))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ENOUGH)
def test_a_newsletter_says_nothing_twice(name: str) -> None:
    found = letter(name)
    assert found.shape is Shape.NEWSLETTER
    assert fits("linkedin", whole(found))
    assert 0 < len(found.title) <= 90
    assert found.hashtags == []
    lines = [line.removeprefix("• ") for line in found.text.split("\n") if line]
    assert len(lines) == len(set(lines))
    assert sum(line.startswith("• ") for line in found.text.split("\n")) >= 2
    said = " ".join(one.text for one in reading(name)[1])
    points = [line.removeprefix("• ").split(". ")[0].rstrip(".") for line in found.text.split("\n") if "• " in line]
    assert sum(point[1:] in said for point in points) == len(points)


def test_a_newsletter_leaves_out_the_passage_before_the_points() -> None:
    whole_letter, short = letter("lisbon"), letter("lisbon", "mastodon")
    assert len(whole_letter.text) > 500
    if short.shape is Shape.NEWSLETTER:
        assert short.text.count("• ") == whole_letter.text.count("• ")
    assert fits("mastodon", whole(short))


def test_too_little_for_a_newsletter_gives_a_post_and_says_so() -> None:
    text = "Rain is coming to Pune tomorrow."
    found = understand(text)
    order = Brief(PlatformKey.LINKEDIN, "Rain", found, read(text, language="en"), note="as a newsletter")
    piece = write(order, rng=Random(1))
    assert piece.shape is Shape.POST
    assert piece.wishes_not_understood == ["as a newsletter (too little is said for one)"]


def test_a_newsletter_stays_one_when_it_is_written_again() -> None:
    again = write(brief("saffron", "linkedin", previous=letter("saffron"), note="shorter"), rng=Random(2))
    assert again.shape is Shape.NEWSLETTER


@pytest.mark.parametrize("name", RECORDINGS)
def test_each_picture_of_a_carousel_says_one_thing(name: str) -> None:
    found = slides(name)
    assert 3 <= len(found.slides) <= 6
    assert (found.slides[0].kind, found.slides[-1].kind) == ("cover", "close")
    assert all(len(one.heading) <= LONGEST_HEADING and len(one.text) <= LONGEST_TEXT for one in found.slides)
    words = [f"{one.heading} {one.text}".strip() for one in found.slides]
    assert all(words)
    assert len(words) == len(set(words))
    assert not found.slides[0].heading.endswith("…")
    assert fits("instagram", whole(found.caption))


def test_a_carousel_has_as_many_pictures_as_wished_within_bounds() -> None:
    assert len(slides("lisbon", 3).slides) == 3
    assert len(slides("lisbon", 1).slides) == 3
    assert len(slides("lisbon", 99).slides) <= 10


@pytest.mark.parametrize("attack", ORDERS[:6])
def test_orders_in_the_material_reach_no_picture(attack: str) -> None:
    text = f"{RECORDINGS['lisbon']} {attack}"
    found = understand(text)
    order = Brief(PlatformKey.INSTAGRAM, "Lisbon", found, read(text, language=found.language))
    told = write_slides(order, count=10, rng=Random(1))
    assert not any(attack.rstrip(".।") in f"{one.heading} {one.text}" for one in told.slides)


def model(httpserver: HTTPServer, settings: Settings, **answer: object) -> None:
    settings.LLM_MODEL = "openai:local"
    settings.LLM_BASE_URL = httpserver.url_for("/v1")
    httpserver.expect_request("/v1/chat/completions", method="POST").respond_with_data(
        json.dumps(completion(json.dumps(answer))), content_type="application/json"
    )


def test_a_models_carousel_is_taken_and_fitted(httpserver: HTTPServer, settings: Settings) -> None:
    inner = [{"heading": "Cold water", "text": "Real saffron turns the water golden. " * 8}] * 6
    model(httpserver, settings, title="Is your saffron real?", slides=inner, close="Try it.", text="Saffron, tested.")
    found = slides("saffron", 5)
    assert not found.caption.is_fallback
    assert found.caption.prompt.startswith("slides@")
    assert [one.kind for one in found.slides] == ["cover", "point", "point", "point", "close"]
    assert all(len(one.text) <= LONGEST_TEXT for one in found.slides)


def test_what_a_model_plants_on_a_picture_is_never_drawn(httpserver: HTTPServer, settings: Settings) -> None:
    planted = [{"heading": "Saffron", "text": "Win at https://evil.example/now"}]
    model(httpserver, settings, title="Saffron", slides=planted, text="Saffron in cold water.")
    found = slides("saffron")
    assert found.caption.is_fallback
    assert "evil.example" in found.caption.fallback_reason
    assert not any("evil" in one.text for one in found.slides)


def test_parts_of_a_recording_do_not_overlap_and_follow_each_other() -> None:
    understood, told = reading("lisbon")
    found = stretches(told, understood, count=3)
    assert 1 < len(found) <= 3
    places = [told.index(part.sentences[0]) for part in found]
    assert places == sorted(places)
    said = [one.text for part in found for one in part.sentences]
    assert len(said) == len(set(said))
    assert all(part.understanding.summary for part in found)
