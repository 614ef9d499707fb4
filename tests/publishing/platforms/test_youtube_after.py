"""YouTube: what follows a video, and videos that wait for their time."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from publishing.platforms.base import (
    POSTED,
    Media,
    OutcomeUnknown,
    PartlyThere,
    Record,
    Rejected,
    Step,
    TokenExpired,
    TryLater,
)
from publishing.platforms.youtube import YouTube
from publishing.platforms.youtube.after import BEGUN, UNSURE
from tests.peers.fake_youtube import FakeYouTube, no
from tests.publishing.platforms.contract import PNG, Bench, Killed
from tests.publishing.platforms.youtube_bench import (
    BYTES,
    COMMENT,
    NOON,
    THUMBNAIL,
    bench_at,
    film,
    kit_of,
    made,
    token,
)


@pytest.fixture
def server() -> Iterator[FakeYouTube]:
    with FakeYouTube() as running:
        yield running


@pytest.fixture
def adapter(client: httpx.Client, clock: Callable[[], datetime], naps: list[float], server: FakeYouTube) -> YouTube:
    return made(client, clock, naps, server)


@pytest.fixture
def bench(adapter: YouTube, server: FakeYouTube) -> Bench:
    return bench_at(adapter, server)


# What follows


@pytest.fixture
def cover(tmp_path: Path) -> Media:
    (tmp_path / "cover.png").write_bytes(PNG)
    return Media(tmp_path / "cover.png", "image/png")


def test_thumbnail_playlist_and_comment_follow_in_steps(
    bench: Bench, server: FakeYouTube, tmp_path: Path, cover: Media
) -> None:
    kit = replace(kit_of(film(tmp_path), playlist="PLkesar", first_comment="Recipes below"), thumbnail=cover)
    video = bench.publish(kit)
    assert server.thumbnails == {video: PNG}
    assert server.playlists["PLkesar"] == [video]
    assert server.comments == [{"video": video, "text": "Recipes below"}]
    posted = [(len(step.data["done"]), step.data.get(BEGUN)) for step in bench.steps if step.name == POSTED]
    assert posted == [(0, None), (1, None), (1, "playlist"), (2, None), (2, "comment"), (3, None)]


def killed_at(name: str, done: list[str], steps: list[Step]) -> Record:
    """A `record` under which the worker dies when what stands is `done` and `name` is begun (or nothing, if empty)."""

    def record(step: Step) -> None:
        steps.append(step)
        if step.name == POSTED and step.data["done"] == done and step.data.get(BEGUN, "") == name:
            raise Killed

    return record


@pytest.mark.parametrize("done", [["thumbnail"], ["thumbnail", "playlist"], ["thumbnail", "playlist", "comment"]])
def test_a_worker_killed_in_what_follows_does_nothing_twice(
    bench: Bench, server: FakeYouTube, tmp_path: Path, cover: Media, done: list[str]
) -> None:
    kit = replace(kit_of(film(tmp_path), playlist="PLkesar", first_comment="Recipes below"), thumbnail=cover)
    with pytest.raises(Killed):
        bench.adapter.publish(kit, token=token(), record=killed_at("", done, bench.steps))
    # The worst moment: the call was made, and its step was never written.
    found = bench.adapter.publish(kit, token=token(), record=bench.steps.append, resume=bench.steps[-2])
    assert (len(server.posts), len(server.playlists["PLkesar"]), len(server.comments)) == (1, 1, 1)
    assert list(found.shortfalls) == []


@pytest.mark.parametrize(("name", "done"), [("playlist", ["thumbnail"]), ("comment", ["thumbnail", "playlist"])])
def test_what_was_begun_and_is_not_there_is_told_and_not_done_again_for_it_may_still_come(
    bench: Bench, server: FakeYouTube, tmp_path: Path, cover: Media, name: str, done: list[str]
) -> None:
    kit = replace(kit_of(film(tmp_path), playlist="PLkesar", first_comment="Recipes below"), thumbnail=cover)
    with pytest.raises(Killed):
        bench.adapter.publish(kit, token=token(), record=killed_at(name, done, bench.steps))
    found = bench.adapter.publish(kit, token=token(), record=bench.steps.append, resume=bench.steps[-1])
    assert (len(server.posts), len(server.thumbnails)) == (1, 1)
    assert (len(server.playlists["PLkesar"]), len(server.comments)) == ((0, 1) if name == "playlist" else (1, 0))
    assert list(found.shortfalls) == [UNSURE[name]]


def test_a_video_that_is_found_still_gets_what_follows(bench: Bench, server: FakeYouTube, tmp_path: Path) -> None:
    kit = kit_of(film(tmp_path), first_comment="Recipes below")
    server.fault(*BYTES, cut_after=True)
    with pytest.raises(OutcomeUnknown):
        bench.publish(kit)
    sent = bench.steps[-1]
    for is_lost in (False, True):
        server.sessions = {} if is_lost else server.sessions
        with pytest.raises(PartlyThere) as partly:
            bench.find(kit, resume=sent)
        assert bench.publish(kit, resume=partly.value.step) == server.posts[0]["id"]
    assert server.comments == [{"video": server.posts[0]["id"], "text": "Recipes below"}]


def test_what_fails_afterwards_is_told_and_the_video_stands(
    bench: Bench, server: FakeYouTube, tmp_path: Path, cover: Media
) -> None:
    kit = replace(kit_of(film(tmp_path), playlist="PLnone", first_comment="Hello"), thumbnail=cover)
    server.fault(*THUMBNAIL, answer=no(403, "forbidden", "The channel is not verified."))
    server.fault(*COMMENT, answer=no(503, "backendError"))
    found = bench.adapter.publish(kit, token=token(), record=bench.steps.append)
    assert len(server.posts) == 1
    told = list(found.shortfalls)
    assert [one.split(".")[0].split(":")[0] for one in told] == [
        "The thumbnail was not set",
        "The video was not added to the playlist",
        "The first comment was not written",
    ]
    assert "not verified" in told[0]
    assert not any("Nothing was published" in one for one in told)


def test_an_expired_token_in_what_follows_asks_for_a_new_one(bench: Bench, server: FakeYouTube, tmp_path: Path) -> None:
    kit = kit_of(film(tmp_path), first_comment="Hello")
    server.fault(*COMMENT, answer=no(401, "authError"))
    with pytest.raises(TokenExpired):
        bench.publish(kit)
    assert bench.publish(kit, resume=bench.steps[-1]) == server.posts[0]["id"]
    assert len(server.comments) == len(server.posts) == 1


# Videos that wait for their time


def test_only_a_public_video_without_comment_can_wait(adapter: YouTube, tmp_path: Path) -> None:
    media = film(tmp_path)
    assert adapter.can_wait(kit_of(media).options)
    assert not adapter.can_wait(kit_of(media, privacy="unlisted").options)
    assert not adapter.can_wait(kit_of(media, first_comment="Hello").options)


@pytest.fixture
def times() -> dict[str, datetime]:
    return {"now": NOON}


@pytest.fixture
def later(client: httpx.Client, naps: list[float], times: dict[str, datetime]) -> Iterator[Bench]:
    """An adapter and a server at the same clock."""
    with FakeYouTube(lambda: times["now"]) as server:
        yield bench_at(made(client, lambda: times["now"], naps, server), server)


AT = NOON + timedelta(hours=1)


def hand_over(later: Bench, folder: Path) -> str:
    found = later.adapter.publish(
        replace(kit_of(film(folder)), publish_at=AT), token=token(), record=later.steps.append
    )
    assert found.live_at == AT
    assert found.shortfalls == []
    return found.platform_id


def test_a_video_is_handed_over_and_becomes_public_by_itself(
    later: Bench, times: dict[str, datetime], tmp_path: Path
) -> None:
    video = hand_over(later, tmp_path)
    status = later.server.posts[0]["status"]  # type: ignore[attr-defined]
    assert (status["privacyStatus"], status["publishAt"]) == ("private", "2026-11-20T13:00:00Z")
    adapter: Any = later.adapter
    assert adapter.settle(video, token=token()).live_at == AT
    times["now"] = AT + timedelta(minutes=3)
    settled = adapter.settle(video, token=token())
    assert (settled.live_at, list(settled.shortfalls)) == (None, [])
    assert later.server.posts[0]["status"]["privacyStatus"] == "public"  # type: ignore[attr-defined]


def test_a_video_that_youtube_forgot_is_made_public_and_nothing_is_erased(
    later: Bench, times: dict[str, datetime], tmp_path: Path
) -> None:
    server: Any = later.server
    server.forgets = True
    adapter: Any = later.adapter
    kit = replace(kit_of(film(tmp_path), made_for_kids=True), publish_at=AT, extra={"ai_label": True})
    video = later.publish(kit)
    before = {
        name: value for name, value in server.posts[0]["status"].items() if name not in {"publishAt", "privacyStatus"}
    }
    times["now"] = AT + timedelta(minutes=1)
    with pytest.raises(TryLater):
        adapter.settle(video, token=token())
    times["now"] = AT + timedelta(minutes=3)
    assert adapter.settle(video, token=token()).platform_id == video
    assert server.posts[0]["status"] == {**before, "privacyStatus": "public"}
    assert server.posts[0]["snippet"]["title"] == "Harvest"


def test_a_locked_video_is_told_at_its_time(later: Bench, times: dict[str, datetime], tmp_path: Path) -> None:
    server: Any = later.server
    video = hand_over(later, tmp_path)
    server.forgets, server.audited = True, False
    times["now"] = AT + timedelta(minutes=3)
    adapter: Any = later.adapter
    assert "audited" in adapter.settle(video, token=token()).shortfalls[0]


def test_a_video_deleted_meanwhile_is_gone(later: Bench, tmp_path: Path) -> None:
    server: Any = later.server
    video = hand_over(later, tmp_path)
    server.posts.clear()
    adapter: Any = later.adapter
    assert adapter.settle(video, token=token()) is None
    adapter.withdraw(video, token=token())


def test_a_video_that_waits_is_withdrawn_and_a_public_one_is_not(
    later: Bench, times: dict[str, datetime], tmp_path: Path
) -> None:
    server: Any = later.server
    adapter: Any = later.adapter
    adapter.withdraw(hand_over(later, tmp_path), token=token())
    assert server.posts == []
    public = later.publish(replace(kit_of(film(tmp_path)), key="key-2", publish_at=AT))
    times["now"] = AT
    with pytest.raises(Rejected) as refused:
        adapter.withdraw(public, token=token())
    assert refused.value.code == "already_public"
    assert len(server.posts) == 1


def test_a_handed_over_video_is_found_with_its_time(later: Bench, tmp_path: Path) -> None:
    video = hand_over(later, tmp_path)
    kit = replace(kit_of(film(tmp_path)), publish_at=AT)
    for resume in (later.steps[-1], Step(POSTED, {"id": video, "url": ""}), None):
        found = later.adapter.find_published(kit, token=token(), since=NOON, resume=resume)
        assert found is not None
        assert (found.platform_id, found.live_at) == (video, AT)
