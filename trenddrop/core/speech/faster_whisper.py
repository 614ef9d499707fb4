"""faster-whisper, when the operator has put a model into a folder and installed the package."""

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from trenddrop.core.speech.base import Cancelled, Progress, Transcript, TranscriptionFailed, Word
from trenddrop.core.speech.segments import length


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
        prompt = ", ".join(hints[:30]) or None
        parts, info = model.transcribe(_samples(audio), language=language, word_timestamps=True, initial_prompt=prompt)
        total, words = max(length(audio), 0.01), list[Word]()
        for part in parts:
            words += [_word(each) for each in part.words or () if each.word.strip()]
            progress(min(part.end / total, 1.0))
            if cancelled():
                break
        known = [word.confidence for word in words if word.confidence is not None]
        sure = sum(known) / len(known) if known else None
        engine = f"faster-whisper {Path(settings.WHISPER_MODEL).name}"
        return Transcript(words, info.language, sure, engine, "" if words else "No words were recognised.")


def _word(each: Any) -> Word:
    return Word(round(each.start, 2), round(each.end, 2), each.word.strip(), round(float(each.probability), 3))


def _samples(audio: Path) -> Any:
    """Hand the sound over as samples: the package's own reader does not work with every PyAV."""
    return np.memmap(audio, dtype="<i2", mode="r", offset=44).astype(np.float32) / 32768
