"""Commands on voice-overs: have a script spoken, stop that, remove one, make an asset of it."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, tenancy
from accounts.models import Membership
from content import credits as costs
from content.intake.receiving import Body
from content.models import ContentAsset, Script, VoiceClone, VoiceOver
from content.pipeline import speaking
from content.services import transcripts, uploads
from content.services.scripts import NotApproved
from content.services.voices import OPEN
from content.tasks import speak_script
from trenddrop.core.speech import Word, subtitles

Status = VoiceOver.Status


class VoiceNotReady(Exception):
    """The voice cannot speak: it is being prepared, failed, or its consent was taken back."""

    def __init__(self) -> None:
        super().__init__(_("This voice cannot speak now. Look at the voices for the reason, or choose another."))


class VoiceOfAnother(Exception):
    """The voice belongs to one client, the script to another."""

    def __init__(self) -> None:
        super().__init__(_("This voice was made for another client and may not speak here."))


class NotUnderWay(Exception):
    """There is nothing to stop."""

    def __init__(self) -> None:
        super().__init__(_("This voice-over is not being made. Nothing was stopped."))


class NotSpoken(Exception):
    """There is no recording."""

    def __init__(self) -> None:
        super().__init__(_("There is no finished recording to make anything of."))


def ask(script: Script, *, voice: VoiceClone, by: Membership) -> VoiceOver:
    """Have an approved script spoken in the background; asked again while it is made, it is the same one.

    Raises NotApproved, VoiceNotReady, VoiceOfAnother, LimitReached.
    """
    held = Script.objects.select_for_update(of=("self",)).select_related("prompt").get(pk=script.pk)
    if held.status != Script.Status.APPROVED:
        raise NotApproved
    if not speaking.can_speak(voice):
        raise VoiceNotReady
    if voice.client_id not in {None, held.prompt.client_id}:
        raise VoiceOfAnother
    rows = VoiceOver.objects.filter(script=held, voice=voice, script_version=held.version, status__in=OPEN)
    if existing := rows.order_by("created_at").first():
        return existing
    costs.require(held.organization_id, speaking.estimate(held, voice))
    row = VoiceOver.objects.create(
        organization_id=held.organization_id, script=held, script_version=held.version, voice=voice, asked_by=by.user
    )
    audit.record(
        "voice_over.asked", row, organization_id=row.organization_id, by=by, script=held.title, voice=voice.name
    )
    speak_script.delay_on_commit(voice_over_id=str(row.pk), organization_id=str(row.organization_id))  # type: ignore[attr-defined]
    return row


def stop(row: VoiceOver, *, by: Membership) -> None:
    """Stop it; a worker that has it in hand notices at its next scene. Raises NotUnderWay."""
    rows = VoiceOver.objects.filter(pk=row.pk, status__in=OPEN)
    if not rows.update(status=Status.CANCELLED, fence=F("fence") + 1, lease_until=None, updated_at=timezone.now()):
        raise NotUnderWay
    audit.record("voice_over.stopped", row, organization_id=row.organization_id, by=by)


def delete(row: VoiceOver, *, by: Membership) -> None:
    """Remove a voice-over with its file; an asset made of it stays."""
    audit.record("voice_over.deleted", row, organization_id=row.organization_id, by=by)
    file = row.file
    if file:
        storage, name = file.storage, str(file.name)
        transaction.on_commit(lambda: storage.delete(name))
    row.delete()


def make_asset(row: VoiceOver, *, by: Membership) -> ContentAsset:
    """Make an audio asset of a finished voice-over; its words and their seconds are those of the script.

    Copies the file outside any transaction. Raises NotSpoken and what uploads raise.
    """
    with tenancy.of_member(by):
        row = VoiceOver.objects.select_related("script__prompt", "voice", "asset").get(pk=row.pk)
        if row.asset is not None and row.asset.deleted_at is None:
            return row.asset
        told = speaking.told_in(row)
    if not row.file or row.status != Status.COMPLETED:
        raise NotSpoken
    with row.file.open("rb") as source:
        body = Body(read=source.read, length=row.file.size)
        idea, name = row.script.prompt, f"{row.script.title}.wav"
        asset = uploads.take_file(body, name=name, by=by, brand=str(idea.brand_id or ""), client_id=idea.client_id)
    with tenancy.of_member(by):
        ContentAsset.objects.filter(pk=asset.pk).update(script=row.script, voice=row.voice, title=row.script.title)
        VoiceOver.objects.filter(pk=row.pk).update(asset=asset)
        words = [Word(*word) for word in speaking.timed_words(told, row.timings)]
        transcripts.bring_subtitles(asset, subtitles.to_vtt(words).encode(), name="script.vtt", by=by)
        audit.record("voice_over.used", row, organization_id=row.organization_id, by=by, asset=str(asset.pk))
    return asset
