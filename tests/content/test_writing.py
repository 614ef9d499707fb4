"""The embedded writer: honest, inside every limit, different per platform, the same for the same seed."""

import re
from dataclasses import replace
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from content.understanding import read, understand
from content.writing import Brand, Brief, Draft, TrendNote, hashtags, write
from content.writing.hashtags import hashtag
from content.writing.titles import own_title
from content.writing.voice import PATH, tones
from content.writing.wishes import TONES, understand_note
from tests.content.briefs import RECORDINGS, SAFFRON_TREND, brief, whole
from trenddrop.core.platforms import RULES, PlatformKey, Problem, check
from trenddrop.core.text.tokens import normal_words

PLATFORMS = list(PlatformKey)


def problems(platform: str, draft: Draft) -> list[Problem]:
    found = check(
        platform,
        title=draft.title,
        text=draft.text,
        hashtags=draft.hashtags,
        call_to_action=draft.call_to_action,
    )
    return [problem for problem in found if problem.field != "media"]


def draft_of(name: str = "saffron", platform: str = "instagram", *, seed: int = 1, **more: object) -> Draft:
    return write(brief(name, platform, **more), rng=Random(seed))  # type: ignore[arg-type]


def again(note: str, *, platform: str = "instagram", seed: int = 1) -> tuple[Draft, Draft]:
    """A first draft, and the next one with a note."""
    first = draft_of(platform=platform, seed=seed)
    return first, draft_of(platform=platform, seed=seed, note=note, previous=first)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("name", RECORDINGS)
def test_every_piece_is_inside_the_platforms_limits(name: str, platform: PlatformKey) -> None:
    for tone in TONES:
        found = draft_of(name, platform, tone=tone, trends=[SAFFRON_TREND])
        assert problems(platform, found) == []
        assert found.text
        assert bool(found.title) == (RULES[platform].title_limit is not None)


@hypothesis_settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=1500), platform=st.sampled_from(PLATFORMS), note=st.text(max_size=80))
def test_any_text_gives_a_piece_inside_the_limits(text: str, platform: PlatformKey, note: str) -> None:
    found = understand(text)
    order = Brief(
        platform, "a.mp4", found, read(text, language=found.language), note=note, brand=Brand("<Dev>", "viral")
    )
    assert problems(platform, write(order, rng=Random(0))) == []


@pytest.mark.parametrize("name", RECORDINGS)
def test_the_sentences_are_the_speakers_own(name: str) -> None:
    found = draft_of(name, "linkedin", tone="professional")
    said = set(normal_words(RECORDINGS[name].lower()))
    said |= set(normal_words(PATH.read_text(encoding="utf-8").lower())) | {"kesar", "naturals"}
    assert set(normal_words(found.text.lower())) <= said | {"don't", "i'm"}


def test_the_same_seed_gives_the_same_piece() -> None:
    assert draft_of(seed=7, tone="casual") == draft_of(seed=7, tone="casual")
    assert len({draft_of(seed=seed, tone="casual").text for seed in range(8)}) > 2


@pytest.mark.parametrize("name", ["saffron", "lisbon", "hinglish"])
def test_platforms_get_different_texts_not_one_cut_six_ways(name: str) -> None:
    six = ["tiktok", "youtube", "instagram", "x", "bluesky", "mastodon"]
    texts = [draft_of(name, platform, tone="casual").text for platform in six]
    for one, other in combinations(texts, 2):
        assert not one.startswith(other)
        assert not other.startswith(one)


def test_speech_is_tidied_in_the_piece() -> None:
    text = draft_of("saffron", "linkedin").text
    for line in text.splitlines():
        assert not line or line.startswith("→") or line[0].isupper()
        assert not line or line[-1] in ".?!:"
    assert " um " not in text
    assert " i " not in text


def test_a_youtube_description_links_to_the_seconds() -> None:
    text = draft_of("saffron", "youtube").text
    times = re.findall(r"^(\d+):(\d\d) [A-Z]", text, re.MULTILINE)
    assert len(times) >= 3
    seconds = [60 * int(minutes) + int(rest) for minutes, rest in times]
    assert seconds == sorted(seconds)


def test_a_trend_is_named_only_with_evidence() -> None:
    without = TrendNote("#SaffronTest", 90)
    weak = replace(SAFFRON_TREND, score=20)
    for trends in ([], [without], [weak]):
        assert "SaffronTest" not in whole(draft_of("saffron", "tiktok", trends=trends))
    found = draft_of("saffron", "tiktok", trends=[SAFFRON_TREND])
    assert found.hashtags[0] == "SaffronTest"
    assert "#SaffronTest" in found.text


def test_hinglish_is_answered_in_hinglish() -> None:
    found = draft_of("hinglish", "instagram", tone="professional")
    assert re.search(r"\b(karo|kar lo|aap|aapko|bhejo|sochte)\b", f"{found.text} {found.call_to_action}")
    assert "Save this" not in found.call_to_action


def test_a_language_without_phrases_gets_the_speakers_words_alone() -> None:
    text = "今日は石鹸の作り方を紹介します。とても簡単です。あなたも試してみませんか？"
    found = understand(text)
    piece = write(Brief(PlatformKey.INSTAGRAM, "a.mp4", found, read(text, language="ja")), rng=Random(1))
    assert piece.text
    assert not re.search("[A-Za-z]", piece.text + piece.call_to_action)


