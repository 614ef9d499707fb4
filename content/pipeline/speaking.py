"""Speaking a script scene by scene: claim, speak what is new, join, keep; stopped or revoked, it says no more."""

import datetime as dt
import shutil
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files import File
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts import notifications, tenancy
from accounts.models import Notification
from content import credits as costs
from content.models import Generation, Script, ScriptVersion, VoiceClone, VoiceOver
from content.models.scripts import spoken_file
from content.pipeline.work import folder
from trenddrop.core import claims
from trenddrop.core.limits import LimitReached
from trenddrop.core.media import MediaError, joining
from trenddrop.core.speaking import Speaker, SpeakingFailed, speaker
from trenddrop.core.text.sentences import split

LEASE = dt.timedelta(minutes=8)  # longer than one scene may take
UNHEARD = dt.timedelta(minutes=2)
TRIES = 3
PAUSE = 0.35  # seconds between two scenes
Status = VoiceOver.Status
Clock = Callable[[], dt.datetime]


class Stopped(Exception):
    """Somebody stopped it, took the consent back, or another worker has it."""


@dataclass(frozen=True)
class _Job:
    """One voice-over in hand: what each scene says, who says it, and an earlier recording by the same voice."""

    row: VoiceOver
    voice: VoiceClone
    script: Script
    says: list[str]
    before: VoiceOver | None
    said_before: list[str]


def can_speak(voice: VoiceClone) -> bool:
    """Say whether a voice is ready, and allowed: one made after a person only while their consent stands."""
    allowed = not voice.is_clone or (voice.consented_at is not None and voice.revoked_at is None)
    return bool(voice.provider_voice and allowed and not voice.problem)


def estimate(script: Script, voice: VoiceClone) -> costs.Estimate:
    """What speaking the whole script may cost at most; nothing on this machine's own programs."""
    return _cost(voice, sum(len(one["say"]) for one in script.scenes))


def _cost(voice: VoiceClone, characters: int) -> costs.Estimate:
    """Four characters spoken cost what a token written does."""
    try:
        is_paid = speaker(voice.provider).is_paid
    except SpeakingFailed:
        return costs.Estimate()
    return costs.estimate(0, _tokens(characters)) if is_paid else costs.Estimate()


