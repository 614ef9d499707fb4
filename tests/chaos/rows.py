"""Whom chaos is made for: one row for each adapter, with its wire and how an account is connected there."""

from typing import Any

import httpx

from publishing.platforms.base import Token
from tests.chaos.forgetful import ForgetfulServer
from tests.chaos.row import Row
from tests.peers import fake_graph, fake_instagram, fake_mastodon, fake_practice, fake_threads, fake_tiktok, fake_x
from tests.peers.fake_bluesky import HANDLE, PASSWORD, FakeBluesky

ADAPTERS = "publishing.platforms"
MANY = 100_000


def session_of(server: FakeBluesky) -> Token:
    """Sign in with the app password."""
    address = f"{server.url}/xrpc/com.atproto.server.createSession"
    answer = httpx.post(address, json={"identifier": HANDLE, "password": PASSWORD}, trust_env=False).json()
    return Token(
        answer["accessJwt"], answer["refreshJwt"], None, {"did": answer["did"], "handle": HANDLE, "pds": server.url}
    )


def instagram(*, own: bool = False) -> fake_instagram.FakeInstagram:
    """An account that may post as often as chaos does."""
    server = fake_instagram.FakeInstagram(own=own)
    server.total = MANY
    return server


def comments_under_posts(server: Any) -> list[Any]:
    """What stands under the posts of a server that keeps comments with them."""
    return [comment for post in server.posts for comment in post["comments"]]


def threads() -> fake_threads.FakeThreads:
    """An account that may post as often as chaos does."""
    server = fake_threads.FakeThreads()
    server.totals = {"posts": MANY, "replies": MANY}
    return server


def meta(server: Any) -> dict[str, str]:
    """The operator's app at Meta."""
    return {
        "META_APP_ID": fake_graph.APP_ID,
        "META_APP_SECRET": fake_graph.APP_SECRET,
        "FACEBOOK_GRAPH_URL": server.url,
        "FACEBOOK_UPLOAD_URL": server.uploads.url,
        "FACEBOOK_WEB_URL": server.url,
    }


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
        flows=("words", "picture", "video", "thread", "words+comment"),
    ),
    Row(
        key="threads",
        adapter=f"{ADAPTERS}.threads.Threads",
        wire=threads,
        token=lambda _server: Token(fake_threads.TOKEN, fake_threads.TOKEN),
        public=lambda server: server.posts,
        settings=lambda server: {
            "THREADS_GRAPH_URL": server.url,
            "THREADS_WEB_URL": server.url,
            "THREADS_APP_ID": fake_threads.APP,
            "THREADS_APP_SECRET": fake_threads.SECRET,
        },
        flows=("words", "picture", "video", "thread", "words+comment"),
    ),
    Row(
        key="instagram",
        adapter=f"{ADAPTERS}.instagram.Instagram",
        wire=instagram,
        token=lambda _server: Token(
            fake_graph.PAGE_TOKEN,
            extra={
                "login": "facebook",
                "user_id": fake_instagram.ACCOUNT,
                "page_id": fake_graph.PAGE,
                "grant": fake_graph.PERSON,
            },
        ),
        public=lambda server: server.posts,
        settings=lambda server: {**meta(server), "INSTAGRAM_WEB_URL": server.url},
        servers=lambda server: [server, server.uploads],
        comments=comments_under_posts,
        flows=("picture", "video", "video+comment"),
    ),
    Row(
        name="instagram, own login",
        key="instagram",
        adapter=f"{ADAPTERS}.instagram.Instagram",
        wire=lambda: instagram(own=True),
        token=lambda _server: Token(
            fake_instagram.OWN_TOKEN,
            fake_instagram.OWN_TOKEN,
            None,
            {"login": "instagram", "user_id": fake_instagram.ACCOUNT},
        ),
        public=lambda server: server.posts,
        settings=lambda server: {
            "INSTAGRAM_GRAPH_URL": server.url,
            "INSTAGRAM_API_URL": server.url,
            "INSTAGRAM_WEB_URL": server.url,
            "INSTAGRAM_APP_ID": fake_instagram.OWN_ID,
            "INSTAGRAM_APP_SECRET": fake_instagram.OWN_SECRET,
        },
        flows=("video",),
    ),
    Row(
        key="tiktok",
        adapter=f"{ADAPTERS}.tiktok.TikTok",
        wire=fake_tiktok.FakeTikTok,
        token=lambda _server: Token(
            fake_tiktok.TOKEN, fake_tiktok.REFRESH, None, {"open_id": "open-kesar", "scope": fake_tiktok.EVERYTHING}
        ),
        public=lambda server: server.posts,
        settings=lambda server: {
            "TIKTOK_API_URL": server.url,
            "TIKTOK_WEB_URL": server.url,
            "TIKTOK_CLIENT_KEY": fake_tiktok.KEY,
            "TIKTOK_CLIENT_SECRET": fake_tiktok.SECRET,
        },
        flows=("video",),
    ),
]
