"""What is said, word by word."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from accounts import tenancy
from content import search
from content.models import ContentAsset, Transcript
from content.pipeline.probe import MOVING
from content.pipeline.work import Work
from content.transcripts import listening, marking, tongues
from trenddrop.core import media, speech
from trenddrop.core.speech import Word, segments

EXTRACTING = 0.15  # the share of the step that goes into reading the sound
PEAKS = 6.0  # dB by which single samples pass the level of 30 ms of noise


class Transcribe:
    """Read the sound, draw its wave, and recognise the words with the recogniser the settings choose."""

    name = "transcribe"

    def skip(self, asset: ContentAsset) -> str | None:
        """Only what has sound, and no transcript that somebody brought or edited (both set edited_at)."""
        if asset.kind not in MOVING or not asset.file:
            return "There is nothing to listen to."
        if not asset.media_info.get("has_audio"):
            return "This video has no sound. Pieces are written from its title and description."
        with tenancy.of_organization(asset.organization_id):
            brought = _brought(asset)
        return _kept(brought) if brought else None

    def run(self, work: Work) -> str:
        """Save transcript and wave."""
        sound = work.folder / "speech.wav"
        with work.file() as path:
            loudness = media.extract_speech(
                path,
                sound,
                duration=work.asset.duration,
                progress=lambda done: work.progress(EXTRACTING * done),
                cancelled=work.cancelled,
            )
        self._save_wave(work, sound, loudness)
        work.check()
        silences = self._silences(sound, work)
        recogniser = speech.transcriber()
        found = recogniser.transcribe(
            sound,
            language=work.asset.language or None,
            hints=_hints(work.asset),
            progress=lambda done: work.progress(EXTRACTING + (1 - EXTRACTING) * done),
            cancelled=work.cancelled,
        )
        work.check()
        with work.saving():
            brought = _brought(work.asset)
            if brought is None:
                save(work.asset, found, silences=silences)
        return _kept(brought) if brought else f"{found.engine}. {found.note}".strip()

    def _save_wave(self, work: Work, sound: Path, loudness: float | None) -> None:
        """Keep wave, loudness (LUFS), and the length where the container tells none (browsers' recordings)."""
        wave, length = media.waveform(sound), segments.length(sound)
        with work.saving():
            ContentAsset.objects.filter(pk=work.asset.pk).update(
                waveform=wave,
                duration=work.asset.duration or round(length, 3) or None,
                media_info=work.asset.media_info | {"loudness": loudness},
            )

    def _silences(self, sound: Path, work: Work) -> list[tuple[float, float]]:
        """Return where nothing is heard; a recording that cannot be measured has none."""
        heard = segments.levels(sound)
        below, duration = segments.quiet(heard) + PEAKS, segments.length(sound)
        return media.silences(
            sound, below=below, shortest=marking.SHORTEST_SILENCE, duration=duration, cancelled=work.cancelled
        )


def _hints(asset: ContentAsset) -> list[str]:
    with tenancy.of_organization(asset.organization_id):
        return listening.hints_of(asset)


def _brought(asset: ContentAsset) -> Transcript | None:
    """Return the transcript that somebody brought or corrected. Call in the organisation's scope."""
    return Transcript.objects.filter(asset=asset).exclude(edited_at=None).first()


def _kept(brought: Transcript) -> str:
    return f"Kept: {brought.engine}"


def save(
    asset: ContentAsset, found: speech.Transcript, *, silences: Sequence[tuple[float, float]] | None = None
) -> Transcript:
    """Write the transcript in place of an earlier one, and make the asset findable by its words.

    `silences` are seconds measured in the sound; None keeps those that are known.
    """
    with tenancy.of_organization(asset.organization_id):
        row, _new = Transcript.objects.update_or_create(
            asset=asset,
            defaults={
                "organization_id": asset.organization_id,
                "words": rows_of(found.words),
                "text": " ".join(word.text for word in found.words),
                "language": found.language or "",
                "confidence": found.confidence,
                "engine": found.engine,
                "note": f"{found.note} {tongues.note(found.words)}".strip(),
                "turns": [list(turn) for turn in found.turns],
                "marks": _marks(asset, found, silences),
                "recognised": {},
                "edited_at": None,
            },
        )
        search.index(asset)
    return row


def _marks(
    asset: ContentAsset, found: speech.Transcript, silences: Sequence[tuple[float, float]] | None
) -> list[marking.Mark]:
    if silences is None:
        rows = Transcript.objects.filter(asset=asset).values_list("marks", flat=True).first() or []
        silences = [(start, end) for kind, start, end in rows if kind == marking.SILENCE]
    fillers = marking.fillers(found.words, found.language or "")
    return marking.joined([*marking.between(silences, found.words), *fillers])


def rows_of(words: Sequence[Word]) -> list[list[Any]]:
    """Return words as they are stored."""
    return [[word.start, word.end, word.text, word.confidence] for word in words]


def words_of(transcript: Transcript) -> list[Word]:
    """Return a stored transcript's words."""
    return [Word(start, end, text, confidence) for start, end, text, confidence in transcript.words]
