"""The Discord adapter at a webhook by hand."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from publishing.platforms.base import Media, PublishKit, Rejected, SignInAgain, Token, TryLater
from publishing.platforms.discord import Discord
from publishing.platforms.signing_in import EntersIn
from tests.peers.contracts import schemas
from tests.peers.fake_discord import CHANNEL, GUILD, TOKEN, WEBHOOK, FakeDiscord, no
from tests.peers.wire import Response
from tests.publishing.platforms.bench import PNG, Bench
from tests.publishing.platforms.contract import PlatformContract
from trenddrop.core.platforms.options import read

FINAL = ("POST", r"^/api/v10/webhooks/")
KNOWN = {"webhook": WEBHOOK, "channel": CHANNEL, "guild": GUILD}


@pytest.fixture
def server() -> Iterator[FakeDiscord]:
    with FakeDiscord() as running:
        yield running


@pytest.fixture
def adapter(server: FakeDiscord, client: httpx.Client, clock: Callable[[], datetime], naps: list[float]) -> Discord:
    return Discord(client=client, clock=clock, sleep=naps.append, url=server.url)


@pytest.fixture
def bench(adapter: Discord, server: FakeDiscord) -> Bench:
    def of(post_id: str) -> dict[str, Any]:
        return next(post for post in server.posts if post["id"] == post_id)

    return Bench(
        adapter=adapter,
        token=Token(TOKEN, extra=KNOWN),
        server=server,
        final=FINAL,
        staging=("POST", "^/nothing$"),
        text_limit=2000,
        read_text=lambda post_id: str(of(post_id)["content"]),
        read_media=lambda post_id: list(of(post_id)["files"]),
        count=lambda _post_id: None,
        refusal=lambda words: no(400, 50035, words),
        letter="é",
        busy=Response(429, {"message": "You are being rate limited.", "retry_after": 64.57, "global": False}),
        busy_for=timedelta(seconds=65),
    )


class TestDiscord(PlatformContract):
    finds = stages = counts = False
    pictures = 10

    @pytest.fixture
    def bench(self, bench: Bench) -> Bench:
        return bench


@pytest.fixture
def picture(tmp_path: Path) -> Media:
    (tmp_path / "jar.png").write_bytes(PNG)
    return Media(tmp_path / "jar.png", "image/png", alt="A jar of saffron", size=len(PNG))


def test_all_that_is_asked_and_answered_is_as_discord_describes_it(
    bench: Bench, server: FakeDiscord, picture: Media
) -> None:
    options = read("discord", {"silent": True})
    for media in ([], [picture], [picture, picture]):
        post = bench.publish(PublishKit("all", "@everyone, saffron", media=media, options=options))
        wanted = server.posts[-1]["wanted"]
        assert (wanted["flags"], wanted["allowed_mentions"]) == (4096, {"parse": []})
        assert [each["description"] for each in wanted.get("attachments", [])] == ["A jar of saffron"] * len(media)
        contract = json.loads(json.dumps(wanted))
        assert set(contract) <= {"content", "attachments", "flags", "allowed_mentions"}
        bench.adapter.delete(post, token=bench.token)
    bench.adapter.profile(bench.token)
    assert schemas("discord").problems(server.answered) == []


def test_a_post_has_its_own_address(bench: Bench, adapter: Discord) -> None:
    post = adapter.publish(PublishKit("one", "One"), token=bench.token, record=bench.steps.append)
    assert post.url.endswith(f"/channels/{GUILD}/{CHANNEL}/{post.platform_id}")


def test_a_thread_of_the_channel_is_posted_to(adapter: Discord, server: FakeDiscord, bench: Bench) -> None:
    address = f"https://discord.com/api/webhooks/{WEBHOOK}/{TOKEN}?thread_id=77"
    token = adapter.enter({"address": address}).token
    adapter.publish(PublishKit("one", "One"), token=token, record=bench.steps.append)
    assert server.posts[-1]["thread"] == "77"
    assert schemas("discord").problems(server.answered) == []


def test_what_a_webhook_cannot_carry_is_refused_before_it_is_sent(bench: Bench, picture: Media, tmp_path: Path) -> None:
    with (tmp_path / "big.png").open("wb") as file:
        file.truncate(10_000_001)
    with pytest.raises(Rejected, match="takes 10 MB"):
        bench.publish(PublishKit("big", "Big", media=[replace(picture, path=tmp_path / "big.png")]))
    assert bench.sent() == 0


def test_fields_that_are_wrong_are_named(bench: Bench) -> None:
    errors = {"content": {"_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 2000 or fewer in length."}]}}
    bench.server.fault(*FINAL, answer=no(400, 50035, "Invalid Form Body", errors=errors))
    with pytest.raises(Rejected, match="Must be 2000 or fewer"):
        bench.publish(PublishKit("k", "x"))


def test_a_server_of_smaller_files_is_told_in_words(bench: Bench, picture: Media) -> None:
    bench.server.fault(*FINAL, answer=no(413, 40005, "Request entity too large"))
    with pytest.raises(Rejected, match="too big for this Discord server"):
        bench.publish(PublishKit("k", "x", media=[picture]))


def test_a_webhook_that_was_deleted_asks_to_be_connected_again(bench: Bench) -> None:
    bench.server.fault(*FINAL, answer=no(404, 10015, "Unknown Webhook"))
    with pytest.raises(SignInAgain, match="Make a new one"):
        bench.publish(PublishKit("k", "x"))


def test_a_wait_nobody_measured_is_a_minute(bench: Bench) -> None:
    bench.server.fault(*FINAL, answer=Response(429, {"message": "slow"}))
    with pytest.raises(TryLater) as slowed:
        bench.publish(PublishKit("k", "x"))
    assert slowed.value.after == timedelta(minutes=1)


def test_a_channel_is_connected_by_its_webhooks_address(adapter: Discord, server: FakeDiscord) -> None:
    assert isinstance(adapter, EntersIn)
    connected = adapter.enter({"address": f" https://discord.com/api/webhooks/{WEBHOOK}/{TOKEN} "})
    assert connected.token.extra == {**KNOWN, "handle": "kesar news"}
    assert connected.profile.url == f"{server.url}/channels/{GUILD}/{CHANNEL}"
    assert TOKEN not in repr(connected)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "no webhook’s address"),
        ("https://discord.com/channels/1/2", "no webhook’s address"),
        (f"https://evil.example/api/webhooks/1/{TOKEN}", "Unknown Webhook"),
        (f"https://discord.com/api/webhooks/{WEBHOOK}/{'x' * 40}", "Invalid Webhook Token"),
    ],
)
def test_what_was_typed_wrong_is_said_and_only_discord_is_asked(adapter: Discord, address: str, words: str) -> None:
    with pytest.raises(Rejected, match=words):
        adapter.enter({"address": address})
