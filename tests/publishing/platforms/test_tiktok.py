"""The TikTok adapter at a server that enforces the fact sheet: pieces, moderation, what an account may do."""

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
    CannotLook,
    Media,
    OutcomeUnknown,
    PublishKit,
    Rejected,
    Step,
    TokenExpired,
    TryLater,
)
from publishing.platforms.tiktok import TikTok
from publishing.platforms.tiktok.refusals import LacksRight
from publishing.platforms.tiktok.uploads import plan
from tests.peers.fake_tiktok import FakeTikTok, no
from tests.peers.wire import Request, Response, Server
from tests.publishing.platforms.contract import PNG, Bench, Killed, PlatformContract, killed_after
from tests.publishing.platforms.tiktok_bench import (
    INIT,
    NOON,
    PHOTOS,
    PIECE,
    STATUS,
    bench_at,
    film,
    kit_of,
    made,
    token,
)


@pytest.fixture
def server() -> Iterator[FakeTikTok]:
    with FakeTikTok() as running:
        yield running


@pytest.fixture
def adapter(client: httpx.Client, clock: Callable[[], datetime], naps: list[float], server: FakeTikTok) -> TikTok:
    return made(client, clock, naps, server)


@pytest.fixture
def bench(adapter: TikTok, server: FakeTikTok) -> Bench:
    return bench_at(adapter, server, final=PIECE)


class TestTikTokVideos(PlatformContract):
    needs_media = True
    pictures = 0
    deletes = False

    def files_again(self, done: list[Step], files: int) -> int | None:
        return 0 if done else files

    @pytest.fixture
    def bench(self, bench: Bench) -> Bench:
        return bench


class TestTikTokPictures(PlatformContract):
    """TikTok fetches them; a lost answer leaves nothing to ask for."""

    needs_media = True
    finds = False
    stages = False
    deletes = False
    videos = 0
    pictures = 35

    @pytest.fixture
    def bench(self, adapter: TikTok, server: FakeTikTok) -> Bench:
        return bench_at(adapter, server, final=PHOTOS)

    @pytest.fixture
    def shelf(self, tmp_path: Path) -> Iterator[Server]:
        def serve(request: Request) -> Response:
            return Response(200, (tmp_path / Path(request.path).name).read_bytes(), {"Content-Type": "image/jpeg"})

        with Server(serve) as running:
            yield running

    @pytest.fixture
    def picture(self, tmp_path: Path, shelf: Server) -> Media:
        path = tmp_path / "harvest.jpg"
        path.write_bytes(PNG)  # nobody looks inside
        return Media(path, "image/jpeg", width=2, height=1, size=len(PNG), url=f"{shelf.url}/harvest.jpg")

    def test_one_that_cannot_look_says_so(self, bench: Bench, kit: PublishKit) -> None:
        """Not CannotLook: the engine sends again what is safe to send again, and pictures are not."""
        with pytest.raises(OutcomeUnknown) as unknown:
            bench.find(kit, resume=Step(SENDING, {}))
        assert not isinstance(unknown.value, CannotLook)

    def test_a_post_is_measured(self, bench: Bench, kit: PublishKit) -> None:
        """TikTok lists videos only."""
        assert bench.adapter.metrics([bench.publish(kit)], token=bench.token) == {}

    def test_the_title_is_cut_and_the_text_is_the_description(self, bench: Bench, kit: PublishKit) -> None:
        bench.publish(replace(kit, title="Crocus " * 30))
        body = bench.server.seen(*PHOTOS)[-1].json()
        assert body["post_info"]["title"] == ("Crocus " * 12).strip() + "…"
        assert body["post_info"]["description"] == kit.text
        assert body["post_info"]["auto_add_music"] is False

    def test_without_a_public_address_the_operator_is_told_what_to_set(self, bench: Bench, kit: PublishKit) -> None:
        with pytest.raises(Rejected, match="MEDIA_PUBLIC_URL") as told:
            bench.publish(replace(kit, media=[replace(kit.media[0], url="")]))
        assert told.value.code == "config"

    def test_an_address_tiktok_has_not_verified_is_the_operators_matter(self, bench: Bench, kit: PublishKit) -> None:
        with pytest.raises(Rejected, match="URL properties") as told:
            bench.publish(replace(kit, media=[replace(kit.media[0], url="https://elsewhere.example/a.jpg")]))
        assert told.value.code == "config"

    def test_a_png_is_refused_before_anything_is_asked(self, bench: Bench, kit: PublishKit) -> None:
        with pytest.raises(Rejected, match="JPEG or WebP"):
            bench.publish(replace(kit, media=[replace(kit.media[0], mime="image/png")]))
        assert bench.server.requests == []

    def test_pictures_made_with_ai_leave_a_mark_to_switch_on_by_hand(self, bench: Bench, kit: PublishKit) -> None:
        whole = replace(kit, extra={**kit.extra, "ai_label": True})
        found = bench.adapter.publish(whole, token=bench.token, record=bench.steps.append)
        assert "made with AI" in found.shortfalls[0]

    def test_the_publish_id_of_pictures_is_kept_and_asked_for(
        self, bench: Bench, kit: PublishKit, server: FakeTikTok
    ) -> None:
        server.fault(*STATUS, answer=no(500, "internal_error"))
        with pytest.raises(OutcomeUnknown):
            bench.publish(kit)
        assert bench.find(kit, resume=bench.steps[-1]) == server.posts[0]["id"]
        assert bench.publish(kit, resume=bench.steps[-1]) == server.posts[0]["id"]
        assert len(server.posts) == 1


