"""The embedded recogniser: works everywhere without a key or a download, for English, and says how weak it is."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pocketsphinx

from trenddrop.core.speech import spelling
from trenddrop.core.speech.base import Cancelled, Progress, Transcript, Word
from trenddrop.core.speech.notes import EMBEDDED, ONLY_ENGLISH, SILENT, WORDLESS
from trenddrop.core.speech.segments import FRAME, RATE, Segment, length, segments

FRAME_SECONDS = 0.01
OURS = "_"  # ends the names of words that were learned
WEIGHT = 30.0  # times as likely as one word of the recogniser's own is on average
RARE = -130_000  # its log of how likely a word is (base 1.0001); rarer ones are learned like unknown ones
SHORTEST_HINT, MOST_HINTS = 3, 120
PUNCTUATION = ".,:;!?\"'()[]#@"
NOT_A_WORD = re.compile(r"^(<.*>|\[.*\]|\+\+.*\+\+)$")
ALTERNATIVE = re.compile(r"\(\d+\)$")
ENGINE = "PocketSphinx 5 (embedded)"
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
        """Recognise English; other languages get its best guess and the note.

        Of the hints it learns the words that it does not know or hardly expects, by how they are spelled.
        """
        decoder = pocketsphinx.Decoder(samprate=RATE, loglevel="FATAL")
        learned = _learn(decoder, hints)
        total, heard, words = max(length(audio), 0.01), False, list[Word]()
        for segment in segments(audio):
            if cancelled():
                break
            heard = True
            found = _recognise(decoder, segment, learned) if _is_voiced(segment) else []
            words += found if _is_dense(found, segment) else []
            progress(min(segment.end / total, 1.0))
        return Transcript(
            words, language or ("en" if words else None), None, ENGINE, _note(language, words, heard=heard)
        )


def _note(language: str | None, words: list[Word], *, heard: bool) -> str:
    note = EMBEDDED if words else WORDLESS if heard else SILENT
    foreign = language is not None and language.split("-")[0] != "en"
    return f"{note} {ONLY_ENGLISH}" if foreign and heard else note


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


def _learn(decoder: Any, hints: Sequence[str]) -> dict[str, str]:
    """Teach the recogniser words; return how each is written by the name it has in there."""
    model, learned = decoder.get_lm("_default"), dict[str, str]()
    for word in (word for hint in hints for word in hint.split()):
        plain = spelling.fold(word)
        name = f"{plain}{OURS}"
        if len(plain) < SHORTEST_HINT or len(learned) >= MOST_HINTS or name in learned:
            continue
        ways = [] if _expects(decoder, model, plain) else spelling.pronunciations(word, decoder.lookup_word)
        if ways:
            model.add_word(name, WEIGHT)
            decoder.add_word(name, ways[0], update=False)
            for number, way in enumerate(ways[1:], start=2):
                decoder.add_word(f"{name}({number})", way, update=False)
            learned[name] = word.strip(PUNCTUATION)
    if learned:
        decoder.add_word(f"{OURS}{OURS}", "SIL", update=True)  # one update for all: it costs half a second
    return learned


def _expects(decoder: Any, model: Any, word: str) -> bool:
    return bool(decoder.lookup_word(word)) and model.prob([word]) > RARE


def _recognise(decoder: Any, segment: Segment, learned: Mapping[str, str]) -> list[Word]:
    decoder.start_utt()
    decoder.process_raw(segment.samples, full_utt=True)
    decoder.end_utt()
    found = []
    for part in decoder.seg() or ():
        text = ALTERNATIVE.sub("", part.word)
        if text and not NOT_A_WORD.match(text):
            start = segment.start + part.start_frame * FRAME_SECONDS
            end = segment.start + (part.end_frame + 1) * FRAME_SECONDS
            found.append(Word(round(start, 2), round(end, 2), learned.get(text, text)))
    return found
