"""Speech to words: one port, several recognisers, and subtitles as a source of their own."""

from trenddrop.core.speech.base import Transcriber, Transcript, TranscriptionFailed, Word, transcriber

__all__ = ["Transcriber", "Transcript", "TranscriptionFailed", "Word", "transcriber"]
