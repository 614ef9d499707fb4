"""The words of a transcript that people change: held, written, and what was first heard kept beside."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership
from content import search
from content.models import ContentAsset, Transcript
from content.pipeline import transcribe
from content.transcripts import marking
from content.transcripts.turns import Turn
from trenddrop.core.speech import Word


class NoTranscript(Exception):
    """Nothing was heard or brought yet that could be changed."""

    def __init__(self) -> None:
        super().__init__(_("There is no transcript yet. Wait until it is written, or bring subtitles."))


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
    after = marking.fillers(words, said.language)
    said.marks = list(marking.moved(marking.marks_of(said.marks), before, after, words=words))
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
