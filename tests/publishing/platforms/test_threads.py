"""The Threads adapter at a server that enforces containers, addresses and the day's limits."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from publishing.platforms.base import (
    Media,
    OutcomeUnknown,
    PartlyThere,
    PublishKit,
    Rejected,
    SignInAgain,
    Step,
    Token,
    TryLater,
)
from publishing.platforms.hearing import Delivery, Hears, News
from publishing.platforms.signing_in import SignsIn, Way
from publishing.platforms.threads import Threads
from tests.peers.contracts import Postman, folder
from tests.peers.fake_graph import no
from tests.peers.fake_threads import ACCOUNT, APP, SECRET, TOKEN, FakeThreads
from tests.peers.wire import Response
from tests.publishing.platforms.bench import MP4, PNG, Bench, Killed, killed_after
from tests.publishing.platforms.contract import PlatformContract
from tests.publishing.platforms.meta import NOW, FileHost, delivery, sign_in
from trenddrop.core.platforms.options import read

FINAL = ("POST", r"/threads_publish$")
STAGING = ("POST", r"/threads$")
WAY = Way(state="s-1", verifier="v" * 43, redirect_uri="https://trenddrop.example/connections/back/threads/")
SIGNED = Token(TOKEN, refresh=TOKEN)


@pytest.fixture
def files() -> Iterator[FileHost]:
    with FileHost() as running:
        yield running


@pytest.fixture
def server() -> Iterator[FakeThreads]:
    with FakeThreads() as running:
        yield running


@pytest.fixture
def adapter(server: FakeThreads, client: httpx.Client, clock: Callable[[], datetime], naps: list[float]) -> Threads:
    return Threads(
        client=client, clock=clock, sleep=naps.append, app_id=APP, app_secret=SECRET, verify_token="kesar-verify",
        graph=server.url, web=server.url,
    )  # fmt: skip


class ThreadsBench(Bench):
    def uploads(self) -> int:
        """Files laid ready: containers with an address."""
        return sum(b"_url=" in asked.body for asked in self.server.seen(*self.staging))


@pytest.fixture
def bench(adapter: Threads, server: FakeThreads) -> Bench:
    def row(post_id: str) -> dict[str, Any]:
        return next(one for one in server.posts if one["id"] == post_id)

    def thread(post_id: str) -> list[str]:
        texts, last = [row(post_id)["text"]], post_id
        while under := [one for one in server.posts if one["reply_to_id"] == last]:
            assert len(under) == 1
            texts.append(under[0]["text"])
            last = under[0]["id"]
        return texts

    return ThreadsBench(
        adapter=adapter,
        token=SIGNED,
        server=server,
        final=FINAL,
        staging=STAGING,
        text_limit=500,
        read_text=lambda post_id: str(row(post_id)["text"]),
        read_media=lambda post_id: list(row(post_id)["made"]["files"]),
        count=lambda post_id: row(post_id)["insights"].update(likes=1),
        refusal=lambda words: no(100, words),
        letter="é",
        busy=Response(400, no(4, "Application request limit reached").body),
        busy_for=None,
        comment=FINAL,
        read_thread=thread,
        public=lambda: len(server.posts),
    )


class TestThreads(PlatformContract):
    pictures = 20

    @pytest.fixture(autouse=True)
    def _files(self, files: FileHost) -> None:
        self.files = files

    def address(self, path: Path) -> str:
        return self.files.address(path)

    @pytest.fixture
    def bench(self, bench: Bench) -> Bench:
        return bench


def media_at(path: Path, content: bytes, mime: str, files: FileHost) -> Media:
    path.write_bytes(content)
    return Media(path, mime, "Flowers", 1080, 1920, 12.0, len(content), files.address(path))


@pytest.fixture
def photo(tmp_path: Path, files: FileHost) -> Media:
    return media_at(tmp_path / "photo.jpg", PNG, "image/jpeg", files)


@pytest.fixture
def film(tmp_path: Path, files: FileHost) -> Media:
    return media_at(tmp_path / "film.mp4", MP4, "video/mp4", files)


def kit_of(*media: Media, text: str = "Harvest", parts: tuple[str, ...] = (), **options: Any) -> PublishKit:
    return PublishKit(f"kit-{text}", text, media=media, parts=parts, options=read("threads", options))


def test_everything_a_post_can_carry_is_sent(bench: Bench, server: FakeThreads, photo: Media) -> None:
    bench.publish(kit_of(replies="following", topic="#Saffron", link="https://kesar.example/harvest"))
    made = server.posts[-1]["made"]
    assert (made["media_type"], made["reply_control"], made["topic_tag"]) == ("TEXT", "accounts_you_follow", "Saffron")
    assert made["link_attachment"] == "https://kesar.example/harvest"
    bench.publish(kit_of(photo, text="Second", replies="mentioned"))
    made = server.posts[-1]["made"]
    assert (made["media_type"], made["alt_text"], made["reply_control"]) == ("IMAGE", "Flowers", "mentioned_only")


def test_a_carousel_keeps_its_order(bench: Bench, server: FakeThreads, photo: Media) -> None:
    bench.publish(kit_of(photo, replace(photo, alt="Second")))
    made = server.posts[-1]["made"]
    assert [server.containers[one]["alt_text"] for one in made["children"].split(",")] == ["Flowers", "Second"]


def test_a_link_beside_files_is_refused_before_anything_is_made(bench: Bench, photo: Media) -> None:
    with pytest.raises(Rejected, match="link"):
        bench.publish(kit_of(photo, link="https://kesar.example/harvest"))
    assert bench.uploads() == 0


def test_a_part_that_is_too_long_is_refused_before_the_first_one_is_public(bench: Bench) -> None:
    with pytest.raises(Rejected, match="Part 3"):
        bench.publish(kit_of(parts=("Short", "x" * 501)))
    assert bench.sent() == 0


def test_a_post_without_an_address_for_its_file_tells_the_operator(bench: Bench, photo: Media) -> None:
    with pytest.raises(Rejected, match="SITE_URL") as refused:
        bench.publish(kit_of(replace(photo, url="")))
    assert refused.value.code == "config"


def test_a_part_that_is_refused_ends_the_thread_and_is_told(bench: Bench, server: FakeThreads) -> None:
    def record(step: Step) -> None:
        bench.steps.append(step)
        if step.data.get("part") == 1:
            server.fault(*FINAL, answer=no(100, "the moon is in the wrong phase"))

    kit = kit_of(parts=("Second", "Third"))
    found = bench.adapter.publish(kit, token=SIGNED, record=record)
    assert [row["text"] for row in server.posts] == ["Harvest"]
    assert found.platform_id == server.posts[0]["id"]
    assert "part 1 of 3" in found.shortfalls[0]


def test_a_part_whose_container_failed_is_made_anew_under_those_that_stand(bench: Bench, server: FakeThreads) -> None:
    def record(step: Step) -> None:
        bench.steps.append(Step(step.name, json.loads(json.dumps(step.data))))
        if len(step.data.get("ids", [])) == 2:
            failed = {"id": "1", "status": "ERROR", "error_message": "UNKNOWN"}
            server.fault("GET", r"/\d+$", answer=Response(200, failed))

    kit = kit_of(parts=("Second", "Third"))
    with pytest.raises(TryLater):
        bench.adapter.publish(kit, token=SIGNED, record=record)
    server.faults.clear()
    bench.publish(kit, resume=bench.steps[-1])
    assert [row["text"] for row in server.posts] == ["Harvest", "Second", "Third"]


def test_a_thread_without_any_step_is_found_part_by_part(bench: Bench, server: FakeThreads) -> None:
    kit = kit_of(parts=("Second", "Third"))
    post = bench.publish(kit)
    assert bench.find(kit) == post
    del server.posts[2]
    with pytest.raises(PartlyThere, match="2 of 3") as partly:
        bench.find(kit)
    assert bench.publish(kit, resume=partly.value.step) == post
    assert [row["text"] for row in server.posts] == ["Harvest", "Second", "Third"]


def test_a_first_comment_is_a_reply_and_written_once(bench: Bench, server: FakeThreads) -> None:
    kit = kit_of(first_comment="Recipes are in the profile.")
    post = bench.publish(kit)
    assert [(row["text"], row["reply_to_id"]) for row in server.posts[1:]] == [("Recipes are in the profile.", post)]
    assert bench.publish(kit, resume=bench.steps[-1]) == post
    assert len(server.posts) == 2


def test_a_comment_that_fails_is_a_shortfall(bench: Bench, server: FakeThreads) -> None:
    def record(step: Step) -> None:
        if step.data.get("comment"):
            server.fault(*FINAL, answer=no(100, "the moon is in the wrong phase"))

    found = bench.adapter.publish(kit_of(first_comment="Recipes"), token=SIGNED, record=record)
    assert len(server.posts) == 1
    assert "moon" in found.shortfalls[0]


def test_a_worker_that_dies_before_the_comment_is_followed_by_one_that_writes_it(
    bench: Bench, server: FakeThreads
) -> None:
    kit = kit_of(first_comment="Recipes are in the profile.")
    with pytest.raises(Killed):
        bench.adapter.publish(kit, token=bench.token, record=killed_after(1, bench.steps))
    server.fault(*FINAL, cut_after=True)
    with pytest.raises(OutcomeUnknown):
        bench.publish(kit, resume=bench.steps[-1])
    with pytest.raises(PartlyThere, match="first comment") as partly:
        bench.find(kit, resume=bench.steps[-1])
    bench.publish(kit, resume=partly.value.step)
    assert [row["text"] for row in server.posts if row["reply_to_id"]] == ["Recipes are in the profile."]
    assert bench.sent() == 2


def test_a_video_that_takes_long_is_taken_up_again(bench: Bench, server: FakeThreads, film: Media) -> None:
    server.processing = 10_000
    with pytest.raises(TryLater, match="still processing"):
        bench.publish(kit_of(film))
    for made in server.containers.values():
        made["left"] = 0
    assert bench.read_media(bench.publish(kit_of(film), resume=bench.steps[-1])) == [MP4]
    assert bench.uploads() == 1


def test_a_file_threads_could_not_fetch_is_tried_again_with_a_new_container(
    bench: Bench, server: FakeThreads, film: Media
) -> None:
    away = film.path.rename(film.path.with_suffix(".away"))
    film.path.write_bytes(MP4)
    served = film.path
    film.path.unlink()
    film_elsewhere = replace(film, path=away)
    with pytest.raises(TryLater, match="could not fetch"):
        bench.publish(kit_of(film_elsewhere))
    served.write_bytes(MP4)
    assert bench.read_media(bench.publish(kit_of(film_elsewhere), resume=bench.steps[-1])) == [MP4]
    assert len(server.posts) == 1


def test_an_expired_container_is_made_anew(client: httpx.Client, naps: list[float]) -> None:
    now = [datetime(2026, 11, 20, 9, 0, tzinfo=UTC)]
    with FakeThreads(lambda: now[0]) as server:
        adapter = Threads(client=client, clock=lambda: now[0], sleep=naps.append, graph=server.url)
        steps: list[Step] = []
        server.fault(*FINAL, cut_before=True)
        with pytest.raises(OutcomeUnknown):
            adapter.publish(kit_of(), token=SIGNED, record=steps.append)
        now[0] += timedelta(hours=25)
        assert adapter.find_published(kit_of(), token=SIGNED, since=NOW, resume=steps[-1]) is None
        with pytest.raises(TryLater) as again:
            adapter.publish(kit_of(), token=SIGNED, record=steps.append, resume=steps[-1])
        assert again.value.after == timedelta(0)
        adapter.publish(kit_of(), token=SIGNED, record=steps.append, resume=steps[-1])
        assert len(server.posts) == 1


def test_the_days_limits_are_read_before_anything_is_made(bench: Bench, server: FakeThreads) -> None:
    server.totals = {"posts": 1, "replies": 1}
    with pytest.raises(TryLater, match="1 replies") as full:
        bench.publish(kit_of(parts=("Second", "Third")))
    assert full.value.after == timedelta(hours=1)
    bench.publish(kit_of())
    with pytest.raises(TryLater, match="1 posts") as full:
        bench.publish(kit_of(text="Another"))
    assert full.value.after is not None
    assert timedelta(hours=23) < full.value.after <= timedelta(hours=24)
    assert len(server.posts) == 1


def test_reposts_and_sends_are_both_shares(bench: Bench, server: FakeThreads) -> None:
    post = bench.publish(kit_of())
    server.posts[0]["insights"] |= {"reposts": 2, "shares": 3, "quotes": 1, "replies": 4, "views": 90}
    counts = bench.adapter.metrics([post], token=SIGNED)[post].metrics
    assert counts == {"views": 90, "likes": 0, "comments": 4, "shares": 5, "quotes": 1, "reposts": 2}


# Signing in and hearing


def test_an_account_signs_in_for_sixty_days_and_renews(adapter: Threads) -> None:
    assert isinstance(adapter, SignsIn)
    came = sign_in(adapter, WAY)
    assert came["state"] == "s-1"
    (connected,) = adapter.exchange(WAY, code=came["code"])
    assert (connected.profile.id, connected.profile.handle) == (ACCOUNT, "kesar")
    assert connected.token.expires_at is not None
    assert connected.token.expires_at - datetime.now(UTC) > timedelta(days=59)
    assert adapter.refresh(connected.token).access != connected.token.access
    adapter.revoke(connected.token)
    with pytest.raises(SignInAgain, match="start it again"):
        adapter.exchange(WAY, code=came["code"])


def test_a_token_that_ended_cannot_be_renewed(adapter: Threads) -> None:
    with pytest.raises(SignInAgain):
        adapter.refresh(Token("long-gone-token-1", refresh="long-gone-token-1"))


def test_what_is_missing_is_named(client: httpx.Client) -> None:
    nobody = Threads(client=client, clock=lambda: NOW, sleep=print, app_id="1")
    assert nobody.missing == ("THREADS_APP_SECRET",)


def told(field: str, value: dict[str, Any]) -> dict[str, Any]:
    return {
        "app_id": APP,
        "topic": "moderate",
        "target_id": ACCOUNT,
        "time": 1_763_629_200,
        "values": {"field": field, "value": value},
    }


@pytest.mark.parametrize(
    ("field", "value", "news", "key", "post_id"),
    [
        ("replies", {"id": "r1", "text": "Lovely", "root_post": {"id": "p1"}}, News.ENGAGEMENT, "comment:r1", "p1"),
        ("mentions", {"id": "r2", "text": "Hi @kesar"}, News.ENGAGEMENT, "mention:r2", "r2"),
        ("publish", {"id": "p1", "permalink": "https://www.threads.com/p1"}, News.LIVE, "live:p1", "p1"),
        ("delete", {"id": "p1"}, News.GONE, "gone:p1", "p1"),
    ],
)
def test_what_threads_tells_is_heard(
    adapter: Threads, field: str, value: dict[str, Any], news: News, key: str, post_id: str
) -> None:
    assert isinstance(adapter, Hears)
    (heard,) = adapter.hear(delivery(told(field, value), SECRET))
    assert (heard.news, heard.key, heard.account_id, heard.post_id) == (news, key, ACCOUNT, post_id)
    query = {"hub.mode": "subscribe", "hub.verify_token": "kesar-verify", "hub.challenge": "42"}
    assert adapter.greet(Delivery(b"", {}, query, NOW)) == "42"


# The collection Meta publishes


@pytest.mark.shared
def test_every_request_and_answer_fits_the_published_collection(
    bench: Bench, server: FakeThreads, adapter: Threads, film: Media, photo: Media
) -> None:
    (connected,) = adapter.exchange(WAY, code=sign_in(adapter, WAY)["code"])
    adapter.refresh(connected.token)
    post = bench.publish(kit_of(photo, photo, topic="Saffron", first_comment="Recipes"))
    bench.publish(kit_of(film, text="Film", parts=("Second",)))
    bench.publish(kit_of(text="Words", link="https://kesar.example", replies="mentioned"))
    bench.adapter.metrics([post], token=bench.token)
    bench.find(kit_of(text="Words"))
    bench.adapter.delete(post, token=bench.token)
    contract = Postman(folder("threads-postman.json"))
    # The collection shows no answer of this one.
    answered = [(asked, told) for asked, told in server.answered if asked.path != "/refresh_access_token"]
    assert contract.problems(answered, beyond=r"^GET /oauth/authorize") == []
    assert contract.validate_request(server.seen("GET", "/refresh_access_token")[0]) == []
