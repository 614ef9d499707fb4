"""Speech to words: what is heard, when, how sure, and what is said when there is nothing to hear."""

import json
import resource
import sys
import time
import wave
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from pytest_django import Settings
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.core.recordings import MEDIA, REPOSITORY, SAMPLE, SAMPLE_WORDS, draw
from trenddrop.core.media import MediaError, extract_speech, probe
from trenddrop.core.speech import Transcriber, Transcript, TranscriptionFailed, Word, transcriber
from trenddrop.core.speech.faster_whisper import FasterWhisper
from trenddrop.core.speech.openai_compatible import OpenAICompatible
from trenddrop.core.speech.pocketsphinx import PocketSphinx
from trenddrop.core.speech.segments import levels, parts, segments

SHARED = REPOSITORY.parent / "shared" / "media"
WAV = ("-ac", "1", "-ar", "16000", "-c:a", "pcm_s16le", "-bitexact")


def recognise(
    engine: Transcriber, audio: Path, *, language: str | None = None, stop_after: int = 10_000
) -> tuple[Transcript, list[float]]:
    """Return the transcript, and the progress that was shown."""
    shown: list[float] = []
    found = engine.transcribe(
        audio,
        language=language,
        hints=["Kesar", "ceramides"],
        progress=shown.append,
        cancelled=lambda: len(shown) >= stop_after,
    )
    return found, shown


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


def loud_noise(path: Path, seconds: int, quiet_at: list[float]) -> Path:
    """Write noise that falls to a whisper for a third of a second at the given seconds."""
    rng = np.random.default_rng(7)
    samples = rng.normal(0, 6000, seconds * 16_000)
    for at in quiet_at:
        samples[int(at * 16_000) : int((at + 0.3) * 16_000)] *= 0.2
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(samples.clip(-32000, 32000).astype("<i2").tobytes())
    return path


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


# faster-whisper: an optional package, so the test brings one that answers what it would.


@dataclass
class WhisperStandIn:
    """Speaks like faster_whisper.WhisperModel: one word a second, and remembers what it was asked."""

    asked: list[dict[str, Any]] = field(default_factory=list)
    heard: list[int] = field(default_factory=list)

    def transcribe(self, samples: Any, **asked: Any) -> tuple[Iterator[Any], Any]:
        self.asked.append(asked)
        self.heard.append(len(samples))
        assert samples.dtype == np.float32
        seconds = len(samples) // 16_000
        return self.passages(seconds), SimpleNamespace(language="hi")

    def passages(self, seconds: int) -> Iterator[Any]:
        for at in range(seconds):
            word = SimpleNamespace(start=at + 0.1, end=at + 0.9, word=f" w{at}", probability=0.9)
            yield SimpleNamespace(end=at + 1.0, words=[word])


@pytest.fixture
def whisper(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> WhisperStandIn:
    model = WhisperStandIn()
    package = ModuleType("faster_whisper")
    package.__spec__ = SimpleNamespace(name="faster_whisper")  # type: ignore[assignment]
    package.WhisperModel = lambda folder, **options: model  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "faster_whisper", package)
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "model.bin").touch()
    settings.WHISPER_MODEL = str(tmp_path / "small")
    return model


