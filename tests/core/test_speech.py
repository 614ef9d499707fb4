"""Speech to words: what is heard, when, how sure, and what is said when there is nothing to hear."""

import resource
import time
import wave
from itertools import pairwise
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.core.recordings import MEDIA, REPOSITORY, SAMPLE, SAMPLE_WORDS, WAV, draw, loud_noise, recognise
from trenddrop.core.media import MediaError, extract_speech, probe
from trenddrop.core.speech import Transcript, TranscriptionFailed, transcriber
from trenddrop.core.speech.errors import compare
from trenddrop.core.speech.pocketsphinx import PocketSphinx
from trenddrop.core.speech.segments import levels, parts, segments

SHARED = REPOSITORY.parent / "shared" / "media"


def speech_of(recording: Path, folder: Path) -> Path:
    extract_speech(recording, folder / "speech.wav")
    return folder / "speech.wav"


def plain(text: str) -> list[str]:
    letters = "".join(letter if letter.isalnum() or letter in "' " else " " for letter in text.lower())
    return letters.split()


def word_errors(said: list[str], heard: list[str]) -> int:
    """Return how many words must be changed, added or taken away (Levenshtein's distance over words)."""
    row = list(range(len(heard) + 1))
    for number, word in enumerate(said, start=1):
        before, row[0] = row[0], number
        for at, other in enumerate(heard, start=1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (word != other))
    return row[-1]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Transcript, list[float]]:
    """The sample video as the embedded recogniser hears it."""
    audio = speech_of(SAMPLE, tmp_path_factory.mktemp("sample"))
    return recognise(PocketSphinx(), audio)


def test_the_embedded_recogniser_gets_most_words_of_the_sample_right(sample: tuple[Transcript, list[float]]) -> None:
    said = plain(SAMPLE_WORDS.read_text())
    errors = word_errors(said, [word.text for word in sample[0].words])
    assert errors / len(said) < 0.22  # 0.16 when this was written


def test_words_come_in_order_within_the_recording_and_clean(sample: tuple[Transcript, list[float]]) -> None:
    words = sample[0].words
    assert all(one.end <= other.start + 0.011 for one, other in pairwise(words))
    assert all(0 <= word.start < word.end <= 47.6 for word in words)
    assert not [word.text for word in words if set("<>[]()+") & set(word.text)]


@pytest.mark.parametrize(("word", "begins"), [("do", 35.99), ("save", 42.41)])
def test_a_word_is_heard_when_it_is_said(sample: tuple[Transcript, list[float]], word: str, begins: float) -> None:
    """The sample was put together sentence by sentence, so their beginnings are known."""
    assert next(each for each in sample[0].words if each.text == word).start == pytest.approx(begins, abs=0.3)


def test_the_embedded_recogniser_says_how_weak_it_is(sample: tuple[Transcript, list[float]]) -> None:
    found = sample[0]
    assert "one word in four wrong" in found.note
    assert "PocketSphinx" in found.engine
    assert (found.language, found.confidence) == ("en", None)
    assert {word.confidence for word in found.words} == {None}


def test_progress_grows_to_the_end(sample: tuple[Transcript, list[float]]) -> None:
    shown = sample[1]
    assert shown == sorted(shown)
    assert shown[-1] == pytest.approx(1, abs=0.05)


def test_silences_between_sentences_stay_so_that_lines_can_be_broken(sample: tuple[Transcript, list[float]]) -> None:
    pauses = [other.start - one.end for one, other in pairwise(sample[0].words)]
    assert len([pause for pause in pauses if pause > 0.4]) >= 6


def test_cancelling_stops_after_the_stretch_in_work(tmp_path: Path) -> None:
    found, shown = recognise(PocketSphinx(), speech_of(SAMPLE, tmp_path), stop_after=1)
    assert len(shown) == 1
    assert 0 < len(found.words) < 40


def test_another_language_is_not_passed_off_as_english(tmp_path: Path) -> None:
    found, _shown = recognise(PocketSphinx(), speech_of(MEDIA / "question.mp3", tmp_path), language="hi")
    assert found.language == "hi"
    assert "knows only English" in found.note


def test_a_silent_recording_has_no_words_and_says_so(tmp_path: Path) -> None:
    silent = draw(tmp_path / "silent.wav", *WAV, source="anullsrc=r=16000:cl=mono:d=20")
    found, _shown = recognise(PocketSphinx(), silent)
    assert found.words == []
    assert found.note == "There is no sound above the noise in this recording."
    assert found.language is None


CHORDS = (
    "aevalsrc=0.2*(sin(2*PI*t*(220+110*floor(mod(t*2\\,4))))+sin(2*PI*t*(277+55*floor(mod(t*2\\,3))))"
    "+sin(2*PI*330*t))*exp(-3*mod(t\\,0.5)):d=8"
)


BEAT = "aevalsrc=(random(0)-0.5)*exp(-20*mod(t\\,0.5))+0.3*sin(2*PI*110*t)*exp(-6*mod(t\\,1)):d=8"
KICK = "aevalsrc=(random(0)-0.5)*exp(-12*mod(t\\,0.25))+0.4*sin(2*PI*60*t)*exp(-8*mod(t\\,0.5)):d=8"


@pytest.mark.parametrize("generator", ["anoisesrc=d=6:a=0.3", "sine=f=440:d=6", CHORDS, BEAT, KICK])
def test_noise_and_music_have_no_words_and_say_so(tmp_path: Path, generator: str) -> None:
    found, _shown = recognise(PocketSphinx(), draw(tmp_path / "sound.wav", *WAV, source=generator))
    assert found.words == []
    assert found.note == "There is sound, but no words were recognised in it."


