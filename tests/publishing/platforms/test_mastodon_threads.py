"""Threads and first comments on Mastodon: each part under a key of its own."""

from typing import Any

import pytest

from publishing.platforms.base import POSTED, SENDING, OutcomeUnknown, PartlyThere, PublishKit, Rejected, Step
from tests.peers.fake_mastodon import FakeMastodon
from tests.peers.wire import Response
from tests.publishing.platforms.contract import Bench
from tests.publishing.platforms.test_mastodon import FINAL, adapter, bench, refusal, server
from trenddrop.core.platforms.options import read

__all__ = ["adapter", "bench", "server"]


def options(**chosen: Any) -> dict[str, Any]:
    return read("mastodon", chosen)


def thread_of(bench: Bench, post: str) -> list[str]:
    assert bench.read_thread is not None
    return bench.read_thread(post)


def test_every_part_is_seen_by_the_same_people(bench: Bench, server: FakeMastodon) -> None:
    chosen = options(privacy="followers", spoiler_text="Flowers", first_comment="More")
    post = bench.publish(PublishKit("k", "One", parts=["Two"], language="hi", options=chosen))
    assert thread_of(bench, post) == ["One", "Two", "More"]
    assert {(one["visibility"], one["language"], one["spoiler_text"]) for one in server.statuses} == {
        ("private", "hi", "Flowers")
    }
    keys = [asked.headers["idempotency-key"] for asked in server.seen(*FINAL)]
    assert keys == ["k", "k/1", "k/comment"]


def test_half_a_thread_is_gone_on_with(bench: Bench, server: FakeMastodon) -> None:
    kit = PublishKit("k", "One", parts=["Two", "Three"])

    def record(step: Step) -> None:
        bench.steps.append(step)
        if step.data.get("part") == 1:
            server.fault(*FINAL, cut_after=True)

    with pytest.raises(OutcomeUnknown):
        bench.adapter.publish(kit, token=bench.token, record=record)
    with pytest.raises(PartlyThere, match="2 of 3") as partly:
        bench.find(kit, resume=bench.steps[-1])
    assert partly.value.step.name == SENDING
    post = bench.publish(kit, resume=partly.value.step)
    assert thread_of(bench, post) == ["One", "Two", "Three"]
    assert bench.find(kit) == post
    assert len(server.statuses) == 3


def test_a_part_that_is_refused_ends_the_thread_of_a_post_that_stands(bench: Bench, server: FakeMastodon) -> None:
    def record(step: Step) -> None:
        if step.data.get("part") == 1:
            server.fault(*FINAL, answer=refusal("the moon"))

    published = bench.adapter.publish(PublishKit("k", "One", parts=["Two"]), token=bench.token, record=record)
    assert "the moon" in published.shortfalls[0]
    assert thread_of(bench, published.platform_id) == ["One"]


def test_a_part_too_long_is_refused_before_anything_stands(bench: Bench, server: FakeMastodon) -> None:
    long = "x" * 501
    for kit in (PublishKit("k", "One", parts=[long]), PublishKit("k", "One", options={"first_comment": long})):
        with pytest.raises(Rejected, match="1 over"):
            bench.publish(kit)
    assert server.statuses == []


@pytest.mark.parametrize("stands", [True, False])
def test_a_comment_whose_answer_was_lost_is_looked_for(bench: Bench, server: FakeMastodon, stands: bool) -> None:
    kit = PublishKit("k", "One", options=options(first_comment="And this"))

    def record(step: Step) -> None:
        bench.steps.append(step)
        if step.data.get("comment") == "sending":
            server.fault(*FINAL, cut_after=stands, cut_before=not stands)

    published = bench.adapter.publish(kit, token=bench.token, record=record)
    assert "first comment was not taken" in published.shortfalls[0]
    server.faults.clear()
    server.keys.clear()
    again = bench.adapter.publish(kit, token=bench.token, record=bench.steps.append, resume=bench.steps[-1])
    assert thread_of(bench, again.platform_id) == ["One", "And this"]
    assert again.shortfalls == ()


def test_a_found_post_without_its_comment_is_finished(bench: Bench, server: FakeMastodon) -> None:
    kit = PublishKit("k", "One", options=options(first_comment="And this"))
    server.fault(*FINAL, cut_after=True)
    with pytest.raises(OutcomeUnknown):
        bench.publish(kit)
    with pytest.raises(PartlyThere) as partly:
        bench.find(kit, resume=bench.steps[-1])
    assert partly.value.step.name == POSTED
    post = bench.publish(kit, resume=partly.value.step)
    assert thread_of(bench, post) == ["One", "And this"]
    assert bench.find(kit) == post


def test_a_comment_that_is_refused_is_told(bench: Bench, server: FakeMastodon) -> None:
    def record(step: Step) -> None:
        if step.data.get("comment") == "sending":
            server.fault(*FINAL, answer=Response(422, {"error": "Validation failed"}))

    kit = PublishKit("k", "One", options=options(first_comment="And this"))
    published = bench.adapter.publish(kit, token=bench.token, record=record)
    assert "Validation failed" in published.shortfalls[0]
