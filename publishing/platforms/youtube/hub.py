"""WebSub: YouTube's hub is asked to tell of a channel, asks back, and signs what it sends with a secret of ours."""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from publishing.platforms.hearing import Delivery, Heard, News, NotGenuine, Subscription
from publishing.platforms.wire import Wire

TOPIC: Final = "https://www.youtube.com/xml/feeds/videos.xml"
LEASE: Final = timedelta(days=5)
ATOM: Final = "{http://www.w3.org/2005/Atom}"
YT: Final = "{http://www.youtube.com/xml/schemas/2015}"
TOMBSTONE: Final = "{http://purl.org/atompub/tombstones/1.0}"
VIDEO: Final = "yt:video:"
WATCH: Final = "https://www.youtube.com/watch?v="


@dataclass(frozen=True)
class Hub:
    """Subscriptions to channels, and what comes of them."""

    wire: Wire
    url: str

    def ask(self, mode: str, topic: str, *, callback: str, secret: str) -> None:
        """Ask the hub to begin or end; it asks back at `callback` before it does."""
        form = {
            "hub.mode": mode,
            "hub.topic": topic,
            "hub.callback": callback,
            "hub.verify": "async",
            "hub.secret": secret,
            "hub.lease_seconds": str(int(LEASE.total_seconds())),
        }
        self.wire.call("POST", f"{self.url}/subscribe", data=form, hide=(secret,), takes={202, 204})

    def subscribe(self, channel: str, *, callback: str, secret: str) -> Subscription:
        """Ask to be told of a channel; asking again renews."""
        topic = f"{TOPIC}?channel_id={channel}"
        self.ask("subscribe", topic, callback=callback, secret=secret)
        return Subscription(topic, LEASE)


def greet(delivery: Delivery) -> str | None:
    """The challenge, when the hub asks about a channel's topic at an address we have a secret for."""
    asked = delivery.query
    is_ours = asked.get("hub.topic", "").startswith(f"{TOPIC}?channel_id=") and delivery.secret
    if asked.get("hub.mode") not in {"subscribe", "unsubscribe"} or not is_ours:
        return None
    return asked.get("hub.challenge") or None


def hear(delivery: Delivery) -> list[Heard]:
    """The facts of a feed: videos that stand, videos that are gone. What the hub did not sign is dropped."""
    given = delivery.headers.get("x-hub-signature", "").strip().lower()
    signed = hmac.new(delivery.secret.encode(), delivery.body, hashlib.sha1).hexdigest()
    if not delivery.secret or not hmac.compare_digest(given.encode(), f"sha1={signed}".encode()):
        raise NotGenuine("The signature is not the hub's.", quiet=True)
    try:
        feed = fromstring(delivery.body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise NotGenuine("The feed cannot be read.", quiet=True) from error
    return [*_entries(feed), *_graves(feed)]


def _entries(feed: Element) -> Iterator[Heard]:
    for entry in feed.iter(f"{ATOM}entry"):
        video, channel = _text(entry, f"{YT}videoId"), _text(entry, f"{YT}channelId")
        at = _text(entry, f"{ATOM}updated") or _text(entry, f"{ATOM}published")
        if video:
            yield _heard(News.LIVE, video, channel, at, {"url": WATCH + video})


def _graves(feed: Element) -> Iterator[Heard]:
    for entry in feed.iter(f"{TOMBSTONE}deleted-entry"):
        video, at = entry.get("ref", ""), entry.get("when", "")
        uri = _text(entry, f"{TOMBSTONE}by/{ATOM}uri")
        if video.startswith(VIDEO):
            yield _heard(News.GONE, video.removeprefix(VIDEO), uri.rstrip("/").rpartition("/")[2], at, {})


def _heard(news: News, video: str, channel: str, at: str, data: dict[str, Any]) -> Heard:
    key = f"{news.value}:{video}:{at}"[:200]
    return Heard(news=news, key=key, account_id=channel, post_id=video, at=_moment(at), data=data)


def _moment(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _text(entry: Element, path: str) -> str:
    return (entry.findtext(path) or "").strip()
