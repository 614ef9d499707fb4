"""Forms of one topic meet under one key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trends.normalise import (
    KEY_LIMIT,
    Kind,
    comparison_words,
    is_visible,
    normalise,
    pictures,
    readable,
    undressed,
    without_source,
)

TITLES = st.one_of(
    st.text(),
    st.text(alphabet="aA1 #_-|:.…'’\u200d\ufe0f🏏🏆👩🏽é\u0301İıस्क\u093cिنىـ\u064b\u202e\u200f＃Ａ", max_size=40),
    st.text(min_size=280, max_size=420),
)


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
        ("İSTANBUL", "istanbul"),
        ("Isparta", "ısparta"),
        ("Łódź", "lodz"),
        ("Αθήνα", "ΑΘΗΝΑ"),
        ("ёлка", "елка"),
        ("C#", "#CSharp"),
        ("न्यूज़", "न्यूज"),
        ("माँ", "मां"),
        ("क्\u200dष", "क्ष"),
        ("مُحَمَّد", "محـــمد"),
        ("أحمد", "احمد"),
        ("ایران", "إيران"),
        ("שָׁלוֹם", "שלום"),
        ("\u2067#كأس_العالم\u2069", "كأس العالم"),
        ("🏏🏆", "🏏\ufe0f 🏆\ufe0f"),
        ("👍🏿", "👍"),
        ("𝓜𝓸𝓷𝓼𝓸𝓸𝓷", "monsoon"),
    ],
)
def test_forms_of_one_topic_share_a_key(form: str, other: str) -> None:
    assert normalise(form, Kind.KEYWORD) == normalise(other, "hashtag") != ""


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("C", "C++"),
        ("C", "C#"),
        ("किताब", "कताब"),
        ("🌧️", "☀️"),
        ("???", "!!!"),
        ("は", "ぱ"),
        ("GTA 5", "GTA 6"),
        ("👩\u200d🍳", "👨\u200d🍳"),
        (
            "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
            "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        ),
        ("🇮🇳", "🇮🇩"),
        ("й", "и"),
        ("Friends", "Friend"),
    ],
)
def test_different_topics_keep_different_keys(one: str, another: str) -> None:
    assert normalise(one, Kind.KEYWORD) != normalise(another, Kind.KEYWORD)


def test_a_topic_named_only_by_emoji_stays() -> None:
    assert normalise("🇮🇳🏏", Kind.HASHTAG) == "🇮🇳🏏"


def test_headlines_keep_their_spaces_and_lose_their_source() -> None:
    assert normalise("Rain: what next? - Variety", Kind.HEADLINE) == "rain what next"


@pytest.mark.parametrize(
    "dressed",
    [
        "India win the toss in Mumbai - ESPNcricinfo",
        "India win the toss in Mumbai | Reuters",
        "India win the toss in Mumbai | Cricket News - Times of India",
        "LIVE: India win the toss in Mumbai",
        "BREAKING NEWS: India win the toss in Mumbai",
        "🔴 LIVE | India win the toss in Mumbai...",
        "“India win the toss” in Mumbai…",
        "Watch: India win the toss in Mumbai: live updates",
        "Breaking: LIVE: India win the toss in Mumbai — The Hindu",
    ],
)
def test_variants_of_a_headline_share_a_key(dressed: str) -> None:
    assert normalise(dressed, Kind.HEADLINE) == "india win the toss in mumbai"


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("India v England, third Test - Day 1", "India v England, third Test - Day 2"),
        ("Dark Tower | Episode 3", "Dark Tower | Episode 4"),
        ("Budget - 2025", "Budget - 2026"),
        ("Live Aid returns to Wembley", "Aid returns to Wembley"),
    ],
)
def test_what_belongs_to_the_story_is_not_taken_for_a_label_or_source(one: str, another: str) -> None:
    assert normalise(one, Kind.HEADLINE) != normalise(another, Kind.HEADLINE)


@pytest.mark.parametrize("title", ["LIVE:", "Breaking:", " - Variety", "| Reuters", "...", "Live - Live - Live"])
def test_a_headline_of_nothing_but_dressing_is_still_a_topic(title: str) -> None:
    assert normalise(title, Kind.HEADLINE)
    assert undressed(title)


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("#MonsoonSkincare", "Monsoon Skincare"),
        ("#monsoon_skincare", "monsoon skincare"),
        ("#monsoonskincare", "#monsoonskincare"),
        ("#शुभ_प्रभात", "शुभ प्रभात"),
        ("iPhone 17 Pro", "iPhone 17 Pro"),
        ("Ride the #MonsoonTrend", "Ride the #MonsoonTrend"),
    ],
)
def test_a_tag_is_shown_as_people_read_it(title: str, shown: str) -> None:
    assert readable(title) == shown


def test_emoji_are_undressed_and_their_sequences_kept() -> None:
    assert pictures("Chef 👩🏽\u200d🍳 ❤️!") == "👩\u200d🍳❤"


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


@given(TITLES, st.sampled_from(Kind))
def test_any_text_has_a_key_that_is_its_own_key(title: str, kind: Kind) -> None:
    key = normalise(title, kind)
    assert normalise(key, kind) == key
    assert len(key) <= KEY_LIMIT
    assert "\x00" not in key
    key.encode()


@given(TITLES, st.sampled_from(Kind))
def test_what_shows_anything_is_a_topic_and_what_shows_nothing_is_none(title: str, kind: Kind) -> None:
    assert bool(normalise(title, kind)) == is_visible(title)


@given(TITLES)
def test_words_and_display_of_any_text_come_without_fault(title: str) -> None:
    words = comparison_words(title)
    assert all(word and word == word.strip() for word in words)
    assert bool(readable(title)) == bool(title.strip())
    assert is_visible(undressed(title)) == is_visible(title)


@given(TITLES)
def test_case_and_width_change_no_key(title: str) -> None:
    key = normalise(title, Kind.KEYWORD)
    assert normalise(title.casefold(), Kind.KEYWORD) == key
