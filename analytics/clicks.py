"""What a click or a visit says of itself: person or machine, which device, where from; and a link's marks. Pure.

Nothing here reads an address of the network, and nothing of what is read names anybody.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

MARKS = ("source", "medium", "campaign", "term", "content")
OF_LINK = "td_link"
LONGEST = 2000
PASSED_ON = 20

# Crawlers, programs, and the previews that apps fetch when somebody pastes a link ("cubot" is a phone).
BOTS = re.compile(
    r"(?<!cu)bot\b|(?<!cu)bot[/_;+ -]|bot\.html|crawl|spider|slurp|preview|facebookexternalhit|facebookcatalog|"
    r"meta-externalagent|whatsapp/|embedly|quora link|outbrain|vkshare|w3c_validator|skypeuripreview|nuzzel|bitlybot|"
    r"google-inspectiontool|googleother|apis-google|mediapartners|feedfetcher|iframely|mattermost|rocket\.chat|"
    r"headlesschrome|phantomjs|lighthouse|curl/|wget/|python-|aiohttp|httpx|go-http-client|okhttp/|java/|libwww|"
    r"axios/|node-fetch|undici|guzzle|postman|scrapy|monitor|uptime|pingdom|statuscake|site24x7|http_client|dataprovider",
    re.IGNORECASE,
)
TABLET = re.compile(r"ipad|tablet|kindle|silk/|playbook|android(?!.*mobile)", re.IGNORECASE)
PHONE = re.compile(r"iphone|ipod|android|mobile|windows phone|kaios", re.IGNORECASE)
HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,98}[a-z0-9])?")

CHANNELS = {
    "instagram.com": "instagram", "facebook.com": "facebook", "fb.me": "facebook", "messenger.com": "facebook",
    "threads.net": "threads", "threads.com": "threads", "t.co": "x", "x.com": "x", "twitter.com": "x",
    "youtube.com": "youtube", "youtu.be": "youtube", "tiktok.com": "tiktok", "linkedin.com": "linkedin",
    "lnkd.in": "linkedin", "pinterest.com": "pinterest", "pin.it": "pinterest", "bsky.app": "bluesky",
    "mastodon.social": "mastodon", "telegram.org": "telegram", "t.me": "telegram", "discord.com": "discord",
    "reddit.com": "reddit", "google.com": "google", "bing.com": "bing", "duckduckgo.com": "duckduckgo",
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """By which way somebody came: the platform or utm_source, the campaign, and the link of ours."""

    channel: str = ""
    campaign: str = ""
    link: str = ""

    def __bool__(self) -> bool:
        return bool(self.channel or self.campaign or self.link)


def is_bot(headers: Mapping[str, str], *, method: str = "GET") -> bool:
    """Say whether a machine asks: by its name, without one, or ahead of somebody who may never look."""
    agent = headers.get("User-Agent", "").strip()
    ahead = f"{headers.get('Purpose', '')} {headers.get('Sec-Purpose', '')} {headers.get('X-Moz', '')}".lower()
    return method == "HEAD" or not agent or bool(BOTS.search(agent)) or "prefetch" in ahead or "preview" in ahead


def device(agent: str) -> str:
    """Return phone, tablet or desktop."""
    return "tablet" if TABLET.search(agent) else "phone" if PHONE.search(agent) else "desktop"


def host(address: str) -> str:
    """Return the host of an address alone, without www; "" when there is none."""
    try:
        found = (urlsplit(address).hostname or "").lower().removeprefix("www.")
    except ValueError:
        return ""
    return found if HOST.fullmatch(found) else ""


def country(value: str) -> str:
    """Return a country's two letters; XX and what is none are nothing."""
    code = value.strip().upper()
    return code if len(code) == 2 and code.isascii() and code.isalpha() and code not in {"XX", "ZZ"} else ""


def channel_of(referrer: str) -> str:
    """Return the platform a referring host belongs to, else the host itself."""
    parts = referrer.split(".")
    names = [".".join(parts[number:]) for number in range(len(parts) - 1)]
    return next((CHANNELS[name] for name in names if name in CHANNELS), referrer)[:40]


def source_of(query: str, referrer: str = "") -> Source:
    """Return what an address's query says of where somebody came from, else what the referring host says."""
    try:
        told = dict(parse_qsl(query.lstrip("?")[:LONGEST], max_num_fields=100))
    except ValueError:
        told = {}
    channel = text(told.get("utm_source", ""), 40).lower() or channel_of(referrer)
    return Source(channel, text(told.get("utm_campaign", ""), 120), text(told.get(OF_LINK, ""), 40).lower())


def text(value: object, most: int) -> str:
    """Return printable words, no longer than `most`; anything else is nothing."""
    if not isinstance(value, str):
        return ""
    return "".join(letter for letter in value if letter.isprintable()).strip()[:most]


def is_target(address: str) -> bool:
    """Say whether a link may lead there: http or https, a host, no sign-in, nothing that only looks like one."""
    if len(address) > LONGEST or "\\" in address or any(letter <= " " or letter == "\x7f" for letter in address):
        return False
    try:
        parts = urlsplit(address)
        _port = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None


def marked(address: str, utm: Mapping[str, str], *, code: str = "", passed_on: str = "") -> str:
    """Return a target with its marks: what its own query says stays, so does its fragment."""
    parts: SplitResult = urlsplit(address)
    there = {name for name, _value in parse_qsl(parts.query, keep_blank_values=True)}
    more = [(f"utm_{name}", str(utm[name])) for name in MARKS if utm.get(name)] + ([(OF_LINK, code)] if code else [])
    added = [(name, value) for name, value in more if name not in there]
    there |= {name for name, _value in added}
    added += [(name, value) for name, value in _passed(passed_on) if name not in there]
    query = "&".join(filter(None, [parts.query, urlencode(added)]))
    return urlunsplit(parts._replace(query=query))


def _passed(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query[:LONGEST], keep_blank_values=True, max_num_fields=PASSED_ON)
    except ValueError:
        return []
