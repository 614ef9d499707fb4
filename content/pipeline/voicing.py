"""Preparing a voice: hear the consent, have the voice made, let it speak a sample; and forgetting one."""

import datetime as dt
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path

import structlog
from django.core.files import File
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, tenancy
from content.models import VoiceClone
from content.models.scripts import voice_file
from content.pipeline.work import folder
from content.understanding.consent import Consent, consent_in
from trenddrop.core import claims
from trenddrop.core.media import MediaError, extract_speech, joining
from trenddrop.core.speaking import SpeakingFailed, speaker
from trenddrop.core.speech import TranscriptionFailed, transcriber

log = structlog.get_logger(__name__)

LEASE = dt.timedelta(minutes=15)
UNHEARD = dt.timedelta(minutes=2)
TRIES = 3
LONGEST_CONSENT = 120.0  # seconds
REFERENCE_SECONDS = (10.0, 1800.0)
SAMPLES = {
    "hi": "नमस्ते, यह मेरी आवाज़ है।",
    "es": "Hola, así suena mi voz.",
    "fr": "Bonjour, voici ma voix.",
    "de": "Hallo, so klingt meine Stimme.",
}
SAMPLE = "Hello, this is how I sound when I read a script."
Clock = Callable[[], dt.datetime]


class _Refused(Exception):
    """The voice is not made; the message tells people why."""


def prepare(voice_id: uuid.UUID, organization_id: uuid.UUID, *, now: Clock = timezone.now) -> None:
    """Make a voice ready, unless somebody else is at it."""
    with tenancy.of_organization(organization_id):
        due = VoiceClone.objects.filter(_open(), Q(lease_until=None) | Q(lease_until__lt=now()), pk=voice_id)
        voice = claims.claim_one(due, now=now(), lease=LEASE, changes={})
    if voice is None:
        return
    try:
        if voice.fence > TRIES:
            raise _Refused(_("It stopped three times without an answer. Remove this voice and add it again."))
        with folder() as place:
            if voice.is_clone:
                _hear(voice, place, now)
                _make(voice, place)
            _sample(voice, place)
    except (_Refused, SpeakingFailed, MediaError, TranscriptionFailed) as error:
        _write(voice, problem=str(error), lease_until=None)


def _open() -> Q:
    return Q(revoked_at=None, problem="", sample="")


def _write(voice: VoiceClone, **changes: object) -> bool:
    """Write it down unless the consent was taken back meanwhile."""
    with tenancy.of_organization(voice.organization_id):
        return claims.write_fenced(voice, **changes)


def _copied(file: File, out: Path) -> Path:  # type: ignore[type-arg]
    with file.open("rb") as source, out.open("wb") as target:
        shutil.copyfileobj(source, target)
    return out


def _hear(voice: VoiceClone, place: Path, now: Clock) -> None:
    """Write down what the recorded consent says; raise _Refused where it is none."""
    if voice.consented_at is not None:
        return
    sound = place / "consent.wav"
    extract_speech(_copied(voice.consent, place / "consent.raw"), sound)
    if joining.seconds(sound) > LONGEST_CONSENT:
        raise _Refused(_("The recorded consent is longer than two minutes. Record the sentence alone."))
    engine = transcriber()
    hints = [*voice.person.split(), "yes", "agree", "voice"]
    found = engine.transcribe(sound, language=None, hints=hints, progress=lambda _done: None, cancelled=lambda: False)
    heard = " ".join(word.text for word in found.words)
    consent = consent_in(heard, voice.person)
    if not consent.stands:
        _write(voice, consent_words=heard[:2000])
        raise _Refused(_missing(consent, voice.person, heard))
    if not _write(voice, consent_words=heard[:2000], consented_at=now()):
        raise _Refused("")
    with tenancy.of_organization(voice.organization_id):
        audit.record("voice.consented", voice, organization_id=voice.organization_id, by=None, person=voice.person)