@pytest.mark.parametrize("frames", [0, 1, 100])
def test_next_to_no_sound_is_no_trouble(tmp_path: Path, frames: int) -> None:
    with wave.open(str(tmp_path / "short.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(b"\x01\x20" * frames)
    found, _shown = recognise(PocketSphinx(), tmp_path / "short.wav")
    assert found.words == []


def test_an_hour_that_is_mostly_silent_costs_seconds_and_little_memory(tmp_path: Path) -> None:
    question = speech_of(MEDIA / "question.mp3", tmp_path)
    with wave.open(str(question), "rb") as spoken, wave.open(str(tmp_path / "hour.wav"), "wb") as hour:
        hour.setparams(spoken.getparams())
        minute = bytes(60 * 32_000)
        for _minute in range(59):
            hour.writeframes(minute)
        hour.writeframes(spoken.readframes(spoken.getnframes()))
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    found, _shown = recognise(PocketSphinx(), tmp_path / "hour.wav")
    assert min(word.start for word in found.words) > 59 * 60
    assert time.process_time() - began < 15
    # the recogniser's own model is about 100 MB; the hour would be 115 MB
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 130_000


def test_speech_without_pauses_is_cut_where_it_is_quietest(tmp_path: Path) -> None:
    found = list(segments(loud_noise(tmp_path / "loud.wav", 40, [15.0, 29.0])))
    assert [round(each.start) for each in found] == [0, 15, 29]
    assert sum(len(each.samples) for each in found) == pytest.approx(40 * 32_000, rel=0.005)
    assert all(len(each.samples) <= 18 * 32_000 for each in found)


def test_parts_for_a_service_are_whole_wav_files_cut_between_words(tmp_path: Path) -> None:
    loud = loud_noise(tmp_path / "loud.wav", 25, [9.5, 18.7])
    found = list(parts(loud, seconds=10))
    assert [round(each.start, 1) for each in found] == pytest.approx([0, 9.6, 18.8], abs=0.2)
    assert [each.end for each in found[:-1]] == [each.start for each in found[1:]]
    assert found[-1].end == pytest.approx(25, abs=0.03)
    (tmp_path / "part.wav").write_bytes(found[1].wav)
    assert probe(tmp_path / "part.wav").duration == pytest.approx(found[1].end - found[1].start, abs=0.01)


def test_levels_of_an_hour_are_small(tmp_path: Path) -> None:
    quiet = draw(tmp_path / "quiet.wav", *WAV, source="anullsrc=r=16000:cl=mono:d=60")
    assert levels(quiet).nbytes == 4 * 2000


def test_auto_takes_the_first_recogniser_that_can_work(settings: Settings, tmp_path: Path) -> None:
    settings.TRANSCRIBER = "auto"
    settings.SPEECH_API_URL, settings.WHISPER_MODEL = "", ""
    assert transcriber().name == "embedded"
    settings.SPEECH_API_URL = "http://127.0.0.1:9/v1"
    assert transcriber().name == "api"
    settings.TRANSCRIBER = "embedded"
    assert transcriber().name == "embedded"


def test_a_recogniser_nobody_knows_is_told_with_those_there_are(settings: Settings) -> None:
    settings.TRANSCRIBER = "oracle"
    with pytest.raises(TranscriptionFailed, match=r"“oracle”; it can be auto, .*embedded"):
        transcriber()


def test_without_any_recogniser_the_settings_are_named(settings: Settings) -> None:
    settings.TRANSCRIBER, settings.SPEECH_API_URL = "auto", ""
    settings.TRANSCRIBERS = {"api": settings.TRANSCRIBERS["api"]}
    with pytest.raises(TranscriptionFailed, match="SPEECH_API_URL"):
        transcriber()


# Real voices and files that have upset decoders; not part of the repository.


@pytest.mark.shared
def test_real_voices_are_understood_about_as_well_as_the_note_says(tmp_path: Path) -> None:
    said, wrong = 0, 0
    recordings = {path: path.with_suffix(".txt").read_text() for path in sorted((SHARED / "librivox").glob("*.wav"))}
    recordings[SHARED / "jfk.flac"] = (
        "And so my fellow Americans, ask not what your country can do for you, ask what you can do for your country."
    )
    assert len(recordings) == 6
    for path, text in recordings.items():
        found, _shown = recognise(PocketSphinx(), speech_of(path, tmp_path))
        said += len(plain(text))
        wrong += word_errors(plain(text), [word.text for word in found.words])
    assert wrong / said < 0.33, f"{wrong} of {said} words"  # 0.27 when this was written


@pytest.mark.shared
@pytest.mark.parametrize("name", ["awful.wav", "bad.wav", "evil.wav"])
def test_files_that_have_upset_decoders_are_refused_in_words(name: str) -> None:
    with pytest.raises(MediaError, match=r"damaged|ends in the middle"):
        probe(SHARED / "hostile" / name)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the recordings of real speech are not here")
def test_words_to_listen_for_do_no_harm_where_they_are_not_said(tmp_path: Path) -> None:
    said = "And so my fellow Americans, ask not what your country can do for you, ask what you can do for your country."
    audio = speech_of(SHARED / "jfk.flac", tmp_path)
    heard = []
    for hints in ([], ["Kesar", "niacinamide", "Mouraria", "Kohli", "skin barrier", "Diwali"]):
        found = PocketSphinx().transcribe(
            audio, language="en", hints=hints, progress=lambda _done: None, cancelled=lambda: False
        )
        heard.append(compare(said, " ".join(word.text for word in found.words)).wrong)
    assert heard[1] <= heard[0] + 1
