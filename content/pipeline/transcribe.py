"""What is said, word by word."""

from pathlib import Path

from accounts import tenancy
from accounts.models import BrandProfile
from content import search
from content.models import ContentAsset, Transcript
from content.pipeline.probe import MOVING
from content.pipeline.work import Work
from trenddrop.core import media, speech
from trenddrop.core.speech import Word, segments

EXTRACTING = 0.15  # the share of the step that goes into reading the sound


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
        recogniser = speech.transcriber()
        found = recogniser.transcribe(
            sound,
            language=work.asset.language or None,
            hints=self._hints(work.asset),
            progress=lambda done: work.progress(EXTRACTING + (1 - EXTRACTING) * done),
            cancelled=work.cancelled,
        )
        work.check()
        with work.saving():
            brought = _brought(work.asset)
            if brought is None:
                save(work.asset, found)
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

    def _hints(self, asset: ContentAsset) -> list[str]:
        if asset.brand_id is None:
            return []
        with tenancy.of_organization(asset.organization_id):
            brand = BrandProfile.objects.filter(pk=asset.brand_id).first()
        return brand.words if brand else []


def _brought(asset: ContentAsset) -> Transcript | None:
    """Return the transcript that somebody brought or corrected. Call in the organisation's scope."""
    return Transcript.objects.filter(asset=asset).exclude(edited_at=None).first()


def _kept(brought: Transcript) -> str:
    return f"Kept: {brought.engine}"


def save(asset: ContentAsset, found: speech.Transcript) -> Transcript:
    """Write the transcript in place of an earlier one, and make the asset findable by its words."""
    with tenancy.of_organization(asset.organization_id):
        row, _new = Transcript.objects.update_or_create(
            asset=asset,
            defaults={
                "organization_id": asset.organization_id,
                "words": [[word.start, word.end, word.text, word.confidence] for word in found.words],
                "text": " ".join(word.text for word in found.words),
                "language": found.language or "",
                "confidence": found.confidence,
                "engine": found.engine,
                "note": found.note,
                "edited_at": None,
            },
        )
        search.index(asset)
    return row


def words_of(transcript: Transcript) -> list[Word]:
    """Return a stored transcript's words."""
    return [Word(start, end, text, confidence) for start, end, text, confidence in transcript.words]
