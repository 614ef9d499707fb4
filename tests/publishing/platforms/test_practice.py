"""The adapter of the practice network, at a server that holds every body to the protocol's schema."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from publishing.platforms.base import Media, PublishKit, SignInAgain, Token
from publishing.platforms.practice import Practice
from tests.peers.fake_practice import TOKEN, FakePractice, checker
from tests.peers.wire import Response
from tests.publishing.platforms.contract import PNG, Bench, PlatformContract

FINAL = ("POST", "^/posts$")
STAGING = ("POST", "^/media$")


@pytest.fixture
def server() -> Iterator[FakePractice]:
    with FakePractice() as running:
        yield running


@pytest.fixture
def bench(
    server: FakePractice, client: httpx.Client, clock: Callable[[], datetime], naps: list[float], tmp_path: Path
) -> Bench:
    contents: dict[str, bytes] = {}

    def post(post_id: str) -> dict[str, object]:
        return next(post for post in server.posts.values() if post["id"] == post_id)

    def files(post_id: str) -> list[bytes]:
        contents.update({asked.headers["idempotency-key"]: asked.body for asked in server.seen(*STAGING)})
        by_id = {media_id: contents[key] for key, media_id in server.media_keys.items()}
        attached = post(post_id)["media"]
        assert isinstance(attached, list)
        return [by_id[media["id"]] for media in attached]

    return Bench(
        adapter=Practice(client=client, clock=clock, sleep=naps.append, url=server.url),
        token=Token(TOKEN),
        server=server,
        final=FINAL,
        staging=STAGING,
        text_limit=500,
        read_text=lambda post_id: str(post(post_id)["text"]),
        read_media=files,
        count=lambda _post_id: server.numbers.update(likes=1),
        refusal=lambda words: Response(422, {"error": {"code": "invalid", "message": words}}),
    )


class TestPractice(PlatformContract):
    @pytest.fixture
    def bench(self, bench: Bench) -> Bench:
        return bench


def test_everything_a_post_has_is_sent(bench: Bench, server: FakePractice, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    picture = Media(tmp_path / "a.png", "image/png", alt="Crocus", width=2, height=1, size=len(PNG))
    kit = PublishKit(
        "all", "Text", title="Title", description="More", hashtags=["saffron"], language="en", media=[picture],
        thumbnail=picture,
    )  # fmt: skip
    bench.publish(kit)
    post = server.posts["all"]
    assert (post["title"], post["description"], post["hashtags"], post["language"]) == (
        "Title",
        "More",
        ["saffron"],
        "en",
    )
    assert post["media"] == [{"id": "m1", "alt": "Crocus", "width": 2, "height": 1}]
    assert post["thumbnail"] == "m2"


def test_numbers_say_that_they_are_simulated(bench: Bench) -> None:
    post = bench.publish(PublishKit("count", "Count"))
    counted = bench.adapter.metrics([post], token=bench.token)[post]
    assert counted.simulated
    assert counted.metrics["views"] == 120


def test_a_token_taken_back_asks_to_connect_again(bench: Bench) -> None:
    with pytest.raises(SignInAgain, match="practice network"):
        bench.adapter.profile(Token("old-token-77"))


def test_every_body_of_the_protocol_has_a_schema_of_its_own() -> None:
    for name in ("Account", "Error", "Media", "Metrics", "NewPost", "Post", "Posts"):
        assert not checker(name).is_valid({"unknown": 1})
