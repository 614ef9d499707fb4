"""Forms of one topic meet under one key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trends.normalise import KEY_LIMIT, Kind, comparison_words, normalise, without_source


@pytest.mark.parametrize(
    ("form", "other"),
    [
        ("#MonsoonSkincare", "monsoon skincare"),
        ("#monsoon_skincare", "Monsoon  Skincare!"),
        ("ＭＯＮＳＯＯＮ　ｓｋｉｎｃａｒｅ", "monsoon\u200bskincare"),
        ("Beyoncé", "BEYONCE"),
        ("#शुभप्रभात", "शुभ प्रभात"),
        ("क़िताब", "क\u093cिताब"),
        ("٢٠٢٦ كأس", "2026 كأس"),
        ("🌧️", "🌧"),
        ("👩🏽\u200d🍳", "👩\u200d🍳"),
        ("monsoon 🌧️ skincare", "monsoon skincare"),
        ("Kesar’s", "Kesar's"),
        ("\u202bחדשות\u202c", "חדשות"),
        ("STRASSE", "Straße"),
    ],
)
def test_forms_of_one_topic_share_a_key(form: str, other: str) -> None:
    assert normalise(form, Kind.KEYWORD) == normalise(other, "hashtag") != ""


@pytest.mark.parametrize(
    ("one", "another"), [("C", "C++"), ("C", "C#"), ("किताब", "कताब"), ("🌧️", "☀️"), ("???", "!!!"), ("は", "ぱ")]
)
def test_different_topics_keep_different_keys(one: str, another: str) -> None:
    assert normalise(one, Kind.KEYWORD) != normalise(another, Kind.KEYWORD)


def test_a_topic_named_only_by_emoji_stays() -> None:
    assert normalise("🇮🇳🏏", Kind.HASHTAG) == "🇮🇳🏏"


def test_headlines_keep_their_spaces_and_lose_their_source() -> None:
    assert normalise("Rain: what next? - Variety", Kind.HEADLINE) == "rain what next"


def test_a_long_last_part_of_a_headline_is_not_a_source() -> None:
    headline = "Rain - and then the whole city stood still for an afternoon"
    assert without_source(headline) == headline
    assert without_source("Rain - Variety", "Deadline") == "Rain - Variety"


def test_long_titles_that_differ_at_the_end_stay_apart() -> None:
    one, another = (normalise("x" * 400 + end, Kind.KEYWORD) for end in "ab")
    assert one != another
    assert len(one) == KEY_LIMIT


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("#MonsoonSkinBarrier", ("monsoon", "skin", "barrier")),
        ("#iPhone17Pro", ("iphone", "17", "pro")),
        ("#CNNNews18 today", ("cnn", "news", "18", "today")),
        ("शादी से पहले", ("शादी", "से", "पहले")),
        ("🌧️", ()),
    ],
)
def test_comparison_words_open_hashtags(title: str, words: tuple[str, ...]) -> None:
    assert comparison_words(title) == words


@given(st.text(), st.sampled_from(Kind))
def test_any_text_has_a_key_that_is_its_own_key(title: str, kind: Kind) -> None:
    key = normalise(title, kind)
    assert len(key) <= KEY_LIMIT
    assert "\x00" not in key
    key.encode()
    comparison_words(title)
