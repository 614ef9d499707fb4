"""A person's voice: made only after a recorded consent that is heard, and silent everywhere once it is taken back."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase
from django.utils import timezone
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from accounts import tenancy
from accounts.models import AuditEntry, BrandProfile, User
from content.models import VoiceClone
from content.pipeline import speaking, voicing
from content.screens import ideas
from content.services import voice_overs, voices
from content.understanding.consent import consent_in
from tests.api.asking import as_member
from tests.cast import Cast
from tests.content.test_ideas import signed_in
from tests.content.test_voices import a_voice, approved, fresh, hosted, sound, spoken
from trenddrop.core.speaking import elevenlabs

__all__ = ["hosted"]


@pytest.mark.parametrize(
    ("heard", "person", "stands"),
    [
        ("Yes I agree my name is Asha Menon and you may make a voice after mine", "Asha Menon", True),
        ("yes my name is a sham in on and i agree", "Asha Menon", True),
        ("haan mera naam Asha Menon hai", "Asha Menon", True),
        ("हाँ, मेरा नाम आशा मेनन है, मैं सहमत हूँ", "आशा मेनन", True),
        ("Yes I agree my name is Ben Thomas", "Asha Menon", False),
        ("My name is Asha Menon and this is the weather", "Asha Menon", False),
        ("My name is Asha Menon and no, I do not agree", "Asha Menon", False),
        ("Yes, I am Asha Menon, but I do not want you to use it", "Asha Menon", False),
        ("", "Asha Menon", False),
    ],
)
def test_a_consent_holds_the_persons_name_and_a_yes(heard: str, person: str, stands: bool) -> None:
    assert consent_in(heard, person).stands is stands


@pytest.fixture
def hears(settings: Any, httpserver: HTTPServer) -> Any:
    """Make the recogniser hear this."""
    settings.TRANSCRIBER, settings.SPEECH_API_URL = "api", httpserver.url_for("/stt")

    def hear(text: str) -> None:
        words = [{"word": word, "start": n * 0.3, "end": n * 0.3 + 0.2} for n, word in enumerate(text.split())]
        answer = {"language": "english", "words": words}
        httpserver.expect_request("/stt/audio/transcriptions", method="POST").respond_with_json(answer)

    return hear


def clones(hosted: HTTPServer) -> list[Request]:
    """Let the service make voices; return the requests it will have got."""
    asked: list[Request] = []

    def add(request: Request) -> Response:
        request.files  # noqa: B018 - read the body while it is there
        asked.append(request)
        return Response(json.dumps({"voice_id": "clone1"}), mimetype="application/json")

    hosted.expect_request("/v1/voices/add", method="POST").respond_with_handler(add)
    hosted.expect_request("/v1/text-to-speech/clone1", method="POST").respond_with_data(
        sound(1), content_type="audio/wav"
    )
    return asked


def asked_for(cast: Cast, *, seconds: float = 12, brand: BrandProfile | None = None) -> VoiceClone:
    files = {"consent": sound(4), "reference": sound(seconds)}
    sent: dict[str, Any] = {name: SimpleUploadedFile(f"{name}.wav", data) for name, data in files.items()}
    sent |= {"name": "Asha", "person": "Asha Menon", "provider": "elevenlabs", "promised": "on"}
    sent |= {"brand": str(brand.pk)} if brand else {}
    assert signed_in(cast.ben).post("/ideas/voices/clone/", sent).status_code == 302
    with tenancy.of_organization(cast.kesar.pk):
        return VoiceClone.objects.get(name="Asha")


CONSENT = "Yes I agree my name is Asha Menon"


def test_a_voice_is_made_after_a_person_who_is_heard_to_agree(cast: Cast, hosted: HTTPServer, hears: Any) -> None:
    hears(CONSENT)
    asked = clones(hosted)
    voice = asked_for(cast)
    assert not speaking.can_speak(voice)
    voicing.prepare(voice.pk, voice.organization_id)
    made = fresh(voice)
    assert (made.provider_voice, made.consent_words, made.problem) == ("clone1", CONSENT, "")
    assert made.consented_at is not None
    assert speaking.can_speak(made)
    assert asked[0].form["name"] == "Asha"
    with tenancy.operator():
        assert AuditEntry.objects.filter(action="voice.consented").count() == 1
    row = spoken(cast, approved(cast, "one two"), made)
    assert row.status == "completed"


@pytest.mark.parametrize(
    ("heard", "told"),
    [
        ("Yes I agree my name is Ben Thomas", "was not heard in the consent"),
        ("My name is Asha Menon and it rains", "No yes was heard"),
        ("I am Asha Menon and I do not agree", "sounds like a refusal"),
        ("", "No words were heard"),
    ],
)
def test_without_a_consent_nothing_leaves_this_machine(
    cast: Cast, hosted: HTTPServer, hears: Any, heard: str, told: str
) -> None:
    hears(heard)
    asked = clones(hosted)
    voice = asked_for(cast)
    voicing.prepare(voice.pk, voice.organization_id)
    assert told in fresh(voice).problem
    assert fresh(voice).consented_at is None
    assert asked == []
    assert told.split("%", maxsplit=1)[0] in signed_in(cast.ben).get("/ideas/voices/").content.decode()


def test_a_recording_too_short_to_learn_from_is_told(cast: Cast, hosted: HTTPServer, hears: Any) -> None:
    hears(CONSENT)
    clones(hosted)
    voice = asked_for(cast, seconds=3)
    voicing.prepare(voice.pk, voice.organization_id)
    assert "between 10 seconds" in fresh(voice).problem


def test_a_consent_taken_back_stops_every_use(cast: Cast, hosted: HTTPServer, hears: Any) -> None:
    hears(CONSENT)
    clones(hosted)
    voice = asked_for(cast)
    voicing.prepare(voice.pk, voice.organization_id)
    script = approved(cast, "one two")
    row = spoken(cast, script, fresh(voice))
    asset = voice_overs.make_asset(row, by=cast.ben)
    with tenancy.of_member(cast.ben):
        waiting = voice_overs.ask(approved(cast, "three four"), voice=fresh(voice), by=cast.ben)
    file = Path(row.file.path)
    ben = signed_in(cast.ben)
    assert ben.post(f"/ideas/voices/{voice.pk}/delete/", follow=True).status_code == 200
    assert fresh(voice).revoked_at is None
    ben.post(f"/ideas/voices/{voice.pk}/revoke/")
    gone = fresh(voice)
    assert gone.revoked_at is not None
    assert (bool(gone.reference), bool(gone.sample), bool(gone.consent)) == (False, False, True)
    assert (fresh(row).status, bool(fresh(row).file)) == ("cancelled", False)
    assert "took their consent back" in fresh(row).error
    assert fresh(asset).deleted_at is not None
    assert not fresh(asset).file
    speaking.run(waiting.pk, waiting.organization_id)
    assert fresh(waiting).status == "cancelled"
    with tenancy.of_member(cast.ben), pytest.raises(voice_overs.VoiceNotReady):
        voice_overs.ask(script, voice=gone, by=cast.ben)
    assert file.name.endswith(".wav")


def test_what_was_made_of_a_voice_over_that_is_deleted_goes_too(cast: Cast, hosted: HTTPServer, hears: Any) -> None:
    hears(CONSENT)
    clones(hosted)
    voice = asked_for(cast)
    voicing.prepare(voice.pk, voice.organization_id)
    row = spoken(cast, approved(cast, "one two"), fresh(voice))
    asset = voice_overs.make_asset(row, by=cast.ben)
    with tenancy.of_member(cast.ben):
        voice_overs.delete(row, by=cast.ben)
        assert fresh(asset).file
        voices.revoke(fresh(voice), by=cast.ben)
    assert (fresh(asset).file.name, fresh(asset).deleted_at is None) == ("", False)


def test_the_provider_forgets_a_voice_whose_consent_went(cast: Cast, hosted: HTTPServer) -> None:
    voice = a_voice(cast, provider="elevenlabs", provider_voice="clone1", is_clone=True, consented_at=timezone.now())
    with tenancy.of_member(cast.ben):
        voices.revoke(voice, by=cast.ben)
    assert voicing.unforgotten() == [(voice.pk, voice.organization_id)]
    asked: list[str] = []

    def removed(request: Request) -> Response:
        asked.append(request.method)
        return Response(status=503 if len(asked) == 1 else 200)

    hosted.expect_request("/v1/voices/clone1", method="DELETE").respond_with_handler(removed)
    voicing.forget(voice.pk, voice.organization_id)
    assert fresh(voice).provider_voice == "clone1"
    voicing.forget(voice.pk, voice.organization_id)
    assert (fresh(voice).provider_voice, voicing.unforgotten()) == ("", [])


def test_a_voice_whose_consent_went_stays_on_record_until_the_provider_forgot_it_and_after(
    cast: Cast, hosted: HTTPServer
) -> None:
    voice = a_voice(cast, provider="elevenlabs", provider_voice="clone1", is_clone=True, consented_at=timezone.now())
    voice.consent.save("consent.wav", ContentFile(sound(4)), save=False)
    with tenancy.of_member(cast.ben):
        voice.save()
        voices.revoke(voice, by=cast.ben)
    ben = signed_in(cast.ben)
    page = ben.get("/ideas/voices/").content.decode()
    assert "The recorded consents stay" in page
    assert "/delete/" not in page
    told = ben.post(f"/ideas/voices/{voice.pk}/delete/", follow=True).content.decode()
    assert "as the proof of their consent" in told
    assert as_member(cast.ben).delete(f"voices/{voice.pk}").status_code == 409
    assert voicing.unforgotten() == [(voice.pk, voice.organization_id)]
    hosted.expect_request("/v1/voices/clone1", method="DELETE").respond_with_data("")
    voicing.forget(voice.pk, voice.organization_id)
    assert ben.post(f"/ideas/voices/{voice.pk}/delete/").status_code == 302
    kept = fresh(voice)
    assert (kept.provider_voice, voicing.unforgotten()) == ("", [])
    assert kept.consent.storage.exists(str(kept.consent.name))


def test_a_voice_made_while_the_consent_was_taken_back_is_forgotten_once_the_provider_answers(
    cast: Cast, hosted: HTTPServer, hears: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hears(CONSENT)
    clones(hosted)
    voice, clone = asked_for(cast), elevenlabs.ElevenLabs.clone

    def revoked_meanwhile(self: Any, *args: Any, **given: Any) -> str:
        key = clone(self, *args, **given)
        with tenancy.of_member(cast.ben):
            voices.revoke(voice, by=cast.ben)
        return key

    monkeypatch.setattr(elevenlabs.ElevenLabs, "clone", revoked_meanwhile)
    answers = iter([503, 200])
    hosted.expect_request("/v1/voices/clone1", method="DELETE").respond_with_handler(
        lambda _request: Response(status=next(answers))
    )
    voicing.prepare(voice.pk, voice.organization_id)
    assert fresh(voice).provider_voice == "clone1"
    assert voicing.unforgotten() == [(voice.pk, voice.organization_id)]
    voicing.forget(voice.pk, voice.organization_id)
    assert (fresh(voice).provider_voice, voicing.unforgotten()) == ("", [])


def test_a_voice_nobody_agreed_to_is_removed_with_its_recordings(cast: Cast, hosted: HTTPServer) -> None:
    voice = asked_for(cast)
    files = [voice.consent, voice.reference]
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert signed_in(cast.ben).post(f"/ideas/voices/{voice.pk}/delete/").status_code == 302
    with tenancy.of_organization(cast.kesar.pk):
        assert not VoiceClone.objects.exists()
    assert not any(each.storage.exists(str(each.name)) for each in files)


def test_voices_that_speak_stand_before_those_that_are_silent(cast: Cast) -> None:
    a_voice(cast, name="Asha", is_clone=True, consented_at=timezone.now(), revoked_at=timezone.now())
    a_voice(cast, name="Slt")
    with tenancy.of_member(cast.ben):
        assert [row.name for row in ideas.voices_of(cast.ben)] == ["Slt", "Asha"]


def test_a_file_that_is_no_recording_is_refused(cast: Cast, hosted: HTTPServer) -> None:
    files = {
        "consent": SimpleUploadedFile("c.txt", b"Yes I agree"),
        "reference": SimpleUploadedFile("r.wav", sound(12)),
    }
    sent = {"name": "Asha", "person": "Asha Menon", "provider": "elevenlabs", "promised": "on"}
    answer = signed_in(cast.ben).post("/ideas/voices/clone/", sent | files)
    assert answer.status_code == 422
    assert "must be recordings" in answer.content.decode()
    with tenancy.of_organization(cast.kesar.pk):
        assert not VoiceClone.objects.exists()


def test_an_operator_takes_a_consent_back(cast: Cast) -> None:
    voice = a_voice(cast, is_clone=True, person="Asha Menon", consented_at=timezone.now())
    operator = User.objects.create_superuser("op@trenddrop.example", "monsoon-marigold-7", full_name="Op")
    client = Client()
    client.force_login(operator)
    sent = {"action": "take_back", "_selected_action": [str(voice.pk)]}
    assert client.post("/admin/content/voiceclone/", sent).status_code == 302
    assert fresh(voice).revoked_at is not None
    with tenancy.operator():
        assert AuditEntry.objects.get(action="voice.revoked").actor_name == "Op"