# How an account posts


def last(server: FakeTikTok, what: tuple[str, str] = INIT) -> dict[str, Any]:
    body: dict[str, Any] = server.seen(*what)[-1].json()
    return body


def test_every_switch_reaches_tiktok(bench: Bench, server: FakeTikTok, tmp_path: Path) -> None:
    kit = kit_of(film(tmp_path), privacy="friends", comments=False, duet=False, brand_organic=True, brand_content=True)
    bench.publish(replace(kit, extra={"ai_label": True, "cover_at": 2.5}))
    assert last(server)["post_info"] == {
        "title": "Saffron #crocus",
        "privacy_level": "MUTUAL_FOLLOW_FRIENDS",
        "disable_comment": True,
        "disable_duet": True,
        "disable_stitch": False,
        "brand_content_toggle": True,
        "brand_organic_toggle": True,
        "is_aigc": True,
        "video_cover_timestamp_ms": 2500,
    }


def test_what_the_account_has_switched_off_stays_off(bench: Bench, server: FakeTikTok, tmp_path: Path) -> None:
    server.creator |= {"comment_disabled": True, "stitch_disabled": True}
    bench.publish(kit_of(film(tmp_path)))
    info = last(server)["post_info"]
    assert (info["disable_comment"], info["disable_duet"], info["disable_stitch"]) == (True, False, True)


def test_a_visibility_the_account_has_not_is_told_with_those_it_has(
    bench: Bench, server: FakeTikTok, tmp_path: Path
) -> None:
    server.creator["privacy_level_options"] = ["FOLLOWER_OF_CREATOR", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]
    with pytest.raises(Rejected, match=r"cannot post for “Everybody”.*“Followers”") as told:
        bench.publish(kit_of(film(tmp_path)))
    assert told.value.code == "privacy"
    assert server.uploads == {}


def test_a_second_too_long_for_this_account_is_refused(bench: Bench, server: FakeTikTok, tmp_path: Path) -> None:
    server.creator["max_video_post_duration_sec"] = 180
    with pytest.raises(Rejected, match=r"up to 180 seconds; this one has 181\.0"):
        bench.publish(kit_of(film(tmp_path, duration=181.0)))
    assert server.uploads == {}


def test_a_paid_partnership_nobody_may_see_is_refused(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="paid partnership"):
        bench.publish(kit_of(film(tmp_path), privacy="private", brand_content=True))


def test_an_app_without_audit_is_told_in_plain_words(bench: Bench, server: FakeTikTok, tmp_path: Path) -> None:
    server.audited = False
    with pytest.raises(Rejected, match="not audited") as told:
        bench.publish(kit_of(film(tmp_path)))
    assert told.value.code == "config"
    assert bench.publish(kit_of(film(tmp_path), privacy="private"))


def test_a_draft_waits_in_the_inbox_and_says_so(bench: Bench, server: FakeTikTok, tmp_path: Path) -> None:
    found = bench.adapter.publish(kit_of(film(tmp_path), as_draft=True), token=bench.token, record=bench.steps.append)
    assert "inbox" in found.shortfalls[0]
    assert found.url == ""
    assert [one.draft for one in server.drafts] == [True]
    assert server.posts == []


# Live without a link yet


def test_a_post_in_moderation_is_live_without_link_and_gets_it_later(
    bench: Bench, server: FakeTikTok, tmp_path: Path
) -> None:
    server.moderation = 1
    kit = kit_of(film(tmp_path))
    found = bench.adapter.publish(kit, token=bench.token, record=bench.steps.append)
    assert (found.platform_id, found.url) == (server.posts[0]["publish_id"], "")
    later = bench.adapter.find_published(
        kit, token=bench.token, since=NOON, resume=Step(POSTED, {"id": found.platform_id, "url": ""})
    )
    assert later is not None
    assert later.platform_id == server.posts[0]["id"]
    assert later.url.endswith(f"/video/{later.platform_id}")
    assert set(bench.adapter.metrics([found.platform_id], token=bench.token)) == {found.platform_id}


