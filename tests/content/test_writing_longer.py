"""Threads and articles: the speaker's own sentences in order, each part inside the limit."""

import json
import re
from random import Random

import pytest
from pytest_django import Settings
from pytest_httpserver import HTTPServer

from content.understanding import read, understand
from content.writing import Brief, Draft, Shape, write
from tests.content.briefs import RECORDINGS, brief, reading, whole
from tests.core.test_llm import completion
from trenddrop.core.platforms import PlatformKey, fits
from trenddrop.core.platforms.threads import THREADED, parts_of
from trenddrop.core.text.tidy import without_announcement


def longer(name: str, platform: str, note: str = "as a thread", **more: object) -> Draft:
    return write(brief(name, platform, note=note, **more), rng=Random(1))  # type: ignore[arg-type]


@pytest.mark.parametrize("platform", sorted(THREADED))
@pytest.mark.parametrize("name", RECORDINGS)
def test_every_part_of_a_thread_is_numbered_and_fits(name: str, platform: str) -> None:
    found = longer(name, platform)
    parts = parts_of(platform, whole(found))
    assert found.shape is Shape.THREAD
    assert 3 <= len(parts) <= 9
    for number, part in enumerate(parts, 1):
        assert part.startswith(f"{number}/{len(parts)} ")
        assert fits(platform, part)


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_thread_tells_in_the_order_of_the_recording(name: str) -> None:
    _found, told = reading(name)
    sentences = [without_announcement(one.text) for one in told]
    text = longer(name, "mastodon").text
    places = [text.find(sentence) for sentence in sentences if sentence in text]
    assert len(places) >= 4
    assert places == sorted(places)
    assert len(set(places)) == len(places)


def test_a_question_keeps_its_answer_and_leaning_lines_keep_what_they_lean_on() -> None:
    parts = parts_of("mastodon", longer("saffron", "mastodon").text)
    asking = next(part for part in parts if "How do you know" in part)
    assert "cold water" in asking
    assert "red in ten seconds" in asking
    pricing = longer("pricing", "mastodon").text
    assert "Raise the price for new customers first. Keep your promise to the old ones." in pricing


@pytest.mark.parametrize("platform", ["linkedin", "facebook", "practice"])
@pytest.mark.parametrize("name", RECORDINGS)
def test_an_article_has_paragraphs_in_order_inside_the_limit(name: str, platform: str) -> None:
    found = longer(name, platform, "write it as an article")
    if platform == "practice":
        assert fits(platform, whole(found))
        return
    assert found.shape is Shape.ARTICLE
    assert fits(platform, whole(found))
    paragraphs = found.text.split("\n\n")
    assert len(paragraphs) >= 3
    said = " ".join(one.text for one in reading(name)[1])
    inside = [re.sub(r"[.?!]$", "", line) for line in paragraphs[1:-1]]
    assert sum(line.split(". ")[0] in said for line in inside) >= len(inside) - 2


def test_too_little_for_a_thread_gives_a_post_and_says_so() -> None:
    text = "Rain is coming to Pune tomorrow."
    found = understand(text)
    order = Brief(PlatformKey.X, "Rain", found, read(text, language="en"), note="as a thread, no hashtags")
    piece = write(order, rng=Random(1))
    assert piece.shape is Shape.POST
    assert piece.wishes_not_understood == ["as a thread (too little is said for one)"]
    assert longer("saffron", "instagram").wishes_not_understood == ["as a thread (this platform has no threads)"]


def test_a_thread_stays_one_until_a_post_is_wished_for() -> None:
    first = longer("saffron", "x")
    again = write(brief("saffron", "x", previous=first), rng=Random(2))
    assert again.shape is Shape.THREAD
    back = write(brief("saffron", "x", note="as one post", previous=first), rng=Random(2))
    assert back.shape is Shape.POST
    assert "---" not in back.text


def test_a_models_thread_is_numbered_checked_and_fitted(httpserver: HTTPServer, settings: Settings) -> None:
    settings.LLM_MODEL = "openai:local"
    settings.LLM_BASE_URL = httpserver.url_for("/v1")
    given = {"parts": ["Is your saffron real?", "Saffron in cold water. " * 30, "Real saffron turns golden. #saffron"]}
    body = completion(json.dumps(given | {"hashtags": ["saffron", "realsaffron"], "call_to_action": "Try it."}))
    httpserver.expect_request("/v1/chat/completions", method="POST").respond_with_data(
        json.dumps(body), content_type="application/json"
    )
    found = longer("saffron", "x")
    assert not found.is_fallback
    assert found.shape is Shape.THREAD
    assert found.prompt.startswith("thread@")
    parts = parts_of("x", whole(found))
    assert [part[:4] for part in parts] == ["1/3 ", "2/3 ", "3/3 "]
    assert all(fits("x", part) for part in parts)
