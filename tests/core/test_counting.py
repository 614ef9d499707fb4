"""Lengths as the platforms count them. The X figures were taken from twitter-text 3.1.0's parseTweet."""

import pytest

from trenddrop.core.text.counting import (
    byte_length,
    grapheme_length,
    linkedin_length,
    mastodon_length,
    threads_length,
    utf16_length,
    weighted_length,
)
from trenddrop.core.text.links import find_links

FAMILY = "👩‍👩‍👧‍👦"
X_LENGTHS = {
    "": 0,
    "Kesar Naturals": 14,
    "©": 1,
    "©️": 2,
    "❤": 2,
    "❤️": 2,
    "1️⃣": 2,
    "🇮🇳": 2,
    "👍🏽": 2,
    FAMILY: 2,
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿": 2,
    "e\u0301": 1,
    "नमस्ते": 6,
    "日本": 4,
    "…": 2,
    "—": 1,
    "“hi”": 4,
    "•": 2,
    "€": 2,
    "🤷🏽‍♀️": 2,
    "a\u200db": 3,
    "a.co": 23,
    "example.com.": 24,
    "example.com/path?x=1": 23,
    "see example.de now": 31,
    "https://example.com/a(b)c).": 25,
    "https://localhost:8000": 22,
    "http://foo.bar.baz.nosuch/": 35,
    "foo.com.notatld/path": 36,
    "www.foo.co.uk": 23,
    "https://münchen.de/": 23,
    "end.Next": 23,
    "e.g. this": 9,
    "node.js is": 10,
    "x@example.com": 13,
    "#example.com": 12,
    "a/example.com": 13,
    "日本example.com": 27,
    "https://example.com:8080/x": 23,
    "https://example.com/a,": 24,
    "example.com?x=1": 27,
    "http://example.com#frag": 28,
    "https://example.com/日本語": 29,
}


@pytest.mark.parametrize(("text", "expected"), X_LENGTHS.items())
def test_x_counts_as_its_own_library_does(text: str, expected: int) -> None:
    assert weighted_length(text) == expected


def test_what_a_reader_sees_as_one_character_counts_once() -> None:
    assert [grapheme_length(text) for text in (FAMILY, "🇮🇳", "क्षि", "e\u0301", "\r\n")] == [1, 1, 1, 1, 1]


def test_the_same_emoji_has_another_length_in_every_unit() -> None:
    assert (grapheme_length(FAMILY), utf16_length(FAMILY), byte_length(FAMILY), threads_length(FAMILY)) == (
        1,
        11,
        25,
        25,
    )


def test_threads_counts_only_emoji_by_their_bytes() -> None:
    assert threads_length("अच्छा 👍") == len("अच्छा ") + 4


def test_mastodon_counts_an_address_as_23_and_a_mention_without_its_server() -> None:
    assert mastodon_length("https://example.com/" + "a" * 200) == 23
    assert mastodon_length("example.com") == 11
    assert mastodon_length("hi @asha@kesar.example and @ben") == len("hi @asha and @ben")


def test_linkedin_counts_the_backslashes_it_asks_for() -> None:
    assert linkedin_length("(hi) #one") == len("(hi) #one") + 3


def test_addresses_are_found_where_they_stand() -> None:
    text = "Shop at kesar.example.com/soap, or write asha@kesar.in. More: https://kesar.in/."
    found = [text[link.start : link.end] for link in find_links(text)]
    assert found == ["kesar.example.com/soap", "https://kesar.in/"]


def test_a_long_run_of_brackets_is_read_in_no_time() -> None:
    assert find_links("example.com/" + "(a" * 5000)[0].start == 0
