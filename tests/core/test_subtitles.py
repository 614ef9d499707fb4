"""Subtitles in and out."""

import contextlib
import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trenddrop.core.speech import Word
from trenddrop.core.speech.subtitles import BadSubtitles, cues_of, decode, parse, to_srt, to_vtt

SRT = """1
00:00:01,000 --> 00:00:03,000
The monsoon is here.

2
00:00:04,500 --> 00:00:06,000
Wash twice,
never scrub.
"""


def said(text: str) -> str:
    return " ".join(word.text for word in parse(text).words)


def test_words_get_their_share_of_their_cue() -> None:
    words = parse(SRT).words
    assert [word.text for word in words] == ["The", "monsoon", "is", "here.", "Wash", "twice,", "never", "scrub."]
    assert (words[0].start, words[3].end) == (1.0, 3.0)
    assert (words[4].start, words[7].end) == (4.5, 6.0)
    assert all(one.end <= other.start for one, other in itertools.pairwise(words))
    assert words[1].end - words[1].start > words[0].end - words[0].start  # longer words take longer


def test_the_transcript_names_the_file_it_comes_from() -> None:
    assert parse(SRT, name="talk.srt").engine == "subtitles (talk.srt)"


@pytest.mark.parametrize(
    "raw",
    [
        SRT.encode(),
        SRT.encode("utf-8-sig"),
        SRT.replace("\n", "\r\n").encode(),
        SRT.replace("\n", "\r").encode(),
        SRT.encode("utf-16"),
        SRT.replace(",000", ".000").encode(),
        SRT.replace("1\n00", "00").replace("2\n00", "00").encode(),  # no indices
        SRT.replace("here.\n\n", "here.\n").encode(),  # no empty line between
        ("\n\n\n" + SRT + "\n\n3\n").encode(),
        SRT.replace("The", "<i>The</i>").replace("Wash", r"{\an8}<font color=#fff>Wash</font>").encode(),
    ],
)
def test_however_an_srt_was_saved_it_says_the_same(raw: bytes) -> None:
    assert said(decode(raw)) == "The monsoon is here. Wash twice, never scrub."


def test_a_file_of_an_old_program_keeps_its_accents() -> None:
    assert said(decode(SRT.replace("here", "très café").encode("cp1252"))).startswith("The monsoon is très café.")


def test_a_vtt_with_notes_styles_settings_and_names_is_read() -> None:
    vtt = (
        "WEBVTT - Kesar Naturals\nKind: captions\n\nNOTE checked by Asha\nand Ben\n\nSTYLE\n::cue { color: red }\n\n"
        "intro\n00:01.000 --> 00:02.500 align:start position:10%\n<v Asha>Rain &amp; skin</v>\n\n"
        "01:00:00.000 --> 01:00:01.000\n- 5 < 6\n"
    )
    words = parse(vtt).words
    assert [word.text for word in words] == ["Rain", "&", "skin", "-", "5", "<", "6"]
    assert words[3].start == 3600.0


def test_karaoke_tags_give_words_their_own_times() -> None:
    vtt = "WEBVTT\n\n00:01.000 --> 00:05.000\nWash<00:00:02.000><c> your</c><00:00:04.500><c> face</c>\n"
    assert [(word.text, word.start, word.end) for word in parse(vtt).words] == [
        ("Wash", 1.0, 2.0),
        ("your", 2.0, 4.5),
        ("face", 4.5, 5.0),
    ]


def test_captions_that_roll_say_each_line_once() -> None:
    vtt = (
        "WEBVTT\n\n00:00.000 --> 00:02.000\n \nwash<00:00:01.000><c> your</c>\n\n"
        "00:02.000 --> 00:02.010\nwash your\n \n\n"
        "00:02.010 --> 00:04.000\nwash your\nface<00:00:03.000><c> twice</c>\n\n"
        "00:04.000 --> 00:04.010\nface twice\n \n"
    )
    assert said(vtt) == "wash your face twice"


def test_a_line_said_twice_in_plain_subtitles_stays_twice() -> None:
    assert said("00:01.000 --> 00:02.000\nNo.\n\n00:02.000 --> 00:03.000\nNo.\n") == "No. No."


def test_cues_that_overlap_or_stand_in_the_wrong_order_give_words_in_order() -> None:
    text = "00:05.000 --> 00:09.000\nthird\n\n00:01.000 --> 00:06.000\nfirst one\n\n00:01.000 --> 00:02.000\nand this\n"
    words = parse(text).words
    assert [word.text for word in words] == ["first", "one", "and", "this", "third"]
    assert all(one.end <= other.start for one, other in itertools.pairwise(words))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("00:00:0x,000 --> 00:00:03,000", "Line 2 should say"),
        ("00:00:01 --> 00:00:03", "Line 2 should say"),
        ("--> 00:00:03,000", "Line 2 should say"),
        ("00:00:09,000 --> 00:00:03,000", "Line 2 ends before it starts"),
    ],
)
def test_a_line_that_is_wrong_is_named(line: str, words: str) -> None:
    with pytest.raises(BadSubtitles, match=words):
        parse(f"1\n{line}\nHello\n")


