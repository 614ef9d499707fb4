"""Transcripts as text: speakers in SRT, VTT and TXT, times in plain text, and how unknown words may sound."""

from pathlib import Path

import pytest

from tests.core.recordings import WAV, draw
from trenddrop.core.media import silences
from trenddrop.core.speech import Word, labels, plaintext, spelling
from trenddrop.core.speech.errors import compare
from trenddrop.core.speech.subtitles import parse, to_srt, to_txt, to_vtt

VTT = """WEBVTT

00:01.000 --> 00:03.000
<v Asha Menon>Is it real?

00:03.500 --> 00:05.000
<v.loud Ben>Yes.</v> It is.
"""
SRT = """1
00:00:01,000 --> 00:00:03,000
Asha: Is it real?

2
00:00:03,500 --> 00:00:05,000
Remember: cold water.

3
00:00:06,000 --> 00:00:07,000
Asha: Good.

4
00:00:08,000 --> 00:00:09,000
So it is.
"""


def test_voices_of_webvtt_become_turns_and_come_out_again() -> None:
    found = parse(VTT)
    assert [word.text for word in found.words] == ["Is", "it", "real?", "Yes.", "It", "is."]
    assert found.turns == [(1.0, "Asha Menon"), (3.5, "Ben")]
    written = to_vtt(found.words, found.turns)
    assert "<v Asha Menon>Is it real?" in written
    assert parse(written).turns == found.turns


def test_a_name_in_front_is_a_speaker_only_when_it_is_one() -> None:
    found = parse(SRT)
    assert found.turns == [(1.0, "Asha")]
    assert "Remember: cold water." in " ".join(word.text for word in found.words)


def test_speakers_stand_where_they_begin_in_srt_and_txt() -> None:
    words = [Word(n, n + 0.5, text) for n, text in enumerate(["Is", "it?", "Yes.", "Good."])]
    turns = [(0.0, "Asha"), (2.0, "Ben")]
    assert "Asha: Is it?" in to_srt(words, turns)
    assert to_srt(words, turns).count("Ben:") == 1
    assert to_txt(words, turns) == "Asha: Is it?\n\nBen: Yes. Good.\n"


@pytest.mark.parametrize(
    ("lines", "known", "names"),
    [
        (["Asha: hello", "Ben: hi"], (), {"Asha", "Ben"}),
        (["Remember: wash it", "and rest"], (), set()),
        (["Asha: hello", "and then"], ("asha",), {"Asha"}),
        (["आशा: नमस्ते", "बेन: नमस्ते"], (), {"आशा", "बेन"}),
        (["one: two", "one: three"], (), set()),
        (["This is what I said. So: no", "Yes: no"], (), set()),
    ],
)
def test_names_of_speakers_are_told_from_other_words_before_a_colon(
    lines: list[str], known: tuple[str, ...], names: set[str]
) -> None:
    assert labels.speakers(lines, known) == names


def test_a_text_with_times_is_placed_by_them() -> None:
    passages = plaintext.parse("[00:05] Asha: one two\n(1:00) Asha: three\nfour five")
    assert [(each.at, each.speaker, each.text) for each in passages] == [
        (5.0, "Asha", "one two"), (60.0, "Asha", "three"), (None, None, "four five")
    ]  # fmt: skip
    words = plaintext.timed(passages, until=61.0)
    assert [word.start for word in words[:3]] == [5.0, pytest.approx(5.38, abs=0.01), 60.0]
    assert words[-1].end <= 61.01


def test_times_that_go_backwards_are_no_times() -> None:
    assert not plaintext.has_times(plaintext.parse("0:20 one two\n0:10 three four"))


KNOWN = {"skin": "S K IH N", "care": "K EH R", "niacin": "N AY AH S IH N", "amide": "AE M AY D"}


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        ("skincare", "S K IH N K EH R"),
        ("niacinamide", "N AY AH S IH N AE M AY D"),
        ("Kesar", "K EH S AA R"),
        ("Wankhede", "W AA N K EH D EY"),
        ("Kohli", "K OW L IY"),
        ("AQI", "EY K Y UW AY"),
        ("ceramides", "S EH R AH M AY D Z"),
        ("Café", "K AA F EY"),
    ],
)
def test_an_unknown_word_is_said_as_it_is_spelled(word: str, sounds: str) -> None:
    assert sounds in spelling.pronunciations(word, KNOWN.get)


@pytest.mark.parametrize("word", ["केसर", "藏红花", "2024", "", "😀"])
def test_what_is_not_in_latin_letters_is_not_guessed(word: str) -> None:
    assert spelling.pronunciations(word, KNOWN.get) == []


def test_silences_are_found_across_the_half_hours_they_are_looked_for_in(tmp_path: Path) -> None:
    tone = "aevalsrc=0.3*sin(2*PI*300*t)*(lt(t\\,1798)+gt(t\\,1803)):d=1805:s=8000"
    (gap,) = silences(draw(tmp_path / "long.wav", *WAV, source=tone), below=-40, shortest=0.8, duration=1805)
    assert list(gap) == pytest.approx([1798, 1803], abs=0.1)


def test_wrong_words_are_counted_over_all_that_were_said() -> None:
    errors = compare("Ask not, what your country can do.", "ask not what you're country do well")
    assert (errors.wrong, errors.said) == (3, 7)
    assert (errors + compare("one", "one")).rate == 3 / 8
    hindi = compare("कविता की बात, सुनो।", "कवि की बात सुनो")
    assert (hindi.wrong, hindi.said) == (1, 4)
