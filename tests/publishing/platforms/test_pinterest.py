"""The Pinterest adapter at an API by hand, written from Pinterest's own description of v5."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from publishing.platforms.base import (
    Media,
    PublishKit,
    Rejected,
    SignInAgain,
    Step,
    Token,
    TokenExpired,
    TryLater,
)
from publishing.platforms.pinterest import Pinterest
from publishing.platforms.signing_in import SignsIn, Way
from tests.peers.contracts import schemas
from tests.peers.fake_pinterest import APP_ID, APP_SECRET, CODE, OTHER_BOARD, REFRESH, TOKEN, FakePinterest, no
from tests.peers.wire import Response
from tests.publishing.platforms.bench import MP4, PNG, Bench
from tests.publishing.platforms.contract import PlatformContract
from trenddrop.core.platforms.options import read

FINAL = ("POST", r"^/v5/pins$")
MEDIA = ("POST", r"^/(v5/media|upload-bucket/)$")
WAY = Way("state-1", "v" * 43, "https://trenddrop.example/back")


@pytest.fixture
def server() -> Iterator[FakePinterest]:
    with FakePinterest() as running:
        yield running


@pytest.fixture
def adapter(server: FakePinterest, client: httpx.Client, clock: Callable[[], datetime], naps: list[float]) -> Pinterest:
    told = {"app_id": APP_ID, "app_secret": APP_SECRET, "url": server.url, "web": "https://www.pinterest.com"}
    return Pinterest(client=client, clock=clock, sleep=naps.append, **told)


@pytest.fixture
def bench(adapter: Pinterest, server: FakePinterest) -> Bench:
    def of(post_id: str) -> dict[str, Any]:
        return next(post for post in server.posts if post["id"] == post_id)

    return Bench(
        adapter=adapter,
        token=Token(TOKEN, REFRESH),
        server=server,
        final=FINAL,
        staging=MEDIA,
        text_limit=800,
        read_text=lambda post_id: str(of(post_id)["description"]),
        read_media=lambda post_id: list(of(post_id)["files"]),
        count=lambda post_id: of(post_id)["metrics"].update(reaction=1),
        refusal=lambda words: no(400, 1, words),
        letter="é",
    )


class TestPinterest(PlatformContract):
    stages = False  # of pictures; a video's staging is tested below
    needs_media = True
    pictures = 5

    @pytest.fixture
    def bench(self, bench: Bench) -> Bench:
        return bench


@pytest.fixture
def picture(tmp_path: Path) -> Media:
    (tmp_path / "jar.png").write_bytes(PNG)
    return Media(tmp_path / "jar.png", "image/png", "A jar", size=len(PNG))


@pytest.fixture
def film(tmp_path: Path) -> PublishKit:
    (tmp_path / "film.mp4").write_bytes(MP4)
    media = Media(tmp_path / "film.mp4", "video/mp4", "Hands", 1080, 1920, 7.5, len(MP4))
    options = read("pinterest", {})
    return PublishKit(
        "film", "Watch the harvest", title="Harvest", media=[media], extra={"cover_at": 3.6}, options=options
    )


def test_all_that_is_asked_and_answered_is_as_pinterest_describes_it(
    bench: Bench, server: FakePinterest, adapter: Pinterest, film: PublishKit, picture: Media
) -> None:
    bench.token = adapter.exchange(WAY, code=CODE)[0].token
    options = read("pinterest", {"board": "recipes", "link": "https://kesar.example/harvest"})
    posts = [
        bench.publish(replace(film, media=media, thumbnail=picture if len(media) == 1 else None, options=options))
        for media in (film.media, [picture], [picture, picture])
    ]
    assert {post["board_id"] for post in server.posts} == {OTHER_BOARD}
    assert {post["link"] for post in server.posts} == {"https://kesar.example/harvest"}
    assert [post["source"] for post in server.posts] == ["video_id", "image_base64", "multiple_image_base64"]
    bench.find(film, resume=Step("sending", {}))
    bench.adapter.metrics(posts, token=bench.token)
    bench.adapter.delete(posts[0], token=bench.token)
    adapter.refresh(bench.token)
    assert schemas("pinterest").problems(server.answered, beyond="POST /upload-bucket/") == []


# Videos


def test_a_video_is_waited_for_and_covered_by_its_chosen_second(
    bench: Bench, server: FakePinterest, film: PublishKit, naps: list[float]
) -> None:
    bench.publish(film)
    assert naps == [3.0, 3.0]
    [asked] = server.seen(*FINAL)
    assert asked.json()["media_source"]["cover_image_key_frame_time"] == 3


@pytest.mark.parametrize("what", [{"cut_after": True}, {"answer": Response(503, "busy")}])
@pytest.mark.parametrize("path", ["^/v5/media$", "^/upload-bucket/$"])
def test_an_upload_that_breaks_is_begun_anew(
    bench: Bench, server: FakePinterest, film: PublishKit, what: dict[str, Any], path: str
) -> None:
    server.fault("POST", path, **what)
    with pytest.raises(TryLater):
        bench.publish(film)
    post = bench.publish(film, resume=bench.steps[-1] if bench.steps else None)
    assert bench.read_media(post) == [MP4]
    assert len(server.posts) == 1


def test_a_video_that_takes_long_is_taken_up_again_not_sent_again(
    bench: Bench, server: FakePinterest, film: PublishKit
) -> None:
    server.processing = 10_000
    with pytest.raises(TryLater, match="still processing"):
        bench.publish(film)
    for media in server.media.values():
        media["left"] = 0
    assert bench.read_media(bench.publish(film, resume=bench.steps[-1])) == [MP4]
    assert len(server.seen("POST", "^/upload-bucket/$")) == 1


def test_a_video_pinterest_forgot_is_uploaded_again(bench: Bench, server: FakePinterest, film: PublishKit) -> None:
    assert bench.publish(film, resume=Step("uploaded", {"media_id": "1"}))
    assert len(server.seen("POST", "^/upload-bucket/$")) == 1


def test_a_video_that_cannot_be_processed_is_said(bench: Bench, server: FakePinterest, film: PublishKit) -> None:
    server.fails = True
    with pytest.raises(Rejected, match="could not process"):
        bench.publish(film)
    assert bench.sent() == 0


# Boards, looking, refusals


def test_without_a_board_the_first_one_is_taken_and_a_wrong_one_is_named(
    bench: Bench, server: FakePinterest, film: PublishKit, picture: Media
) -> None:
    kit = replace(film, media=[picture])
    bench.publish(kit)
    assert server.posts[0]["board_id"] == server.boards[0]["id"]
    with pytest.raises(Rejected, match="There are: Harvest, Recipes"):
        bench.publish(replace(kit, options=read("pinterest", {"board": "Monsoon"})))
    server.boards.clear()
    with pytest.raises(Rejected, match="has no board"):
        bench.publish(kit)


def test_a_pin_beyond_the_first_page_is_found(
    bench: Bench, server: FakePinterest, film: PublishKit, picture: Media
) -> None:
    kit = replace(film, media=[picture])
    post = bench.publish(kit)
    for number in range(30):
        bench.publish(replace(kit, text=f"More {number}"))
    assert bench.find(kit) == post
    assert len(server.seen("GET", "^/v5/pins$")) == 2


def test_an_app_without_access_is_told_to_the_operator(bench: Bench, film: PublishKit, picture: Media) -> None:
    bench.server.fault(*FINAL, answer=no(403, 29, "Apps with Trial access may not create Pins in production"))
    with pytest.raises(Rejected, match="operator") as refused:
        bench.publish(replace(film, media=[picture]))
    assert refused.value.code == "config"


def test_a_picture_pinterest_does_not_read_is_refused(bench: Bench, film: PublishKit, picture: Media) -> None:
    with pytest.raises(Rejected, match="JPEG and PNG"):
        bench.publish(replace(film, media=[replace(picture, mime="image/webp")]))


# Signing in


def test_an_account_is_connected_and_its_token_renewed(adapter: Pinterest, server: FakePinterest) -> None:
    assert isinstance(adapter, SignsIn)
    assert adapter.missing == ()
    address = urlsplit(adapter.authorize_url(WAY))
    asked = parse_qs(address.query)
    assert (address.netloc, asked["state"], asked["client_id"]) == ("www.pinterest.com", ["state-1"], [APP_ID])
    assert "pins:write" in asked["scope"][0].split(",")
    [connected] = adapter.exchange(WAY, code=CODE)
    assert (connected.profile.handle, connected.profile.followers) == ("@kesarnaturals", 10)
    assert set(connected.scopes) == {scope.name for scope in adapter.scopes}
    assert connected.ends_at is not None
    assert APP_SECRET not in repr(adapter.__dict__)
    fresh = adapter.refresh(connected.token)
    assert fresh.refresh != connected.token.refresh
    with pytest.raises(SignInAgain):
        adapter.refresh(connected.token)
    assert adapter.profile(fresh).handle == "@kesarnaturals"


def test_a_code_that_is_wrong_asks_to_start_again(adapter: Pinterest) -> None:
    with pytest.raises(Rejected, match="start it again") as refused:
        adapter.exchange(WAY, code="no-such-code-91")
    assert APP_SECRET not in str(refused.value)


def test_a_token_that_ran_out_is_renewed_before_anybody_is_signed_out(adapter: Pinterest) -> None:
    over = Token("pina_old", REFRESH, datetime.now(UTC) - timedelta(minutes=1))
    with pytest.raises(TokenExpired):
        adapter.profile(over)


def test_without_the_operators_app_the_settings_are_named(client: httpx.Client, clock: Callable[[], datetime]) -> None:
    bare = Pinterest(client=client, clock=clock, sleep=lambda _seconds: None)
    assert bare.missing == ("PINTEREST_APP_ID", "PINTEREST_APP_SECRET")
