"""The embedded recogniser: works everywhere without a key or a download, for English, and says how weak it is."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pocketsphinx

from trenddrop.core.speech.base import Cancelled, Progress, Transcript, Word
from trenddrop.core.speech.segments import RATE, Segment, length, segments

FRAME_SECONDS = 0.01
NOT_A_WORD = re.compile(r"^(<.*>|\[.*\]|\+\+.*\+\+)$")
ALTERNATIVE = re.compile(r"\(\d+\)$")
ENGINE = "PocketSphinx 5 (embedded)"
NOTE = (
    "The embedded recogniser gets about one word in four wrong on clean English speech and knows no punctuation."
    " Correct what matters, upload subtitles, or set a better recogniser."
)
SILENT = "There is no sound above the noise in this recording."
WORDLESS = "There is sound, but no words were recognised in it."


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
            heard = True
            words += _recognise(decoder, segment)
            progress(min(segment.start / total, 1.0))
            if cancelled():
                break
        return Transcript(words, "en" if words else language, None, ENGINE, _note(heard=heard, found=bool(words)))


def _note(*, heard: bool, found: bool) -> str:
    return NOTE if found else WORDLESS if heard else SILENT


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
