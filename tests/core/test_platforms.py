"""The platforms' rules: what is refused, and texts made to fit."""

from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from trenddrop.core import platforms
from trenddrop.core.platforms import RULES, PlatformKey, PlatformUnknown
from trenddrop.core.text.counting import byte_length, graphemes

WORDS = st.sampled_from(
    [
        "kesar",
        "saffron",
        "🧡",
        "👩‍👩‍👧‍👦",
        "नमस्ते",
        "日本語の石鹸",
        "https://kesar.in/soap",
        "#SlowBeauty",
        "@asha",
        "so.",
        "why?",
        "e\u0301",
    ]
)
TEXTS = st.one_of(st.text(max_size=400), st.lists(WORDS, max_size=200).map(" ".join))


@dataclass(frozen=True)
class Facts:
    kind: str = "video"
    container: str = "mov,mp4,m4a,3gp,3g2,mj2"
    duration: float | None = 42.0
    width: int | None = 1080
    height: int | None = 1920
    size: int = 5_000_000
    fps: float | None = 30.0
    bit_rate: int | None = 4_000_000
    video_codec: str | None = "h264"
    audio_codec: str | None = "aac"
    sample_rate: int | None = 48_000


def allow_longer_posts(key: str) -> dict[str, int]:
    return {"text_limit": 5000} if key == "mastodon" else {}


def codes(problems: list[platforms.Problem]) -> list[str]:
    return [problem.code for problem in problems]


@hypothesis_settings(max_examples=150, deadline=None)
@given(text=TEXTS, key=st.sampled_from(list(PlatformKey)), limit=st.integers(0, 60))
def test_a_shortened_text_always_fits_and_is_a_beginning_of_whole_graphemes(
    text: str, key: PlatformKey, limit: int
) -> None:
    row = replace(RULES[key], text_limit=limit)
    short = platforms.shorten(key, text, row=row)
    assert platforms.fits(key, short, row=row)
    if short != text:
        kept = graphemes(short.removesuffix("…"))
        start = text if text.startswith(short.removesuffix("…")) else text.lstrip()
        assert graphemes(start)[: len(kept)] == kept


@hypothesis_settings(max_examples=100, deadline=None)
@given(words=st.lists(WORDS, min_size=1, max_size=60), limit=st.integers(25, 90))
def test_shortening_cuts_no_word_address_or_hashtag(words: list[str], limit: int) -> None:
    row = replace(RULES[PlatformKey.BLUESKY], text_limit=limit)
    kept = platforms.shorten("bluesky", " ".join(words), row=row).removesuffix("…").split()
    for index, word in enumerate(kept[:-1]):
        assert word == words[index]
    last = kept[-1] if kept else ""
    whole = words[len(kept) - 1] if kept else ""
    assert last in {whole, whole.rstrip(",;:-")} or whole == "日本語の石鹸"


def test_shortening_prefers_the_end_of_a_sentence() -> None:
    row = replace(RULES[PlatformKey.BLUESKY], text_limit=40)
    text = "Saffron wakes tired skin up. And then there is the rest of the story."
    assert platforms.shorten("bluesky", text, row=row) == "Saffron wakes tired skin up."


def test_an_address_that_does_not_fit_is_left_out_whole() -> None:
    row = replace(RULES[PlatformKey.BLUESKY], text_limit=20)
    assert platforms.shorten("bluesky", "https://kesar.in/a/very/long/address", row=row) == ""


def test_every_row_says_where_and_when_it_was_read() -> None:
    for row in RULES.values():
        assert row.source
        assert row.checked >= date(2026, 1, 1)


def test_an_unknown_platform_is_told_by_name() -> None:
    with pytest.raises(PlatformUnknown, match="myspace"):
        platforms.rules("myspace")


def test_a_servers_own_limit_replaces_ours(settings: Settings) -> None:
    settings.PLATFORM_RULES_OVERRIDES = "tests.core.test_platforms.allow_longer_posts"
    assert platforms.rules("mastodon").text_limit == 5000
    assert platforms.rules("x").text_limit == 280
    assert platforms.check("mastodon", text="a" * 501) == []


def test_hashtags_count_as_part_of_the_text() -> None:
    assert codes(platforms.check("x", text="a" * 275, hashtags=["soap"])) == ["text_too_long"]
    assert platforms.check("x", text="a" * 270, hashtags=["soap"]) == []


def test_a_hashtag_in_the_text_is_not_sent_twice() -> None:
    assert platforms.compose(text="Our #Soap is back", hashtags=["soap", "#Saffron", "saffron"]) == (
        "Our #Soap is back\n\n#Saffron"
    )


@pytest.mark.parametrize(
    ("written", "tags"),
    [
        ("skin care, #monsoon", ["skincare", "monsoon"]),
        ("#skin care, monsoon\nslow  beauty", ["skincare", "monsoon", "slowbeauty"]),
        ("#skin #care", ["skin", "care"]),
        ("#skin#care", ["skin", "care"]),
        ("skin care", ["skin", "care"]),
        ("skin, #care #rain,", ["skin", "care", "rain"]),
        (" #, ,# ", []),
        ("", []),
    ],
)
def test_hashtags_are_taken_apart_as_people_write_them(written: str, tags: list[str]) -> None:
    assert platforms.written_hashtags(written) == tags


