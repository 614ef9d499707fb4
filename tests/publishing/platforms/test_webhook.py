"""The signed webhook at a server that keeps to its protocol."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from publishing.platforms.base import Media, OutcomeUnknown, PublishKit, Rejected, SignInAgain, Token
from publishing.platforms.signing_in import EntersIn
from publishing.platforms.webhook import Webhook
from tests.peers.contracts import schemas
from tests.peers.fake_webhook import SECRET, FakeWebhook
from tests.peers.wire import Response
from tests.publishing.platforms.bench import PNG, Bench
from tests.publishing.platforms.contract import PlatformContract
from tests.publishing.platforms.meta import FileHost
from trenddrop.core.platforms.options import read
from trenddrop.core.signatures import signature


@pytest.fixture
def files() -> Iterator[FileHost]:
    with FileHost() as running:
        yield running


@pytest.fixture
def server() -> Iterator[FakeWebhook]:
    with FakeWebhook() as running:
        yield running


@pytest.fixture
def adapter(client: httpx.Client, clock: Callable[[], datetime], naps: list[float]) -> Webhook:
    return Webhook(client=client, clock=clock, sleep=naps.append)


@pytest.fixture
def bench(adapter: Webhook, server: FakeWebhook) -> Bench:
    def of(post_id: str) -> dict[str, Any]:
        return next(post for post in server.posts if post["id"] == post_id)

    return Bench(
        adapter=adapter,
        token=Token(SECRET, f"{server.url}/hooks/kesar"),
        server=server,
        final=("POST", "^/hooks/kesar$"),
        staging=("POST", "^/nothing$"),
        text_limit=100_000,
        read_text=lambda post_id: str(of(post_id)["post"]["text"]),
        read_media=lambda post_id: list(of(post_id)["files"]),
        count=lambda _post_id: None,
        refusal=lambda words: Response(422, {"message": words}),
        letter="é",
        stranger=Token("another-secret-of-nobody", f"{server.url}/hooks/kesar"),
        read_thread=lambda post_id: [of(post_id)["post"]["text"], *of(post_id)["post"]["parts"]],
        public=lambda: sum(1 + len(post["post"]["parts"]) for post in server.posts),
    )


class TestWebhook(PlatformContract):
    finds = stages = counts = deletes = False
    pictures = 20

    @pytest.fixture(autouse=True)
    def _files(self, files: FileHost) -> None:
        self.files = files

    def address(self, path: Path) -> str:
        return self.files.address(path)

    @pytest.fixture
    def bench(self, bench: Bench) -> Bench:
        return bench

    def test_the_account_behind_a_token_is_told(self, bench: Bench) -> None:
        assert bench.adapter.profile(bench.token).handle.startswith("127.0.0.1:")


@pytest.fixture
def picture(tmp_path: Path, files: FileHost) -> Media:
    (tmp_path / "jar.png").write_bytes(PNG)
    url = files.address(tmp_path / "jar.png")
    return Media(tmp_path / "jar.png", "image/png", "A jar", 2, 1, None, len(PNG), url)


def test_the_whole_post_arrives_and_is_what_the_protocol_says(
    bench: Bench, server: FakeWebhook, picture: Media
) -> None:
    options = read("webhook", {"link": "https://kesar.example/harvest"})
    kit = PublishKit(
        "key-1", "Saffron 🌸", title="Harvest", hashtags=["saffron"], language="en", media=[picture],
        thumbnail=picture, extra={"ai_label": True, "category": "food"}, parts=["By noon it is over."], options=options,
    )  # fmt: skip
    published = bench.adapter.publish(kit, token=bench.token, record=bench.steps.append)
    assert (published.platform_id, published.url) == ("n1", f"{server.url}/news/n1")
    bench.adapter.profile(bench.token)
    assert server.tests == 1
    post = server.posts[0]["post"]
    assert (post["link"], post["made_with_ai"], post["category"]) == ("https://kesar.example/harvest", True, "food")
    assert post["media"] == [
        {"url": picture.url, "mime": "image/png", "alt": "A jar", "width": 2, "height": 1, "duration": None, "size": 72}
    ]
    assert schemas("webhook").problems(server.answered) == []


def test_the_signature_is_over_time_and_body(bench: Bench, server: FakeWebhook) -> None:
    bench.publish(PublishKit("k", "x"))
    [asked] = server.requests
    at = int(asked.headers["trenddrop-signature"].split(",")[0].removeprefix("t="))
    assert abs(at - datetime.now(UTC).timestamp()) < 60
    assert asked.headers["trenddrop-signature"] == signature(asked.body.decode(), secret=SECRET, at=at)


def test_a_server_that_names_nothing_is_fine(bench: Bench, server: FakeWebhook) -> None:
    server.names_posts = False
    published = bench.adapter.publish(PublishKit("key-7", "x"), token=bench.token, record=bench.steps.append)
    assert (published.platform_id, published.url) == ("key-7", "")


def test_an_address_that_is_none_is_left_out(bench: Bench, server: FakeWebhook) -> None:
    server.fault("POST", "/hooks", answer=Response(200, {"id": 7, "url": "javascript:alert(1)"}))
    published = bench.adapter.publish(PublishKit("key-7", "x"), token=bench.token, record=bench.steps.append)
    assert (published.platform_id, published.url) == ("7", "")


@pytest.mark.parametrize("status", [401, 403, 410])
def test_a_server_that_wants_nothing_more_asks_to_be_connected_again(bench: Bench, status: int) -> None:
    bench.server.fault("POST", "/hooks", answer=Response(status, {"error": "closed"}))
    with pytest.raises(SignInAgain, match="closed"):
        bench.publish(PublishKit("k", "x"))


def test_a_file_nobody_could_fetch_is_told_to_the_operator(bench: Bench, picture: Media) -> None:
    with pytest.raises(Rejected, match="no public address") as refused:
        bench.publish(PublishKit("k", "x", media=[replace(picture, url="")]))
    assert refused.value.code == "config"
    assert bench.sent() == 0


@pytest.mark.parametrize("answer", [Response(202, "Accepted"), Response(200, "ok\n", {"Content-Type": "text/plain"})])
def test_words_for_an_answer_are_a_yes_that_names_nothing(bench: Bench, server: FakeWebhook, answer: Response) -> None:
    server.fault("POST", "/hooks", answer=answer)
    published = bench.adapter.publish(PublishKit("key-7", "x"), token=bench.token, record=bench.steps.append)
    assert (published.platform_id, published.url) == ("key-7", "")


def test_a_web_page_is_no_answer_of_the_server_and_the_request_comes_again(bench: Bench, server: FakeWebhook) -> None:
    server.fault("POST", "/hooks", answer=Response(200, "<html>Checking your browser</html>"))
    kit = PublishKit("k", "x")
    with pytest.raises(OutcomeUnknown):
        bench.publish(kit)
    bench.publish(kit, resume=bench.steps[-1])
    assert len(server.posts) == 1
    assert bench.adapter.safe_resend == timedelta(hours=24)


# Connecting


def test_a_server_is_connected_by_its_address_and_gets_a_secret(adapter: Webhook) -> None:
    assert isinstance(adapter, EntersIn)
    made = adapter.enter({"address": "hooks.kesar.example/trenddrop?team=7"})
    assert made.token.access.startswith("whsec_")
    assert made.token.refresh == "https://hooks.kesar.example/trenddrop?team=7"
    assert (made.profile.handle, made.profile.url) == ("hooks.kesar.example", "https://hooks.kesar.example/")
    assert made.token.access not in repr(made)
    own = adapter.enter({"address": "https://kesar.example", "secret": "a secret of our own"})
    assert own.token.access == "a secret of our own"
    assert own.profile.id != made.profile.id


@pytest.mark.parametrize(
    "typed",
    [
        {"address": ""},
        {"address": "http://kesar.example/hook"},
        {"address": "https://user:pass@kesar.example/"},
        {"address": "https://kesar.example/" + "x" * 1000},
        {"address": "https://kesar.example/", "secret": "short"},
    ],
)
def test_what_was_typed_wrong_is_said(adapter: Webhook, typed: dict[str, str]) -> None:
    with pytest.raises(Rejected):
        adapter.enter(typed)
