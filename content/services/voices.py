"""Commands on voices: take one a provider offers, have one made after a person who consents, take the consent back."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.core.files.base import File
from django.db import transaction
from django.db.models import F, Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import BrandProfile, Membership, User
from content.models import (
    ContentAsset,
    GeneratedContent,
    MediaFix,
    PieceFile,
    RepurposingJob,
    RepurposingKind,
    VoiceClone,
    VoiceOver,
)
from content.services import assets, repurposing
from content.signals import piece_changed
from content.tasks import forget_voice, prepare_voice
from trenddrop.core.sniff import sniff
from trenddrop.core.speaking import Offered, SpeakingFailed, speaker

MOST_VOICES = 50  # of an organisation
MOST_BYTES = 50 * 10**6  # of a recording
OPEN = [VoiceOver.Status.QUEUED, VoiceOver.Status.PROCESSING]
TAKEN_BACK = "taken back"


class TooManyVoices(Exception):
    """The organisation has as many voices as it may."""

    def __init__(self) -> None:
        super().__init__(_("There are %(most)s voices already. Remove one first.") % {"most": MOST_VOICES})


class UnknownVoice(Exception):
    """The provider does not offer this voice."""

    def __init__(self) -> None:
        super().__init__(_("This provider does not offer that voice. Choose one from the list."))


class CannotClone(Exception):
    """The provider makes no voices after people."""

    def __init__(self) -> None:
        super().__init__(_("This provider makes no voices after people. Choose another."))


class NotARecording(Exception):
    """A file is no sound, or too large."""

    def __init__(self) -> None:
        told = _("Both files must be recordings (audio or video) of up to %(most)s MB each. Nothing was kept.")
        super().__init__(told % {"most": MOST_BYTES // 10**6})


class NotRevocable(Exception):
    """The voice was not made after a person, or its consent was taken back already."""

    def __init__(self) -> None:
        super().__init__(_("There is no consent to take back: no person's voice, or it was taken back before."))


class IsConsented(Exception):
    """A voice whose consent stands is ended by taking the consent back."""

    def __init__(self) -> None:
        super().__init__(_("This voice was made after a person. Take the consent back; that stops every use of it."))


class IsProof(Exception):
    """A voice whose consent was taken back stays: for the proof, and until its provider forgot it."""

    def __init__(self) -> None:
        super().__init__(_("This voice never speaks again. What its person said stays, as the proof of their consent."))


@dataclass(frozen=True)
class Recordings:
    """What a person spoke: the words of consent, and what the voice is made after."""

    consent: File[bytes]
    reference: File[bytes]


def add(
    *, provider: str, voice: Offered, by: Membership, name: str = "", brand: BrandProfile | None = None
) -> VoiceClone:
    """Take a voice that a provider offers; it speaks a sample in the background. Raises TooManyVoices."""
    _require_room(by)
    row = _new(name or voice.name, provider, by=by, client_id=by.client_for(brand) if brand else by.client_id)
    row.provider_voice, row.language = voice.key[:120], voice.language[:8]
    row.save(force_insert=True)
    audit.record("voice.added", row, organization_id=row.organization_id, by=by, provider=provider)
    _ring(row)
    return row


def find_offered(provider: str, key: str) -> Offered:
    """Return the provider's voice; raise UnknownVoice, SpeakingFailed. May speak to the network."""
    found = next((each for each in speaker(provider).voices() if each.key == key), None)
    if found is None:
        raise UnknownVoice
    return found


def clone(
    *, name: str, person: str, provider: str, recordings: Recordings, by: Membership, brand: BrandProfile | None = None
) -> VoiceClone:
    """Have a voice made after a person. A worker hears the consent first; without it nothing is made.

    Raises TooManyVoices, CannotClone, NotARecording.
    """
    _require_cloning(provider)
    _require_room(by)
    row = _new(name, provider, by=by, client_id=by.client_for(brand))
    row.is_clone, row.person = True, person
    row.consent.save(f"consent{_ending(recordings.consent)}", recordings.consent, save=False)
    row.reference.save(f"reference{_ending(recordings.reference)}", recordings.reference, save=False)
    row.save(force_insert=True)
    audit.record("voice.asked", row, organization_id=row.organization_id, by=by, person=person, provider=provider)
    _ring(row)
    return row


def _require_cloning(provider: str) -> None:
    try:
        can = speaker(provider).clones
    except SpeakingFailed as error:
        raise CannotClone from error
    if not can:
        raise CannotClone


def _require_room(by: Membership) -> None:
    if VoiceClone.objects.filter(organization=by.organization_id, revoked_at=None).count() >= MOST_VOICES:
        raise TooManyVoices


def _ending(file: File[bytes]) -> str:
    """Look at the bytes: a recording, whatever it is called."""
    head = file.read(64 * 1024)
    file.seek(0)
    name = Path(str(file.name)).name
    found = sniff(head, name) if head and file.size <= MOST_BYTES else None
    if found is None or found.kind not in {"audio", "video"}:
        raise NotARecording
    return f".{found.extension}"


def _new(name: str, provider: str, *, by: Membership, client_id: uuid.UUID | None) -> VoiceClone:
    return VoiceClone(
        organization_id=by.organization_id, client_id=client_id, created_by=by.user, name=name[:80], provider=provider
    )


