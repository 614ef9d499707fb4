"""A speech API that speaks OpenAI's protocol (/audio/transcriptions), hosted or on one's own machine."""

import io
import wave
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings

from trenddrop.core.speech.base import Cancelled, Progress, Transcript, TranscriptionFailed, Word

PART_SECONDS = 600  # 19 MB of 16 kHz 16-bit mono: under the usual limit of 25 MB
TIMEOUT = httpx.Timeout(300.0, connect=10.0)


class OpenAICompatible:
    """Sends ten minutes at a time and puts the words together."""

    name = "api"

    def available(self) -> bool:
        """SPEECH_API_URL is set."""
        return bool(settings.SPEECH_API_URL)

    def transcribe(
        self,
        audio: Path,
        *,
        language: str | None,
        hints: Sequence[str],
        progress: Progress,
        cancelled: Cancelled,
    ) -> Transcript:
        """Recognise; raises TranscriptionFailed with the server's words when it refuses."""
        asked = {"model": settings.SPEECH_API_MODEL, "response_format": "verbose_json", "prompt": ", ".join(hints[:30])}
        asked |= {"language": language} if language else {}
        words, spoken = list[Word](), language
        with httpx.Client(timeout=TIMEOUT) as client:
            for start, share, part in _parts(audio):
                answer = _ask(client, asked, part)
                words += _words(answer, start)
                spoken = spoken or _code(answer.get("language"))
                progress(share)
                if cancelled():
                    break
        return Transcript(words, spoken, None, f"{settings.SPEECH_API_MODEL} (API)", "" if words else "No words.")


def _parts(audio: Path) -> Iterator[tuple[float, float, bytes]]:
    """Yield (start in seconds, share done afterwards, a WAV file) for each part."""
    with wave.open(str(audio), "rb") as sound:
        rate, total = sound.getframerate(), sound.getnframes()
        for first in range(0, max(total, 1), PART_SECONDS * rate):
            frames = sound.readframes(PART_SECONDS * rate)
            made = io.BytesIO()
            with wave.open(made, "wb") as part:
                part.setparams(sound.getparams())
                part.writeframes(frames)
            yield first / rate, min(1.0, (first + PART_SECONDS * rate) / max(total, 1)), made.getvalue()


def _ask(client: httpx.Client, asked: dict[str, str], part: bytes) -> dict[str, Any]:
    address = f"{settings.SPEECH_API_URL.rstrip('/')}/audio/transcriptions"
    headers = {"Authorization": f"Bearer {settings.SPEECH_API_KEY}"} if settings.SPEECH_API_KEY else {}
    form: dict[str, Any] = asked | {"timestamp_granularities[]": ["word", "segment"]}
    try:
        answer = client.post(address, data=form, files={"file": ("speech.wav", part, "audio/wav")}, headers=headers)
        answer.raise_for_status()
        found = answer.json()
    except httpx.HTTPStatusError as error:
        raise TranscriptionFailed(_refusal(error.response)) from error
    except httpx.TimeoutException as error:
        raise TranscriptionFailed("The speech service did not answer in time. The file is kept; try again.") from error
    except httpx.HTTPError as error:
        raise TranscriptionFailed("The speech service cannot be reached. The file is kept; try again.") from error
    except ValueError as error:
        raise TranscriptionFailed("The speech service answered something that is no transcript.") from error
    if not isinstance(found, dict):
        raise TranscriptionFailed("The speech service answered something that is no transcript.")
    return found


def _refusal(answer: httpx.Response) -> str:
    if answer.status_code in {401, 403}:
        return "The speech service does not accept the key. The operator must set SPEECH_API_KEY."
    if answer.status_code == 429:
        return "The speech service asks us to slow down. The file is kept; try again in a few minutes."
    return f"The speech service refused the sound (status {answer.status_code}). The file is kept; try again."


def _words(answer: dict[str, Any], offset: float) -> list[Word]:
    """Return timed words; a server that only times whole segments gets its words spread over them."""
    try:
        if answer.get("words"):
            return [_word(each, offset) for each in answer["words"] if str(each["word"]).strip()]
        return [word for segment in answer.get("segments") or [] for word in _spread(segment, offset)]
    except (KeyError, TypeError, ValueError) as error:
        raise TranscriptionFailed("The speech service answered something that is no transcript.") from error


def _word(each: dict[str, Any], offset: float) -> Word:
    start, end = float(each["start"]) + offset, float(each["end"]) + offset
    return Word(round(start, 2), round(end, 2), str(each["word"]).strip())


def _spread(segment: dict[str, Any], offset: float) -> list[Word]:
    texts = str(segment["text"]).split()
    start, end = float(segment["start"]) + offset, float(segment["end"]) + offset
    step = (end - start) / max(1, len(texts))
    return [Word(round(start + n * step, 2), round(start + (n + 1) * step, 2), text) for n, text in enumerate(texts)]


def _code(language: object) -> str | None:
    """OpenAI names languages in English words; others give codes."""
    names = {"english": "en", "hindi": "hi", "spanish": "es", "french": "fr", "german": "de", "portuguese": "pt"}
    told = str(language or "").lower()
    return names.get(told, told[:2] if 2 <= len(told) <= 5 else None)
