"""The Facebook adapter at a server that enforces staging, offsets, times and the Page's rights."""

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
    Rejected,
    SignInAgain,
    Step,
    TryLater,
)
from publishing.platforms.facebook import Facebook
from publishing.platforms.hearing import Hears, News, Subscribes
from publishing.platforms.signing_in import SignsIn, Way
from tests.peers.fake_facebook import FakeFacebook
from tests.peers.fake_graph import APP_SECRET, PAGE, PAGE_TOKEN
from tests.peers.wire import Request, Response
from tests.publishing.platforms.at_facebook import COMMENT, FINAL, SIGNED, bench_at, built, kit_of
from tests.publishing.platforms.bench import MP4, PNG, Bench, Killed, killed_after
from tests.publishing.platforms.contract import PlatformContract
from tests.publishing.platforms.meta import delivery, sign_in

WAY = Way(state="s-1", verifier="v" * 43, redirect_uri="https://trenddrop.example/connections/facebook/back/")


@pytest.fixture
def server() -> Iterator[FakeFacebook]:
    with FakeFacebook() as running:
        yield running


@pytest.fixture
def adapter(server: FakeFacebook, client: httpx.Client, clock: Callable[[], datetime], naps: list[float]) -> Facebook:
    return built(server, client, clock, naps)


@pytest.fixture
def bench(adapter: Facebook, server: FakeFacebook) -> Bench:
    return bench_at(server, adapter)


class TestPosts(PlatformContract):
    pictures = 10
    comments = True

    @pytest.fixture
    def bench(self, bench: Bench) -> Bench:
        return bench


class ReelServer(FakeFacebook):
    """The first and the last phase of a reel told apart by path, for faults."""

    def respond(self, request: Request) -> Response:
        last = b"upload_phase=FINISH" in request.body
        return super().respond(replace(request, path=f"{request.path}#finish") if last else request)

    def _dispatch(self, request: Request) -> Response:
        return super()._dispatch(replace(request, path=request.path.removesuffix("#finish")))


class TestReels(PlatformContract):
    """A reel's last call is the third phase; its bytes go to another host."""

    pictures = 0
    needs_media = True
    comments = True
    extras = {"post_as": "reel"}

    def files_again(self, done: list[Step], files: int) -> int | None:
        return None

    @pytest.fixture
    def server(self) -> Iterator[FakeFacebook]:
        with ReelServer() as running:
            running.processing = 0
            yield running

    @pytest.fixture
    def bench(self, adapter: Facebook, server: FakeFacebook) -> Bench:
        bench = bench_at(server, adapter)
        return replace(bench, final=("POST", r"/video_reels#finish$"), staging=("POST", r"/video_reels$"))


@pytest.fixture
def film(tmp_path: Path) -> Media:
    (tmp_path / "film.mp4").write_bytes(MP4)
    return Media(tmp_path / "film.mp4", "video/mp4", "Hands", 1080, 1920, 12.0, len(MP4))


@pytest.fixture
def photo(tmp_path: Path) -> Media:
    (tmp_path / "photo.png").write_bytes(PNG)
    return Media(tmp_path / "photo.png", "image/png", "Flowers", 800, 800, None, len(PNG))


def test_photos_keep_their_order_and_alt_texts(bench: Bench, server: FakeFacebook, photo: Media) -> None:
    bench.publish(kit_of(photo, replace(photo, alt="Second"), replace(photo, alt="Third")))
    assert server.posts[-1]["alts"] == ["Flowers", "Second", "Third"]
    assert len(server.posts) == 1


def test_a_link_is_shown_as_a_card_on_words_only(bench: Bench, server: FakeFacebook, photo: Media) -> None:
    bench.publish(kit_of(link="https://kesar.example/harvest"))
    assert server.posts[-1]["link"] == "https://kesar.example/harvest"
    with pytest.raises(Rejected, match="link"):
        bench.publish(kit_of(photo, link="https://kesar.example/harvest"))


def test_a_video_goes_on_where_its_upload_broke_off(
    bench: Bench, server: FakeFacebook, film: Media, photo: Media
) -> None:
    server.short = 100_000
    kit = replace(kit_of(film), thumbnail=photo)
    with pytest.raises(TryLater):
        bench.publish(kit)
    post = bench.publish(kit, resume=bench.steps[-1])
    assert bench.read_media(post) == [MP4]
    assert server.posts[-1]["thumb"] == PNG
    uploads = server.seen("POST", r"/upload:")
    assert [asked.headers["file_offset"] for asked in uploads] == ["0", "100000"]
    assert [asked.headers["authorization"] for asked in uploads] == [f"OAuth {PAGE_TOKEN}"] * 2


