"""Whom chaos is made for: one row for each adapter, with its wire and how an account is connected there."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from django.utils.module_loading import import_string

from publishing.platforms.base import Capability, Token
from tests.chaos.forgetful import ForgetfulServer
from tests.peers import fake_mastodon, fake_practice, fake_x
from tests.peers.fake_bluesky import HANDLE, PASSWORD, FakeBluesky
from tests.peers.wire import Server

ADAPTERS = "publishing.platforms"


@dataclass(frozen=True)
class Row:
    """An adapter, its wire, and what a signed-in account there is.

    `flows`: what is posted: words, picture, pictures, video, thread. `public` is everything that stands there.
    `finds`: whether it can be asked for a post. `settings`: what the operator would set, by the server.
    """

    key: str
    adapter: str
    wire: Callable[[], Server]
    token: Callable[[Any], Token]
    public: Callable[[Any], Iterable[Any]]
    settings: Callable[[Any], Mapping[str, Any]] = lambda _server: {}
    servers: Callable[[Any], list[Server]] = lambda server: [server]
    flows: tuple[str, ...] = ("words", "picture", "video")
    finds: bool = True
    options: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""

    def __str__(self) -> str:
        return self.name or self.key

    @property
    def is_safe_again(self) -> bool:
        """Whether the platform itself drops a second copy."""
        return Capability.SAFE_RESEND in import_string(self.adapter).capabilities

    def copies(self, server: Server, mark: str) -> int:
        """How many of the posts that stand on the server bear a mark."""
        return sum(mark in json.dumps(post, default=str) for post in list(self.public(server)))


def session_of(server: FakeBluesky) -> Token:
    """Sign in with the app password."""
    address = f"{server.url}/xrpc/com.atproto.server.createSession"
    answer = httpx.post(address, json={"identifier": HANDLE, "password": PASSWORD}, trust_env=False).json()
    return Token(
        answer["accessJwt"], answer["refreshJwt"], None, {"did": answer["did"], "handle": HANDLE, "pds": server.url}
    )


ROWS = [
    Row(
        key="practice",
        adapter=f"{ADAPTERS}.practice.Practice",
        wire=fake_practice.FakePractice,
        token=lambda _server: Token(fake_practice.TOKEN),
        public=lambda server: server.posts.values(),
        settings=lambda server: {"PRACTICE_URL": server.url},
    ),
    Row(
        name="practice, forgetful",
        key="practice",
        adapter="tests.chaos.forgetful.Forgetful",
        wire=ForgetfulServer,
        token=lambda _server: Token(fake_practice.TOKEN),
        public=lambda server: server.standing,
        settings=lambda server: {"PRACTICE_URL": server.url},
        flows=("words", "picture"),
    ),
    Row(
        key="bluesky",
        adapter=f"{ADAPTERS}.bluesky.Bluesky",
        wire=FakeBluesky,
        token=session_of,
        public=lambda server: server.records.values(),
        settings=lambda server: {"BLUESKY_SERVICE": server.url, "BLUESKY_APPVIEW": server.appview.url},
    ),
    Row(
        key="mastodon",
        adapter=f"{ADAPTERS}.mastodon.Mastodon",
        wire=fake_mastodon.FakeMastodon,
        token=lambda server: Token(fake_mastodon.TOKEN, extra={"instance": server.url}),
        public=lambda server: server.statuses,
    ),
    Row(
        key="x",
        adapter=f"{ADAPTERS}.x.X",
        wire=fake_x.FakeX,
        token=lambda server: Token(
            *server.signed_in(), None, {"user_id": fake_x.USER_ID, "handle": fake_x.HANDLE}
        ),
        public=lambda server: server.posts,
        settings=lambda server: {
            "X_API_URL": server.url,
            "X_WEB_URL": server.url,
            "X_CLIENT_ID": fake_x.CLIENT,
            "X_CLIENT_SECRET": fake_x.SECRET,
        },
    ),
]
