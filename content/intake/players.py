"""Pages of videos: whose player keeps the recording, what the page tells of it, where a page has the file itself."""

import json
import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin, urlsplit

import trafilatura

HOSTS = {
    "youtube.com": "YouTube", "youtu.be": "YouTube", "tiktok.com": "TikTok", "instagram.com": "Instagram",
    "facebook.com": "Facebook", "vimeo.com": "Vimeo", "twitch.tv": "Twitch", "open.spotify.com": "Spotify",
}  # fmt: skip
FILE = re.compile(r"\.(?:mp4|m4v|mov|webm|mp3|m4a|wav|ogg)$", re.IGNORECASE)
CARD = "//link[@type='application/json+oembed']/@href"
TAGS = ["//video/@src", "//video/source/@src", "//audio/@src", "//audio/source/@src"]
OG_FILES = ["og:video:secure_url", "og:video:url", "og:video", "og:audio"]


@dataclass(frozen=True)
class About:
    """What a page tells of its video; `card` is the address of its oEmbed card, or ""."""

    title: str = ""
    description: str = ""
    card: str = ""

    def completed(self, card: bytes) -> "About":
        """Take the title from the card: pages put the player's name after it."""
        try:
            told = json.loads(card)
        except ValueError:
            return self
        title = told.get("title") if isinstance(told, dict) else None
        return replace(self, title=_clean(title)) if isinstance(title, str) and title.strip() else self


def name_of(link: str) -> str:
    """Return the name of the player whose page a link is, or ""."""
    host = (urlsplit(link).hostname or "").lower()
    return next((name for ending, name in HOSTS.items() if host == ending or host.endswith(f".{ending}")), "")


def about(content: bytes) -> About:
    """Read what a page tells of its video."""
    page = _parsed(content)
    if page is None:
        return About()
    title = _meta(page, "og:title") or _meta(page, "twitter:title") or _first(page, "//title/text()")
    description = _meta(page, "og:description") or _meta(page, "description")
    card = _first(page, CARD)
    return About(_clean(title), description.strip(), card if card.startswith(("https://", "http://")) else "")


def file_in(content: bytes, url: str) -> str:
    """Return the address of the media file that a page plays itself, or ""."""
    page = _parsed(content)
    if page is None:
        return ""
    found = [_meta(page, name) for name in OG_FILES] + [_first(page, path) for path in TAGS]
    addresses = [urljoin(url, each) for each in found if each]
    files = [each for each in addresses if FILE.search(urlsplit(each).path)]
    return next((each for each in files if each.startswith(("http://", "https://"))), "")


def _parsed(content: bytes) -> Any:
    return trafilatura.load_html(content) if content.strip() else None


def _first(page: Any, path: str) -> str:
    return next((str(each) for each in page.xpath(path)), "")


def _meta(page: Any, name: str) -> str:
    return _first(page, f"//meta[@property='{name}' or @name='{name}']/@content")


def _clean(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())