def _ring(row: VoiceClone) -> None:
    prepare_voice.delay_on_commit(voice_id=str(row.pk), organization_id=str(row.organization_id))  # type: ignore[attr-defined]


def revoke(voice: VoiceClone, *, by: Membership | User) -> None:
    """Take the consent back: the voice never speaks again, and what it spoke is removed. Raises NotRevocable.

    The recorded consent stays, as the proof of what was allowed until now.
    """
    rows = VoiceClone.objects.filter(pk=voice.pk, is_clone=True, revoked_at=None)
    if not rows.update(revoked_at=timezone.now(), fence=F("fence") + 1, lease_until=None):
        raise NotRevocable
    removed = _silence(voice, by=by)
    audit.record("voice.revoked", voice, organization_id=voice.organization_id, by=by, voice_overs=removed)
    _remove_files(voice, "reference", "sample")
    forget_voice.delay_on_commit(voice_id=str(voice.pk), organization_id=str(voice.organization_id))  # type: ignore[attr-defined]


def _silence(voice: VoiceClone, *, by: Membership | User) -> int:
    """Stop and remove everything this voice speaks or spoke; return how many voice-overs those were."""
    spoken = list(VoiceOver.objects.filter(voice=voice).select_for_update(of=("self",)))
    mine = Q(voice=voice) | Q(pk__in=[row.asset_id for row in spoken if row.asset_id])
    made = list(ContentAsset.objects.filter(mine).only("pk", "file"))
    keys = [asset.pk for asset in made]
    for row in (*spoken, *made):
        _remove_files(row, "file")
    heard = Q(files__recipe__voice=str(voice.pk)) | Q(files__recipe__music__in=[str(key) for key in keys])
    _unmake(GeneratedContent.objects.filter(Q(asset_id__in=keys) | heard))
    told = _("%(person)s took their consent back, so this recording was removed.") % {"person": voice.person}
    VoiceOver.objects.filter(voice=voice).update(status=VoiceOver.Status.CANCELLED, error=told, lease_until=None)
    films = _stop_films(voice, spoken, keys)
    if isinstance(by, Membership):
        assets.delete(keys, by=by)
    else:
        ContentAsset.objects.filter(pk__in=keys, deleted_at=None).update(deleted_at=timezone.now())
    for job in films:
        audit.record("repurposing.stopped", job, organization_id=job.organization_id, by=by)
    return len(spoken)


def _stop_films(voice: VoiceClone, spoken: Sequence[VoiceOver], keys: Sequence[uuid.UUID]) -> list[RepurposingJob]:
    """Stop the videos that are being made with what this voice spoke; return their jobs."""
    laid_in = Q(config__voice_over__in=[str(row.pk) for row in spoken])
    jobs = RepurposingJob.objects.filter(laid_in | Q(config__music__in=[str(key) for key in keys]))
    told = _("%(person)s took their consent back, so this video is not made.") % {"person": voice.person}
    return repurposing.halt(jobs.filter(kind=RepurposingKind.SCRIPT_VIDEO), note=told)


def _unmake(pieces: QuerySet[GeneratedContent]) -> None:
    """Remove the files of pieces in which the voice may be heard; a post planned with one fails and says so."""
    keys = list(pieces.values_list("pk", flat=True))
    fixes = MediaFix.objects.filter(piece_id__in=keys)
    fixes.filter(status__in=[MediaFix.Status.QUEUED, MediaFix.Status.PROCESSING]).update(
        status=MediaFix.Status.CANCELLED, fence=F("fence") + 1, lease_until=None
    )
    takes = PieceFile.objects.filter(piece_id__in=keys)
    for row in (*fixes.exclude(file=""), *GeneratedContent.objects.filter(pk__in=keys).exclude(file="")):
        _remove_files(row, "file")
    for take in takes:
        _remove_files(take, "file", "poster")
    takes.delete()
    GeneratedContent.objects.filter(pk__in=keys).update(media_info={})
    for piece in GeneratedContent.objects.filter(pk__in=keys):
        piece_changed.send(sender=GeneratedContent, piece=piece, by=None)


def _remove_files(row: Model, *names: str) -> None:
    """Empty the file fields, and remove the files once that is committed."""
    files = [getattr(row, name) for name in names]
    type(row)._base_manager.filter(pk=row.pk).update(**dict.fromkeys(names, ""))
    gone = [(each.storage, str(each.name)) for each in files if each]
    transaction.on_commit(lambda: [storage.delete(name) for storage, name in gone] and None)


def delete(voice: VoiceClone, *, by: Membership) -> None:
    """Remove a voice from the list; what it spoke stays. One that a person agreed to is never removed.

    Raises IsConsented while the consent stands, IsProof once it was taken back.
    """
    held = VoiceClone.objects.filter(pk=voice.pk).select_for_update(of=("self",)).first()
    if held is None:
        return
    if held.is_clone and held.consented_at is not None:
        raise IsProof if held.revoked_at else IsConsented
    audit.record("voice.deleted", held, organization_id=held.organization_id, by=by)
    _remove_files(held, "sample", "reference", "consent")
    held.delete()
