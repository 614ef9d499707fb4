"""Whom chaos is made for: one row for each adapter, with its wire and how an account is connected there."""

import hashlib
import hmac
from dataclasses import replace
from typing import Any

import httpx

from publishing.platforms.base import Token
from tests.chaos.forgetful import ForgetfulServer
from tests.chaos.row import Row
from tests.peers import (
    fake_discord,
    fake_facebook,
    fake_graph,
    fake_instagram,
    fake_linkedin,
    fake_mastodon,
    fake_pinterest,
    fake_practice,
    fake_telegram,
    fake_threads,
    fake_tiktok,
    fake_webhook,
    fake_wordpress,
    fake_x,
    fake_youtube,
)
from tests.peers.fake_bluesky import HANDLE, PASSWORD, FakeBluesky
from tests.peers.wire import Request

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


def facebook() -> fake_facebook.FakeFacebook:
    """A Page that may post as many reels as chaos does."""
    server = fake_facebook.FakeFacebook()
    server.reels_a_day = MANY
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


class WebhookOfNoHour(fake_webhook.FakeWebhook):
    """Believes a signature of any hour: the workers' clock runs ahead of the server's."""

    def _is_signed(self, request: Request) -> bool:
        given = dict(part.split("=", 1) for part in request.headers["trenddrop-signature"].split(","))
        signed = hmac.new(fake_webhook.SECRET.encode(), f"{given['t']}.".encode() + request.body, hashlib.sha256)
        return hmac.compare_digest(signed.hexdigest(), given["v1"])


