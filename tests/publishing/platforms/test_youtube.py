"""The YouTube adapter at a server that enforces the fact sheet: sessions in the middle, locks, times, what follows."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from publishing.platforms.base import (
    POSTED,
    SENDING,
    Media,
    OutcomeUnknown,
    PartlyThere,
    Rejected,
    SignInAgain,
    Step,
    TokenExpired,
    TryLater,
)
from publishing.platforms.youtube import YouTube
from publishing.platforms.youtube.refusals import until_midnight
from publishing.platforms.youtube.words import category, tags
from tests.peers.fake_youtube import QUARTER, FakeYouTube, no
from tests.peers.wire import Response
from tests.publishing.platforms.contract import PNG, Bench, Killed, PlatformContract, killed_after
from tests.publishing.platforms.youtube_bench import (
    BYTES,
    COMMENT,
    NOON,
    START,
    THUMBNAIL,
    bench_at,
    film,
    is_question,
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


class TestYouTube(PlatformContract):
    needs_media = True
    pictures = 0
    comments = True

    def files_again(self, done: list[Step], files: int) -> int | None:
        return 0 if done else files

    @pytest.fixture
    def bench(self, bench: Bench) -> Bench:
        return bench


# Words


def last(server: FakeYouTube) -> dict[str, Any]:
    body: dict[str, Any] = server.seen(*START)[-1].json()
    return body


def test_everything_chosen_reaches_youtube(bench: Bench, server: FakeYouTube, tmp_path: Path) -> None:
    kit = kit_of(film(tmp_path), privacy="unlisted", made_for_kids=True, notify=False)
    bench.publish(
        replace(kit, language="hi", hashtags=["#saffron", "harvest"], extra={"ai_label": True, "category": "Food"})
    )
    assert last(server) == {
        "snippet": {
            "title": "Harvest",
            "description": "Saffron, day 1",
            "tags": ["saffron", "harvest"],
            "categoryId": "26",
            "defaultLanguage": "hi",
            "defaultAudioLanguage": "hi",
        },
        "status": {
            "privacyStatus": "unlisted",
            "selfDeclaredMadeForKids": True,
            "containsSyntheticMedia": True,
            "license": "youtube",
            "embeddable": True,
            "publicStatsViewable": True,
        },
    }
    assert server.seen(*START)[-1].first("notifySubscribers") == "false"


def test_tags_stop_where_youtube_stops_counting() -> None:
    kept = tags(["#" + "a" * 99] * 4 + ["b" * 101, "last"])
    assert [len(tag) for tag in kept] == [99, 99, 99, 99, 4]


@pytest.mark.parametrize(
    ("name", "number"), [("Music", "10"), ("Science & Technology", "28"), ("17", "17"), ("", "22")]
)
def test_a_category_is_known_by_its_name(name: str, number: str) -> None:
    assert category(name) == number


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": ""}, "needs a title"),
        ({"title": "x" * 101}, "1 over"),
        ({"title": "a <b>"}, "<>"),
        ({"text": "2 > 1"}, ">"),
        ({"text": "é" * 2501}, "2 over"),
    ],
)
def test_what_youtube_would_refuse_is_refused_first(
    bench: Bench, tmp_path: Path, change: dict[str, str], words: str
) -> None:
    with pytest.raises(Rejected, match=words):
        bench.publish(replace(kit_of(film(tmp_path)), **change))  # type: ignore[arg-type]
    assert bench.server.requests == []


def test_an_empty_file_is_refused(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="empty"):
        bench.publish(kit_of(film(tmp_path, 0)))


# A session in the middle


@pytest.fixture
def small(client: httpx.Client, clock: Callable[[], datetime], naps: list[float], server: FakeYouTube) -> Bench:
    """Pieces of 256 KiB."""
    return bench_at(made(client, clock, naps, server, piece=QUARTER), server)


def ranges(server: FakeYouTube) -> list[str]:
    return [one.headers["content-range"] for one in server.seen(*BYTES)]


def test_a_big_file_goes_in_pieces_and_only_the_last_one_publishes(
    small: Bench, server: FakeYouTube, tmp_path: Path
) -> None:
    media = film(tmp_path, 2 * QUARTER + 100)
    made: list[tuple[str, int]] = []
    small.adapter.publish(kit_of(media), token=token(), record=lambda step: made.append((step.name, small.sent())))
    assert made == [("session", 0), (SENDING, 2)]
    assert ranges(server) == ["bytes 0-262143/524388", "bytes 262144-524287/524388", "bytes 524288-524387/524388"]
    assert small.read_media(server.posts[0]["id"]) == [media.path.read_bytes()]


def test_an_upload_goes_on_where_the_session_is(small: Bench, server: FakeYouTube, tmp_path: Path) -> None:
    media = film(tmp_path, 3 * QUARTER)
    server.fault(*BYTES, cut_after=True)
    with pytest.raises(TryLater):
        small.publish(kit_of(media))
    small.publish(kit_of(media), resume=small.steps[-1])
    assert ranges(server) == [
        "bytes 0-262143/786432",
        "bytes */786432",
        "bytes 262144-524287/786432",
        "bytes 524288-786431/786432",
    ]
    assert small.read_media(server.posts[0]["id"]) == [media.path.read_bytes()]
    assert len(server.sessions) == 1


def test_a_308_without_range_means_nothing_was_stored(small: Bench, server: FakeYouTube, tmp_path: Path) -> None:
    server.stores = [0, QUARTER]
    small.publish(kit_of(film(tmp_path, 2 * QUARTER)))
    assert ranges(server)[:2] == ["bytes 0-262143/524288", "bytes 0-262143/524288"]
    assert len(server.posts) == 1


def test_a_piece_that_was_stored_in_part_is_followed_from_there(
    small: Bench, server: FakeYouTube, tmp_path: Path
) -> None:
    media = film(tmp_path, 2 * QUARTER)
    server.stores = [1000]
    small.publish(kit_of(media))
    assert ranges(server)[:2] == ["bytes 0-262143/524288", "bytes 1000-263143/524288"]
    assert small.read_media(server.posts[0]["id"]) == [media.path.read_bytes()]


def test_a_session_that_stores_nothing_is_left_for_later(small: Bench, server: FakeYouTube, tmp_path: Path) -> None:
    server.stores = [0] * 9
    with pytest.raises(TryLater, match="stores no more"):
        small.publish(kit_of(film(tmp_path, 2 * QUARTER)))
    assert small.sent() == 3


def test_a_session_that_is_lost_in_the_middle_begins_anew(small: Bench, server: FakeYouTube, tmp_path: Path) -> None:
    media = film(tmp_path, 2 * QUARTER)
    with pytest.raises(Killed):
        small.adapter.publish(kit_of(media), token=token(), record=killed_after(1, small.steps))
    server.sessions.clear()
    small.publish(kit_of(media), resume=small.steps[0])
    assert len(server.posts) == 1
    server.fault(*BYTES, answer=no(404, "notFound"))
    small.publish(replace(kit_of(media), key="key-2"))
    assert len(server.posts) == 2


def test_a_session_that_is_lost_after_the_last_byte_is_looked_for_on_the_channel(
    bench: Bench, server: FakeYouTube, tmp_path: Path
) -> None:
    kit = kit_of(film(tmp_path))
    server.fault(*BYTES, cut_after=True)
    with pytest.raises(OutcomeUnknown):
        bench.publish(kit)
    server.sessions.clear()
    assert bench.find(kit, resume=bench.steps[-1]) == server.posts[0]["id"]
    server.posts.clear()
    with pytest.raises(OutcomeUnknown, match="no longer knows"):
        bench.find(kit, resume=bench.steps[-1])
    with pytest.raises(OutcomeUnknown, match="may have arrived"):
        bench.publish(kit, resume=bench.steps[-1])
    assert server.posts == []


def test_a_post_that_was_edited_meanwhile_goes_out_in_its_new_words(
    bench: Bench, server: FakeYouTube, tmp_path: Path
) -> None:
    kit = kit_of(film(tmp_path))
    with pytest.raises(Killed):
        bench.adapter.publish(kit, token=token(), record=killed_after(1, bench.steps))
    bench.publish(replace(kit, text="Saffron, day 2"), resume=bench.steps[0])
    assert [post["snippet"]["description"] for post in server.posts] == ["Saffron, day 2"]


def test_a_sessions_address_is_locked_in_its_step(bench: Bench, tmp_path: Path) -> None:
    bench.publish(kit_of(film(tmp_path)))
    assert "upload_id" not in repr([step.data for step in bench.steps])


def test_an_older_video_is_found_beyond_the_first_page(bench: Bench, tmp_path: Path) -> None:
    media = film(tmp_path, 10)
    first = bench.publish(kit_of(media))
    for number in range(51):
        bench.publish(replace(kit_of(media), text=f"More {number}"))
    assert bench.find(kit_of(media)) == first


# What YouTube makes of it


def test_an_app_without_audit_is_told_that_the_video_is_locked(
    bench: Bench, server: FakeYouTube, tmp_path: Path
) -> None:
    server.audited = False
    found = bench.adapter.publish(kit_of(film(tmp_path)), token=token(), record=bench.steps.append)
    assert "audited" in found.shortfalls[0]
    quiet = kit_of(film(tmp_path), privacy="private")
    assert bench.adapter.publish(quiet, token=token(), record=bench.steps.append).shortfalls == []


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ({"uploadStatus": "rejected", "rejectionReason": "duplicate"}, "has this very video already"),
        ({"uploadStatus": "failed", "failureReason": "codec"}, "codec"),
    ],
)
def test_a_video_youtube_did_not_keep_is_told(
    bench: Bench, server: FakeYouTube, tmp_path: Path, status: dict[str, str], words: str
) -> None:
    server.takes_as = [status]
    with pytest.raises(Rejected, match=words):
        bench.publish(kit_of(film(tmp_path)))


@pytest.mark.parametrize(
    ("answer", "error", "after"),
    [
        (no(401, "authError"), TokenExpired, timedelta(0)),
        (no(401, "youtubeSignupRequired"), SignInAgain, None),
        (no(403, "insufficientPermissions"), SignInAgain, None),
        (no(403, "rateLimitExceeded"), TryLater, timedelta(minutes=1)),
        (no(403, "userRateLimitExceeded"), TryLater, timedelta(minutes=1)),
        (no(400, "uploadLimitExceeded"), TryLater, timedelta(hours=24)),
        (no(403, "forbidden"), Rejected, None),
        (no(403, "accessNotConfigured"), Rejected, None),
        (no(400, "invalidTitle"), Rejected, None),
        (no(503, "backendError"), TryLater, None),
    ],
)
def test_each_reason_has_one_meaning(
    bench: Bench, server: FakeYouTube, tmp_path: Path, answer: Response, error: type[Exception], after: timedelta | None
) -> None:
    server.fault(*START, answer=answer)
    with pytest.raises(error) as raised:
        bench.publish(kit_of(film(tmp_path)))
    assert type(raised.value) is error
    assert getattr(raised.value, "after", None) == after
    assert server.posts == []


def test_a_days_quota_lasts_until_midnight_in_california(
    client: httpx.Client, naps: list[float], server: FakeYouTube, tmp_path: Path
) -> None:
    server.uploads_left = 0
    bench = bench_at(made(client, lambda: NOON, naps, server), server)
    with pytest.raises(TryLater) as full:
        bench.publish(kit_of(film(tmp_path)))
    assert full.value.after == timedelta(hours=20)
    [quota] = bench.adapter.quotas
    assert (quota.limit, quota.of_app, quota.zone) == (100, True, "America/Los_Angeles")
    assert made(client, lambda: NOON, naps, server, uploads_per_day="6").quotas[0].limit == 6


def test_midnight_is_right_on_the_day_clocks_change() -> None:
    before_change = datetime.fromisoformat("2026-11-01T08:30:00+00:00")  # 01:30 in California, for the first time
    assert until_midnight(before_change) == timedelta(hours=23, minutes=30)


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
    posted = [step.data["done"] for step in bench.steps if step.name == POSTED]
    assert posted == [[], ["thumbnail"], ["thumbnail", "playlist"], ["thumbnail", "playlist", "comment"]]


@pytest.mark.parametrize("number", [3, 4, 5, 6])
def test_a_worker_killed_in_what_follows_does_nothing_twice(
    bench: Bench, server: FakeYouTube, tmp_path: Path, cover: Media, number: int
) -> None:
    kit = replace(kit_of(film(tmp_path), playlist="PLkesar", first_comment="Recipes below"), thumbnail=cover)
    with pytest.raises(Killed):
        bench.adapter.publish(kit, token=token(), record=killed_after(number, bench.steps))
    # The worst moment: the call was made, and its step was never written.
    bench.publish(kit, resume=bench.steps[max(2, number - 2)])
    assert (len(server.posts), len(server.playlists["PLkesar"]), len(server.comments)) == (1, 1, 1)


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


def test_a_question_to_a_session_is_no_upload(bench: Bench, server: FakeYouTube, tmp_path: Path) -> None:
    kit = kit_of(film(tmp_path))
    bench.publish(kit)
    bench.find(kit, resume=bench.steps[-1])
    assert [is_question(one) for one in server.seen(*BYTES)] == [False, True]
