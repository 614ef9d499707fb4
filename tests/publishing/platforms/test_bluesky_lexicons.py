"""Every call to Bluesky, and every answer our stand-ins give, is held to the platform's own lexicons."""

from pathlib import Path
from typing import Any

import pytest

from publishing.platforms.base import Media, PublishKit
from tests.peers.contracts import CONTRACTS
from tests.peers.fake_bluesky import FakeBluesky
from tests.peers.lexicon import Lexicons
from tests.publishing.platforms.contract import MP4, PNG, Bench
from tests.publishing.platforms.test_bluesky import adapter, bench, by_service, server
from trenddrop.core.platforms.options import read

__all__ = ["adapter", "bench", "by_service", "server"]

FOLDER = CONTRACTS / "bluesky" / "lexicons"
# The video service asks for these; its lexicon does not name them.
BEYOND_THE_LEXICON = {f"app.bsky.video.uploadVideo: parameter {name} is unknown" for name in ("did", "name")}
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the lexicons are not on this machine"),
]


@pytest.fixture(scope="module")
def lexicons() -> Lexicons:
    return Lexicons(FOLDER)


def kits(folder: Path) -> list[PublishKit]:
    (folder / "a.png").write_bytes(PNG)
    (folder / "a.mp4").write_bytes(MP4)
    picture = Media(folder / "a.png", "image/png", alt="Crocus", width=2, height=1, size=len(PNG))
    film = Media(folder / "a.mp4", "video/mp4", alt="Hands", width=1080, height=1920, size=len(MP4))
    card = read("bluesky", {"link": "https://kesar.example/", "replies": "following", "first_comment": "More #later"})
    text = "🌸 @lisbon.test https://kesar.example #saffron #केसर"
    return [
        PublishKit("plain", text, language="pt-BR", hashtags=[f"harvest{number}" for number in range(12)]),
        PublishKit("pictures", text, language="hi", media=[picture] * 4),
        PublishKit("film", text, media=[film]),
        PublishKit("card", text, thumbnail=picture, options=card, parts=["And then", "the end"]),
        PublishKit("full", "👩🏽‍🌾" * 150),
    ]


def test_all_we_send_and_all_our_stand_ins_answer_is_valid(
    by_service: Bench, bench: Bench, server: FakeBluesky, lexicons: Lexicons, tmp_path: Path
) -> None:
    for way in (bench, by_service):
        for kit in kits(tmp_path):
            uri = way.publish(kit)
            way.find(kit)
            way.adapter.metrics([uri], token=way.token)
    bench.adapter.profile(bench.token)
    bench.adapter.delete(uri, token=bench.token)
    bench.adapter.refresh(bench.token)
    calls = [*server.answered, *server.appview.answered]
    problems = {words for asked, answer in calls for words in lexicons.problems_of_call(asked, answer)}
    assert problems == BEYOND_THE_LEXICON
    checked = {asked.path.removeprefix("/xrpc/") for asked, _answer in calls} & set(lexicons.documents)
    assert checked >= {
        "app.bsky.actor.getProfile", "app.bsky.feed.getPosts", "app.bsky.video.getJobStatus",
        "app.bsky.video.getUploadLimits", "app.bsky.video.uploadVideo",
        "com.atproto.repo.deleteRecord", "com.atproto.repo.getRecord",
        "com.atproto.repo.putRecord", "com.atproto.repo.uploadBlob", "com.atproto.server.createSession",
        "com.atproto.server.getServiceAuth", "com.atproto.server.getSession", "com.atproto.server.refreshSession",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"text": "x" * 301}, "graphemes 301"),
        ({"text": "ক্ষ" * 290 + "👩🏽‍🌾" * 10 + "x" * 600}, "length"),
        ({"createdAt": "yesterday"}, "datetime"),
        ({"langs": ["en", "hi", "pt", "de"]}, "length 4"),
        ({"tags": ["t" * 65]}, "graphemes 65"),
        ({"facets": [{"index": {"byteStart": -1, "byteEnd": 2}, "features": []}]}, "out of range"),
        ({"embed": {"$type": "app.bsky.embed.images", "images": [{"alt": "x"}]}}, "image: is missing"),
        ({"embed": {"images": []}}, "needs a $type"),
    ],
)
def test_the_check_finds_what_is_wrong(lexicons: Lexicons, change: dict[str, Any], fault: str) -> None:
    post = {"$type": "app.bsky.feed.post", "text": "Hello", "createdAt": "2026-11-20T10:00:00.000Z"}
    main = lexicons.documents["app.bsky.feed.post"]["main"]
    assert lexicons.problems(main, post, "app.bsky.feed.post", "post") == []
    problems = lexicons.problems(main, post | change, "app.bsky.feed.post", "post")
    assert any(fault in words for words in problems), problems