def test_a_text_without_subtitles_is_told_with_its_name() -> None:
    with pytest.raises(BadSubtitles, match=r"“notes\.srt” holds no subtitles"):
        parse("Dear Asha,\n\nhello.", name="notes.srt")


def test_subtitles_without_words_are_a_result() -> None:
    found = parse("1\n00:00:01,000 --> 00:00:02,000\n<i></i>\n")
    assert (found.words, found.note) == ([], "The subtitles hold no words.")


def spoken(text: str, *, pace: float = 0.3) -> list[Word]:
    return [Word(round(n * pace, 3), round(n * pace + 0.25, 3), word) for n, word in enumerate(text.split())]


def test_cues_end_where_a_sentence_ends_in_any_script() -> None:
    urdu, arabic, hindi = "یہ ایک ہے۔ اور یہ دو۔", "هل هذا؟ نعم هذا.", "यह एक है। और यह दो।"
    for text in (urdu, arabic, hindi, "He said “go.” Then we went.", "好。 是的。"):
        assert len(cues_of(spoken(text))) == 2, text


def test_a_cue_has_two_lines_at_most_whatever_its_words() -> None:
    words = "Donaudampfschifffahrtsges " * 9  # two of them are longer than a line
    for block in to_srt(spoken(words)).split("\n\n"):
        assert len(block.strip().split("\n")) <= 4, block


@pytest.mark.parametrize(
    "name", ["Ravi", "Dr. Anantha Subramaniam Krishnamurthy", "Dr. Maria-Theresia von und zu Hohenlohe-Bartenstein"]
)
def test_a_cue_has_two_lines_at_most_with_the_name_of_who_speaks(name: str) -> None:
    words = spoken("monsoon rain " * 12)
    written = to_srt(words, [(0.0, name), (2.1, "Ben"), (4.2, name)])
    for block in written.split("\n\n"):
        lines = block.strip().split("\n")[2:]
        assert len(lines) <= 2, block
        assert all(len(line) <= 42 for line in lines), block
    assert written.count(name[:20]) == 2


def test_cues_end_at_sentences_at_pauses_and_when_they_are_full() -> None:
    words = [*spoken("Wash twice. Never scrub"), Word(9.0, 9.5, "ever")]
    assert [cue.text for cue in cues_of(words)] == ["Wash twice.", "Never scrub", "ever"]
    long = cues_of(spoken("monsoon " * 60))
    assert all(len(cue.text) <= 84 and cue.end - cue.start <= 6 for cue in long)


def test_written_subtitles_have_short_lines_and_harmless_letters() -> None:
    words = spoken("Tom & Jerry say 5 < 6 --> and then much much more until the line is surely full")
    vtt, srt = to_vtt(words), to_srt(words)
    assert vtt.startswith("WEBVTT\n\n00:00:00.000 --> ")
    assert "Tom &amp; Jerry say 5 &lt; 6 → and" in vtt
    assert "Tom & Jerry say 5 < 6 → and" in srt
    assert all(len(line) <= 42 for line in srt.splitlines())


WORDS = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=12).filter(
    lambda text: not {"<", "&", "{"} & set(text) and "-->" not in text and not text.isdecimal()
)


@given(st.lists(WORDS, min_size=1, max_size=40))
def test_what_is_written_is_read_again(texts: list[str]) -> None:
    words = spoken(" ".join(texts))
    for written in (to_srt(words), to_vtt(words)):
        again = parse(written).words
        assert [word.text for word in again] == [word.text for word in words]
        assert again[-1].end == pytest.approx(words[-1].end, abs=0.01)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_with_words(text: str) -> None:
    try:
        parse(f"00:01.000 --> 00:02.000\n{text}")
    except BadSubtitles as refusal:
        assert "Line" in str(refusal)  # noqa: PT017 (both ends are right; only a crash is wrong)


@pytest.mark.parametrize(
    "piece", ["<", "<a", "{\\", "<00:", "00:00:01,000 --> ", "&", "1\n", "00:01.000 --> 00:02.000\n"]
)
def test_a_text_made_to_keep_a_pattern_busy_is_read_at_once(piece: str) -> None:
    began = time.process_time()
    with contextlib.suppress(BadSubtitles):
        parse("00:01.000 --> 00:02.000\n" + piece * (60_000 // len(piece)))
    assert time.process_time() - began < 3
