"""What a platform adapter is: one protocol, what goes in and comes out, and the four errors a worker acts on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Protocol, runtime_checkable

Clock = Callable[[], datetime]
Sleep = Callable[[float], None]

SENDING: Final = "sending"
POSTED: Final = "posted"
FOR_EVER: Final = timedelta.max


class Capability(StrEnum):
    """What an adapter can do; ask before you try."""

    PUBLISH = "publish"
    METRICS = "metrics"
    WEBHOOKS = "webhooks"
    MANUAL = "manual"
    SAFE_RESEND = "safe_resend"
    DELETE = "delete"
    THREADS = "threads"
    SCHEDULES = "schedules"


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
    PROFILE_VISITS = "profile_visits"
    WATCH_SECONDS = "watch_seconds"  # of all viewers together
    AVERAGE_WATCH_SECONDS = "average_watch_seconds"
    COMPLETION = "completion"  # share of views that saw the end, 0 to 1
    # What only some platforms count.
    REPOSTS = "reposts"  # also among shares
    REPLIES = "replies"
    REACTIONS = "reactions"  # of all kinds, where likes are one of them
    INTERACTIONS = "interactions"  # as the platform adds them up
    LINK_CLICKS = "link_clicks"
    WEBSITE_CLICKS = "website_clicks"
    PROFILE_CLICKS = "profile_clicks"
    OUTBOUND_CLICKS = "outbound_clicks"
    DETAIL_CLICKS = "detail_clicks"  # that opened the post
    DISLIKES = "dislikes"
    SUBSCRIBERS_GAINED = "subscribers_gained"
    SUBSCRIBERS_LOST = "subscribers_lost"
    ENGAGED_VIEWS = "engaged_views"
    VIDEO_VIEWS = "video_views"
    VIEWERS = "viewers"
    AVERAGE_VIEWED = "average_viewed"  # share of its length that a view lasted on average, may pass 1
    SKIP_RATE = "skip_rate"  # share of views that left at once, 0 to 1
    PLAYLIST_ADDS = "playlist_adds"
    NAVIGATION = "navigation"  # taps on, back and away from a story
    CROSSPOSTED_VIEWS = "crossposted_views"  # on all places it was posted to together
    FACEBOOK_VIEWS = "facebook_views"


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
    """One file to attach: sides in pixels as displayed, duration in seconds, size in bytes.

    `url`: a public address of the file for the next hours, for platforms that fetch it themselves; empty where this
    installation cannot be reached from outside.
    """

    path: Path
    mime: str
    alt: str = ""
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    size: int = 0
    url: str = ""

    @property
    def is_video(self) -> bool:
        """Whether it moves."""
        return self.mime.startswith("video/")


@dataclass(frozen=True)
class PublishKit:
    """One post as it shall appear: `text` is complete (hashtags included), `key` is the same for all its attempts.

    `parts`: what follows `text` in a thread, one post under the other. `options`: as core.platforms.options reads them
    (privacy, first comment, kind of post …). `publish_at`: set when the platform shall wait with it until then.
    """

    key: str
    text: str
    title: str = ""
    description: str = ""
    hashtags: Sequence[str] = ()
    language: str = ""
    media: Sequence[Media] = ()
    thumbnail: Media | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    parts: Sequence[str] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    publish_at: datetime | None = None


@dataclass(frozen=True)
class Step:
    """How far an attempt came; `data` is plain JSON and holds all that earlier steps found out.

    A step named SENDING is recorded right before the call that publishes: without it nothing can be public. A step
    named POSTED is recorded once the platform has named the post (`id`, `url`): what then remains (a first comment, a
    cover, the rest of a thread) is done without sending the post again; every later step is POSTED again, with more
    data. A worker that died there is followed by one that publishes from this step at once, without looking.
    """

    name: str
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def may_be_public(self) -> bool:
        """Whether the call that publishes was about to be made."""
        return self.name in {SENDING, POSTED}


Record = Callable[[Step], None]


@dataclass(frozen=True)
class Published:
    """A post that stands on the platform, as it named and answered it.

    `url` may be empty for a while (a moderated or private post). `shortfalls`: what did not work after it went live, in
    words for the user. `live_at`: the platform holds it and makes it public then.
    """

    platform_id: str
    url: str
    raw: Mapping[str, Any] = field(default_factory=dict)
    shortfalls: Sequence[str] = ()
    live_at: datetime | None = None


@dataclass(frozen=True)
class PostCounts:
    """A post's numbers now; a metric the platform does not tell is absent, never zero."""

    metrics: Mapping[str, int | float]
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
    """A sign-in that worked: the token to keep, and whose it is.

    `scopes` are those that were granted. `kind` is what the platform calls such an account (person, page, channel).
    `ends_at`: until when the sign-in can be renewed without the person. `service`: the server that holds the account,
    where people choose one.
    """

    token: Token
    profile: Profile
    scopes: Sequence[str] = ()
    kind: str = ""
    ends_at: datetime | None = None
    service: str = ""


