"""The embedded recogniser: works everywhere without a key or a download, for English, and says how weak it is."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pocketsphinx

from trenddrop.core.speech.base import SILENT, WORDLESS, Cancelled, Progress, Transcript, Word
from trenddrop.core.speech.segments import FRAME, RATE, Segment, length, segments

FRAME_SECONDS = 0.01
NOT_A_WORD = re.compile(r"^(<.*>|\[.*\]|\+\+.*\+\+)$")
ALTERNATIVE = re.compile(r"\(\d+\)$")
ENGINE = "PocketSphinx 5 (embedded)"
NOTE = (
    "The embedded recogniser gets about one word in four wrong on clean English speech and knows no punctuation."
    " Correct what matters, upload subtitles, or set a better recogniser."
)
ONLY_ENGLISH = " It knows only English: for another language, upload subtitles or set another recogniser."
# Of its louder frames, so many must sound like a voice; in speech over noise it is 0.7 and more, in chords 0.66.
VOICED = 0.7
# Speech has ten letters a second and more; what a beat is taken for ("if if if", one long "thank") has under three.
FEWEST_LETTERS, JUDGED_FROM = 4.0, 3.0  # a second; a shorter stretch may be a single "no"


class PocketSphinx:
    """Decodes stretch after stretch, so that memory and time stay flat however long the recording is."""

    name = "embedded"

    def available(self) -> bool:
        """Its model comes with the package."""
        return True

    def transcribe(
        self,
        audio: Path,
        *,
        language: str | None,
        hints: Sequence[str],
        progress: Progress,
        cancelled: Cancelled,
    ) -> Transcript:
        """Recognise English; other languages get its best guess and the note. Hints are not used by this engine."""
        del hints
        decoder = pocketsphinx.Decoder(samprate=RATE, loglevel="FATAL")
        total, heard, words = max(length(audio), 0.01), False, list[Word]()
        for segment in segments(audio):
            if cancelled():
                break
            heard = True
            found = _recognise(decoder, segment) if _is_voiced(segment) else []
            words += found if _is_dense(found, segment) else []
            progress(min(segment.end / total, 1.0))
        return Transcript(
            words, language or ("en" if words else None), None, ENGINE, _note(language, words, heard=heard)
        )


def _note(language: str | None, words: list[Word], *, heard: bool) -> str:
    note = NOTE if words else WORDLESS if heard else SILENT
    foreign = language is not None and language.split("-")[0] != "en"
    return note + ONLY_ENGLISH if foreign and heard else note


def _is_voiced(segment: Segment) -> bool:
    """Say whether it may be speech: words "recognised" in music would be trusted by everything that follows."""
    vad = pocketsphinx.Vad(mode=pocketsphinx.Vad.STRICT, sample_rate=RATE, frame_length=FRAME / RATE)
    size = int(vad.frame_bytes)
    frames = [segment.samples[at : at + size] for at in range(0, len(segment.samples) - size + 1, size)]
    samples = np.frombuffer(b"".join(frames), dtype="<i2").astype(np.float32).reshape(len(frames), -1)
    level = np.mean(samples * samples, axis=1)
    voiced = np.array([vad.is_speech(frame) for frame in frames])
    return bool(voiced[level >= np.percentile(level, 40)].mean() >= VOICED)


def _is_dense(words: Sequence[Word], segment: Segment) -> bool:
    seconds = segment.end - segment.start
    return seconds < JUDGED_FROM or sum(len(word.text) for word in words) / seconds >= FEWEST_LETTERS


def _recognise(decoder: Any, segment: Segment) -> list[Word]:
    decoder.start_utt()
    decoder.process_raw(segment.samples, full_utt=True)
    decoder.end_utt()
    found = []
    for part in decoder.seg() or ():
        text = ALTERNATIVE.sub("", part.word)
        if text and not NOT_A_WORD.match(text):
            start = segment.start + part.start_frame * FRAME_SECONDS
            end = segment.start + (part.end_frame + 1) * FRAME_SECONDS
            found.append(Word(round(start, 2), round(end, 2), text))
    return found
