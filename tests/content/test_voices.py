"""Voices and what they speak: by programs of this machine and hosted ones, never without consent, never a fake."""

import io
import stat
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from django.test import TestCase
from django.utils import timezone
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from accounts import tenancy
from accounts.models import Notification, TenantModel
from content import forgetting
from content.models import ContentAsset, Generation, Prompt, Script, Transcript, VoiceClone, VoiceOver
from content.pipeline import speaking, voicing
from content.pipeline.scripting import Wish
from content.pipeline.speaking import timed_words
from content.services import scripts, voice_overs
from tests.cast import Cast
from tests.content.test_ideas import fields, idea, signed_in
from trenddrop.core.media import joining
from trenddrop.core.speaking import Offered, SpeakingFailed, available, local, speaker

Row = TypeVar("Row", bound=TenantModel)
PROGRAM = """#!/usr/bin/env python3
import sys, wave, struct, math
if sys.argv[1:] == ["-lv"]:
    print("Voices available: kal slt")
    sys.exit()
words = open(sys.argv[sys.argv.index("-f") + 1], encoding="utf-8").read().split()
if "gives-up" in words:
    sys.exit("no such phoneme")
with wave.open(sys.argv[sys.argv.index("-o") + 1], "wb") as out:
    out.setparams((1, 2, 16000, 0, "NONE", ""))
    count = 16000 * len(words) // 4
    out.writeframes(b"".join(struct.pack("<h", int(9000 * math.sin(n / 9))) for n in range(count)))
"""


