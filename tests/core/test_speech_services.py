"""Recognisers an operator may add: faster-whisper with a model, and a service over HTTP."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from pytest_django import Settings
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.core.recordings import WAV, draw, loud_noise, recognise
from trenddrop.core.speech import TranscriptionFailed, Word
from trenddrop.core.speech.faster_whisper import FasterWhisper
from trenddrop.core.speech.openai_compatible import PART_SECONDS, OpenAICompatible

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
    assert PART_SECONDS * 32_000 + 44 < 25 * 1000**2


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