def test_hashtags_are_normalised() -> None:
    tags = ["#Slow Beauty", "slowbeauty", "don't", "2026", "___", "सौंदर्य", ""]
    assert platforms.unique_hashtags(tags) == ["SlowBeauty", "dont", "सौंदर्य"]


def test_youtube_wants_a_title_of_100_without_angle_brackets_and_counts_bytes() -> None:
    video = Facts()
    assert codes(platforms.check("youtube", title="", text="x", media=video)) == ["title_missing"]
    assert codes(platforms.check("youtube", title="a<b" + "c" * 100, media=video)) == [
        "forbidden_character",
        "title_too_long",
    ]
    hindi = "क" * 1667
    assert byte_length(hindi) == 5001
    assert codes(platforms.check("youtube", title="ok", text=hindi, media=video)) == ["text_too_long"]
    assert platforms.check("youtube", title="ok", text="क" * 1666, media=video) == []


def test_a_title_is_made_to_fit() -> None:
    title = platforms.shorten_title("youtube", "Why <b>saffron</b>\n soap " + "really " * 30)
    assert len(title) <= 100
    assert title.startswith("Why bsaffron/b soap really")
    assert platforms.shorten_title("x", "anything") == ""


def test_youtube_tags_count_their_commas_and_quotes() -> None:
    assert platforms.tags_length(["soap", "slow beauty"]) == 4 + 1 + 13


def test_instagram_takes_thirty_hashtags_and_twenty_mentions() -> None:
    tags = [f"tag{n}x" for n in range(31)]
    people = " ".join(f"@friend{n}" for n in range(21))
    assert codes(platforms.check("instagram", text=people, hashtags=tags, media=Facts())) == [
        "too_many_hashtags",
        "too_many_mentions",
    ]


def test_bluesky_has_two_limits() -> None:
    family = "👩‍👩‍👧‍👦"
    assert codes(platforms.check("bluesky", text=family * 130)) == ["text_too_heavy"]
    assert codes(platforms.check("bluesky", text="a" * 301)) == ["text_too_long"]


@pytest.mark.parametrize(
    ("key", "facts", "expected"),
    [
        ("tiktok", None, ["media_missing"]),
        ("youtube", Facts(kind="image"), ["media_kind"]),
        ("tiktok", Facts(duration=601), ["media_too_long"]),
        ("instagram", Facts(duration=1), ["media_too_short"]),
        ("bluesky", Facts(container="matroska,webm"), ["media_container"]),
        ("bluesky", Facts(size=300_000_001), ["media_too_big"]),
        ("instagram", Facts(kind="image", size=1, width=1000, height=2000), ["media_aspect"]),
        ("tiktok", Facts(width=200, height=5000), ["media_too_small", "media_too_large"]),
        ("x", Facts(), []),
        ("x", Facts(video_codec="hevc", audio_codec="mp3float"), ["media_codec", "media_sound"]),
        ("mastodon", Facts(video_codec="libdav1d"), []),
        ("instagram", Facts(fps=12), ["media_fps_low"]),
        ("x", Facts(fps=120), ["media_fps_high"]),
        ("x", Facts(fps=60.04), []),
        ("instagram", Facts(bit_rate=30_000_000, sample_rate=96_000), ["media_bit_rate", "media_sample_rate"]),
        ("threads", Facts(width=3840, height=2160), ["media_too_wide"]),
        ("mastodon", Facts(width=4096, height=2304), ["media_too_wide"]),
        ("instagram", Facts(fps=None, bit_rate=None, video_codec=None, audio_codec=None, sample_rate=None), []),
        ("bluesky", None, []),
    ],
)
def test_media_a_platform_would_refuse_is_told_before(key: str, facts: Facts | None, expected: list[str]) -> None:
    problems = platforms.check(key, title="A title", text="Hello", media=facts)
    assert codes(problems) == expected
    assert all(RULES[PlatformKey(key)].name in problem.message for problem in problems)


def test_accounts_are_named_once_before_the_hashtags_and_count() -> None:
    text = platforms.compose(
        text="Thanks @Asha", mentions=["@asha", "ben@kesar.example", "Chai.Point."], hashtags=["tea"]
    )
    assert text == "Thanks @Asha\n\n@ben@kesar.example @Chai.Point\n\n#tea"
    assert codes(platforms.check("x", text="a" * 270, mentions=["chai_point"])) == ["text_too_long"]


def test_what_is_sent_with_a_label_ends_with_it() -> None:
    assert platforms.compose(text="Hi", hashtags=["tea"], label="Made with AI") == "Hi\n\n#tea\n\nMade with AI"


@pytest.mark.parametrize(
    ("key", "facts", "alt_text", "expected"),
    [
        ("bluesky", Facts(), "", ["alt_text_missing"]),
        ("bluesky", Facts(), "A hand with soap", []),
        ("bluesky", None, "", []),
        ("tiktok", Facts(width=1920, height=1080), "A hand", ["media_not_vertical"]),
        ("youtube", Facts(width=1920, height=1080), "A hand", []),
    ],
)
def test_advice_is_given_where_nothing_is_refused(
    key: str, facts: Facts | None, alt_text: str, expected: list[str]
) -> None:
    assert codes(platforms.advise(key, alt_text=alt_text, media=facts)) == expected
    refused = platforms.check(key, title="A title", text="Hi", media=facts)
    assert refused == []