@dataclass(frozen=True)
class Quota:
    """So many of `name` in each window: of one account, or (`of_app`) of all accounts of this installation together.

    Windows begin at midnight of `zone` where one is given (YouTube's day is Pacific), else at multiples of `window`.
    """

    name: str
    limit: int
    window: timedelta
    of_app: bool = False
    zone: str = ""


@dataclass(frozen=True)
class Allowance:
    """What the platform itself says an account may still do; `total` None when it told no limit.

    `for_some`: only some posts use it (videos, replies), so that one that is used up does not concern the others.
    """

    name: str
    used: int
    total: int | None
    resets_at: datetime | None = None
    for_some: bool = False


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


class UsedUp(TryLater):
    """What the account may still do of this kind is used up: no failed try, and no word about its other posts."""


class TokenExpired(TryLater):
    """The access token ran out early: refresh, then try again at once."""

    def __init__(self, message: str) -> None:
        super().__init__(message, after=timedelta(0))


class SignInAgain(PlatformError):
    """The platform no longer accepts the account's authorisation: pause the connection and ask its owner."""


class OutcomeUnknown(PlatformError):
    """The post was sent and no clear answer came: look before sending again."""


class CannotLook(OutcomeUnknown):
    """The platform has no way to look for a post: what is not safe to send again, a person must look for."""


class PartlyThere(PlatformError):
    """Looking showed that some of the post stands (the first parts of a thread); going on from `step` adds the rest."""

    def __init__(self, message: str, *, step: Step) -> None:
        super().__init__(message)
        self.step = step


class Platform(Protocol):
    """One platform, spoken to without tables; every method may raise the four errors above.

    What only some can do is asked for by `isinstance` with a protocol: Schedules and Allows here, SignsIn and EntersIn
    in signing_in, Hears and Subscribes in hearing.
    """

    @property
    def key(self) -> str: ...

    @property
    def capabilities(self) -> frozenset[Capability]: ...

    @property
    def safe_resend(self) -> timedelta:
        """How long after the first sending the same kit and step may be sent again without a second post."""

    @property
    def quotas(self) -> Sequence[Quota]:
        """What publishing one post uses one of; counted before the first call."""

    def publish(self, kit: PublishKit, *, token: Token, record: Record, resume: Step | None = None) -> Published:
        """Publish, from the beginning or from the last recorded step; `record` is called before each step counts."""

    def find_published(
        self, kit: PublishKit, *, token: Token, since: datetime, resume: Step | None = None
    ) -> Published | None:
        """The kit's post when it stands on the platform; `since` is the first attempt's time.

        Raises PartlyThere when some of a thread's parts stand, CannotLook where there is no reading back. With a step
        named POSTED it asks for that very id.
        """

    def metrics(self, ids: Sequence[str], *, token: Token) -> dict[str, PostCounts]:
        """Numbers by platform id; a post that no longer exists is left out."""

    def refresh(self, token: Token) -> Token:
        """A new token where the platform has such; else the same. One caller at a time: refresh tokens rotate."""

    def profile(self, token: Token) -> Profile:
        """Whose token it is; a cheap call that shows the connection works."""

    def delete(self, platform_id: str, *, token: Token) -> None:
        """Take a post down; one that is gone already is no error."""


@runtime_checkable
class Schedules(Protocol):
    """A platform that takes a post early and makes it public by itself (Capability.SCHEDULES)."""

    @property
    def lead(self) -> timedelta:
        """How long before its time a post is best handed over."""

    def can_wait(self, options: Mapping[str, Any]) -> bool:
        """Whether a post with these options can wait there (a story, a private video or a first comment may not)."""

    def withdraw(self, platform_id: str, *, token: Token) -> None:
        """Take back a post that waits there; gone already is no error, public already is Rejected."""

    def settle(self, platform_id: str, *, token: Token) -> Published | None:
        """Look after its time: the post when it is public (made so where the platform forgot), None when it is gone."""


@runtime_checkable
class Weighs(Protocol):
    """A platform where a post can use more than one of a quota, or none."""

    def weight(self, quota: str, options: Mapping[str, Any], *, has_cover: bool) -> int:
        """How many of the quota of this name a post with these options uses."""


@runtime_checkable
class Allows(Protocol):
    """A platform that tells what an account may still do."""

    def allowances(self, token: Token) -> Sequence[Allowance]:
        """What is left, read live.

        Posts are held back by those that concern all of them and name a moment; of any other, `publish` itself says
        UsedUp, for it knows the post.
        """
