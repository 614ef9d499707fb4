"""The Telegram adapter at a Bot API by hand."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from publishing.platforms.base import POSTED, Media, PublishKit, Rejected, SignInAgain, Step, Token
from publishing.platforms.signing_in import EntersIn
from publishing.platforms.telegram import Telegram
from tests.peers.contracts import schemas
from tests.peers.fake_telegram import CHAT, TOKEN, FakeTelegram, no
from tests.peers.wire import Response
from tests.publishing.platforms.bench import MP4, PNG, Bench
from tests.publishing.platforms.contract import PlatformContract
from trenddrop.core.platforms.options import read

FINAL = ("POST", r"/send(Message|Photo|Video|MediaGroup)$")


@pytest.fixture
def server() -> Iterator[FakeTelegram]:
    with FakeTelegram() as running:
        yield running


@pytest.fixture
def adapter(server: FakeTelegram, client: httpx.Client, clock: Callable[[], datetime], naps: list[float]) -> Telegram:
    return Telegram(client=client, clock=clock, sleep=naps.append, url=server.url)


@pytest.fixture
def bench(adapter: Telegram, server: FakeTelegram) -> Bench:
    def of(post_id: str) -> list[dict[str, Any]]:
        return [post for post in server.posts if str(post["message_id"]) in post_id.split(",")]

    return Bench(
        adapter=adapter,
        token=Token(TOKEN, extra={"chat_id": str(CHAT), "handle": "@kesarnaturals"}),
        server=server,
        final=FINAL,
        staging=("POST", "^/nothing$"),
        text_limit=4096,
        read_text=lambda post_id: str(of(post_id)[0]["text"]),
        read_media=lambda post_id: [content for post in of(post_id) for content in post["files"]],
        count=lambda _post_id: None,
        refusal=lambda words: no(400, f"Bad Request: {words}"),
        letter="é",
        busy=Response(429, no(429, "Too Many Requests: retry after 35", retry_after=35).body),
        busy_for=timedelta(seconds=35),
        stranger=Token("1:" + "x" * 35, extra={"chat_id": str(CHAT)}),
    )


class TestTelegram(PlatformContract):
    finds = stages = counts = False
    pictures = 10

    @pytest.fixture
    def bench(self, bench: Bench) -> Bench:
        return bench


@pytest.fixture
def picture(tmp_path: Path) -> Media:
    (tmp_path / "jar.png").write_bytes(PNG)
    return Media(tmp_path / "jar.png", "image/png", size=len(PNG))


LONG = "Saffron. " * 150


def test_words_too_long_for_a_caption_follow_the_media(bench: Bench, server: FakeTelegram, picture: Media) -> None:
    post = bench.publish(PublishKit("long", LONG, media=[picture]))
    [media, words] = server.posts
    assert (media["text"], media["files"]) == ("", [PNG])
    assert (words["text"], words["reply_to"]) == (LONG, int(post))
    assert [step.data.get("words") for step in bench.steps] == [None, "due", "sending", "done"]


@pytest.mark.parametrize(("at", "words"), [(2, True), (3, False), (4, True)])
def test_a_worker_killed_between_media_and_words_repeats_neither(
    bench: Bench, server: FakeTelegram, picture: Media, at: int, words: bool
) -> None:
    kit = PublishKit("long", LONG, media=[picture])
    bench.publish(kit)
    if at < 4:
        server.posts.pop()
    step = bench.steps[at - 1]
    found = bench.adapter.publish(kit, token=bench.token, record=lambda _step: None, resume=step)
    assert [post["text"] for post in server.posts] == ["", LONG] if words else [""]
    assert len(found.shortfalls) == (0 if words else 1)


def test_words_that_are_refused_are_a_shortfall(bench: Bench, server: FakeTelegram, picture: Media) -> None:
    server.fault("POST", "/sendMessage$", answer=no(400, "Bad Request: the moon"))
    found = bench.adapter.publish(
        PublishKit("long", LONG, media=[picture]), token=bench.token, record=bench.steps.append
    )
    assert "the moon" in found.shortfalls[0]
    assert bench.steps[-1].name == POSTED


def test_an_album_is_one_post_and_is_taken_down_whole(bench: Bench, server: FakeTelegram, picture: Media) -> None:
    post = bench.publish(PublishKit("album", "Two jars", media=[picture, picture]))
    assert len(post.split(",")) == 2
    bench.adapter.delete(post, token=bench.token)
    assert server.posts == []


def test_a_video_says_its_sides_and_shows_its_still(
    bench: Bench, server: FakeTelegram, picture: Media, tmp_path: Path
) -> None:
    (tmp_path / "film.mp4").write_bytes(MP4)
    film = Media(tmp_path / "film.mp4", "video/mp4", "", 1080, 1920, 7.5, len(MP4))
    bench.publish(PublishKit("film", "Watch", media=[film], thumbnail=picture))
    [asked] = server.seen(*FINAL)
    for words in (b'name="width"\r\n\r\n1080', b'name="supports_streaming"\r\n\r\ntrue', b"attach://thumb"):
        assert words in asked.body


def test_all_that_is_asked_and_answered_is_as_the_bot_api_describes_it(
    bench: Bench, server: FakeTelegram, picture: Media, tmp_path: Path
) -> None:
    (tmp_path / "film.mp4").write_bytes(MP4)
    film = Media(tmp_path / "film.mp4", "video/mp4", "", 1080, 1920, 7.5, len(MP4))
    options = read("telegram", {"silent": True, "protect": True})
    kit = PublishKit("all", "Saffron", thumbnail=picture, options=options)
    for media in ([], [picture], [picture, picture], [film]):
        post = bench.publish(replace(kit, media=media))
        bench.adapter.delete(post, token=bench.token)
    bench.publish(replace(kit, text=LONG, media=[picture]))
    with pytest.raises(SignInAgain):
        bench.adapter.profile(replace(bench.token, extra={"chat_id": "@elsewhere"}))
    assert schemas("telegram").problems(server.answered) == []


def test_silent_and_protected_are_asked_for(bench: Bench, server: FakeTelegram) -> None:
    options = read("telegram", {"silent": True, "protect": True})
    bench.publish(PublishKit("night", "Good night", options=options))
    asked = server.seen(*FINAL)[0].json()
    assert (asked["disable_notification"], asked["protect_content"]) == (True, True)


def test_what_a_bot_cannot_carry_is_refused_before_it_is_sent(bench: Bench, picture: Media, tmp_path: Path) -> None:
    with (tmp_path / "big.png").open("wb") as file:
        file.truncate(10_000_001)
    with pytest.raises(Rejected, match="takes 10 MB"):
        bench.publish(PublishKit("big", "Big", media=[replace(picture, path=tmp_path / "big.png")]))
    assert bench.sent() == 0


@pytest.mark.parametrize(
    "answer",
    [
        no(403, "Forbidden: bot was kicked from the channel chat"),
        no(400, "Bad Request: not enough rights to send text messages to the chat"),
        no(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-100999),
    ],
)
def test_a_bot_that_was_put_out_asks_to_be_connected_again(bench: Bench, answer: Response) -> None:
    bench.server.fault(*FINAL, answer=answer)
    with pytest.raises(SignInAgain, match="administrator"):
        bench.publish(PublishKit("out", "Out"))


# Connecting


def test_a_channel_is_connected_by_its_bots_token(adapter: Telegram, server: FakeTelegram) -> None:
    assert isinstance(adapter, EntersIn)
    connected = adapter.enter({"token": f" {TOKEN} ", "chat": "https://t.me/kesarnaturals"})
    assert connected.token.extra == {"chat_id": str(CHAT), "handle": "@kesarnaturals"}
    assert (connected.kind, connected.profile.url) == ("channel", "https://t.me/kesarnaturals")
    assert TOKEN not in repr(connected)
    profile = adapter.profile(connected.token)
    assert (profile.id, profile.followers) == (str(CHAT), 1240)
    assert schemas("telegram").problems(server.answered) == []


def test_a_private_group_has_its_own_addresses(adapter: Telegram, server: FakeTelegram, bench: Bench) -> None:
    server.chat = {"id": CHAT, "type": "supergroup", "title": "Kesar circle"}
    server.status = "member"
    connected = adapter.enter({"token": TOKEN, "chat": str(CHAT)})
    assert (connected.profile.handle, connected.profile.url) == ("Kesar circle", "")
    post = adapter.publish(PublishKit("one", "One"), token=connected.token, record=bench.steps.append)
    assert post.url == f"https://t.me/c/1234567890/{post.platform_id}"


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ({"token": "nonsense", "chat": "@kesarnaturals"}, "administrator", "no bot’s token"),
        ({"token": "1:" + "x" * 35, "chat": "@kesarnaturals"}, "administrator", "does not know this bot"),
        ({"token": TOKEN, "chat": "@elsewhere"}, "administrator", "chat not found"),
        ({"token": TOKEN, "chat": "@kesarnaturals"}, "left", "@kesar_bot is not an administrator of Kesar Naturals"),
    ],
)
def test_what_was_typed_wrong_is_said(
    adapter: Telegram, server: FakeTelegram, typed: dict[str, str], status: str, words: str
) -> None:
    server.status = status
    with pytest.raises(Rejected, match=words) as refused:
        adapter.enter(typed)
    assert typed["token"] not in str(refused.value)


def test_a_named_post_needs_no_looking(adapter: Telegram, bench: Bench, clock: Callable[[], datetime]) -> None:
    named = Step(POSTED, {"id": "17", "url": "https://t.me/kesarnaturals/17"})
    found = adapter.find_published(PublishKit("k", "x"), token=bench.token, since=clock(), resume=named)
    assert found is not None
    assert found.url == "https://t.me/kesarnaturals/17"