def _missing(consent: Consent, person: str, heard: str) -> str:
    if not heard:
        return _("No words were heard in the recorded consent. Record it again, close to the microphone.")
    if consent.has_no:
        told = _("What was heard sounds like a refusal: “%(heard)s”. No voice was made.")
    elif not consent.has_name:
        told = _("The name “%(person)s” was not heard in the consent, but “%(heard)s”. Say it slowly; record again.")
    else:
        told = _("No yes was heard in the consent, but “%(heard)s”. Record it again, with the words shown.")
    return told % {"person": person, "heard": heard[:300]}


def _make(voice: VoiceClone, place: Path) -> None:
    """Have the provider make the voice; one whose consent went meanwhile is forgotten there at once."""
    if voice.provider_voice:
        return
    sound = joining.even(_copied(voice.reference, place / "reference.raw"), place / "reference.wav")
    least, most = REFERENCE_SECONDS
    if not least <= joining.seconds(sound) <= most:
        told = _("The recording to learn from must be between %(least)s seconds and %(most)s minutes long.")
        raise _Refused(told % {"least": round(least), "most": round(most / 60)})
    provider = speaker(voice.provider)
    said = f"Made after {voice.person}, whose recorded consent we hold."
    key = provider.clone(voice.name, reference=sound, description=said)
    if not _write(voice, provider_voice=key):
        if _named_revoked(voice, key):
            forget(voice.pk, voice.organization_id)
        else:
            provider.forget(key)
        raise _Refused("")


def _named_revoked(voice: VoiceClone, key: str) -> bool:
    """Write down what the provider made where the consent went meanwhile, so that it is asked until it forgets it."""
    with tenancy.of_organization(voice.organization_id):
        gone = VoiceClone.objects.filter(pk=voice.pk, provider_voice="").exclude(revoked_at=None)
        return bool(gone.update(provider_voice=key))


def _sample(voice: VoiceClone, place: Path) -> None:
    """Let it speak a sentence: whether a voice works is heard, not promised."""
    raw, language = place / "sample.raw", voice.language.split("-", maxsplit=1)[0]
    text = SAMPLES.get(language, SAMPLE)
    speaker(voice.provider).speak(text, voice=voice.provider_voice, language=language or "en", out=raw)
    sound = joining.even(raw, place / "sample.wav")
    with sound.open("rb") as source:
        name = voice.sample.storage.save(voice_file(voice, f"sample-{voice.fence}.wav"), File(source))
    if not _write(voice, sample=name, lease_until=None):
        voice.sample.storage.delete(name)


def forget(voice_id: uuid.UUID, organization_id: uuid.UUID) -> None:
    """Have the provider remove a voice whose consent was taken back; one that does not answer is asked again."""
    with tenancy.of_organization(organization_id):
        voice = VoiceClone.objects.filter(pk=voice_id, is_clone=True).exclude(revoked_at=None).first()
    if voice is None or not voice.provider_voice:
        return
    try:
        speaker(voice.provider).forget(voice.provider_voice)
    except SpeakingFailed as error:
        log.warning("a voice is not forgotten yet", voice=str(voice_id), reason=str(error))
        return
    with tenancy.of_organization(organization_id):
        VoiceClone.objects.filter(pk=voice_id).update(provider_voice="")


def waiting(*, now: dt.datetime) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Return (voice, organisation) of what nobody prepares though it waits."""
    left = Q(lease_until__lt=now) | Q(lease_until=None, created_at__lt=now - UNHEARD)
    with tenancy.operator():
        found = VoiceClone.objects.filter(_open(), left).order_by("pk")
        return list(found.values_list("pk", "organization_id")[:100])


def unforgotten() -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Return (voice, organisation) of voices that a provider still has to remove."""
    with tenancy.operator():
        found = VoiceClone.objects.filter(is_clone=True).exclude(revoked_at=None).exclude(provider_voice="")
        return list(found.order_by("pk").values_list("pk", "organization_id")[:100])