def _tokens(characters: int) -> int:
    return -(-characters // 4)


def told_in(row: VoiceOver) -> list[str]:
    """Return what each scene of a voice-over's own version says. Call in the organisation's scope."""
    version = ScriptVersion.objects.filter(script_id=row.script_id, number=row.script_version).first()
    return [str(one["say"]) for one in version.scenes] if version else []


def run(voice_over_id: uuid.UUID, organization_id: uuid.UUID, *, now: Clock = timezone.now) -> None:
    """Speak one voice-over, unless somebody else has it."""
    job = _take(voice_over_id, organization_id, now())
    if job is None:
        return
    try:
        with folder() as place:
            _speak(job, place, now)
    except (SpeakingFailed, MediaError, LimitReached) as error:
        _fail(job, str(error))
    except Stopped:
        return


def _take(key: uuid.UUID, organization_id: uuid.UUID, now: dt.datetime) -> _Job | None:
    free = Q(status=Status.QUEUED) | Q(status=Status.PROCESSING, lease_until__lt=now)
    with tenancy.of_organization(organization_id):
        due = VoiceOver.objects.filter(free, pk=key)
        row = claims.claim_one(due, now=now, lease=LEASE, changes={"status": Status.PROCESSING})
        if row is None:
            return None
        script = Script.objects.select_related("prompt").get(pk=row.script_id)
        voice = VoiceClone.objects.filter(pk=row.voice_id).first() if row.voice_id else None
        if voice is None or not can_speak(voice) or row.fence > TRIES:
            claims.write_fenced(row, status=Status.FAILED, error=str(_reason(voice, row)), lease_until=None)
            return None
        done = VoiceOver.objects.filter(script=script, voice=voice, status=Status.COMPLETED).exclude(file="")
        before = done.order_by("-created_at").first()
        return _Job(row, voice, script, told_in(row), before, told_in(before) if before else [])


def _reason(voice: VoiceClone | None, row: VoiceOver) -> Any:
    if voice is not None and can_speak(voice) and row.fence > TRIES:
        return gettext_lazy("It stopped three times without an answer. The script is kept; try again.")
    return gettext_lazy("The voice is not there any more, or may not speak. Choose another.")


def _speak(job: _Job, place: Path, now: Clock) -> None:
    provider, began, spoken = speaker(job.voice.provider), time.monotonic(), 0
    earlier = _earlier(job, place)
    parts: list[Path | None] = []
    for number, text in enumerate(job.says):
        _hold(job, number, now)
        part = _kept(job, earlier, text, place / f"kept{number}.wav") if earlier else None
        if part is None and text.strip():
            part = _scene(provider, job, text, place / f"scene{number}")
            spoken += len(text)
        parts.append(part)
    if not any(parts):
        raise SpeakingFailed(str(gettext_lazy("There are no words in this script to speak.")))
    whole = place / "whole.wav"
    timings = joining.join(parts, whole, pause=PAUSE)
    _keep(job, whole, timings, spoken, round(time.monotonic() - began, 2))


def _hold(job: _Job, number: int, now: Clock) -> None:
    """Tell how far it is and keep the lease; raise Stopped."""
    progress = round(95 * number / max(1, len(job.says)))
    with tenancy.of_organization(job.row.organization_id):
        allowed = VoiceClone.objects.filter(pk=job.voice.pk, revoked_at=None).exists()
        if not allowed or not claims.write_fenced(job.row, progress=progress, lease_until=now() + LEASE):
            raise Stopped


def _earlier(job: _Job, place: Path) -> Path | None:
    if job.before is None:
        return None
    copy = place / "before.wav"
    try:
        with job.before.file.open("rb") as source, copy.open("wb") as target:
            shutil.copyfileobj(source, target)
    except OSError:
        return None
    return copy


def _kept(job: _Job, earlier: Path, text: str, out: Path) -> Path | None:
    """Cut out what the same voice said before in the same words."""
    if job.before is None or text not in job.said_before:
        return None
    start, end = job.before.timings[job.said_before.index(text)]
    return joining.cut(earlier, out, start=start, end=end) if end > start else None


def _scene(provider: Speaker, job: _Job, text: str, place: Path) -> Path:
    """Speak one scene, in as many goes as the provider takes."""
    place.mkdir()
    parts: list[Path | None] = []
    for number, piece in enumerate(pieces(text, provider.most_characters)):
        raw = place / f"{number}.raw"
        provider.speak(piece, voice=job.voice.provider_voice, language=job.script.language, out=raw)
        parts.append(joining.even(raw, place / f"{number}.wav"))
    whole = place / "whole.wav"
    joining.join(parts, whole, pause=0.1)
    return whole


def pieces(text: str, most: int) -> list[str]:
    """Cut a text between sentences into pieces of at most `most` characters; a longer sentence is cut hard."""
    found: list[str] = []
    for sentence in split(text) or [text]:
        for part in (sentence[at : at + most] for at in range(0, len(sentence), most)):
            if found and len(found[-1]) + 1 + len(part) <= most:
                found[-1] = f"{found[-1]} {part}"
            else:
                found.append(part)
    return found


def _keep(job: _Job, whole: Path, timings: Sequence[tuple[float, float]], spoken: int, seconds: float) -> None:
    """Store the recording and count what it took, unless it was stopped meanwhile."""
    row = job.row
    name = spoken_file(row, f"{row.pk}-{row.fence}.wav")
    with whole.open("rb") as source:
        name = row.file.storage.save(name, File(source))
    with tenancy.of_organization(row.organization_id):
        held = claims.write_fenced(
            row,
            file=name,
            timings=[list(each) for each in timings],
            duration=joining.seconds(whole),
            characters=spoken,
            made_by=f"{job.voice.provider}: {job.voice.name}"[:80],
            status=Status.COMPLETED,
            progress=100,
            error="",
            lease_until=None,
        )
        if held:
            _count(job, spoken, seconds)
            _tell(job, Notification.Kind.CONTENT_READY, "")
    if not held:
        row.file.storage.delete(name)


def _count(job: _Job, spoken: int, seconds: float) -> None:
    expected = _cost(job.voice, spoken)
    if not expected.credits:
        return
    subject = costs.Subject(
        organization_id=job.row.organization_id,
        client_id=job.script.prompt.client_id,
        purpose=Generation.Purpose.VOICE_OVER,
        of=job.row.pk,
        about=job.script.title,
    )
    tried = [{"provider": job.voice.provider, "model": job.voice.name, "outcome": "answered", "seconds": seconds}]
    asked = costs.Asked(made_by=job.voice.name, tried=tried, output_tokens=_tokens(spoken), model=job.voice.provider)
    costs.count(subject, expected, asked, by=job.row.asked_by)


def _fail(job: _Job, error: str) -> None:
    with tenancy.of_organization(job.row.organization_id):
        if claims.write_fenced(job.row, status=Status.FAILED, error=error, lease_until=None):
            _tell(job, Notification.Kind.CONTENT_FAILED, error)


def _tell(job: _Job, kind: Notification.Kind, message: str) -> None:
    asker = job.row.asked_by
    ready = kind == Notification.Kind.CONTENT_READY
    title = gettext_lazy("“%(title)s” is spoken") if ready else gettext_lazy("“%(title)s” could not be spoken")
    if asker is not None:
        notifications.notify(
            [asker],
            kind,
            organization_id=job.row.organization_id,
            title=notifications.words(title, title=job.script.title),
            message=message,
            link=reverse("script", args=[job.script.pk]),
        )


def timed_words(told: Sequence[str], timings: Sequence[Sequence[float]]) -> list[tuple[float, float, str]]:
    """Spread each scene's words over its seconds, the longer ones over more."""
    found = []
    for text, (start, end) in zip(told, timings, strict=False):
        words = text.split()
        letters = sum(len(word) + 1 for word in words)
        at = start
        for word in words:
            until = at + (end - start) * (len(word) + 1) / letters
            found.append((round(at, 2), round(until, 2), word))
            at = until
    return found


def interrupted(*, now: dt.datetime) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Return (voice-over, organisation) of what no worker holds any more, and of what was queued and never began."""
    stale = Q(status=Status.PROCESSING, lease_until__lt=now) | Q(status=Status.QUEUED, updated_at__lt=now - UNHEARD)
    with tenancy.operator():
        found = list(VoiceOver.objects.filter(stale).order_by("pk").values_list("pk", "organization_id")[:100])
        keys = [key for key, _organization in found]
        VoiceOver.objects.filter(pk__in=keys, status=Status.QUEUED).update(updated_at=now)
    return found
