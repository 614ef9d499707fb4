"""Every kind of platform as people connect it, what they post there, and which of its answers gets lost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.row import Row
from tests.chaos.rows import ROWS
from tests.peers import fake_bluesky, fake_discord, fake_telegram, fake_wordpress
from tests.peers.wire import Server

OUT = "out"  # the browser goes to the platform and comes back
TYPED = "typed"


@dataclass(frozen=True)
class Kind:
    """One way in. `door` and `account` are chosen where people are asked; `types`: what they type, by label.

    `options`: of the post.
    `loses`: the request that publishes, whose answer is lost. `found`: whether looking ends the doubt, else a person.
    """

    row: str
    name: str
    loses: tuple[str, str]
    flow: str = "words"
    way: str = OUT
    door: str = ""
    account: str = ""
    types: Callable[[Any], Mapping[str, str]] = lambda _server: {}
    ready: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    found: bool = True

    @property
    def of(self) -> Row:
        """Its wire server, and what an operator would set."""
        return next(row for row in ROWS if str(row) == self.row)

    @property
    def key(self) -> str:
        """The platform."""
        return self.of.key

    def served(self) -> Server:
        """Its server, which takes no time over files."""
        server = self.of.wire()
        for name, value in self.ready.items():
            setattr(server, name, value)
        return server


AT_ONCE = {"processing": 0}
KINDS = [
    Kind("facebook", "Facebook", ("POST", r"^/v26\.0/(700100_)?179\d+$"), account="Kesar"),
    Kind("threads", "Threads", ("POST", r"/threads_publish$"), ready=AT_ONCE),
    Kind("instagram", "Instagram", ("POST", r"/media_publish$"), flow="picture", door="With Facebook", ready=AT_ONCE),
    Kind(
        "instagram, own login",
        "Instagram",
        ("POST", r"/media_publish$"),
        flow="video",
        door="With Instagram",
        ready=AT_ONCE,
    ),
    Kind("tiktok", "TikTok", ("PUT", r"^/video/$"), flow="video"),
    Kind("youtube", "YouTube", ("PUT", r"^/upload/youtube/v3/videos$"), flow="video"),
    Kind("x", "X", ("POST", r"^/2/tweets$")),
    Kind("linkedin", "LinkedIn", ("POST", r"^/rest/posts$"), door="Pages you run"),
    Kind("linkedin, person", "LinkedIn", ("POST", r"^/rest/posts$"), door="Your own account", found=False),
    Kind("pinterest", "Pinterest", ("POST", r"^/v5/pins$"), flow="picture", options={"board": "Harvest"}),
    Kind("mastodon", "Mastodon", ("POST", r"^/api/v1/statuses$"), types=lambda server: {"Server": server.url}),
    Kind(
        "bluesky",
        "Bluesky",
        ("POST", r"com\.atproto\.repo\.putRecord$"),
        way=TYPED,
        types=lambda server: {
            "Handle": fake_bluesky.HANDLE,
            "App password": fake_bluesky.PASSWORD,
            "Server": server.url,
        },
    ),
    Kind(
        "telegram",
        "Telegram",
        ("POST", r"/sendMessage$"),
        way=TYPED,
        types=lambda _server: {"The bot’s token": fake_telegram.TOKEN, "Channel or group": "@kesarnaturals"},
        found=False,
    ),
    Kind(
        "discord",
        "Discord",
        ("POST", r"^/api/v10/webhooks/"),
        way=TYPED,
        types=lambda server: {
            "The webhook’s address": f"{server.url}/api/webhooks/{fake_discord.WEBHOOK}/{fake_discord.TOKEN}"
        },
        found=False,
    ),
    Kind(
        "wordpress",
        "WordPress",
        ("POST", r"/posts$"),
        way=TYPED,
        types=lambda server: {
            "Address of the site": server.url,
            "User name": fake_wordpress.USER,
            "Application password": fake_wordpress.PASSWORD,
        },
    ),
    Kind(
        "webhook",
        "Webhook",
        ("POST", "^/hooks/kesar$"),
        way=TYPED,
        types=lambda server: {"Address of your server": f"{server.url}/hooks/kesar"},
    ),
]
