"""Threads, comments, who may reply, and what the video service allows, on Bluesky."""

from pathlib import Path
from typing import Any

import pytest

from publishing.platforms.base import (
    POSTED,
    SENDING,
    Allows,
    Media,
    OutcomeUnknown,
    PartlyThere,
    PublishKit,
    Rejected,
    Step,
    TryLater,
)
from publishing.platforms.bluesky.tid import next_tid, tid_for
from tests.peers.fake_bluesky import FakeBluesky
from tests.peers.lexicon import TID
from tests.peers.wire import Response
from tests.publishing.platforms.contract import MP4, Bench
from tests.publishing.platforms.test_bluesky import FINAL, adapter, bench, by_service, film, refusal, server
from trenddrop.core.platforms.options import read

__all__ = ["adapter", "bench", "by_service", "film", "server"]


def options(**chosen: Any) -> dict[str, Any]:
    return read("bluesky", chosen)


def values(server: FakeBluesky, collection: str = "app.bsky.feed.post") -> list[dict[str, Any]]:
    return [one["value"] for one in server.records.values() if one["value"]["$type"] == collection]


def test_a_thread_names_its_root_and_the_part_before(bench: Bench, server: FakeBluesky) -> None:
    uri = bench.publish(PublishKit("thread", "One", parts=["Two @lisbon.test", "Three"], language="en"))
    first, second, third = values(server)
    assert first["createdAt"] < second["createdAt"] < third["createdAt"]
    assert third["reply"]["root"]["uri"] == uri
    assert server.records[third["reply"]["parent"]["uri"]]["value"] == second
    assert second["facets"]
    assert second["langs"] == ["en"]


def test_keys_of_parts_follow_each_other() -> None:
    first = tid_for("01934b6e-7c00-7001-8000-000000000001")
    keys = [next_tid(first, part) for part in range(40)]
    assert keys[0] == first
    assert keys == sorted(keys)
    assert all(TID.fullmatch(key) for key in keys)


def test_half_a_thread_is_gone_on_with(bench: Bench, server: FakeBluesky) -> None:
    kit = PublishKit("thread", "One", parts=["Two", "Three"])

    def record(step: Step) -> None:
        bench.steps.append(step)
        if step.data.get("part") == 1:
            server.fault(*FINAL, cut_after=True)

    with pytest.raises(OutcomeUnknown):
        bench.adapter.publish(kit, token=bench.token, record=record)
    with pytest.raises(PartlyThere, match="2 of 3") as partly:
        bench.find(kit)
    assert partly.value.step.name == SENDING
    uri = bench.publish(kit, resume=partly.value.step)
    assert server.thread(uri) == ["One", "Two", "Three"]
    assert bench.find(kit) == uri


def test_a_part_that_is_refused_ends_the_thread_of_a_post_that_stands(bench: Bench, server: FakeBluesky) -> None:
    def record(step: Step) -> None:
        if step.data.get("part") == 1:
            server.fault(*FINAL, answer=refusal("the moon"))

    published = bench.adapter.publish(PublishKit("k", "One", parts=["Two"]), token=bench.token, record=record)
    assert "the moon" in published.shortfalls[0]
    assert server.thread(published.platform_id) == ["One"]


def test_a_part_too_long_is_refused_before_anything_stands(bench: Bench, server: FakeBluesky) -> None:
    for kit in (
        PublishKit("k", "One", parts=["x" * 301]),
        PublishKit("k", "One", options={"first_comment": "x" * 301}),
    ):
        with pytest.raises(Rejected, match="1 over"):
            bench.publish(kit)
    assert server.records == {}


@pytest.mark.parametrize(("chosen", "rule"), [("following", "followingRule"), ("mentioned", "mentionRule")])
def test_who_may_reply_is_said_beside_the_post(bench: Bench, server: FakeBluesky, chosen: str, rule: str) -> None:
    uri = bench.publish(PublishKit("k", "One", options=options(replies=chosen)))
    [gate] = values(server, "app.bsky.feed.threadgate")
    assert gate["post"] == uri
    assert gate["allow"] == [{"$type": f"app.bsky.feed.threadgate#{rule}"}]


def test_what_fails_after_the_post_is_told_and_not_lost(bench: Bench, server: FakeBluesky) -> None:
    chosen = options(replies="following", first_comment="More")

    def record(step: Step) -> None:
        bench.steps.append(step)
        if step.name == POSTED and not step.data.get("done"):
            server.fault(*FINAL, answer=Response(503, {}), times=2)

    published = bench.adapter.publish(PublishKit("k", "One", options=chosen), token=bench.token, record=record)
    assert [words.split(":")[0] for words in published.shortfalls] == [
        "It could not be set who may reply",
        "The first comment was not taken",
    ]
    with pytest.raises(PartlyThere) as partly:
        bench.find(PublishKit("k", "One", options=chosen))
    assert partly.value.step.name == POSTED
    assert bench.publish(PublishKit("k", "One", options=chosen), resume=partly.value.step) == published.platform_id
    assert server.thread(published.platform_id) == ["One", "More"]
    assert bench.find(PublishKit("k", "One", options=chosen)) == published.platform_id


def test_a_comment_goes_under_the_last_part(bench: Bench, server: FakeBluesky) -> None:
    uri = bench.publish(PublishKit("k", "One", parts=["Two"], options=options(first_comment="More")))
    bench.publish(PublishKit("k", "One", parts=["Two"], options=options(first_comment="More")), resume=bench.steps[-1])
    assert server.thread(uri) == ["One", "Two", "More"]


# The video service


def test_what_the_video_service_allows_is_read(by_service: Bench, bench: Bench) -> None:
    assert isinstance(by_service.adapter, Allows)
    assert isinstance(bench.adapter, Allows)
    allowances = by_service.adapter.allowances(by_service.token)
    assert [(one.name, one.total) for one in allowances] == [("videos", 24), ("bytes of video", 10_000_000_000)]
    assert bench.adapter.allowances(bench.token) == []


@pytest.mark.parametrize(
    ("limits", "error", "words"),
    [
        ({"canUpload": False, "remainingDailyVideos": 0, "remainingDailyBytes": 0}, TryLater, "no more video"),
        (
            {"canUpload": True, "remainingDailyVideos": 3, "remainingDailyBytes": len(MP4) - 1},
            TryLater,
            "no more video",
        ),
        ({"canUpload": False, "message": "Confirm your email"}, Rejected, "Confirm your email"),
    ],
)
def test_a_video_it_does_not_take_is_not_sent(
    by_service: Bench, server: FakeBluesky, film: Media, limits: dict[str, Any], error: type[Exception], words: str
) -> None:
    server.limits = limits
    with pytest.raises(error, match=words):
        by_service.publish(PublishKit("film", "Watch", media=[film]))
    assert by_service.uploads() == 0


def test_a_video_the_service_has_already_is_not_processed_again(by_service: Bench, film: Media) -> None:
    by_service.publish(PublishKit("film", "Watch", media=[film]))
    uri = by_service.publish(PublishKit("again", "Watch again", media=[film]))
    assert by_service.read_media(uri) == [MP4]
    assert by_service.uploads() == 2


def test_a_server_on_this_machine_is_not_sent_to_a_service_elsewhere(
    bench: Bench, server: FakeBluesky, film: Media, tmp_path: Path
) -> None:
    uploads = bench.adapter._uploads  # type: ignore[attr-defined]
    object.__setattr__(uploads, "video_service", "https://video.example")
    assert bench.read_media(bench.publish(PublishKit("film", "Watch", media=[film]))) == [MP4]
    assert server.seen("POST", "uploadBlob")