def test_a_reel_goes_on_where_its_upload_broke_off(bench: Bench, server: FakeFacebook, film: Media) -> None:
    kit = replace(kit_of(film, post_as="reel"), extra={"ai_label": True})
    for bytes_taken in (100_000, 50_000):
        server.short = bytes_taken
        with pytest.raises(TryLater):
            bench.publish(kit, resume=bench.steps[-1] if bench.steps else None)
    post = bench.publish(kit, resume=bench.steps[-1])
    assert bench.read_media(post) == [MP4]
    assert server.posts[-1]["ai"] == "true"
    assert [asked.headers["offset"] for asked in server.uploads.requests] == ["0", "100000", "150000"]


def test_a_reel_that_is_processed_for_long_is_looked_for_not_sent_again(
    bench: Bench, server: FakeFacebook, film: Media
) -> None:
    server.processing = 10_000
    kit = kit_of(film, post_as="reel")
    with pytest.raises(OutcomeUnknown, match="still processing"):
        bench.publish(kit)
    with pytest.raises(OutcomeUnknown, match="still publishing"):
        bench.find(kit, resume=bench.steps[-1])
    for reel in server.objects.values():
        reel["left"] = 0
    assert bench.find(kit, resume=bench.steps[-1]) == server.posts[-1]["id"]
    assert len(server.posts) == 1


def test_a_reel_facebook_cannot_process_is_refused_in_its_words(
    bench: Bench, server: FakeFacebook, film: Media
) -> None:
    def record(step: Step) -> None:
        if step.name == "uploaded":
            server.objects[str(step.data["video"])]["error"] = "The frame rate is too low"

    with pytest.raises(Rejected, match="frame rate"):
        bench.adapter.publish(kit_of(film, post_as="reel"), token=SIGNED, record=record)
    assert server.posts == []


def test_the_thirty_first_reel_of_a_day_waits_until_the_first_is_a_day_old(
    client: httpx.Client, naps: list[float], film: Media
) -> None:
    now = [datetime(2026, 11, 20, 9, 0, tzinfo=UTC)]
    with FakeFacebook(lambda: now[0]) as server:
        bench = bench_at(server, built(server, client, lambda: now[0], naps))
        for number in range(30):
            reel = server._new("reel", description=f"Reel {number}", finished=True, files=[])
            server._show(reel)
        now[0] += timedelta(hours=5)
        with pytest.raises(TryLater, match="30 reels") as full:
            bench.publish(kit_of(film, post_as="reel"))
        assert full.value.after == timedelta(hours=19)
        assert server.uploads.requests == []
        (allowance,) = Facebook.allowances(bench.adapter, SIGNED)  # type: ignore[arg-type]
        assert (allowance.used, allowance.total) == (30, 30)
        bench.publish(kit_of(text="Words are free"))


# Stories


@pytest.mark.parametrize(("kind", "seconds"), [("reel", 91), ("reel", 2), ("story", 61)])
def test_a_reel_or_story_of_another_length_is_refused_before_it_is_sent(
    bench: Bench, server: FakeFacebook, film: Media, kind: str, seconds: float
) -> None:
    with pytest.raises(Rejected, match="seconds") as refused:
        bench.publish(kit_of(replace(film, duration=seconds), post_as=kind))
    assert refused.value.code == "media_duration"
    assert server.requests == []


def test_a_photo_story_whose_answer_is_lost_is_found_by_its_photo(
    bench: Bench, server: FakeFacebook, photo: Media
) -> None:
    kit = kit_of(photo, post_as="story")
    server.fault("POST", r"/photo_stories$", cut_after=True)
    with pytest.raises(OutcomeUnknown):
        bench.publish(kit)
    assert bench.find(kit, resume=bench.steps[-1]) == server.posts[-1]["id"]
    assert bench.publish(kit, resume=bench.steps[-1]) == server.posts[-1]["id"]
    assert len(server.posts) == 1


def test_a_photo_story_that_is_not_listed_is_never_sent_again_by_itself(
    bench: Bench, server: FakeFacebook, photo: Media
) -> None:
    kit = kit_of(photo, post_as="story")
    server.fault("POST", r"/photo_stories$", cut_before=True)
    with pytest.raises(OutcomeUnknown):
        bench.publish(kit)
    for ask in (bench.find, bench.publish):
        with pytest.raises(OutcomeUnknown, match="second time"):
            ask(kit, resume=bench.steps[-1])
    assert len(server.seen("POST", r"/photo_stories$")) == 1


def test_a_photo_story_that_was_told_to_wait_is_sent_later(bench: Bench, server: FakeFacebook, photo: Media) -> None:
    kit = kit_of(photo, post_as="story")
    server.fault("POST", r"/photo_stories$", answer=bench.busy)
    with pytest.raises(TryLater):
        bench.publish(kit)
    assert not bench.steps[-1].may_be_public
    bench.publish(kit, resume=bench.steps[-1])
    assert (len(server.posts), bench.uploads()) == (1, 1)


