"""A speech API that speaks OpenAI's protocol (/audio/transcriptions), hosted or on one's own machine."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings

from trenddrop.core.speech.base import Cancelled, Progress, Transcript, TranscriptionFailed, Word
from trenddrop.core.speech.notes import WORDLESS
from trenddrop.core.speech.segments import length, parts

PART_SECONDS = 600  # 19 MB of 16 kHz 16-bit mono: under the usual limit of 25 MB
NONSENSE = "The speech service answered something that is no transcript. The file is kept; try again."
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
        asked = {"model": settings.SPEECH_API_MODEL, "response_format": "verbose_json"}
        asked |= {"language": language} if language else {}
        asked |= {"prompt": ", ".join(hints[:30])} if hints else {}
        total, spoken = max(length(audio), 0.01), language
        words, sure = list[Word](), list[float]()
        with httpx.Client(timeout=TIMEOUT) as client:
            for part in parts(audio, seconds=PART_SECONDS):
                answer = _ask(client, asked, part.wav)
                words += _words(answer, part.start)
                sure += _certainties(answer)
                spoken = spoken or _code(answer.get("language"))
                progress(min(part.end / total, 1.0))
                if cancelled():
                    break
        confidence = round(sum(sure) / len(sure), 3) if sure else None
        return Transcript(words, spoken, confidence, f"{settings.SPEECH_API_MODEL} (API)", "" if words else WORDLESS)


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
        raise TranscriptionFailed(NONSENSE) from error
    if not isinstance(found, dict):
        raise TranscriptionFailed(NONSENSE)
    return found


def _refusal(answer: httpx.Response) -> str:
    if answer.status_code in {401, 403}:
        return "The speech service does not accept the key. The operator must set SPEECH_API_KEY."
    if answer.status_code == 404:
        return "There is no speech service at this address. The operator must set SPEECH_API_URL and SPEECH_API_MODEL."
    if answer.status_code == 413:
        return "The speech service does not take this much sound at once. The file is kept."
    if answer.status_code == 429:
        return "The speech service asks us to slow down. The file is kept; try again in a few minutes."
    return f"The speech service refused the sound (status {answer.status_code}). The file is kept; try again."


def _words(answer: dict[str, Any], offset: float) -> list[Word]:
    """Return timed words; a server that only times whole segments gets its words spread over them."""
    try:
        if answer.get("words"):
            return [_word(each, offset) for each in answer["words"] if str(each["word"]).strip()]
        return [word for segment in answer.get("segments") or [] for word in _spread(segment, offset)]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TranscriptionFailed(NONSENSE) from error


def _word(each: dict[str, Any], offset: float) -> Word:
    start, end = float(each["start"]) + offset, float(each["end"]) + offset
    sure = each.get("probability")
    return Word(round(start, 2), round(end, 2), str(each["word"]).strip(), None if sure is None else float(sure))


def _certainties(answer: dict[str, Any]) -> list[float]:
    """Return how sure the server is of each segment, 0 to 1, where it says so."""
    told = [segment.get("avg_logprob") for segment in answer.get("segments") or [] if isinstance(segment, dict)]
    return [min(1.0, math.exp(each)) for each in told if isinstance(each, int | float)]


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