@pytest.mark.parametrize(
    "title", ["IMG_2012.MOV", "VID-20261120-WA0003.mp4", "final_v2.mp4", "untitled", "20261120.mp4"]
)
def test_a_file_name_is_no_title(title: str) -> None:
    assert own_title(title) == ""
    assert (
        draft_of("saffron", "youtube", title=title).title
        == "Something nobody tells you when you start a skin care brand"
    )


def test_a_title_somebody_wrote_is_kept() -> None:
    assert (
        draft_of("saffron", "youtube", title="How we test saffron at home.mp4").title == "How we test saffron at home"
    )


def test_silence_gives_the_title_and_nothing_invented() -> None:
    nothing = understand("")
    piece = write(Brief(PlatformKey.X, "Our new workshop in Pune", nothing, []), rng=Random(1))
    assert (piece.text, piece.hashtags) == ("Our new workshop in Pune", [])
    assert write(Brief(PlatformKey.X, "IMG_1.mov", nothing, []), rng=Random(1)).text == ""


def test_hashtags_are_whole_words_once_and_find_something() -> None:
    found = draft_of("saffron", "instagram").hashtags
    assert found[0] == "RealSaffron"
    assert "SkinCare" in found
    assert "KesarNaturals" in found
    assert not {"Instagram", "Bottle", "Water", "Brand"} & set(found)
    assert len({tag.lower() for tag in found}) == len(found)
    assert hashtag("world cup final") == "WorldCupFinal"
    assert hashtag("OpenAI's API") == "OpenAIsAPI"


def test_shorter_is_shorter_and_longer_is_longer() -> None:
    for platform in ("instagram", "youtube", "linkedin", "mastodon", "tiktok"):
        first, short = again("Please make it shorter.", platform=platform)
        assert len(short.text) < len(first.text), platform
        assert short.wishes_met == ["make it shorter"]
    first, long = again("longer", platform="instagram")
    assert len(long.text) > len(first.text)


def test_a_question_comes_first_when_there_is_one() -> None:
    _, found = again("start with a question")
    assert found.text.startswith("How do you know if your saffron is real?")
    assert "cold water" in found.text
    first = draft_of("hinglish", "instagram")
    asked = draft_of("hinglish", "instagram", note="question first", previous=first)
    assert "?" in asked.text.splitlines()[0]


def test_a_wish_nobody_can_meet_is_told_with_its_reason() -> None:
    _, found = again("talk about bitcoin, fewer hashtags")
    assert found.wishes_not_understood == ["talk about bitcoin (nothing in the material says it)"]
    assert found.wishes_met == ["fewer hashtags"]
    _, strange = again("translate it to Klingon")
    assert strange.wishes_not_understood == ["translate it to Klingon"]


def test_a_note_about_hashtags_leaves_the_text_alone() -> None:
    first, found = again("no hashtags")
    assert found.hashtags == []
    assert (found.text, found.title) == (first.text, first.title)
    first, fewer = again("fewer hashtags")
    assert 0 < len(fewer.hashtags) < len(first.hashtags)


def test_other_notes_do_what_they_say() -> None:
    first, other = again("another hook please")
    assert other.text.splitlines()[0] != first.text.splitlines()[0]
    _, funny = again("funnier")
    assert funny.wishes_met == ["funnier"]
    _, number = again("start with a number")
    assert re.search(r"hundred|three|nine|\d", number.text.splitlines()[0])
    _, about = again("mention the water test")
    assert "water" in about.text.splitlines()[0]
    _, without = again("don't mention soap")
    assert "soap" not in whole(without).lower()
    _, emoji = again("add emojis")
    assert re.search("[\U0001f300-\U0001faff✨]", emoji.text)
    _, silent = again("no call to action")
    assert silent.call_to_action == ""


def test_a_new_version_without_a_note_is_another_one() -> None:
    first = draft_of()
    assert draft_of(previous=first).text != first.text


def test_every_clause_of_a_note_is_accounted_for() -> None:
    wishes = understand_note("Shorter, no emojis and paint it blue; more casual.")
    assert wishes.met == ("Shorter", "no emojis", "more casual")
    assert wishes.not_understood == ("paint it blue",)
    assert (wishes.length, wishes.no_emoji, wishes.tone) == (-1, True, "casual")
    assert understand_note("").met == ()


def test_every_tone_has_phrases() -> None:
    assert set(tones()) == set(TONES)


@pytest.mark.parametrize(
    ("text", "kept", "left_out"),
    [
        ("The air is wet, but your skin barrier is still losing water.", {"SkinBarrier"}, {"Wet", "Barrier", "Losing"}),
        ("Never buy cheap tires. I slid last winter and broke my arm.", {"Tires"}, {"Slid", "Broke"}),
        ("We baked sourdough bread in a clay oven in Lisbon.", {"Lisbon", "ClayOven", "Bread"}, {"Baked"}),
        ("Our new office in Bengaluru opens on Monday.", {"Bengaluru"}, {"Monday", "Opens"}),
        ("Real saffron turns golden in water. Fake saffron turns red.", {"Saffron"}, {"Fake", "Golden", "Red"}),
    ],
)
def test_a_short_text_gets_hashtags_of_things_alone(text: str, kept: set[str], left_out: set[str]) -> None:
    found = set(hashtags.candidates(understand(text), sentences=read(text), trends=[], brand="Kesar"))
    assert kept <= found
    assert not left_out & found
