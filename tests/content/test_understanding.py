"""What is read from a transcript: nothing invented, every score explained, silence and strangers told."""

import dataclasses
import json
import time

import pytest

from content.understanding import Moment, Understanding, read, understand
from tests.content import transcripts

PROSE = [
    transcripts.LISBON_ROOFTOPS,
    transcripts.SMALL_MODELS,
    transcripts.NINETY_DAYS,
    transcripts.PRICING,
    transcripts.KESAR_HINGLISH,
]


def moments(found: Understanding) -> list[Moment]:
    return [*found.hooks, *found.quotes, *found.insights]


@pytest.mark.parametrize("text", PROSE)
def test_the_summary_is_made_of_the_speakers_own_sentences(text: str) -> None:
    found = understand(text)
    told = [one.text for one in read(text, language=found.language)]
    rest = found.summary
    for sentence in told:
        rest = rest.replace(sentence, "")
    assert found.summary
    assert not rest.strip()
    assert len(found.summary) < 0.6 * len(text)


@pytest.mark.parametrize("text", PROSE)
def test_every_score_is_the_sum_of_its_reasons(text: str) -> None:
    found = moments(understand(text))
    assert len(found) >= 6
    for moment in found:
        assert moment.reasons
        assert moment.score == max(0, min(100, round(sum(reason.weight for reason in moment.reasons))))


def test_speech_gives_moments_with_their_seconds() -> None:
    words = transcripts.spoken(transcripts.SAFFRON_LINES)
    found = understand(words)
    assert found.hooks[0].text == "Something nobody tells you when you start a skin care brand."
    for moment in moments(found):
        assert moment.start is not None
        assert moment.end is not None
        assert words[0].start <= moment.start < moment.end <= words[-1].end
    assert found.entities[0].text == "Instagram"
    assert found.entities[0].first_at == pytest.approx(next(w.start for w in words if w.text == "instagram"), abs=1.5)


def test_hooks_are_what_one_would_choose() -> None:
    assert "nobody tell you" in " ".join(one.text for one in understand(transcripts.LISBON_ROOFTOPS).hooks)
    assert understand(transcripts.LISBON_ROOFTOPS).hooks[0].text.startswith("Rooftops in Lisbon are having a moment")
    assert "counting calories" in understand(transcripts.NINETY_DAYS).hooks[0].text
    assert any("nakli" in one.text for one in understand(transcripts.KESAR_HINGLISH).hooks[:2])


def test_quotes_stand_on_their_own() -> None:
    for text in PROSE:
        for quote in understand(text).quotes:
            assert not quote.text.startswith(("It ", "They ", "He ", "And ", "Because ", "That's "))


def test_thanks_and_subscribe_are_no_moments() -> None:
    text = transcripts.PRICING + "Thanks for watching, please subscribe and hit the bell!"
    found = understand(text)
    assert "subscribe" not in (found.summary + " ".join(one.text for one in moments(found))).lower()


def test_the_result_is_json_and_names_its_maker() -> None:
    found = understand(transcripts.SMALL_MODELS)
    assert json.loads(json.dumps(dataclasses.asdict(found)))["made_by"] == found.made_by != ""
    assert 0 < found.confidence <= 1


def test_speech_without_punctuation_is_less_sure() -> None:
    written, heard = understand(transcripts.PRICING), understand(transcripts.spoken(transcripts.SAFFRON_LINES))
    assert heard.confidence < written.confidence
    assert any("no punctuation" in note for note in heard.notes)
    assert written.notes == []


@pytest.mark.parametrize("nothing", ["", "   ", []])
def test_silence_is_a_result(nothing: str | list[transcripts.Heard]) -> None:
    found = understand(nothing)
    assert found.summary == ""
    assert found.notes == ["There are no words to read."]
    assert found.confidence == 0


def test_what_we_cannot_tell_is_none_and_said() -> None:
    found = understand(transcripts.KESAR_HINGLISH)
    assert found.language == "hi-Latn"
    assert found.sentiment is None
    assert found.emotions == {}
    assert any("only available for English" in note for note in found.notes)


def test_a_strange_language_is_read_by_form_alone() -> None:
    found = understand("Kesäkuussa saaristossa tuulee aina. Miksi kukaan ei kerro sitä? Saaristo on 3 tunnin päässä.")
    assert found.language == "fi"
    assert found.hooks
    assert any("no word lists" in note for note in found.notes)


def test_a_few_words_and_right_to_left_text_do_no_harm() -> None:
    assert understand("ok").notes
    assert understand("🧡🧡🧡").hooks == []
    assert understand("مرحبا بكم في الفيديو الجديد. اليوم سوف نتحدث عن الصابون الطبيعي.").language == "ar"


def test_names_are_written_as_the_brand_writes_them() -> None:
    told = read(transcripts.spoken("we at kesar naturals sell soap"), proper_names=["Kesar Naturals"])
    assert told[0].text == "We at Kesar Naturals sell soap."


def test_hours_of_speech_are_read_in_seconds() -> None:
    words = transcripts.spoken((transcripts.SAFFRON_LINES + "\n") * 45)
    assert len(words) > 9000
    started = time.monotonic()
    assert understand(words).hooks
    assert time.monotonic() - started < 20
