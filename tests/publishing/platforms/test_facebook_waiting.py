"""Posts that wait at Facebook for their time, and all our requests against Meta's own specs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from publishing.platforms.base import Media, OutcomeUnknown, PublishKit, Rejected, Schedules, Step, TryLater
from publishing.platforms.facebook import Facebook
from tests.peers.contracts import Meta, folder
from tests.peers.fake_facebook import FakeFacebook
from tests.peers.fake_graph import PAGE
from tests.publishing.platforms.at_facebook import FINAL, SIGNED, bench_at, built, kit_of
from tests.publishing.platforms.bench import MP4, PNG, Bench
from tests.publishing.platforms.meta import NOW
from trenddrop.core.platforms.options import read


@pytest.fixture
def film(tmp_path: Path) -> Media:
    (tmp_path / "film.mp4").write_bytes(MP4)
    return Media(tmp_path / "film.mp4", "video/mp4", "Hands", 1080, 1920, 12.0, len(MP4))


@pytest.fixture
def photo(tmp_path: Path) -> Media:
    (tmp_path / "photo.png").write_bytes(PNG)
    return Media(tmp_path / "photo.png", "image/png", "Flowers", 800, 800, None, len(PNG))


# Posts that wait there


class Waiting:
    """An adapter and a server that share a clock."""

    def __init__(self, client: httpx.Client, naps: list[float]) -> None:
        self.now = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
        self.server = FakeFacebook(lambda: self.now)
        self.adapter = built(self.server, client, lambda: self.now, naps)
        self.at = self.now + timedelta(hours=1)
        self.steps: list[Step] = []

    def hand(self, kit: PublishKit, resume: Step | None = None) -> str:
        timed = replace(kit, publish_at=self.at)
        found = self.adapter.publish(timed, token=SIGNED, record=self.steps.append, resume=resume)
        assert found.live_at == self.at
        return found.platform_id


@pytest.fixture
def waiting(client: httpx.Client, naps: list[float]) -> Iterator[Waiting]:
    made = Waiting(client, naps)
    with made.server:
        yield made


@pytest.mark.parametrize("what", ["words", "photo", "film", "reel"])
def test_a_post_waits_at_facebook_and_is_settled_after_its_time(
    what: str, waiting: Waiting, photo: Media, film: Media
) -> None:
    kits = {
        "words": kit_of(), "photo": kit_of(photo), "film": kit_of(film), "reel": kit_of(film, post_as="reel"),
    }  # fmt: skip
    assert isinstance(waiting.adapter, Schedules)
    post = waiting.hand(kits[what])
    assert waiting.server.posts == []
    early = waiting.adapter.settle(post, token=SIGNED)
    assert early is not None
    assert early.live_at == waiting.at
    waiting.now += timedelta(hours=1, minutes=1)
    settled = waiting.adapter.settle(post, token=SIGNED)
    assert settled is not None
    assert settled.live_at is None
    assert settled.url.startswith("http")
    assert len(waiting.server.posts) == 1


def test_a_post_facebook_forgot_is_made_public_by_us(waiting: Waiting) -> None:
    waiting.server.forgetful = True
    post = waiting.hand(kit_of())
    waiting.now += timedelta(hours=1, minutes=1)
    settled = waiting.adapter.settle(post, token=SIGNED)
    assert settled is not None
    assert [one["id"] for one in waiting.server.posts] == [post]


def test_handing_over_twice_is_one_post(waiting: Waiting) -> None:
    waiting.server.fault(*FINAL, cut_after=True)
    with pytest.raises(OutcomeUnknown):
        waiting.hand(kit_of())
    post = waiting.hand(kit_of(), resume=waiting.steps[-1])
    found = waiting.adapter.find_published(kit_of(), token=SIGNED, since=NOW, resume=waiting.steps[-1])
    assert found is not None
    assert (found.platform_id, found.live_at) == (post, waiting.at)
    waiting.now += timedelta(hours=2)
    waiting.adapter.settle(post, token=SIGNED)
    assert len(waiting.server.posts) == 1


def test_a_waiting_post_is_taken_back_and_a_public_one_is_not(waiting: Waiting) -> None:
    post = waiting.hand(kit_of())
    waiting.adapter.withdraw(post, token=SIGNED)
    waiting.adapter.withdraw(post, token=SIGNED)
    waiting.now += timedelta(hours=2)
    assert waiting.adapter.settle(post, token=SIGNED) is None
    assert waiting.server.posts == []
    found = waiting.adapter.publish(kit_of(), token=SIGNED, record=waiting.steps.append)
    with pytest.raises(Rejected, match="public already"):
        waiting.adapter.withdraw(found.platform_id, token=SIGNED)


def test_a_post_due_in_nine_minutes_is_not_handed_over_and_one_due_now_is_sent(waiting: Waiting) -> None:
    waiting.at = waiting.now + timedelta(minutes=9)
    with pytest.raises(TryLater, match="at its time"):
        waiting.hand(kit_of())
    waiting.now += timedelta(minutes=9)
    found = waiting.adapter.publish(replace(kit_of(), publish_at=waiting.at), token=SIGNED, record=waiting.steps.append)
    assert found.live_at is None
    assert len(waiting.server.posts) == 1


def test_stories_and_posts_with_a_first_comment_do_not_wait_there(waiting: Waiting) -> None:
    adapter: Facebook = waiting.adapter
    assert adapter.can_wait(read("facebook", {}))
    assert not adapter.can_wait(read("facebook", {"post_as": "story"}))
    assert not adapter.can_wait(read("facebook", {"first_comment": "Recipes"}))


# Meta's own specs


@pytest.mark.shared
def test_every_request_and_answer_fits_metas_specs(
    waiting: Waiting, client: httpx.Client, naps: list[float], film: Media, photo: Media
) -> None:
    server = waiting.server
    bench: Bench = bench_at(server, waiting.adapter)
    post = bench.publish(kit_of(photo, photo, first_comment="Recipes"))
    video = bench.publish(replace(kit_of(film, text="Film"), thumbnail=photo))
    bench.publish(replace(kit_of(film, text="Reel", post_as="reel"), extra={"ai_label": True}))
    bench.publish(kit_of(photo, text="Story", post_as="story"))
    bench.publish(kit_of(film, text="Film story", post_as="story"))
    for text in ("Nothing", "Film"):
        bench.find(kit_of(*([film] if text == "Film" else []), text=text))
    bench.adapter.metrics([post, video], token=SIGNED)
    bench.adapter.profile(SIGNED)
    bench.adapter.delete(post, token=SIGNED)
    for kit in (kit_of(photo, text="A"), kit_of(film, text="B"), kit_of(film, post_as="reel", text="C")):
        waiting.adapter.settle(waiting.hand(kit), token=SIGNED)
    kinds = {"post": "PagePost", "photo": "Photo"}
    nodes = {one["id"]: kinds.get(one["kind"], "AdVideo") for one in server.objects.values()}
    extra = {
        # In the SDK of v26, a little younger than the specs.
        "Page/video_reels": frozenset({"is_ai_generated"}),
        # Files are in no spec.
        "Page/photos": frozenset({"source"}),
        # A node of its own, whose spec is not among them.
        "Stories.fields": frozenset({"post_id", "status", "creation_time", "media_id", "url"}),
    }
    contract = Meta(folder("meta"), {PAGE: "Page", **nodes, post: "PagePost"}, extra=extra)
    assert contract.problems(server.answered, beyond=r"/uploads$|/upload:") == []
