"""What platforms tell by themselves: verified over the raw body, read into facts, applied by a worker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from publishing.platforms.base import Token

# Where one app of the platform's owner opens accounts on several platforms: all that a person's word is about.
ONE_APP = "one_app"


class News(StrEnum):
    """What a fact means for us."""

    LIVE = "live"  # a post has its public address now
    FAILED = "failed"  # a post that was being processed will not appear
    GONE = "gone"  # a post is no longer public
    SIGNED_OUT = "signed_out"  # the person took our rights back
    ERASE = "erase"  # the person asked the platform to have their data erased here
    ENGAGEMENT = "engagement"  # somebody liked, wrote, shared …: for analytics


@dataclass(frozen=True)
class Heard:
    """One fact. `key` is the same for each delivery of it; `post_id` or `publish_id` names the post as the adapter did.

    `data`: plain JSON: for ENGAGEMENT {kind, count?, user?, text?}, for LIVE {url?}, for FAILED {reason},
    for SIGNED_OUT and ERASE {one_app?}; there `account_id` may be the person's, as in Token.extra["grant"].
    """

    news: News
    key: str
    account_id: str
    post_id: str = ""
    publish_id: str = ""
    at: datetime | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Delivery:
    """A request to our webhook as it came; `headers` by lower-case name; `secret` of the account's own subscription."""

    body: bytes
    headers: Mapping[str, str]
    query: Mapping[str, str]
    now: datetime
    secret: str = ""


class NotGenuine(Exception):
    """The signature does not fit, or the delivery is too old: answered 401, or (`quiet`) 204 where the rules say so."""

    def __init__(self, message: str = "", *, quiet: bool = False) -> None:
        super().__init__(message)
        self.quiet = quiet


@runtime_checkable
class Hears(Protocol):
    """A platform that calls our webhook."""

    def greet(self, delivery: Delivery) -> str | None:
        """The body to answer a GET with (a challenge, a CRC token), None when it is not for us."""

    def hear(self, delivery: Delivery) -> Sequence[Heard]:
        """The facts of a POST; NotGenuine unless the platform itself signed these very bytes."""

    def answer(self, heard: Sequence[Heard], *, address: str) -> tuple[str, str]:
        """Body and content type of the 200; `address`: a page of ours that tells what became of a request to erase."""


@dataclass(frozen=True)
class Subscription:
    """What was subscribed to: the topic as the platform names it, and for how long (None: until it is ended)."""

    topic: str
    lease: timedelta | None = None


@runtime_checkable
class Subscribes(Protocol):
    """A platform that must be asked, account by account, to call our webhook."""

    def subscribe(self, account_id: str, *, token: Token, callback: str, secret: str) -> Subscription:
        """Ask to be told of one account at `callback`; asking again renews."""

    def unsubscribe(self, topic: str, *, account_id: str, token: Token, callback: str, secret: str) -> None:
        """Ask to be told no more."""