def test_whisper_hears_a_long_recording_in_parts_with_times_of_the_whole(
    whisper: WhisperStandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trenddrop.core.speech.faster_whisper.PART_SECONDS", 10)
    found, shown = recognise(FasterWhisper(), loud_noise(tmp_path / "loud.wav", 25, [9.5, 18.7]))
    assert (found.language, found.engine, found.confidence) == ("hi", "faster-whisper small", 0.9)
    assert len(whisper.heard) == 3
    assert max(whisper.heard) <= 160_000
    starts = [word.start for word in found.words]
    assert starts == sorted(starts)
    assert starts[-1] > 22
    assert [each["language"] for each in whisper.asked] == [None, "hi", "hi"]
    assert whisper.asked[0]["initial_prompt"] == "Kesar, ceramides"
    assert shown[-1] == 1.0


def test_whisper_stops_when_cancelled(whisper: WhisperStandIn, tmp_path: Path) -> None:
    found, _shown = recognise(FasterWhisper(), loud_noise(tmp_path / "loud.wav", 20, []), stop_after=3)
    assert len(found.words) == 3


def test_whisper_without_its_model_says_what_is_missing(settings: Settings, tmp_path: Path) -> None:
    settings.WHISPER_MODEL = str(tmp_path / "nowhere")
    assert not FasterWhisper().available()
    with pytest.raises(TranscriptionFailed, match="WHISPER_MODEL must be a folder"):
        recognise(FasterWhisper(), tmp_path / "speech.wav")


# A speech service over HTTP


@pytest.fixture
def service(httpserver: HTTPServer, settings: Settings) -> HTTPServer:
    settings.SPEECH_API_URL = httpserver.url_for("/v1/")
    settings.SPEECH_API_KEY, settings.SPEECH_API_MODEL = "sk-test", "whisper-large"
    return httpserver


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    return draw(tmp_path / "tone.wav", *WAV, source="sine=d=3")


def answers(service: HTTPServer, content: object, status: int = 200) -> None:
    body = content if isinstance(content, str) else json.dumps(content)
    service.expect_request("/v1/audio/transcriptions", method="POST").respond_with_data(body, status=status)


def test_a_service_is_asked_with_key_model_hints_and_sound(service: HTTPServer, tone: Path) -> None:
    seen: dict[str, Any] = {}

    def hear(request: Request) -> Response:
        seen.update(request.form.items(), granularities=request.form.getlist("timestamp_granularities[]"))
        seen["key"], seen["sound"] = request.headers["Authorization"], request.files["file"].read()
        told = {"language": "english", "segments": [{"avg_logprob": -0.105, "start": 0, "end": 3, "text": "hi all"}]}
        return Response(json.dumps(told | {"words": [{"word": " hi", "start": 0.5, "end": 0.9}]}))

    service.expect_request("/v1/audio/transcriptions", method="POST").respond_with_handler(hear)
    found, shown = recognise(OpenAICompatible(), tone)
    assert found.words == [Word(0.5, 0.9, "hi")]
    assert (found.language, found.engine) == ("en", "whisper-large (API)")
    assert found.confidence == pytest.approx(0.9, abs=0.01)
    assert (seen["key"], seen["model"], seen["response_format"]) == ("Bearer sk-test", "whisper-large", "verbose_json")
    assert (seen["prompt"], seen["granularities"]) == ("Kesar, ceramides", ["word", "segment"])
    assert seen["sound"][:4] == b"RIFF"
    assert len(seen["sound"]) == pytest.approx(3 * 32_000, abs=2000)
    assert shown == [1.0]


def test_a_long_recording_goes_in_parts_under_the_services_limit(
    service: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trenddrop.core.speech.openai_compatible.PART_SECONDS", 10)
    sizes: list[int] = []

    def hear(request: Request) -> Response:
        sizes.append(len(request.files["file"].read()))
        return Response(json.dumps({"words": [{"word": "rain", "start": 1.0, "end": 1.5}]}))

    service.expect_request("/v1/audio/transcriptions").respond_with_handler(hear)
    found, shown = recognise(OpenAICompatible(), loud_noise(tmp_path / "loud.wav", 25, [9.5, 18.7]))
    assert [word.start for word in found.words] == pytest.approx([1.0, 10.6, 19.8], abs=0.2)
    assert max(sizes) <= 10 * 32_000 + 44
    assert shown == sorted(shown)


def test_ten_minutes_are_under_the_usual_limit() -> None:
    from_settings = 600 * 32_000 + 44
    assert from_settings < 25 * 1000**2


def test_a_service_that_only_times_segments_gets_its_words_spread(service: HTTPServer, tone: Path) -> None:
    answers(service, {"segments": [{"start": 1.0, "end": 3.0, "text": " wash twice "}]})
    found, _shown = recognise(OpenAICompatible(), tone)
    assert found.words == [Word(1.0, 2.0, "wash"), Word(2.0, 3.0, "twice")]


def test_no_speech_is_a_result_of_a_service_too(service: HTTPServer, tone: Path) -> None:
    answers(service, {"text": "", "segments": [], "words": []})
    found, _shown = recognise(OpenAICompatible(), tone)
    assert (found.words, found.note) == ([], "There is sound, but no words were recognised in it.")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "does not accept the key"),
        (403, "does not accept the key"),
        (404, "no speech service at this address"),
        (413, "does not take this much sound"),
        (429, "slow down"),
        (500, "status 500"),
    ],
)
def test_a_refusal_of_the_service_is_put_into_plain_words(
    service: HTTPServer, tone: Path, status: int, words: str
) -> None:
    answers(service, {"error": {"message": "sk-test is wrong"}}, status)
    with pytest.raises(TranscriptionFailed, match=words) as refused:
        recognise(OpenAICompatible(), tone)
    assert "sk-test" not in str(refused.value)


@pytest.mark.parametrize(
    "content",
    [
        "<html>",
        "[]",
        '"hi"',
        {"words": [{"word": "hi"}]},
        {"words": "hi"},
        {"segments": [{"text": "hi"}]},
        {"words": [7]},
    ],
)
def test_nonsense_of_the_service_is_put_into_plain_words(service: HTTPServer, tone: Path, content: object) -> None:
    answers(service, content)
    with pytest.raises(TranscriptionFailed, match="no transcript"):
        recognise(OpenAICompatible(), tone)


def test_a_service_that_is_not_there_is_told(settings: Settings, tone: Path) -> None:
    settings.SPEECH_API_URL = "http://127.0.0.1:9/v1"
    with pytest.raises(TranscriptionFailed, match="cannot be reached"):
        recognise(OpenAICompatible(), tone)


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
