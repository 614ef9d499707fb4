"""The Instagram adapter at its stand-in, for several test modules."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from publishing.platforms.base import Sleep, Token
from publishing.platforms.instagram import Instagram
from tests.peers.fake_graph import APP_ID, APP_SECRET, PAGE, PAGE_TOKEN, PERSON, no
from tests.peers.fake_instagram import ACCOUNT, OWN_ID, OWN_SECRET, OWN_TOKEN, FakeInstagram
from tests.peers.wire import Response
from tests.publishing.platforms.bench import Bench

FINAL = ("POST", r"/media_publish$")
STAGING = ("POST", r"/media$")
COMMENT = ("POST", r"/comments$")
BUSY = json.dumps({ACCOUNT: [{"type": "instagram", "call_count": 100, "estimated_time_to_regain_access": 12}]})


@dataclass
class InstagramBench(Bench):
    def uploads(self) -> int:
        """Files laid ready: not the container that holds several together."""
        return sum(b"media_type=CAROUSEL" not in asked.body for asked in self.server.seen(*self.staging))


def built(server: FakeInstagram, *, client: httpx.Client, clock: Callable[[], datetime], sleep: Sleep) -> Instagram:
    """The adapter, set to one of the two doors."""
    if server.own:
        hosts = {"own_graph": server.url, "own_api": server.url, "own_id": OWN_ID, "own_secret": OWN_SECRET}
    else:
        hosts = {
            "facebook_graph": server.url,
            "facebook_upload": server.uploads.url,
            "facebook_web": server.url,
            "app_id": APP_ID,
            "app_secret": APP_SECRET,
        }
    return Instagram(client=client, clock=clock, sleep=sleep, verify_token="kesar-verify", web=server.url, **hosts)


def bench_at(server: FakeInstagram, adapter: Instagram, token: Token) -> Bench:
    def row(media_id: str) -> dict[str, Any]:
        return next(one for one in [*server.posts, *server.stories] if one["id"] == media_id)

    return InstagramBench(
        adapter=adapter,
        token=token,
        server=server,
        final=FINAL,
        staging=STAGING,
        text_limit=2200,
        read_text=lambda media_id: str(row(media_id)["caption"]),
        read_media=lambda media_id: list(row(media_id)["made"]["files"]),
        count=lambda media_id: row(media_id)["insights"].update(likes=1),
        refusal=lambda words: no(100, words, error_subcode=2207023),
        letter="é",
        busy=Response(400, no(4, "Application request limit reached").body, {"X-Business-Use-Case-Usage": BUSY}),
        busy_for=timedelta(minutes=12),
        comment=COMMENT,
    )


PAGE_SIGNED = Token(PAGE_TOKEN, extra={"login": "facebook", "user_id": ACCOUNT, "page_id": PAGE, "grant": PERSON})
OWN_SIGNED = Token(OWN_TOKEN, refresh=OWN_TOKEN, extra={"login": "instagram", "user_id": ACCOUNT})