def test_a_private_post_stays_without_link_and_without_numbers(
    bench: Bench, server: FakeTikTok, tmp_path: Path
) -> None:
    post = bench.publish(kit_of(film(tmp_path), privacy="private"))
    assert post == server.posts[0]["publish_id"]
    assert bench.adapter.metrics([post], token=bench.token) == {}


def test_processing_is_waited_for(bench: Bench, server: FakeTikTok, tmp_path: Path, naps: list[float]) -> None:
    server.processing = 3
    bench.publish(kit_of(film(tmp_path)))
    assert naps == [5.0, 5.0, 5.0]


def test_processing_that_takes_long_is_looked_for_not_sent_again(
    bench: Bench, server: FakeTikTok, tmp_path: Path
) -> None:
    server.processing = 30
    kit = kit_of(film(tmp_path))
    with pytest.raises(OutcomeUnknown, match="still processing"):
        bench.publish(kit)
    with pytest.raises(TryLater) as looked:
        bench.find(kit, resume=bench.steps[-1])
    assert looked.value.after == timedelta(seconds=30)
    server.processing = 0
    assert bench.find(kit, resume=bench.steps[-1]) == server.posts[0]["id"]
    assert bench.sent() == 1


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("frame_rate_check_failed", "23 to 60 pictures"),
        ("duration_check_failed", "too short or too long"),
        ("spam_risk_user_banned_from_posting", "does not let this account"),
        ("something_new", "something_new"),
    ],
)
def test_what_processing_refuses_is_told_and_not_sent_again(
    bench: Bench, server: FakeTikTok, tmp_path: Path, reason: str, words: str
) -> None:
    server.fails = [reason]
    kit = kit_of(film(tmp_path))
    with pytest.raises(Rejected, match=words):
        bench.publish(kit)
    assert bench.find(kit, resume=bench.steps[-1]) is None
    with pytest.raises(Rejected, match=words):
        bench.publish(kit, resume=bench.steps[-1])
    assert bench.sent() == 1


def test_what_processing_asks_to_send_again_is_sent_again(bench: Bench, server: FakeTikTok, tmp_path: Path) -> None:
    server.fails = ["internal"]
    kit = kit_of(film(tmp_path))
    with pytest.raises(TryLater) as later:
        bench.publish(kit)
    assert later.value.after == timedelta(minutes=1)
    assert bench.publish(kit, resume=bench.steps[-1]) == server.posts[0]["id"]
    assert len(server.posts) == 1


# Pieces


@pytest.mark.parametrize(
    ("size", "chunk", "count"),
    [
        (4_999_999, 4_999_999, 1),
        (5_000_000, 5_000_000, 1),
        (19_999_999, 19_999_999, 1),
        (20_000_000, 10_000_000, 2),
        (50_000_123, 10_000_000, 5),
        (4_000_000_000, 10_000_000, 400),
    ],
)
def test_a_file_is_cut_as_the_rules_say(size: int, chunk: int, count: int) -> None:
    cut = plan(size)
    assert (cut.chunk, cut.count) == (chunk, count)
    assert cut.count == size // cut.chunk
    pieces = [cut.piece(number) for number in range(cut.count)]
    assert [last + 1 for _first, last in pieces] == [*(first for first, _last in pieces[1:]), size]
    assert pieces[-1][1] - pieces[-1][0] + 1 <= 128_000_000


def test_a_big_file_goes_in_pieces_and_an_upload_in_the_middle_goes_on(
    client: httpx.Client, clock: Callable[[], datetime], naps: list[float], server: FakeTikTok, tmp_path: Path
) -> None:
    bench = bench_at(made(client, clock, naps, server, chunk=5_000_000), server, final=PIECE)
    kit = kit_of(film(tmp_path, 15_000_123))
    with pytest.raises(Killed):
        bench.adapter.publish(kit, token=bench.token, record=killed_after(2, bench.steps))
    assert [step.name for step in bench.steps] == ["session", SENDING]
    assert bench.sent() == 2
    bench.publish(kit, resume=bench.steps[-1])
    ranges = [one.headers["content-range"] for one in server.seen(*PIECE)]
    assert ranges == [
        "bytes 0-4999999/15000123",
        "bytes 5000000-9999999/15000123",
        "bytes 10000000-15000122/15000123",
    ]
    assert len(server.posts) == 1


