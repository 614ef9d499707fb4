"""Ideas, scripts, voices and voice-overs for programs."""

import uuid
from pathlib import Path
from typing import Any

import pytest

from content.pipeline import speaking
from content.serializers.ideas import CloneSerializer
from tests.api.asking import Api, as_member
from tests.cast import Cast
from tests.content.making import ARTICLE
from tests.content.test_voices import a_voice, fresh, program

__all__ = ["program"]


@pytest.fixture
def api(cast: Cast) -> Api:
    """Ben's program."""
    return as_member(cast.ben)


def test_an_idea_is_kept_changed_put_aside_and_brought_back(api: Api, cast: Cast) -> None:
    made = api.post("prompts", {"text": "Rain", "tags": ["Skin", "skin"], "brand": str(cast.brand.pk)})
    assert (made.status_code, made.json()["source"], made.json()["tags"]) == (201, "manual", ["skin"])
    address = f"prompts/{made.json()['id']}"
    assert api.patch(address, {"text": "Rain and skin"}).json()["text"] == "Rain and skin"
    assert [each["text"] for each in api.get("prompts", q="skin").json()["results"]] == ["Rain and skin"]
    assert api.delete(address).status_code == 204
    assert api.get(address).status_code == 404
    assert api.post(f"{address}/restore").json()["deleted_at"] is None


def test_an_idea_is_begun_with_a_hashtag_in_any_script(api: Api) -> None:
    made = api.post("prompts", {"hashtag": "#हिन्दी"})
    assert (made.status_code, made.json()["text"]) == (201, "#हिन्दी")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": " "},
        {"link": "ftp://a.example"},
        {"hashtag": "two words"},
        {"hashtag": "rain", "link": "https://a.example"},
        {"topic": str(uuid.uuid4())},
    ],
)
def test_an_idea_that_cannot_be_read_is_refused(api: Api, body: dict[str, Any]) -> None:
    assert api.post("prompts", body).status_code == 422


def test_a_script_is_written_edited_approved_spoken_and_used(api: Api, cast: Cast, program: Path) -> None:
    prompt = api.post("prompts", {"text": ARTICLE}).json()["id"]
    made = api.post("scripts", {"prompt": prompt, "tone": "casual", "seconds": 30})
    assert made.status_code == 201
    script = made.json()["script"]
    assert (script["tone"], script["status"], script["version"]) == ("casual", "draft", 1)
    address = f"scripts/{script['id']}"
    edited = api.patch(address, {"scenes": [{"say": "one two"}, {"say": "three"}], "base": 1}).json()
    assert [each["say"] for each in edited["scenes"]] == ["one two", "three"]
    assert api.post(f"{address}/approve", {"version": 1}).json()["code"] == "outdated"
    voice = a_voice(cast)
    asked = {"script": script["id"], "voice": str(voice.pk)}
    assert api.post("voice-overs", asked).json()["code"] == "not_approved"
    assert api.post(f"{address}/approve", {"version": 2}).json()["status"] == "approved"
    spoken = api.post("voice-overs", asked)
    assert (spoken.status_code, spoken.json()["status"]) == (202, "queued")
    speaking.run(uuid.UUID(spoken.json()["id"]), cast.kesar.pk)
    done = api.get(f"voice-overs/{spoken.json()['id']}").json()
    assert (done["status"], len(done["timings"])) == ("completed", 2)
    sound = api.get(f"voice-overs/{done['id']}/sound")
    assert (sound["Content-Type"], b"".join(sound.streaming_content)[:4]) == ("audio/wav", b"RIFF")
    assert api.post(f"voice-overs/{done['id']}/pieces").json()["kind"] == "audio"
    assert api.post(f"{address}/pieces").json()["kind"] == "blog"
    assert [each["number"] for each in api.get(f"{address}/versions").json()] == [2, 1]
    assert api.post(f"{address}/restore", {"number": 9}).status_code == 404
    assert api.post(f"{address}/restore", {"number": 1}).json()["status"] == "edited"
    assert api.post(f"{address}/reopen").json()["code"] == "not_approved"
    again = api.post(f"{address}/rewrite", {"note": "shorter, make it fly"}).json()
    assert (again["script"]["version"], again["not_understood"]) == (4, ["make it fly"])


def test_a_script_can_be_begun_by_a_program(api: Api) -> None:
    prompt = api.post("prompts", {"text": "Rain"}).json()["id"]
    begun = api.post("scripts", {"prompt": prompt, "empty": True}).json()["script"]
    assert (begun["generated_by"], len(begun["scenes"])) == ("user", 3)
    assert api.post(f"scripts/{begun['id']}/approve", {"version": 1}).json()["code"] == "open_scenes"
    assert api.post(f"scripts/{begun['id']}/pieces").json()["code"] == "nothing_to_say"


def test_a_voice_is_offered_added_and_removed(api: Api, cast: Cast, program: Path) -> None:
    assert [each["key"] for each in api.get("voices/offered").json()] == ["flite:slt"]
    assert api.post("voices", {"provider": "local", "key": "flite:nobody"}).status_code == 422
    made = api.post("voices", {"provider": "local", "key": "flite:slt", "name": "Sally"})
    assert (made.status_code, made.json()["name"]) == (201, "Sally")
    address = f"voices/{made.json()['id']}"
    assert api.post(f"{address}/revoke").json()["code"] == "not_revocable"
    assert api.delete(address).status_code == 204


def test_whose_voice_it_is_may_be_written_in_any_script() -> None:
    for name in ("Asha Menon", "कविता शर्मा", "नील", "J. O’Neill", "Åsa"):
        assert "person" not in _errors(name), name
    for name in ("A", "12 34", "a@b"):
        assert "person" in _errors(name), name


def _errors(person: str) -> dict[str, Any]:
    asked = CloneSerializer(data={"person": person})
    asked.is_valid()
    return dict(asked.errors)


def test_a_consent_is_taken_back_by_a_program(api: Api, cast: Cast) -> None:
    voice = a_voice(cast, is_clone=True, person="Asha Menon", consented_at=cast.kesar.created_at)
    assert api.delete(f"voices/{voice.pk}").json()["code"] == "is_consented"
    assert api.post(f"voices/{voice.pk}/revoke").json()["revoked_at"] is not None
    assert fresh(voice).revoked_at is not None
