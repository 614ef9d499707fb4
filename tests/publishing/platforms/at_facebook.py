"""The Facebook adapter at its stand-in, for several test modules."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx

from publishing.platforms.base import Media, PublishKit, Token
from publishing.platforms.facebook import Facebook
from tests.peers.fake_facebook import FakeFacebook
from tests.peers.fake_graph import APP_ID, APP_SECRET, PAGE, PAGE_TOKEN, PERSON, no
from tests.peers.wire import Response
from tests.publishing.platforms.bench import Bench
from trenddrop.core.platforms.options import read

FINAL = ("POST", r"^/v26\.0/(700100_)?179\d+$")
PHOTOS = ("POST", r"/photos$")
COMMENT = ("POST", r"/comments$")
SIGNED = Token(PAGE_TOKEN, extra={"page_id": PAGE, "grant": PERSON})
BUSY = '{"call_count":100,"total_time":30,"estimated_time_to_regain_access":7}'


def built(server: FakeFacebook, client: httpx.Client, clock: Callable[[], datetime], naps: list[float]) -> Facebook:
    return Facebook(
        client=client, clock=clock, sleep=naps.append, app_id=APP_ID, app_secret=APP_SECRET,
        verify_token="kesar-verify", graph=server.url, upload=server.uploads.url, web=server.url,
    )  # fmt: skip


def bench_at(server: FakeFacebook, adapter: Facebook) -> Bench:
    def row(post: str) -> dict[str, Any]:
        return next(one for one in server.posts if one["id"] == post)

    return Bench(
        adapter=adapter,
        token=SIGNED,
        server=server,
        final=FINAL,
        staging=PHOTOS,
        text_limit=63_206,
        read_text=lambda post: str(row(post).get("message") or row(post).get("description")),
        read_media=lambda post: list(row(post)["files"]),
        count=lambda post: row(post).update(reactions=1),
        refusal=lambda words: no(100, words),
        letter="é",
        busy=Response(400, no(32, "Page request limit reached").body, {"X-App-Usage": BUSY}),
        busy_for=timedelta(minutes=7),
        comment=COMMENT,
    )


def kit_of(*media: Media, text: str = "Harvest", **options: Any) -> PublishKit:
    return PublishKit(f"kit-{text}", text, title="Day", media=media, options=read("facebook", options))
