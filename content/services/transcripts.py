"""Commands on all that is said or written: bring it, correct it at once."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Membership
from content.models import ContentAsset, PipelineStep, Transcript
from content.pipeline import transcribe
from content.pipeline.running import UNDER_WAY
from content.pipeline.wording import NoTranscript, change, first_of
from content.services import pipeline
from content.transcripts import bringing, correcting, turns
from content.transcripts.bringing import OtherRecording
from content.transcripts.turns import Turn
from trenddrop.core.speech import Transcript as Recognised
from trenddrop.core.speech import Word, plaintext

__all__ = ["NoTranscript", "NoWords", "OtherRecording", "bring_subtitles", "correct", "queue_reading"]
READING = pipeline.FROM["understand"]


class NoWords(Exception):
    """Nothing is left of the text."""

    def __init__(self) -> None:
        super().__init__(_("There are no words in this. Nothing was changed."))


def bring_subtitles(
    asset: ContentAsset, content: bytes, *, name: str, by: Membership, anyway: bool = False
) -> Transcript:
    """Take SRT, VTT or plain text in place of the recogniser's words, and read the asset anew.

    `anyway` takes it even if it seems to belong to another recording.
    Raises subtitles.BadSubtitles, NoWords, OtherRecording, pipeline.StillRunning.
    """
    said = Transcript.objects.select_for_update().filter(asset=asset).first()
    heard, first = (transcribe.words_of(said), first_of(said)) if said else ([], {})
    found = bringing.read(content, name=name, heard=heard, duration=asset.duration)
    if not found.words:
        raise NoWords
    if not anyway:
        bringing.compare(found, first=first, duration=asset.duration)
    queue_reading(asset, by=by)
    kept = _keep(asset, found, first)
    audit.record("transcript.brought", asset, organization_id=asset.organization_id, by=by, name=name)
    return kept


def _keep(asset: ContentAsset, found: Recognised, first: dict[str, Any]) -> Transcript:
    """Save what a person brought; `edited_at` tells the recogniser to leave it alone."""
    row = transcribe.save(asset, found)
    row.edited_at, row.recognised = timezone.now(), first
    row.save(update_fields=["edited_at", "recognised", "updated_at"])
    ContentAsset.objects.filter(pk=asset.pk).update(language=found.language or "")
    return row


def correct(asset: ContentAsset, text: str, *, by: Membership) -> None:
    """Put a corrected text in place of all words; spoken words keep their seconds. The asset is read anew.

    Raises NoWords, pipeline.StillRunning.
    """
    text = text.replace("\x00", "").strip()
    if not text:
        raise NoWords
    said = Transcript.objects.select_for_update().filter(asset=asset).first()  # before its asset, as all do
    told = _retold(said, text) if said is not None and said.words else None
    queue_reading(asset, by=by)
    if said is not None and told is not None:
        change(said, told[0], speaking=told[1], by=by)
    else:
        ContentAsset.objects.filter(pk=asset.pk).update(text=text, language="")
    audit.record("transcript.corrected", asset, organization_id=asset.organization_id, by=by)


def _retold(said: Transcript, text: str) -> tuple[list[Word], list[Turn]]:
    """Return the words of a corrected text with their seconds, and who speaks them. Raises NoWords."""
    speaking = turns.turns_of(said.turns)
    passages = plaintext.parse(text, known=turns.names(speaking))
    words = correcting.retimed(transcribe.words_of(said), " ".join(passage.text for passage in passages))
    if not words:
        raise NoWords
    if any(passage.speaker for passage in passages):
        speaking = turns.merged(turns.of_passages(passages, words))
    return words, speaking


def queue_reading(asset: ContentAsset, *, by: Membership) -> None:
    """Queue what depends on words about to change; an asset whose words nobody has read takes these on its way.

    Raises pipeline.StillRunning.
    """
    held = pipeline.hold(asset)
    begun = PipelineStep.objects.filter(asset=asset, name__in=READING).exclude(status=PipelineStep.Status.WAITING)
    if held.status in UNDER_WAY and not begun.exists():
        return
    pipeline.again(asset, "transcribe", by=by)
