"""Resources of content, publishing, trends and analytics."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts import tenancy
from content.models import ContentAnalysis, ContentAsset, Transcript
from publishing.models import PlatformConnection, ScheduledPost
from tests.api.asking import Api, as_member, key_of
from tests.cast import Cast
from tests.world import World, furnish
from trends.models import TrendRelevance


@pytest.fixture
def world(cast: Cast) -> World:
    """Something of everything in Kesar."""
    return furnish(cast)


@pytest.fixture
def api(world: World) -> Api:
    """Asha's program."""
    return as_member(world.cast.asha)


def test_a_text_becomes_an_asset_that_is_described_put_aside_and_brought_back(api: Api, world: World) -> None:
    brand = str(world.cast.brand.pk)
    made = api.post("assets", {"text": "Rain is coming over the hills", "brand": brand})
    assert (made.status_code, made.json()["kind"], made.json()["brand"]) == (201, "blog", brand)
    address = f"assets/{made.json()['id']}"
    whole = api.get(address).json()
    assert whole["text"] == "Rain is coming over the hills"
    assert next(step["name"] for step in whole["steps"]) == "fetch"
    assert api.patch(address, {"title": "Hills", "tags": ["rain"]}).json()["tags"] == ["rain"]
    assert [each["title"] for each in api.get("assets", q="hills").json()["results"]] == ["Hills"]
    assert api.delete(address).status_code == 204
    assert api.get(address).status_code == 404
    assert api.post(f"{address}/restore").json()["deleted_at"] is None


@pytest.mark.parametrize(
    "body", [{}, {"text": "too short"}, {"link": "ftp://x.example/a"}, {"text": "a b c", "link": "https://x.example"}]
)
def test_an_asset_is_made_of_a_link_or_a_text(api: Api, body: dict[str, str]) -> None:
    assert api.post("assets", body).status_code == 422


def test_a_link_to_our_own_network_is_not_followed(api: Api) -> None:
    answer = api.post("assets", {"link": "http://127.0.0.1:9/secret"})
    assert (answer.status_code, answer.json()["code"]) == (422, "link_failed")


def test_processing_is_stopped_and_begun_again(api: Api, world: World) -> None:
    address = f"assets/{world.ids['asset']}"
    assert api.post(f"{address}/retry").json()["code"] == "nothing_to_retry"
    with tenancy.operator():
        ContentAsset.objects.filter(pk=world.ids["asset"]).update(status="failed")
    assert api.post(f"{address}/retry").status_code == 202
    assert api.post(f"{address}/match").json()["code"] == "still_running"
    assert api.post(f"{address}/cancel").status_code == 202


def test_what_was_understood_is_read(api: Api, world: World) -> None:
    address = f"assets/{world.ids['asset']}"
    with tenancy.operator():
        ContentAnalysis.objects.filter(asset_id=world.ids["asset"]).delete()
        Transcript.objects.filter(asset_id=world.ids["asset"]).delete()
    assert api.get(f"{address}/analysis").status_code == 404
    moment = {"start": 0.0, "end": 1.0, "text": "Rain", "score": 50, "reasons": []}
    with tenancy.operator():
        shared = {"organization": world.cast.kesar, "asset_id": world.ids["asset"]}
        ContentAnalysis.objects.create(**shared, summary="Rain.", hooks=[moment], made_by="test")
        Transcript.objects.create(**shared, words=[[0.0, 0.5, "Rain", 0.9]], text="Rain", engine="test")
    assert api.get(f"{address}/analysis").json()["hooks"][0]["text"] == "Rain"
    assert api.get(f"{address}/transcript").json()["words_said"] == [[0.0, 0.5, "Rain", 0.9]]
    assert api.get(f"{address}/subtitles").json()["text"].startswith("WEBVTT")
    assert "-->" in api.get(f"{address}/subtitles", **{"as": "srt"}).json()["text"]
    assert api.put(f"{address}/subtitles", {"text": "nonsense"}).status_code == 422
    vtt = "WEBVTT\n\n00:00.000 --> 00:01.000\nSun is here\n"
    assert api.put(f"{address}/subtitles", {"text": vtt}).status_code == 202
    assert api.get(f"{address}/transcript").json()["text"] == "Sun is here"
    assert api.get(f"{address}/matches").json() == []