def linkedin(owner: str, scope: str, name: str = "", **more: Any) -> Row:
    """A person, or a page that they run."""
    return Row(
        name=name,
        key="linkedin",
        adapter=f"{ADAPTERS}.linkedin.LinkedIn",
        wire=fake_linkedin.FakeLinkedIn,
        token=lambda server: Token(server.token(scope), extra={"owner": owner, "scope": scope}),
        public=lambda server: server.posts,
        settings=lambda server: {
            "LINKEDIN_API_URL": server.url,
            "LINKEDIN_WEB_URL": server.url,
            "LINKEDIN_CLIENT_ID": fake_linkedin.CLIENT,
            "LINKEDIN_CLIENT_SECRET": fake_linkedin.SECRET,
        },
        **more,
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
        flows=("words", "picture", "video", "thread", "words+comment"),
    ),
    Row(
        key="mastodon",
        adapter=f"{ADAPTERS}.mastodon.Mastodon",
        wire=fake_mastodon.FakeMastodon,
        token=lambda server: Token(fake_mastodon.TOKEN, extra={"instance": server.url}),
        public=lambda server: server.statuses,
        flows=("words", "picture", "video", "thread", "words+comment"),
    ),
    Row(
        key="x",
        adapter=f"{ADAPTERS}.x.X",
        wire=fake_x.FakeX,
        token=lambda server: replace(
            Token(*server.signed_in()), extra={"user_id": fake_x.USER_ID, "handle": fake_x.HANDLE}
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
        public=lambda server: [*server.posts, *server.stories],
        settings=lambda server: {**meta(server), "INSTAGRAM_WEB_URL": server.url},
        servers=lambda server: [server, server.uploads],
        comments=comments_under_posts,
        flows=("picture", "video", "picture:story", "video:story", "video+comment"),
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
        unseen=("picture",),  # it lists videos alone
        never_again=("picture",),
        flows=("video", "picture"),
    ),
    Row(
        key="youtube",
        adapter=f"{ADAPTERS}.youtube.YouTube",
        wire=fake_youtube.FakeYouTube,
        token=lambda _server: Token(
            fake_youtube.TOKEN,
            fake_youtube.REFRESH,
            None,
            {"channel": fake_youtube.CHANNEL, "uploads": fake_youtube.UPLOADS, "scope": ""},
        ),
        public=lambda server: server.posts,
        comments=lambda server: server.comments,
        settings=lambda server: {
            **dict.fromkeys(
                (
                    "YOUTUBE_API_URL",
                    "YOUTUBE_UPLOAD_URL",
                    "YOUTUBE_HUB_URL",
                    "YOUTUBE_ANALYTICS_URL",
                    "GOOGLE_AUTH_URL",
                    "GOOGLE_TOKEN_URL",
                ),
                server.url,
            ),
            "YOUTUBE_CLIENT_ID": fake_youtube.CLIENT,
            "YOUTUBE_CLIENT_SECRET": fake_youtube.SECRET,
        },
        clock="_now",
        flows=("video", "video+comment", "video@later", "video@settled"),
    ),
    Row(
        key="facebook",
        adapter=f"{ADAPTERS}.facebook.Facebook",
        wire=facebook,
        token=lambda _server: Token(
            fake_graph.PAGE_TOKEN, extra={"page_id": fake_graph.PAGE, "grant": fake_graph.PERSON}
        ),
        public=lambda server: server.posts,
        comments=comments_under_posts,
        settings=meta,
        servers=lambda server: [server, server.uploads],
        clock="now",
        never_again=("picture:story",),
        flows=(
            *("words", "picture", "video", "video:reel", "picture:story", "video:story", "words+comment"),
            *("words@later", "video@later", "words@settled", "video@settled"),
        ),
    ),
    linkedin(
        fake_linkedin.PAGE,
        "rw_organization_admin w_organization_social r_organization_social",
        comments=lambda server: server.comments,
        flows=("words", "picture", "video", "words+comment"),
    ),
    linkedin(
        fake_linkedin.PERSON,
        "openid profile w_member_social",
        "linkedin, person",
        finds=False,
        flows=("words", "picture"),
    ),
    Row(
        key="telegram",
        adapter=f"{ADAPTERS}.telegram.Telegram",
        wire=fake_telegram.FakeTelegram,
        token=lambda _server: Token(
            fake_telegram.TOKEN, extra={"chat_id": str(fake_telegram.CHAT), "handle": "@kesarnaturals"}
        ),
        public=lambda server: server.posts,
        settings=lambda server: {"TELEGRAM_API_URL": server.url},
        flows=("words", "picture"),
        finds=False,
    ),
    Row(
        key="discord",
        adapter=f"{ADAPTERS}.discord.Discord",
        wire=fake_discord.FakeDiscord,
        token=lambda _server: Token(
            fake_discord.TOKEN,
            extra={"webhook": fake_discord.WEBHOOK, "channel": fake_discord.CHANNEL, "guild": fake_discord.GUILD},
        ),
        public=lambda server: server.posts,
        settings=lambda server: {"DISCORD_URL": server.url},
        flows=("words", "picture"),
        finds=False,
    ),
    Row(
        key="webhook",
        adapter=f"{ADAPTERS}.webhook.Webhook",
        wire=WebhookOfNoHour,
        token=lambda server: Token(fake_webhook.SECRET, f"{server.url}/hooks/kesar"),
        public=lambda server: server.posts,
        flows=("words", "picture"),
        finds=False,
    ),
    Row(
        key="wordpress",
        adapter=f"{ADAPTERS}.wordpress.WordPress",
        wire=fake_wordpress.FakeWordPress,
        token=lambda server: Token(fake_wordpress.PASSWORD, extra={"site": server.url, "user": fake_wordpress.USER}),
        public=lambda server: server.posts,
        flows=("words", "picture", "video"),
    ),
    Row(
        key="pinterest",
        adapter=f"{ADAPTERS}.pinterest.Pinterest",
        wire=fake_pinterest.FakePinterest,
        token=lambda _server: Token(fake_pinterest.TOKEN, fake_pinterest.REFRESH),
        public=lambda server: server.posts,
        settings=lambda server: {
            "PINTEREST_API_URL": server.url,
            "PINTEREST_WEB_URL": server.url,
            "PINTEREST_APP_ID": fake_pinterest.APP_ID,
            "PINTEREST_APP_SECRET": fake_pinterest.APP_SECRET,
        },
        flows=("picture", "video"),
    ),
]
