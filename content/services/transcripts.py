"""Commands on all that is said or written: bring it, correct it at once."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Membership
from content import bringing, correcting, marking, search, turns
from content.bringing import OtherRecording
from content.models import ContentAsset, PipelineStep, Transcript
from content.pipeline import transcribe
from content.pipeline.running import UNDER_WAY
from content.services import pipeline
from content.turns import Turn
from trenddrop.core.speech import Transcript as Recognised
from trenddrop.core.speech import Word, plaintext

__all__ = [
    "NoTranscript",
    "NoWords",
    "OtherRecording",
    "bring_subtitles",
    "change",
    "correct",
    "first_of",
    "hold",
    "queue_reading",
]
READING = pipeline.FROM["understand"]


class NoWords(Exception):
    """Nothing is left of the text."""

    def __init__(self) -> None:
        super().__init__(_("There are no words in this. Nothing was changed."))


class NoTranscript(Exception):
    """Nothing was heard or brought yet that could be changed."""

    def __init__(self) -> None:
        super().__init__(_("There is no transcript yet. Wait until it is written, or bring subtitles."))


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
    queue_reading(asset, by=by)
    said = Transcript.objects.select_for_update().filter(asset=asset).first()
    if said is not None and said.words:
        _put_text(said, plaintext.parse(text, known=turns.names(turns.turns_of(said.turns))), by=by)
    else:
        ContentAsset.objects.filter(pk=asset.pk).update(text=text, language="")
    audit.record("transcript.corrected", asset, organization_id=asset.organization_id, by=by)


def _put_text(said: Transcript, passages: Sequence[plaintext.Passage], *, by: Membership) -> None:
    words = correcting.retimed(transcribe.words_of(said), " ".join(passage.text for passage in passages))
    if not words:
        raise NoWords
    speaking = turns.turns_of(said.turns)
    if any(passage.speaker for passage in passages):
        speaking = turns.merged(turns.of_passages(passages, words))
    change(said, words, speaking=speaking, by=by)


def queue_reading(asset: ContentAsset, *, by: Membership) -> None:
    """Queue what depends on words about to change; an asset whose words nobody has read takes these on its way.

    Raises pipeline.StillRunning.
    """
    held = pipeline.hold(asset)
    begun = PipelineStep.objects.filter(asset=asset, name__in=READING).exclude(status=PipelineStep.Status.WAITING)
    if held.status in UNDER_WAY and not begun.exists():
        return
    pipeline.again(asset, "transcribe", by=by)


def hold(asset: ContentAsset) -> Transcript:
    """Hold the transcript, so that nobody changes it meanwhile. Raises NoTranscript."""
    said = Transcript.objects.select_for_update().filter(asset=asset).first()
    if said is None or not said.words:
        raise NoTranscript
    said.asset = asset
    return said


def change(said: Transcript, words: Sequence[Word], *, by: Membership, speaking: Sequence[Turn] | None = None) -> None:
    """Save changed words, who speaks them and what of them are fillers; what was first heard is kept beside."""
    before = marking.fillers(transcribe.words_of(said), said.language)
    said.recognised = first_of(said)
    said.marks = list(marking.moved(marking.marks_of(said.marks), before, marking.fillers(words, said.language)))
    said.words, said.text = transcribe.rows_of(words), " ".join(word.text for word in words)
    said.turns = [list(turn) for turn in speaking] if speaking is not None else said.turns
    said.note = _("Corrected by %(name)s.") % {"name": by.user}
    said.edited_at = timezone.now()
    said.save()
    search.index(ContentAsset.objects.get(pk=said.asset_id))


def first_of(said: Transcript) -> dict[str, Any]:
    """Return what was first heard: what stands, when nobody has changed it yet; empty when nothing was."""
    if said.recognised or said.edited_at is not None:
        return dict(said.recognised)
    names = ("words", "language", "confidence", "engine", "note")
    return {name: getattr(said, name) for name in names} if said.words else {}