def test_a_file_is_sent_whole(world: World, settings: Any) -> None:
    client = Client(headers={"Authorization": f"Bearer {key_of(world.cast.ben)}"})

    def send(content: bytes) -> Any:
        return client.post("/api/v1/uploads", {"file": SimpleUploadedFile("a.txt", content, "text/plain")})

    made = send(b"Rain is coming over the hills. " * 20)
    assert (made.status_code, made.json()["original_name"]) == (201, "a.txt")
    assert send(b"\x7fELF" + bytes(500)).status_code == 415
    settings.UPLOAD_MAX_BYTES = 100
    assert send(b"Rain is coming over the hills. " * 20).status_code == 413


def test_uploads_under_way_are_ones_own(api: Api, world: World) -> None:
    assert [each["name"] for each in api.get("uploads").json()["results"]] == ["KESAR.mp4"]
    assert as_member(world.cast.ben).get(f"uploads/{world.ids['upload']}").status_code == 404
    assert api.delete(f"uploads/{world.ids['upload']}").status_code == 204


def test_a_piece_is_edited_written_again_and_taken_back(api: Api, world: World) -> None:
    address = f"pieces/{world.ids['piece']}"
    told = api.patch(address, {"text": "New words", "hashtags": ["#Rain", "rain", " monsoon"], "base": 1}).json()
    assert (told["version"], told["hashtags"]) == (2, ["Rain", "monsoon"])
    assert api.post(f"{address}/restore", {"number": 99}).status_code == 404
    assert api.post(f"{address}/restore", {"number": 1}).json()["text"] == "KESAR v1"
    assert [each["number"] for each in api.get(f"{address}/versions").json()] == [3, 2, 1]
    assert api.patch(address, {"thumbnail": str(world.ids["frame"])}).json()["thumbnail"] == str(world.ids["frame"])


def practice(api: Api) -> str:
    made = api.post("connections/practice", {"name": "Kesar"})
    assert made.status_code == 201, made.content
    return str(made.json()["id"])


