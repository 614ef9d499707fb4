"""The YouTube adapter at a server that enforces the fact sheet: sessions in the middle, locks, times, what follows."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from publishing.platforms.base import (
    SENDING,
    OutcomeUnknown,
    Rejected,
    SignInAgain,
    Step,
    TokenExpired,
    TryLater,
)
from publishing.platforms.youtube import YouTube
from publishing.platforms.youtube.refusals import LacksRight, until_midnight
from publishing.platforms.youtube.words import category, tags
from tests.peers.fake_youtube import QUARTER, FakeYouTube, no
from tests.peers.wire import Response
from tests.publishing.platforms.contract import Bench, Killed, PlatformContract, killed_after
from tests.publishing.platforms.youtube_bench import (
    BYTES,
    NOON,
    START,
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


def test_a_lock_is_told_of_a_video_that_was_found_too(bench: Bench, server: FakeYouTube, tmp_path: Path) -> None:
    server.audited = False
    kit = kit_of(film(tmp_path))
    server.fault(*BYTES, cut_after=True)
    with pytest.raises(OutcomeUnknown):
        bench.publish(kit)
    for resume in (bench.steps[-1], None):
        found = bench.adapter.find_published(
            kit, token=token(), since=datetime.now(UTC) - timedelta(minutes=1), resume=resume
        )
        assert found is not None
        assert "audited" in found.shortfalls[0]


def test_a_video_youtube_did_not_keep_is_told_after_a_lost_answer_too(
    bench: Bench, server: FakeYouTube, tmp_path: Path
) -> None:
    server.takes_as = [{"uploadStatus": "rejected", "rejectionReason": "copyright"}]
    kit = kit_of(film(tmp_path))
    server.fault(*BYTES, cut_after=True)
    with pytest.raises(OutcomeUnknown):
        bench.publish(kit)
    assert bench.find(kit, resume=bench.steps[-1]) is None
    with pytest.raises(Rejected, match="holds rights"):
        bench.publish(kit, resume=bench.steps[-1])
    assert bench.sent() == 1


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
        (no(403, "insufficientPermissions"), LacksRight, None),
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
    quota, units = bench.adapter.quotas
    assert (units.name, units.limit, units.of_app, units.zone) == ("units", 10_000, True, quota.zone)
    assert (quota.limit, quota.of_app, quota.zone) == (100, True, "America/Los_Angeles")
    assert made(client, lambda: NOON, naps, server, uploads_per_day="6").quotas[0].limit == 6


@pytest.mark.parametrize(
    ("options", "has_cover", "units"),
    [
        ({}, False, 2), ({}, True, 52), ({"playlist": "PL1"}, True, 102),
        ({"playlist": "PL1", "first_comment": "First"}, True, 152),
    ],
)  # fmt: skip
def test_what_follows_a_video_is_weighed_by_googles_price_list(
    client: httpx.Client, naps: list[float], server: FakeYouTube, options: dict[str, Any], has_cover: bool, units: int
) -> None:
    adapter = made(client, lambda: NOON, naps, server)
    assert adapter.weight("uploads", options, has_cover=has_cover) == 1
    assert adapter.weight("units", options, has_cover=has_cover) == units


def test_midnight_is_right_on_the_day_clocks_change() -> None:
    before_change = datetime.fromisoformat("2026-11-01T08:30:00+00:00")  # 01:30 in California, for the first time
    assert until_midnight(before_change) == timedelta(hours=23, minutes=30)


def test_a_question_to_a_session_is_no_upload(bench: Bench, server: FakeYouTube, tmp_path: Path) -> None:
    kit = kit_of(film(tmp_path))
    bench.publish(kit)
    bench.find(kit, resume=bench.steps[-1])
    assert [is_question(one) for one in server.seen(*BYTES)] == [False, True]
