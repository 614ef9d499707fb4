"""What a platform adapter is: one protocol, what goes in and comes out, and the four errors a worker acts on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Protocol

Clock = Callable[[], datetime]
Sleep = Callable[[float], None]

SENDING: Final = "sending"
FOR_EVER: Final = timedelta.max


class Capability(StrEnum):
    """What an adapter can do; ask before you try."""

    PUBLISH = "publish"
    METRICS = "metrics"
    WEBHOOKS = "webhooks"
    MANUAL = "manual"
    SAFE_RESEND = "safe_resend"
    DELETE = "delete"


class Metric(StrEnum):
    """The names adapters count under; a platform's own names stay inside its file."""

    VIEWS = "views"
    REACH = "reach"
    IMPRESSIONS = "impressions"
    LIKES = "likes"
    COMMENTS = "comments"
    SHARES = "shares"
    QUOTES = "quotes"
    SAVES = "saves"
    CLICKS = "clicks"
    FOLLOWS = "follows"


@dataclass(frozen=True)
class Token:
    """What signs requests for one account: secrets in `access` and `refresh`, nothing secret in `extra`."""

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    expires_at: datetime | None = None
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be shown or logged."""
        return tuple(secret for secret in (self.access, self.refresh) if secret)


@dataclass(frozen=True)
class Media:
    """One file to attach: sides in pixels as displayed, duration in seconds, size in bytes."""

    path: Path
    mime: str
    alt: str = ""
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    size: int = 0

    @property
    def is_video(self) -> bool:
        """Whether it moves."""
        return self.mime.startswith("video/")


@dataclass(frozen=True)
class PublishKit:
    """One post as it shall appear: `text` is complete (hashtags included), `key` is the same for all its attempts."""

    key: str
    text: str
    title: str = ""
    description: str = ""
    hashtags: Sequence[str] = ()
    language: str = ""
    media: Sequence[Media] = ()
    thumbnail: Media | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """How far an attempt came; `data` is plain JSON and holds all that earlier steps found out.

    A step named SENDING is recorded right before the call that publishes: without it nothing can be public.
    """

    name: str
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def may_be_public(self) -> bool:
        """Whether the call that publishes was about to be made."""
        return self.name == SENDING


Record = Callable[[Step], None]


@dataclass(frozen=True)
class Published:
    """A post that stands on the platform, as it named and answered it."""

    platform_id: str
    url: str
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PostCounts:
    """A post's numbers now; a metric the platform does not tell is absent, never zero."""

    metrics: Mapping[str, int]
    simulated: bool = False


@dataclass(frozen=True)
class Profile:
    """The account behind a token; None is what the platform did not tell."""

    id: str
    handle: str
    name: str
    url: str
    avatar: str = ""
    followers: int | None = None
    following: int | None = None
    posts: int | None = None


@dataclass(frozen=True)
class Connected:
    """A sign-in that worked: the token to keep, and whose it is."""

    token: Token
    profile: Profile


class PlatformError(Exception):
    """What a platform's answer means for the worker; the message is for the user and holds no secret."""


class Rejected(PlatformError):
    """The platform refuses this post or request for good: tell the user, never retry."""

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class TryLater(PlatformError):
    """Nothing was published; the same call may succeed `after` a while (None: the caller's own back-off)."""

    def __init__(self, message: str, *, after: timedelta | None = None) -> None:
        super().__init__(message)
        self.after = after


class TokenExpired(TryLater):
    """The access token ran out early: refresh, then try again at once."""

    def __init__(self, message: str) -> None:
        super().__init__(message, after=timedelta(0))


class SignInAgain(PlatformError):
    """The platform no longer accepts the account's authorisation: pause the connection and ask its owner."""


class OutcomeUnknown(PlatformError):
    """The post was sent and no clear answer came: look before sending again."""


class Platform(Protocol):
    """One platform, spoken to without tables; every method may raise the four errors above."""

    @property
    def key(self) -> str: ...

    @property
    def capabilities(self) -> frozenset[Capability]: ...

    @property
    def safe_resend(self) -> timedelta:
        """How long after the first sending the same kit and step may be sent again without a second post."""

    def publish(self, kit: PublishKit, *, token: Token, record: Record, resume: Step | None = None) -> Published:
        """Publish, from the beginning or from the last recorded step; `record` is called before each step counts."""

    def find_published(
        self, kit: PublishKit, *, token: Token, since: datetime, resume: Step | None = None
    ) -> Published | None:
        """The kit's post when it stands on the platform; `since` is the first attempt's time."""

    def metrics(self, ids: Sequence[str], *, token: Token) -> dict[str, PostCounts]:
        """Numbers by platform id; a post that no longer exists is left out."""

    def refresh(self, token: Token) -> Token:
        """A new token where the platform has such; else the same. One caller at a time: refresh tokens rotate."""

    def profile(self, token: Token) -> Profile:
        """Whose token it is; a cheap call that shows the connection works."""

    def delete(self, platform_id: str, *, token: Token) -> None:
        """Take a post down; one that is gone already is no error."""