@pytest.fixture
def program(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A voice program on the PATH, alone: a quarter of a second of tone for each word."""
    folder = tmp_path / "bin"
    folder.mkdir()
    place = folder / "flite"
    place.write_text(PROGRAM, encoding="utf-8")
    place.chmod(place.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr("shutil.which", lambda name: str(place) if name == "flite" else None)
    local._on_path.cache_clear()
    yield place
    local._on_path.cache_clear()


def sound(seconds: float, *, rate: int = 16_000) -> bytes:
    """Return a WAV of a tone."""
    out = io.BytesIO()
    tone = (9000 * np.sin(np.arange(int(seconds * rate)) / 9)).astype("<i2")
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(tone.tobytes())
    return out.getvalue()


def a_voice(cast: Cast, **given: Any) -> VoiceClone:
    """A voice of the local program that is ready."""
    values: dict[str, Any] = {"name": "Flite slt", "provider": "local", "provider_voice": "flite:slt", "language": "en"}
    with tenancy.of_organization(cast.kesar.pk):
        return VoiceClone.objects.create(organization=cast.kesar, sample="voices/s.wav", **values | given)


def approved(cast: Cast, *says: str) -> Script:
    """A script of these words that somebody approved."""
    with tenancy.of_member(cast.ben):
        prompt = idea(cast)
        script = scripts.begin(prompt, by=cast.ben, wish=Wish(language="en"))
        told = [{"heading": "", "say": text, "show": ""} for text in says]
        script = scripts.edit(script, title="Rain", told=told, by=cast.ben).script
        scripts.approve(script, version=script.version, by=cast.ben)
    return fresh(script)


def fresh(row: Row) -> Row:
    with tenancy.of_organization(row.organization_id):
        return type(row)._default_manager.get(pk=row.pk)


def spoken(cast: Cast, script: Script, voice: VoiceClone) -> VoiceOver:
    """Ask, and work as a worker would."""
    with tenancy.of_member(cast.ben):
        row = voice_overs.ask(script, voice=voice, by=cast.ben)
    speaking.run(row.pk, row.organization_id)
    return fresh(row)


# Speaking


def test_an_approved_script_is_spoken_scene_by_scene(cast: Cast, program: Path) -> None:
    script = approved(cast, "one two three four", "five six")
    row = spoken(cast, script, a_voice(cast))
    assert (row.status, row.error, row.progress) == ("completed", "", 100)
    assert [round(end - start, 1) for start, end in row.timings] == [1.0, 0.5]
    assert row.timings[1][0] - row.timings[0][1] == pytest.approx(speaking.PAUSE, abs=0.01)
    assert row.duration == pytest.approx(row.timings[1][1], abs=0.01)
    assert row.characters == len("one two three fourfive six")
    with row.file.open("rb") as file, wave.open(file, "rb") as heard:
        assert (heard.getframerate(), heard.getnchannels()) == (joining.RATE, 1)
    with tenancy.operator():
        assert Notification.objects.filter(user=cast.ben.user, kind="content_ready").exists()


def test_only_changed_scenes_are_spoken_again(cast: Cast, program: Path) -> None:
    script, voice = approved(cast, "one two three four", "five six"), a_voice(cast)
    spoken(cast, script, voice)
    with tenancy.of_member(cast.ben):
        told = [script.scenes[0], script.scenes[1] | {"say": "seven eight nine"}]
        script = scripts.edit(script, title="Rain", told=told, by=cast.ben).script
        scripts.approve(script, version=script.version, by=cast.ben)
    row = spoken(cast, script, voice)
    assert row.characters == len("seven eight nine")
    assert [round(end - start, 2) for start, end in row.timings] == pytest.approx([1.0, 0.75], abs=0.02)


def test_nothing_is_spoken_that_nobody_approved(cast: Cast, program: Path) -> None:
    script, voice = approved(cast, "one two"), a_voice(cast)
    signed_in(cast.ben).post(f"/ideas/scripts/{script.pk}/save/", fields(script, say=["other words"]))
    with tenancy.of_member(cast.ben), pytest.raises(scripts.NotApproved):
        voice_overs.ask(script, voice=voice, by=cast.ben)


def test_what_fails_is_told_and_the_script_is_kept(cast: Cast, program: Path) -> None:
    row = spoken(cast, approved(cast, "one gives-up two"), a_voice(cast))
    assert row.status == "failed"
    assert "no such phoneme" in row.error
    with tenancy.operator():
        assert Notification.objects.filter(user=cast.ben.user, kind="content_failed").exists()


def test_a_voice_does_not_read_a_language_it_does_not_speak(cast: Cast, program: Path) -> None:
    script = approved(cast, "त्वचा सूख जाती है")
    with tenancy.of_organization(cast.kesar.pk):
        Script.objects.filter(pk=script.pk).update(language="hi")
    row = spoken(cast, fresh(script), a_voice(cast))
    assert row.status == "failed"
    assert "speaks only en" in row.error


def test_asked_twice_it_is_the_same_voice_over(cast: Cast, program: Path) -> None:
    script, voice = approved(cast, "one two"), a_voice(cast)
    with tenancy.of_member(cast.ben):
        first, second = (voice_overs.ask(script, voice=voice, by=cast.ben) for _n in range(2))
    assert first.pk == second.pk


def test_a_stopped_voice_over_is_not_written_by_its_worker(
    cast: Cast, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script, voice = approved(cast, "one two", "three four"), a_voice(cast)
    with tenancy.of_member(cast.ben):
        row = voice_overs.ask(script, voice=voice, by=cast.ben)
    speak = local.LocalProgram.speak

    def stopped_meanwhile(self: Any, text: str, **given: Any) -> None:
        speak(self, text, **given)
        if text == "one two":
            with tenancy.of_member(cast.ben):
                voice_overs.stop(row, by=cast.ben)

    monkeypatch.setattr(local.LocalProgram, "speak", stopped_meanwhile)
    speaking.run(row.pk, row.organization_id)
    assert (fresh(row).status, bool(fresh(row).file)) == ("cancelled", False)
    with tenancy.of_member(cast.ben), pytest.raises(voice_overs.NotUnderWay):
        voice_overs.stop(row, by=cast.ben)


def test_a_dead_workers_voice_over_is_found_and_spoken(cast: Cast, program: Path) -> None:
    script, voice = approved(cast, "one two"), a_voice(cast)
    with tenancy.of_member(cast.ben):
        row = voice_overs.ask(script, voice=voice, by=cast.ben)
    now = timezone.now()
    with tenancy.of_organization(cast.kesar.pk):
        VoiceOver.objects.filter(pk=row.pk).update(status="processing", lease_until=now - speaking.UNHEARD, fence=1)
    assert speaking.interrupted(now=now) == [(row.pk, row.organization_id)]
    speaking.run(row.pk, row.organization_id)
    assert fresh(row).status == "completed"
    assert speaking.interrupted(now=now) == []


def test_a_voice_over_becomes_an_asset_whose_words_are_the_scripts(cast: Cast, program: Path) -> None:
    row = spoken(cast, approved(cast, "one two three four", "five six"), a_voice(cast))
    asset = voice_overs.make_asset(row, by=cast.ben)
    with tenancy.of_organization(cast.kesar.pk):
        kept = ContentAsset.objects.get(pk=asset.pk)
        words = Transcript.objects.get(asset=asset).words
    assert (kept.kind, kept.title, kept.script_id) == ("audio", "Rain", row.script_id)
    assert [word[2] for word in words] == ["one", "two", "three", "four", "five", "six"]
    assert voice_overs.make_asset(row, by=cast.ben).pk == asset.pk


def test_what_is_made_of_a_clients_idea_without_a_brand_is_that_clients(cast: Cast, program: Path) -> None:
    script = approved(cast, "one two three four", "five six")
    row = spoken(cast, script, a_voice(cast))
    with tenancy.of_member(cast.ben):
        Prompt.objects.filter(pk=script.prompt_id).update(brand=None, client=cast.client)
    sound = voice_overs.make_asset(row, by=cast.ben)
    with tenancy.of_member(cast.ben):
        words = scripts.make_asset(fresh(script), by=cast.ben)
    assert {sound.client_id, words.client_id, fresh(words).client_id} == {cast.client.pk}


def test_words_are_spread_over_their_scene() -> None:
    assert timed_words(["ab abcd"], [[1.0, 2.0]]) == [(1.0, 1.38, "ab"), (1.38, 2.0, "abcd")]


def test_long_words_are_spoken_in_pieces_between_sentences() -> None:
    text = "One sentence here. Another one there. A third."
    assert speaking.pieces(text, 40) == ["One sentence here. Another one there.", "A third."]
    assert all(len(each) <= 10 for each in speaking.pieces("x" * 35, 10))
    assert "".join(speaking.pieces("x" * 35, 10)) == "x" * 35


def test_without_any_voice_it_is_said_and_nothing_is_faked(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    settings.VOICE_API_URL = settings.ELEVENLABS_API_KEY = ""
    assert available() == []
    page = signed_in(cast.ben).get("/ideas/voices/").content.decode()
    assert "No voice can speak on this installation." in page
    assert "No voice is offered" in signed_in(cast.ben).get("/ideas/voices/new/").content.decode()


def test_a_voice_is_added_from_the_page_and_speaks_a_sample(cast: Cast, program: Path) -> None:
    ben = signed_in(cast.ben)
    assert ben.post("/ideas/voices/new/", {"voice": "local|flite:nobody"}).status_code == 422
    assert ben.post("/ideas/voices/new/", {"voice": "local|flite:slt", "name": "Sally"}).status_code == 302
    with tenancy.of_organization(cast.kesar.pk):
        voice = VoiceClone.objects.get()
    assert "Being prepared" in ben.get("/ideas/voices/").content.decode()
    voicing.prepare(voice.pk, voice.organization_id)
    assert (fresh(voice).name, fresh(voice).problem, bool(fresh(voice).sample)) == ("Sally", "", True)
    heard = ben.get(f"/ideas/voices/{voice.pk}/sample/")
    assert (heard.status_code, heard["Content-Type"]) == (200, "audio/wav")


# Hosted voices


@pytest.fixture
def hosted(httpserver: HTTPServer, settings: Any) -> HTTPServer:
    """An ElevenLabs-style service of the test's own."""
    settings.ELEVENLABS_API_URL, settings.ELEVENLABS_API_KEY = httpserver.url_for("/"), "sesame"
    settings.VOICES = {"elevenlabs": settings.VOICES["elevenlabs"]}
    return httpserver


def test_a_hosted_voice_speaks_for_credits(cast: Cast, hosted: HTTPServer) -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Response:
        asked.append(request)
        return Response(sound(1.5), mimetype="audio/wav")

    hosted.expect_request("/v1/text-to-speech/abc", method="POST").respond_with_handler(answer)
    voice = a_voice(cast, provider="elevenlabs", provider_voice="abc", language="")
    row = spoken(cast, approved(cast, "one two " * 60), voice)
    assert row.status == "completed"
    assert asked[0].headers["xi-api-key"] == "sesame"
    assert asked[0].get_json()["text"].startswith("one two")
    with tenancy.of_organization(cast.kesar.pk):
        kept = Generation.objects.get(purpose="voice_over")
    assert (kept.of, kept.output_tokens) == (row.pk, -(-row.characters // 4))
    assert kept.credits == 1


def test_an_openai_style_voice_speaks(httpserver: HTTPServer, settings: Any, tmp_path: Path) -> None:
    settings.VOICE_API_URL, settings.VOICE_API_KEY = httpserver.url_for("/v1"), "sesame"
    asked: list[Request] = []

    def answer(request: Request) -> Response:
        asked.append(request)
        return Response(sound(0.5), mimetype="audio/wav")

    httpserver.expect_request("/v1/audio/speech", method="POST").respond_with_handler(answer)
    speaker("api").speak("Rain.", voice="nova", language="en", out=tmp_path / "out")
    assert asked[0].headers["Authorization"] == "Bearer sesame"
    sent = asked[0].get_json()
    assert (sent["input"], sent["voice"], sent["response_format"]) == ("Rain.", "nova", "wav")
    assert [each.key for each in speaker("api").voices()] == settings.VOICE_API_VOICES


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"status": 401}, "must set ELEVENLABS_API_KEY"),
        ({"status": 402}, "plan is used up"),
        ({"status": 404}, "does not know this voice"),
        ({"status": 429}, "slow down"),
        ({"status": 500}, "status 500"),
        ({"response": b"", "content_type": "audio/mpeg"}, "silence"),
        ({"response": b"<html>", "content_type": "text/html"}, "instead of sound"),
    ],
)
def test_a_service_that_does_not_speak_is_told_in_words(
    hosted: HTTPServer, tmp_path: Path, answer: dict[str, Any], told: str
) -> None:
    given = {"response_data": answer.get("response", b"no"), "status": answer.get("status", 200)}
    kind = answer.get("content_type", "text/plain")
    hosted.expect_request("/v1/text-to-speech/abc").respond_with_data(**given, content_type=kind)
    with pytest.raises(SpeakingFailed, match=told):
        speaker("elevenlabs").speak("Rain.", voice="abc", language="en", out=tmp_path / "out")


