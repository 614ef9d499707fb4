"""Commands on what is said or written: bring subtitles, correct the words."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Membership
from content import correcting
from content.models import ContentAsset, PipelineStep, Transcript
from content.pipeline import transcribe
from content.pipeline.running import UNDER_WAY
from content.services import pipeline
from trenddrop.core.speech import Transcript as Recognised
from trenddrop.core.speech import subtitles

READING = pipeline.FROM["understand"]


class NoWords(Exception):
    """Nothing is left of the text."""

    def __init__(self) -> None:
        super().__init__(_("There are no words in this. Nothing was changed."))


def bring_subtitles(asset: ContentAsset, content: bytes, *, name: str, by: Membership) -> Transcript:
    """Take SRT or VTT in place of the recogniser's words, and read the asset anew.

    Raises subtitles.BadSubtitles, NoWords, pipeline.StillRunning.
    """
    found = subtitles.parse(subtitles.decode(content), name=name)
    if not found.words:
        raise NoWords
    _read_anew(asset, by=by)
    kept = _keep(asset, found)
    audit.record("transcript.brought", asset, organization_id=asset.organization_id, by=by, name=name)
    return kept


def correct(asset: ContentAsset, text: str, *, by: Membership) -> None:
    """Put a corrected text in place of all words; spoken words keep their seconds. The asset is read anew.

    Raises NoWords, pipeline.StillRunning.
    """
    text = text.replace("\x00", "").strip()
    if not text:
        raise NoWords
    _read_anew(asset, by=by)
    said = Transcript.objects.filter(asset=asset).first()
    if said is not None and said.words:
        words = correcting.retimed(transcribe.words_of(said), text)
        note = _("Corrected by %(name)s.") % {"name": by.user}
        _keep(asset, Recognised(words, said.language or None, None, said.engine, note))
    else:
        ContentAsset.objects.filter(pk=asset.pk).update(text=text, language="")
    audit.record("transcript.corrected", asset, organization_id=asset.organization_id, by=by)


def _read_anew(asset: ContentAsset, *, by: Membership) -> None:
    """Queue what depends on the words; an asset whose words nobody has read yet takes these on its way."""
    held = pipeline.hold(asset)
    begun = PipelineStep.objects.filter(asset=asset, name__in=READING).exclude(status=PipelineStep.Status.WAITING)
    if held.status in UNDER_WAY and not begun.exists():
        return
    pipeline.again(asset, "transcribe", by=by)


def _keep(asset: ContentAsset, found: Recognised) -> Transcript:
    """Save what a person brought; `edited_at` tells the recogniser to leave it alone."""
    row = transcribe.save(asset, found)
    row.edited_at = timezone.now()
    row.save(update_fields=["edited_at", "updated_at"])
    ContentAsset.objects.filter(pk=asset.pk).update(language=found.language or "")
    return row