def test_a_post_is_planned_moved_and_cancelled(api: Api, world: World) -> None:
    when = (timezone.now() + dt.timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    body = {"piece": str(world.ids["piece"]), "connection": practice(api), "local_time": when, "timezone": "UTC"}
    made = api.post("posts", body)
    assert made.status_code == 201, made.content
    post = made.json()
    assert (post["status"], post["platform"], post["local_time"]) == ("scheduled", "practice", when)
    assert api.post("posts", body).json()["code"] == "already_planned"
    later = (timezone.now() + dt.timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    assert api.post(f"posts/{post['id']}/move", {"local_time": later}).json()["local_time"] == later
    first = {"local_time": "0001-01-01T00:00", "timezone": "Asia/Kolkata"}
    assert api.post(f"posts/{post['id']}/move", first).json()["code"] == "in_the_past"
    assert api.post(f"posts/{post['id']}/cancel").json()["status"] == "cancelled"
    assert api.post(f"posts/{post['id']}/cancel").status_code == 409
    assert api.get(f"posts/{post['id']}/attempts").json() == []


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"local_time": "2020-01-01T10:00"}, 422),
        ({"local_time": "2099-01-01T10:00"}, 422),
        ({"local_time": "2026-11-27T09:30+05:30"}, 422),
        ({"timezone": "Mars/Olympus"}, 422),
        ({"piece": "0199c1f2-1111-7000-8000-000000000001"}, 422),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(api: Api, world: World, changes: dict[str, str], status: int) -> None:
    when = (timezone.now() + dt.timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    body = {"piece": str(world.ids["piece"]), "connection": practice(api), "local_time": when}
    assert api.post("posts", body | changes).status_code == status


def test_a_post_is_sent_now_and_once(api: Api, world: World) -> None:
    body = {"piece": str(world.ids["piece"]), "connection": practice(api)}
    assert api.post("posts/now", body).status_code == 201
    assert api.post("posts/now", body).json()["code"] == "already_planned"
    with tenancy.operator():
        assert ScheduledPost.objects.filter(connection__handle="@kesar").count() == 1


def test_a_connection_tells_no_secret_and_is_forgotten(api: Api, world: World) -> None:
    key = practice(api)
    assert "token" not in api.get(f"connections/{key}").content.decode()
    assert api.delete(f"connections/{key}").status_code == 204
    assert api.get(f"connections/{key}").status_code == 404
    with tenancy.operator():
        assert not PlatformConnection.objects.get(pk=key).access_token


def test_platforms_tell_what_they_take(api: Api) -> None:
    found = {each["key"]: each for each in api.get("platforms").json()}
    assert found["bluesky"]["text_limit"] == 300
    assert found["practice"]["can_publish"]


def test_topics_are_found_with_their_fit(api: Api, world: World) -> None:
    brand = world.cast.brand
    with tenancy.operator():
        TrendRelevance.objects.create(
            organization=world.cast.kesar, brand=brand, topic_id=world.ids["topic"], score=80, reasons=[]
        )
    found = api.get("trends", brand=str(brand.pk), q="monsoon").json()["results"]
    assert [(each["title"], each["fit"]) for each in found] == [("Monsoon skin", 80.0)]
    assert api.get("trends", source="bluesky").json()["results"] == []
    assert api.get(f"trends/{world.ids['topic']}/observations").json() == []
    assert api.get("trends", brand=str(world.cast.lisbon_brand.pk)).status_code == 422
    assert len(api.get("trend-relevance", brand=str(brand.pk)).json()["results"]) == 1


@pytest.mark.parametrize(
    "until", ["9421-02-15T04:43:33+18:06", "0467-12-03T06:36:16+16:43", "0001-01-01T00:00:00+14:00"]
)
def test_a_strange_time_narrows_or_is_refused(api: Api, until: str) -> None:
    assert api.get("posts", until=until).status_code in {200, 422}
    assert api.get("audit", since=until).status_code in {200, 422}


def test_numbers_and_today_are_told(api: Api, world: World) -> None:
    assert api.get(f"measured-posts/{world.ids['post']}").json()["platform"] == "practice"
    assert api.get(f"measured-posts/{world.ids['post']}/curve").json() == []
    told = api.get("today").json()
    assert len(told["days"]) == 7
    assert told["rising"][0]["title"] == "Monsoon skin"
    assert api.get("today", brand="x").status_code == 422


def test_a_transcript_is_corrected_word_by_word(api: Api, world: World) -> None:
    address = f"transcripts/{world.ids['transcript']}"
    assert api.get(address).json()["words_said"] == [[0, 1, "KESAR", None]]
    (listed,) = api.get("transcripts", asset=str(world.ids["asset"])).json()["results"]
    assert "words_said" not in listed
    sent = {"first": 0, "was": "KESAR", "text": "so um um says", "speaker": "Asha", "follows": ""}
    assert api.post(f"{address}/edit", sent).json() == {"first": 0, "stop": 4}
    assert api.post(f"{address}/edit", sent).status_code == 409
    assert api.post(f"{address}/speakers", {"old": "Asha", "new": "Ben"}).json()["turns"] == [[0.0, "Ben"]]
    assert api.post(f"{address}/mark-again").json() == {"count": 2}
    mark = dict(zip(("kind", "start", "end"), api.get(address).json()["marks"][0], strict=True))
    assert len(api.post(f"{address}/unmark", mark).json()["marks"]) == 1
    assert api.post(f"{address}/mark", mark).json()["marks"][0] == list(mark.values())
    assert api.post(f"{address}/mark", {"kind": "filler", "start": 50, "end": 60}).status_code == 422
    assert len(api.post(f"{address}/unmark", mark).json()["marks"]) == 1
    assert api.post(f"{address}/drop-fillers").json() == {"count": 1}
    assert api.post(f"{address}/replace", {"find": "says", "replacement": "said"}).json() == {"count": 1}
    assert api.post(f"{address}/replace", {"find": "says", "replacement": "said"}).status_code == 404
    assert api.post(f"{address}/language", {"language": "hi"}).json()["language"] == "hi"
    assert api.post(f"{address}/first-heard").json()["text"] == "KESAR"
    assert api.post(f"{address}/first-heard").status_code == 409
    assert api.post(f"{address}/read").status_code == 202
    assert api.post(f"{address}/listen", {"language": "en"}).status_code == 409
