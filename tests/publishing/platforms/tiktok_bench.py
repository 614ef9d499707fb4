"""What the tests of TikTok share: an adapter at the stand-in, a file, a post."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from publishing.platforms.base import Media, PublishKit, Token
from publishing.platforms.signing_in import Way
from publishing.platforms.tiktok import TikTok
from tests.peers.fake_tiktok import EVERYTHING, KEY, NARROW, REFRESH, SECRET, TOKEN, FakeTikTok, no
from tests.peers.wire import Response, Server
from tests.publishing.platforms.contract import MP4, Bench
from trenddrop.core.platforms.options import read

INIT = ("POST", r"^/v2/post/publish/video/init/$")
PIECE = ("PUT", r"^/video/$")
PHOTOS = ("POST", r"^/v2/post/publish/content/init/$")
STATUS = ("POST", r"^/v2/post/publish/status/fetch/$")
WAY = Way(state="s-1", verifier="v" * 43, redirect_uri="https://trenddrop.example/back")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def refusal(words: str) -> Response:
    return no(400, "invalid_params", words)


def made(client: httpx.Client, clock: Callable[[], datetime], naps: list[float], server: Server, **more: Any) -> TikTok:
    patience: Any = httpx.USE_CLIENT_DEFAULT
    return TikTok(
        client=client,
        clock=clock,
        sleep=naps.append,
        client_key=KEY,
        client_secret=SECRET,
        url=server.url,
        web=server.url,
        **{"patience": patience, **more},
    )


def token(access: str = TOKEN, scope: str = EVERYTHING) -> Token:
    return Token(access, REFRESH, extra={"open_id": "open-kesar", "scope": scope})


def bench_at(adapter: TikTok, server: FakeTikTok, *, final: tuple[str, str], text_limit: int = 2200) -> Bench:
    def post(post_id: str) -> dict[str, Any]:
        return next(one for one in server.posts if post_id in {one["id"], one["publish_id"]})

    return Bench(
        adapter=adapter,
        token=token(),
        server=server,
        final=final,
        staging=INIT,
        text_limit=text_limit,
        read_text=lambda post_id: str(post(post_id)["text"]),
        read_media=lambda post_id: list(post(post_id)["media"]),
        count=lambda post_id: post(post_id)["counts"].update(like_count=1),
        refusal=refusal,
        letter="é",
        stranger=token(NARROW, "user.info.basic"),
        public=lambda: len(server.posts),
    )


def film(folder: Path, size: int = len(MP4), **facts: Any) -> Media:
    path = folder / "film.mp4"
    with path.open("wb") as file:
        file.truncate(size)
    return Media(path, "video/mp4", **{"duration": 7.5, "size": size, **facts})


def kit_of(media: Media, **options: Any) -> PublishKit:
    return PublishKit("key-1", "Saffron #crocus", media=[media], options=read("tiktok", options))


def approve(address: str) -> str:
    page = httpx.get(address, trust_env=False).text.replace("&amp;", "&")
    back = urlsplit(page.split('id="allow" href="')[1].split('"')[0])
    asked = parse_qs(back.query)
    assert asked["state"] == ["s-1"]
    return asked["code"][0]