def test_a_service_that_is_away_is_told(settings: Any, tmp_path: Path) -> None:
    settings.VOICE_API_URL = "http://127.0.0.1:9"
    with pytest.raises(SpeakingFailed, match="cannot be reached"):
        speaker("api").speak("Rain.", voice="nova", language="en", out=tmp_path / "out")


def test_other_peoples_voices_are_not_offered(hosted: HTTPServer) -> None:
    rows = [{"voice_id": "a", "name": "Rachel", "category": "premade"}, {"voice_id": "b", "category": "cloned"}]
    hosted.expect_request("/v1/voices").respond_with_json({"voices": rows})
    assert speaker("elevenlabs").voices() == [Offered("a", "Rachel")]


def test_a_clients_voice_speaks_for_no_other(cast: Cast, program: Path) -> None:
    voice = a_voice(cast, client=cast.metro)
    with tenancy.of_member(cast.ben), pytest.raises(voice_overs.VoiceOfAnother):
        voice_overs.ask(approved(cast, "one two"), voice=voice, by=cast.ben)


def test_a_page_follows_a_voice_over_until_it_is_there(cast: Cast, program: Path) -> None:
    script, voice, ben = approved(cast, "one two"), a_voice(cast), signed_in(cast.ben)
    ben.post(f"/ideas/scripts/{script.pk}/voice-over/", {"voice": str(voice.pk)})
    with tenancy.of_organization(cast.kesar.pk):
        row = VoiceOver.objects.get()
    part = ben.get(f"/ideas/voice-overs/{row.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "every 2s" in part
    speaking.run(row.pk, row.organization_id)
    part = ben.get(f"/ideas/voice-overs/{row.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "every 2s" not in part
    assert f"/ideas/voice-overs/{row.pk}/file/" in part
    heard = ben.get(f"/ideas/voice-overs/{row.pk}/file/", headers={"Range": "bytes=0-43"})
    assert (heard.status_code, heard["Content-Type"]) == (206, "audio/wav")


def test_ideas_deleted_long_ago_go_with_what_was_spoken_of_them(cast: Cast, program: Path, settings: Any) -> None:
    row = spoken(cast, approved(cast, "one two"), a_voice(cast))
    file, now = Path(row.file.path), timezone.now()
    with tenancy.of_organization(cast.kesar.pk):
        Prompt.objects.update(deleted_at=now - settings.DELETED_KEEP)
    assert forgetting.purge_ideas(now=now - settings.DELETED_KEEP / 2) == 0
    assert file.exists()
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert forgetting.purge_ideas(now=now) == 1
    with tenancy.of_organization(cast.kesar.pk):
        assert not VoiceOver.objects.exists()
    assert not file.exists()


def test_members_of_other_organisations_hear_nothing(cast: Cast, program: Path) -> None:
    row = spoken(cast, approved(cast, "one two"), a_voice(cast))
    assert signed_in(cast.dev).get(f"/ideas/voice-overs/{row.pk}/file/").status_code == 404
