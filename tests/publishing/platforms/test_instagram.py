"""The Instagram adapter at a server that enforces containers, hosts and quotas, through both of its sign-ins."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from publishing.platforms.base import (
    SENDING,
    Media,
    OutcomeUnknown,
    PartlyThere,
    PublishKit,
    Rejected,
    SignInAgain,
    Step,
    TryLater,
)
from publishing.platforms.instagram import Instagram
from tests.peers.contracts import Meta, folder
from tests.peers.fake_graph import APP_SECRET, PAGE_TOKEN
from tests.peers.fake_instagram import ACCOUNT, FakeInstagram, collaborators
from tests.peers.wire import Response
from tests.publishing.platforms.at_instagram import COMMENT, FINAL, OWN_SIGNED, PAGE_SIGNED, bench_at, built
from tests.publishing.platforms.bench import MP4, PNG, Bench, Killed, killed_after
from tests.publishing.platforms.contract import PlatformContract
from tests.publishing.platforms.meta import NOW, FileHost
from trenddrop.core.platforms.options import read


@pytest.fixture
def files() -> Iterator[FileHost]:
    with FileHost() as running:
        yield running


@pytest.fixture
def server() -> Iterator[FakeInstagram]:
    with FakeInstagram() as running:
        yield running


@pytest.fixture
def own_server() -> Iterator[FakeInstagram]:
    with FakeInstagram(own=True) as running:
        yield running


@pytest.fixture
def bench(server: FakeInstagram, client: httpx.Client, clock: Callable[[], datetime], naps: list[float]) -> Bench:
    return bench_at(server, built(server, client=client, clock=clock, sleep=naps.append), PAGE_SIGNED)


@pytest.fixture
def own_bench(
    own_server: FakeInstagram, client: httpx.Client, clock: Callable[[], datetime], naps: list[float]
) -> Bench:
    return bench_at(own_server, built(own_server, client=client, clock=clock, sleep=naps.append), OWN_SIGNED)


class InstagramContract(PlatformContract):
    needs_media = True
    pictures = 10
    comments = True

    @pytest.fixture(autouse=True)
    def _files(self, files: FileHost) -> None:
        self.files = files

    def address(self, path: Path) -> str:
        return self.files.address(path)

    @pytest.fixture
    def picture(self, tmp_path: Path) -> Media:
        (tmp_path / "harvest.jpg").write_bytes(PNG)
        url = self.address(tmp_path / "harvest.jpg")
        return Media(tmp_path / "harvest.jpg", "image/jpeg", "Crocus flowers", 800, 800, None, len(PNG), url)


class TestInstagramThroughAPage(InstagramContract):
    @pytest.fixture
    def bench(self, bench: Bench) -> Bench:
        return bench


class TestInstagramByItsOwnLogin(InstagramContract):
    @pytest.fixture
    def bench(self, own_bench: Bench) -> Bench:
        return own_bench


# What it posts


@pytest.fixture
def film(tmp_path: Path, files: FileHost) -> Media:
    (tmp_path / "film.mp4").write_bytes(MP4)
    return Media(
        tmp_path / "film.mp4", "video/mp4", "Hands", 1080, 1920, 12.0, len(MP4), files.address(tmp_path / "film.mp4")
    )


@pytest.fixture
def photo(tmp_path: Path, files: FileHost) -> Media:
    (tmp_path / "photo.jpg").write_bytes(PNG)
    return Media(
        tmp_path / "photo.jpg", "image/jpeg", "Flowers", 800, 800, None, len(PNG), files.address(tmp_path / "photo.jpg")
    )


def kit_of(*media: Media, text: str = "Harvest", **options: Any) -> PublishKit:
    return PublishKit(f"kit-{text}", text, media=media, options=read("instagram", options))


def test_a_reel_goes_up_as_bytes_without_any_public_address(
    bench: Bench, server: FakeInstagram, film: Media, naps: list[float]
) -> None:
    server.processing = 3
    post = bench.publish(kit_of(replace(film, url="")))
    assert bench.read_media(post) == [MP4]
    assert [asked.headers["authorization"] for asked in server.uploads.requests] == [f"OAuth {PAGE_TOKEN}"]
    assert naps == [10.0, 10.0, 10.0]
    assert server.posts[-1]["media_product_type"] == "REELS"


def test_everything_a_reel_can_carry_is_sent(bench: Bench, server: FakeInstagram, film: Media, photo: Media) -> None:
    kit = kit_of(film, collaborators="@chai.point, lisbon_rooftops", share_to_feed=False)
    bench.publish(replace(kit, thumbnail=photo, extra={"ai_label": True, "cover_at": 2.5}))
    made = server.posts[-1]["made"]
    assert (made["share_to_feed"], made["is_ai_generated"], made["cover_url"]) == ("false", "true", photo.url)
    assert collaborators(server.posts[-1]) == ["chai.point", "lisbon_rooftops"]
    bench.publish(replace(kit_of(film, text="Again"), extra={"cover_at": 2.5}))
    assert server.posts[-1]["made"]["thumb_offset"] == "2500"


def test_a_fourth_collaborator_is_refused(bench: Bench, film: Media) -> None:
    with pytest.raises(Rejected, match="three collaborators"):
        bench.publish(kit_of(film, collaborators="a b c d"))


def test_a_carousel_keeps_its_order_and_each_pictures_alt_text(
    bench: Bench, server: FakeInstagram, photo: Media
) -> None:
    bench.publish(kit_of(photo, replace(photo, alt="Second"), replace(photo, alt="Third")))
    made = server.posts[-1]["made"]
    assert made["kind"] == "CAROUSEL"
    assert [server.containers[one]["alt_text"] for one in made["children"].split(",")] == ["Flowers", "Second", "Third"]


@pytest.mark.parametrize("what", ["film", "photo"])
def test_a_story_has_no_words_and_no_comment(
    what: str, bench: Bench, server: FakeInstagram, request: pytest.FixtureRequest
) -> None:
    media = request.getfixturevalue(what)
    kit = kit_of(media, post_as="story", first_comment="Recipes in the profile")
    server.fault(*FINAL, cut_after=True)
    with pytest.raises(OutcomeUnknown):
        bench.publish(kit)
    story = bench.find(kit, resume=bench.steps[-1])
    assert story == server.stories[-1]["id"] == bench.publish(kit, resume=bench.steps[-1])
    assert server.stories[-1]["caption"] is None
    assert bench.server.seen(*COMMENT) == []


@pytest.mark.parametrize("change", [{"duration": 61.0}, {"size": 100_000_001}])
def test_a_story_that_is_too_long_or_heavy_is_refused(bench: Bench, film: Media, change: dict[str, Any]) -> None:
    with pytest.raises(Rejected, match="story on Instagram takes"):
        bench.publish(kit_of(replace(film, **change), post_as="story"))
    assert bench.uploads() == 0


def test_a_picture_that_is_no_jpeg_is_refused_in_words(bench: Bench, photo: Media) -> None:
    with pytest.raises(Rejected, match="JPEG"):
        bench.publish(kit_of(replace(photo, mime="image/webp")))
    assert bench.uploads() == 0


def test_a_picture_without_an_address_tells_the_operator_what_to_set(bench: Bench, photo: Media) -> None:
    with pytest.raises(Rejected, match="SITE_URL") as refused:
        bench.publish(kit_of(replace(photo, url="")))
    assert refused.value.code == "config"


# Containers


def test_a_video_that_takes_long_is_taken_up_again_not_sent_again(
    bench: Bench, server: FakeInstagram, film: Media
) -> None:
    server.processing = 10_000
    with pytest.raises(TryLater, match="still processing") as slow:
        bench.publish(kit_of(film))
    assert slow.value.after == timedelta(minutes=1)
    for made in server.containers.values():
        made["left"] = 0
    assert bench.read_media(bench.publish(kit_of(film), resume=bench.steps[-1])) == [MP4]
    assert (bench.uploads(), len(server.uploads.requests)) == (1, 1)


def test_a_failure_inside_a_200_of_the_uploader_is_no_success(bench: Bench, server: FakeInstagram, film: Media) -> None:
    server.uploads.hurt = {"retriable": False, "type": "ProcessingFailedError", "message": "Request processing failed"}
    with pytest.raises(Rejected, match="processing failed"):
        bench.publish(kit_of(film))
    server.uploads.hurt = {"retriable": True, "type": "PartialRequestError", "message": "Partial request"}
    with pytest.raises(TryLater):
        bench.publish(kit_of(film))
    assert bench.read_media(bench.publish(kit_of(film))) == [MP4]


def test_an_expired_container_is_made_anew_and_published_once(
    client: httpx.Client, photo: Media, naps: list[float]
) -> None:
    now = [datetime(2026, 11, 20, 9, 0, tzinfo=UTC)]
    with FakeInstagram(lambda: now[0]) as server:
        adapter = Instagram(
            client=client, clock=lambda: now[0], sleep=naps.append, app_secret=APP_SECRET, facebook_graph=server.url
        )
        steps: list[Step] = []
        server.fault(*FINAL, cut_before=True)
        with pytest.raises(OutcomeUnknown):
            adapter.publish(kit_of(photo), token=PAGE_SIGNED, record=steps.append)
        now[0] += timedelta(hours=25)
        found = adapter.find_published(kit_of(photo), token=PAGE_SIGNED, since=NOW, resume=steps[-1])
        assert found is None
        adapter.publish(kit_of(photo), token=PAGE_SIGNED, record=steps.append, resume=steps[-1])
        assert len(server.posts) == 1
        assert len(server.containers) == 2


def test_a_container_that_failed_for_a_passing_reason_is_made_anew_later(
    bench: Bench, server: FakeInstagram, photo: Media
) -> None:
    status = {"status_code": "ERROR", "status": "Error: Media upload has failed with error code 2207003", "id": "1"}
    server.fault("GET", r"/\d+$", answer=Response(200, status))
    with pytest.raises(TryLater):
        bench.publish(kit_of(photo))
    bench.publish(kit_of(photo), resume=bench.steps[-1])
    assert bench.uploads() == 2
    assert len(server.posts) == 1


def test_a_video_instagram_cannot_read_is_refused(bench: Bench, server: FakeInstagram, film: Media) -> None:
    status = {"status_code": "ERROR", "status": "Error: Media upload has failed with error code 2207026", "id": "1"}
    server.fault("GET", r"/\d+$", answer=Response(200, status))
    with pytest.raises(Rejected, match="2207026") as refused:
        bench.publish(kit_of(film))
    assert refused.value.code == "media_type"


def test_the_days_cap_is_read_live_and_ends_when_the_oldest_post_is_a_day_old(
    client: httpx.Client, photo: Media, naps: list[float]
) -> None:
    now = [datetime(2026, 11, 20, 9, 0, tzinfo=UTC)]
    with FakeInstagram(lambda: now[0]) as server:
        bench = bench_at(server, built(server, client=client, clock=lambda: now[0], sleep=naps.append), PAGE_SIGNED)
        server.total = 1
        bench.publish(kit_of(photo))
        now[0] += timedelta(hours=6)
        with pytest.raises(TryLater, match="1 posts in 24 hours") as full:
            bench.publish(kit_of(photo, text="Second"))
        assert full.value.after == timedelta(hours=18)
        assert bench.uploads() == 1
        allowance = Instagram.allowances(bench.adapter, bench.token)[0]  # type: ignore[arg-type]
        assert (allowance.name, allowance.used, allowance.total) == ("posts", 1, 1)
        now[0] += timedelta(hours=18, seconds=1)
        bench.publish(kit_of(photo, text="Second"))


def test_an_account_without_a_professional_sign_in_may_not_publish(bench: Bench, photo: Media) -> None:
    with pytest.raises(SignInAgain):
        bench.adapter.publish(
            kit_of(photo), token=replace(bench.token, access="chai-page-token-8c2d"), record=bench.steps.append
        )


def test_a_graph_of_another_version_asks_the_operator(
    client: httpx.Client, server: FakeInstagram, photo: Media
) -> None:
    adapter = Instagram(
        client=client, clock=lambda: NOW, sleep=print, app_secret=APP_SECRET, facebook_graph=server.url, version="v21.0"
    )
    with pytest.raises(Rejected, match="META_GRAPH_VERSION") as refused:
        adapter.publish(kit_of(photo), token=PAGE_SIGNED, record=print)
    assert refused.value.code == "config"


# Afterwards


def test_an_unknown_metric_costs_only_itself(bench: Bench, server: FakeInstagram, photo: Media) -> None:
    post = bench.publish(kit_of(photo))
    del server.posts[-1]["insights"]["follows"]
    server.posts[-1]["insights"] |= {"reach": 40, "saved": 3}
    counts = bench.adapter.metrics([post], token=bench.token)[post].metrics
    assert (counts["reach"], counts["saves"]) == (40, 3)
    assert "follows" not in counts


def test_a_comment_is_written_once_however_often_it_is_tried(bench: Bench, server: FakeInstagram, photo: Media) -> None:
    kit = kit_of(photo, first_comment="Recipes are in the profile.")
    bench.publish(kit)
    bench.publish(kit, resume=bench.steps[-1])
    assert [one["text"] for one in server.posts[-1]["comments"]] == ["Recipes are in the profile."]


def test_a_worker_that_dies_before_the_comment_is_followed_by_one_that_writes_it(
    bench: Bench, server: FakeInstagram, photo: Media
) -> None:
    kit = kit_of(photo, first_comment="Recipes are in the profile.")
    with pytest.raises(Killed):
        bench.adapter.publish(kit, token=bench.token, record=killed_after(1, bench.steps))
    server.fault(*FINAL, cut_after=True)
    with pytest.raises(OutcomeUnknown):
        bench.publish(kit, resume=bench.steps[-1])
    with pytest.raises(PartlyThere, match="first comment") as partly:
        bench.find(kit, resume=bench.steps[-1])
    bench.publish(kit, resume=partly.value.step)
    assert [one["text"] for one in server.posts[-1]["comments"]] == ["Recipes are in the profile."]
    assert bench.sent() == 1


@pytest.mark.parametrize("stands", [True, False])
def test_a_comment_that_was_begun_is_looked_for_and_never_written_again(
    bench: Bench, server: FakeInstagram, photo: Media, stands: bool
) -> None:
    kit = kit_of(photo, first_comment="Recipes are in the profile.")

    def record(step: Step) -> None:
        bench.steps.append(step)
        if step.data.get("comment") == SENDING and not stands:
            raise Killed

    with suppress(Killed):
        bench.adapter.publish(kit, token=bench.token, record=record)
    assert bench.steps[-1].data["comment"] == SENDING
    again = bench.adapter.publish(kit, token=bench.token, record=bench.steps.append, resume=bench.steps[-1])
    assert len(server.posts[-1].get("comments", [])) == stands
    assert [told.split(":")[0] for told in again.shortfalls] == (
        [] if stands else ["It may be that the first comment was not written"]
    )


# Meta's own specs


@pytest.mark.shared
def test_every_request_and_answer_fits_metas_specs(
    bench: Bench, server: FakeInstagram, film: Media, photo: Media
) -> None:
    post = bench.publish(kit_of(photo, photo, first_comment="Recipes"))
    bench.publish(replace(kit_of(film, text="Reel", collaborators="chai.point"), extra={"ai_label": True}))
    bench.publish(kit_of(film, text="Story", post_as="story"))
    bench.adapter.metrics([post], token=bench.token)
    bench.adapter.profile(bench.token)
    bench.find(kit_of(photo))
    bench.adapter.delete(post, token=bench.token)
    media = dict.fromkeys(
        [*server.containers, *(row["id"] for row in [*server.posts, *server.stories]), post], "IGMedia"
    )
    contract = Meta(
        folder("meta"),
        {ACCOUNT: "IGUser", **media},
        extra={
            # In the SDK of v26, a little younger than the specs.
            "IGUser/media": frozenset({"is_ai_generated", "caption", "media_type"}),
            "IGMedia.fields": frozenset({"status_code", "status"}),
        },
    )
    assert contract.problems(server.answered) == []