def test_a_middle_piece_that_was_lost_is_sent_again_from_where_tiktok_is(
    client: httpx.Client, clock: Callable[[], datetime], naps: list[float], server: FakeTikTok, tmp_path: Path
) -> None:
    bench = bench_at(made(client, clock, naps, server, chunk=5_000_000), server, final=PIECE)
    kit = kit_of(film(tmp_path, 10_000_000))
    server.fault(*PIECE, cut_after=True)
    with pytest.raises(TryLater, match="Nothing was published"):
        bench.publish(kit)
    bench.publish(kit, resume=bench.steps[-1])
    assert bench.sent() == 2
    assert server.posts[0]["media"] == [bytes(10_000_000)]


def test_an_address_that_ran_out_is_asked_for_anew(
    client: httpx.Client, naps: list[float], server: FakeTikTok, tmp_path: Path
) -> None:
    now = NOON
    adapter = made(client, lambda: now, naps, server)
    steps: list[Step] = []
    with pytest.raises(Killed):
        adapter.publish(kit_of(film(tmp_path)), token=token(), record=killed_after(1, steps))
    now = NOON + timedelta(minutes=56)
    adapter.publish(kit_of(film(tmp_path)), token=token(), record=steps.append, resume=steps[0])
    assert len(server.uploads) == 2
    assert len(server.posts) == 1


def test_an_upload_lost_in_the_middle_begins_anew(bench: Bench, server: FakeTikTok, tmp_path: Path) -> None:
    server.fault(*PIECE, answer=no(404, "upload_not_found"))
    assert bench.publish(kit_of(film(tmp_path))) == server.posts[0]["id"]
    assert len(server.uploads) == 2


def test_a_dead_address_after_the_last_piece_proves_nothing(bench: Bench, server: FakeTikTok, tmp_path: Path) -> None:
    kit = kit_of(film(tmp_path))
    server.fault(*PIECE, cut_before=True)
    with pytest.raises(OutcomeUnknown):
        bench.publish(kit)
    server.fault(*PIECE, answer=no(403, "upload_url_expired"))
    with pytest.raises(OutcomeUnknown, match="may have arrived"):
        bench.publish(kit, resume=bench.steps[-1])
    assert len(server.uploads) == 1


def test_an_uploads_address_is_locked_in_its_step(bench: Bench, tmp_path: Path) -> None:
    bench.publish(kit_of(film(tmp_path)))
    assert "sig-" not in repr([step.data for step in bench.steps])
    assert "upload_token" not in repr([step.data for step in bench.steps])


# What TikTok says no with


@pytest.mark.parametrize(
    ("answer", "error", "after"),
    [
        (no(401, "access_token_invalid"), TokenExpired, timedelta(0)),
        (no(401, "scope_not_authorized"), LacksRight, None),
        (no(401, "scope_permission_missed"), LacksRight, None),
        (no(403, "spam_risk_too_many_posts"), TryLater, timedelta(hours=24)),
        (no(403, "reached_active_user_cap"), TryLater, timedelta(hours=24)),
        (no(429, "rate_limit_exceeded"), TryLater, timedelta(minutes=1)),
        (no(200, "rate_limit_exceeded"), TryLater, timedelta(minutes=1)),
        (no(200, "internal_error"), TryLater, None),
        (no(500, "internal_error"), TryLater, None),
        (no(403, "spam_risk_user_banned_from_posting"), Rejected, None),
        (no(403, "privacy_level_option_mismatch"), Rejected, None),
        (no(200, "invalid_params"), Rejected, None),
    ],
)
def test_each_refusal_has_one_meaning_also_under_200(
    bench: Bench, server: FakeTikTok, tmp_path: Path, answer: Response, error: type[Exception], after: timedelta | None
) -> None:
    server.fault(*INIT, answer=answer)
    with pytest.raises(error) as raised:
        bench.publish(kit_of(film(tmp_path)))
    assert type(raised.value) is error
    assert getattr(raised.value, "after", None) == after
    assert server.posts == []


def test_six_posts_a_minute_and_no_more(bench: Bench, server: FakeTikTok, tmp_path: Path) -> None:
    server.limited = True
    for _number in range(6):
        bench.publish(kit_of(film(tmp_path)))
    with pytest.raises(TryLater) as slowed:
        bench.publish(kit_of(film(tmp_path)))
    assert slowed.value.after == timedelta(minutes=1)
    assert [(quota.limit, quota.window) for quota in bench.adapter.quotas] == [(6, timedelta(minutes=1))]


def test_a_post_nobody_named_is_found_beyond_the_first_page(bench: Bench, server: FakeTikTok, tmp_path: Path) -> None:
    media = film(tmp_path)
    post = bench.publish(replace(kit_of(media), text="The first"))
    for number in range(21):
        bench.publish(replace(kit_of(media), text=f"More {number}"))
    for age, one in enumerate(reversed(server.posts)):
        one["created"] += 60 - age
    assert bench.find(replace(kit_of(media), text="The first")) == post
