"""What the tests of YouTube share: an adapter at the stand-in, a file, a post."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from publishing.platforms.base import Media, PublishKit, Token
from publishing.platforms.signing_in import Way
from publishing.platforms.youtube import YouTube
from tests.peers.fake_youtube import CHANNEL, CLIENT, NARROW, REFRESH, SECRET, TOKEN, UPLOADS, FakeYouTube, no
from tests.peers.wire import Request, Response, Server
from tests.publishing.platforms.contract import MP4, Bench
from trenddrop.core.platforms.options import read

START = ("POST", r"^/upload/youtube/v3/videos$")
BYTES = ("PUT", r"^/upload/youtube/v3/videos$")
COMMENT = ("POST", r"^/youtube/v3/commentThreads$")
THUMBNAIL = ("POST", r"^/upload/youtube/v3/thumbnails/set$")
WAY = Way(state="s-1", verifier="v" * 43, redirect_uri="https://trenddrop.example/back")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass
class YouTubeBench(Bench):
    """Asking a session how far it came is a PUT too, but sends nothing."""

    def sent(self) -> int:
        return sum(not is_question(one) for one in self.server.seen(*self.final))


def is_question(request: Request) -> bool:
    return request.headers.get("content-range", "").startswith("bytes */")


def refusal(words: str) -> Response:
    return no(400, "invalidVideoMetadata", words)


def made(
    client: httpx.Client, clock: Callable[[], datetime], naps: list[float], server: Server, **more: Any
) -> YouTube:
    names = ("url", "upload_url", "hub_url", "auth_url", "token_url", "analytics_url")
    hosts = dict.fromkeys(names, server.url)
    told: dict[str, Any] = {"client_id": CLIENT, "client_secret": SECRET, "patience": None, **hosts, **more}
    return YouTube(client=client, clock=clock, sleep=naps.append, **told)


def token(access: str = TOKEN) -> Token:
    return Token(access, REFRESH, extra={"channel": CHANNEL, "uploads": UPLOADS, "scope": ""})


def bench_at(adapter: YouTube, server: FakeYouTube) -> YouTubeBench:
    def post(video: str) -> dict[str, Any]:
        return next(one for one in server.posts if one["id"] == video)

    return YouTubeBench(
        adapter=adapter,
        token=token(),
        server=server,
        final=BYTES,
        staging=START,
        text_limit=5000,
        read_text=lambda video: str(post(video)["snippet"]["description"]),
        read_media=lambda video: [server.contents[video]],
        count=lambda video: post(video)["statistics"].update(likeCount="1"),
        refusal=refusal,
        letter="x",
        stranger=token(NARROW),
        comment=COMMENT,
        public=lambda: len(server.posts),
    )


def film(folder: Path, size: int = len(MP4)) -> Media:
    path = folder / "film.mp4"
    path.write_bytes(bytes(number % 251 for number in range(min(size, 1000))) + bytes(max(0, size - 1000)))
    return Media(path, "video/mp4", duration=7.5, size=size)


def kit_of(media: Media, **options: Any) -> PublishKit:
    chosen = read("youtube", options)
    return PublishKit("key-1", "Saffron, day 1", title="Harvest", media=[media], options=chosen)


def approve(address: str) -> str:
    page = httpx.get(address, trust_env=False).text.replace("&amp;", "&")
    back = urlsplit(page.split('id="allow" href="')[1].split('"')[0])
    asked = parse_qs(back.query)
    assert asked["state"] == ["s-1"]
    return asked["code"][0]
