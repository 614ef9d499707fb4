"""faster-whisper, when the operator has put a model into a folder and installed the package."""

import io
import wave
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from trenddrop.core.speech.base import Cancelled, Progress, Transcript, TranscriptionFailed, Word
from trenddrop.core.speech.notes import WORDLESS
from trenddrop.core.speech.segments import Part, length, parts

PART_SECONDS = 600  # 40 MB of samples at a time, however long the recording


class FasterWhisper:
    """Recognises about a hundred languages, with word times and confidence."""

    name = "whisper"

    def available(self) -> bool:
        """The package is installed and WHISPER_MODEL is a folder with a model."""
        folder = Path(settings.WHISPER_MODEL) if settings.WHISPER_MODEL else None
        return bool(folder and (folder / "model.bin").is_file() and find_spec("faster_whisper"))

    def transcribe(
        self,
        audio: Path,
        *,
        language: str | None,
        hints: Sequence[str],
        progress: Progress,
        cancelled: Cancelled,
    ) -> Transcript:
        """Recognise; hints steer it towards the brand's words."""
        if not self.available():
            raise TranscriptionFailed(
                "WHISPER_MODEL must be a folder with a faster-whisper model (model.bin), and the package"
                " faster-whisper must be installed. Until then, set TRANSCRIBER=embedded."
            )
        model = import_module("faster_whisper").WhisperModel(settings.WHISPER_MODEL, compute_type="int8")
        asked = {"word_timestamps": True, "initial_prompt": ", ".join(hints[:30]) or None}
        total, spoken, words = max(length(audio), 0.01), language, list[Word]()
        for part in parts(audio, seconds=PART_SECONDS):
            found, info = model.transcribe(_samples(part), language=spoken, **asked)
            spoken = spoken or info.language
            for passage in found:  # recognised while we ask for it
                words += [_word(each, part.start) for each in passage.words or () if each.word.strip()]
                progress(min((part.start + passage.end) / total, 1.0))
                if cancelled():
                    return self._transcript(words, spoken)
        progress(1.0)
        return self._transcript(words, spoken)

    def _transcript(self, words: list[Word], language: str | None) -> Transcript:
        known = [word.confidence for word in words if word.confidence is not None]
        sure = round(sum(known) / len(known), 3) if known else None
        engine = f"faster-whisper {Path(settings.WHISPER_MODEL).name}"
        return Transcript(words, language, sure, engine, "" if words else WORDLESS)


def _word(each: Any, offset: float) -> Word:
    sure = round(float(each.probability), 3)
    return Word(round(offset + each.start, 2), round(offset + each.end, 2), each.word.strip(), sure)


def _samples(part: Part) -> Any:
    """Hand the sound over as samples: the package's own reader does not work with every PyAV."""
    with wave.open(io.BytesIO(part.wav), "rb") as sound:
        return np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2").astype(np.float32) / 32768