def test_a_video_story_goes_through_three_phases(bench: Bench, server: FakeFacebook, film: Media) -> None:
    post = bench.publish(kit_of(film, post_as="story", first_comment="Nobody sees it"))
    assert bench.read_media(post) == [MP4]
    assert server.posts[-1]["kind"] == "story"
    assert bench.server.seen(*COMMENT) == []


def test_a_reel_of_pictures_is_refused(bench: Bench, photo: Media) -> None:
    with pytest.raises(Rejected, match="is a video"):
        bench.publish(kit_of(photo, post_as="reel"))


# Afterwards


def test_a_metric_that_is_gone_is_absent_not_zero(bench: Bench, server: FakeFacebook, film: Media) -> None:
    post, video = bench.publish(kit_of()), bench.publish(kit_of(film))
    server.posts[0]["insights"]["post_media_view"] = 90
    counts = bench.adapter.metrics([post, video], token=SIGNED)
    assert counts[post].metrics == {"comments": 0, "likes": 0, "shares": 0, "views": 90, "clicks": 0}
    assert counts[video].metrics == {"comments": 0, "likes": 0, "views": 3}


def test_a_duplicate_text_is_told_as_such(bench: Bench) -> None:
    bench.publish(kit_of())
    with pytest.raises(Rejected, match="Duplicate") as refused:
        bench.publish(kit_of())
    assert refused.value.code == "duplicate"


def test_a_worker_that_dies_before_the_comment_is_followed_by_one_that_writes_it(
    bench: Bench, server: FakeFacebook
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
    assert [one["message"] for one in server.posts[-1]["comments"]] == ["Recipes are in the profile."]
    assert bench.sent() == 1


@pytest.mark.parametrize("stands", [True, False])
def test_a_comment_that_was_begun_is_looked_for_and_never_written_again(
    bench: Bench, server: FakeFacebook, stands: bool
) -> None:
    kit = kit_of(first_comment="Recipes are in the profile.")

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


# Signing in and hearing


def test_each_page_with_the_right_to_publish_can_be_chosen(adapter: Facebook, server: FakeFacebook) -> None:
    assert isinstance(adapter, SignsIn)
    (connected,) = adapter.exchange(WAY, code=sign_in(adapter, WAY)["code"])
    assert connected.token == SIGNED
    assert (connected.profile.id, connected.profile.handle, connected.profile.followers) == (
        PAGE,
        "kesar.naturals",
        812,
    )
    assert set(connected.scopes) >= {"pages_manage_posts"}
    assert adapter.profile(connected.token) == connected.profile
    server.fault("GET", r"/me/accounts$", answer=Response(200, {"data": []}))
    with pytest.raises(Rejected, match="No Page"):
        adapter.exchange(WAY, code=sign_in(adapter, WAY)["code"])
    with pytest.raises(SignInAgain, match="start it again"):
        adapter.exchange(WAY, code="no-such-code")


def changed(**value: Any) -> dict[str, Any]:
    change = {"field": "feed", "value": {"post_id": f"{PAGE}_1", "created_time": 1_763_629_200, **value}}
    return {"object": "page", "entry": [{"id": PAGE, "time": 1_763_629_200, "changes": [change]}]}


@pytest.mark.parametrize(
    ("value", "news", "key"),
    [
        (
            {"item": "comment", "verb": "add", "comment_id": "c1", "message": "Lovely"},
            News.ENGAGEMENT,
            f"comment:{PAGE}_1:c1",
        ),
        (
            {"item": "reaction", "verb": "add", "from": {"id": "u1", "name": "Ben"}},
            News.ENGAGEMENT,
            f"reaction:{PAGE}_1:u1",
        ),
        ({"item": "share", "verb": "add", "share_id": "s1"}, News.ENGAGEMENT, f"share:{PAGE}_1:s1"),
        ({"item": "status", "verb": "remove"}, News.GONE, f"gone:{PAGE}_1"),
    ],
)
def test_what_a_pages_feed_tells_is_heard(adapter: Facebook, value: dict[str, Any], news: News, key: str) -> None:
    assert isinstance(adapter, Hears)
    (heard,) = adapter.hear(delivery(changed(**value), APP_SECRET))
    assert (heard.news, heard.key, heard.account_id, heard.post_id) == (news, key, PAGE, f"{PAGE}_1")


def test_what_says_nothing_to_us_is_left_out(adapter: Facebook) -> None:
    assert adapter.hear(delivery(changed(item="comment", verb="remove", comment_id="c1"), APP_SECRET)) == []


def test_a_page_is_subscribed_and_unsubscribed(adapter: Facebook, server: FakeFacebook) -> None:
    assert isinstance(adapter, Subscribes)
    made = adapter.subscribe(PAGE, token=SIGNED, callback="", secret="")
    assert server.subscribed == {PAGE: "feed,mention"}
    adapter.unsubscribe(made.topic, account_id=PAGE, token=SIGNED, callback="", secret="")
    assert server.subscribed == {}
