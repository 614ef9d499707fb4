"""The X adapter: media in parts, posts without any key, so each is looked for before it is ever sent again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Final

import httpx

from publishing.platforms.base import (
    POSTED,
    SENDING,
    Capability,
    Clock,
    Connected,
    PartlyThere,
    PostCounts,
    Profile,
    Published,
    PublishKit,
    Quota,
    Record,
    Rejected,
    SignInAgain,
    Sleep,
    Step,
    Token,
)
from publishing.platforms.counting import DayFigures, required
from publishing.platforms.fit import refuse_what_cannot_fit
from publishing.platforms.hearing import Delivery, Heard
from publishing.platforms.parts import comment_of, refuse_parts
from publishing.platforms.signing_in import Scope, Way
from publishing.platforms.wire import Wire
from publishing.platforms.x import counting, hearing
from publishing.platforms.x.api import Api
from publishing.platforms.x.posts import Posts
from publishing.platforms.x.refusals import GONE, SIGN_IN, refusal
from publishing.platforms.x.sending import Sending, published
from publishing.platforms.x.sign_in import RIGHTS, SignIn
from publishing.platforms.x.uploads import Uploads
from trenddrop.core.platforms import rules

MOST_PICTURES: Final = 4
# What subscribers may write in one post.
LONG: Final = "25000"
USER: Final = "public_metrics,profile_image_url,subscription_type"


class X:
    """Posts of text, up to four pictures, one GIF or one video; threads; numbers from the posts.

    Steps: `upload`, `uploading`, `uploaded` {media: {place: state}} · `sending` {media, part, ids, at}, one for each
    part of a thread · `posted` {id, url, ids, at, shortfalls, comment?}. Token.extra: user_id, handle, max_text?.
    """

    key: ClassVar[str] = "x"
    capabilities: ClassVar[frozenset[Capability]] = frozenset(
        {Capability.PUBLISH, Capability.METRICS, Capability.DELETE, Capability.THREADS, Capability.WEBHOOKS}
    )
    safe_resend = timedelta()
    quotas: ClassVar[tuple[Quota, ...]] = (
        Quota("posts", 100, timedelta(minutes=15)),
        Quota("posts of the app", 10_000, timedelta(hours=24), of_app=True),
    )
    settings: ClassVar[Mapping[str, str]] = {
        "client_id": "X_CLIENT_ID",
        "client_secret": "X_CLIENT_SECRET",
        "consumer_secret": "X_CONSUMER_SECRET",
        "api": "X_API_URL",
        "web": "X_WEB_URL",
        "dialect": "X_FIELDS",
    }

    def __init__(  # noqa: PLR0913 (an app has so many settings)
        self,
        *,
        client: httpx.Client,
        clock: Clock,
        sleep: Sleep,
        client_id: str = "",
        client_secret: str = "",
        consumer_secret: str = "",
        api: str = "https://api.x.com",
        web: str = "https://x.com",
        dialect: str = "tweet",
    ) -> None:
        wire, address = Wire(client, "X", clock, refusal), api.rstrip("/")
        self._clock, self._web = clock, web.rstrip("/")
        self._client_id, self._consumer_secret = client_id, consumer_secret
        self._api = Api(wire, address)
        self._sign_in = SignIn(wire, clock, address, self._web, client_id, client_secret)
        self._uploads = Uploads(self._api, clock, sleep)
        self._posts = Posts(self._api, dialect)

    # Signing in

    @property
    def scopes(self) -> Sequence[Scope]:
        """What we ask for."""
        return RIGHTS

    @property
    def missing(self) -> Sequence[str]:
        """An app without a secret is a public client and works too."""
        return () if self._client_id else ("X_CLIENT_ID",)

    def authorize_url(self, way: Way) -> str:
        """Where to send the browser."""
        return self._sign_in.authorize_url(way)

    def exchange(self, way: Way, *, code: str) -> Sequence[Connected]:
        """Trade the code; X opens one account at a time."""
        token, scopes = self._sign_in.exchange(way, code)
        user = self._user(token)
        extra = {"user_id": str(user["id"]), "handle": str(user["username"])}
        if str(user.get("subscription_type") or "None") in {"Premium", "PremiumPlus"}:
            extra["max_text"] = LONG
        token = replace(token, extra=extra)
        return [Connected(token, self._profile(user), tuple(scopes), "account")]

    def refresh(self, token: Token) -> Token:
        """The next token; the old one is spent, so one caller at a time."""
        if not token.refresh:
            raise SignInAgain(SIGN_IN + "the sign-in ran out and cannot be renewed.")
        return self._sign_in.refresh(token)

    def revoke(self, token: Token) -> None:
        """Give the authorisation back."""
        self._sign_in.revoke(token)

    def profile(self, token: Token) -> Profile:
        """The account the token belongs to."""
        return self._profile(self._user(token))

    def _user(self, token: Token) -> dict[str, Any]:
        return dict(self._api.call("GET", "users/me", token, params={"user.fields": USER}).get("data") or {})

    def _profile(self, user: Mapping[str, Any]) -> Profile:
        counts = user.get("public_metrics") or {}
        return Profile(
            id=str(user["id"]),
            handle=str(user["username"]),
            name=str(user.get("name") or user["username"]),
            url=f"{self._web}/{user['username']}",
            avatar=str(user.get("profile_image_url") or ""),
            followers=counts.get("followers_count"),
            following=counts.get("following_count"),
            posts=counts.get("tweet_count", counts.get("post_count")),
        )

    # Publishing

    def publish(self, kit: PublishKit, *, token: Token, record: Record, resume: Step | None = None) -> Published:
        """Lay the files ready, send part after part, then the first comment."""
        sending = self._sending(kit, token)
        known = dict(resume.data) if resume else {}
        if resume and resume.name == POSTED:
            return sending.rest(known, record)
        _refuse(kit, token)
        if not known.get("ids"):

            def keep(step: str, states: dict[str, Any]) -> None:
                record(Step(step, {**known, "media": states}))

            states = self._uploads.lay_all_ready(kit.media, known.get("media", {}), token=token, keep=keep)
            known = {**known, "media": states}
        return sending.parts(known, record, again=bool(resume and resume.may_be_public))

    def find_published(
        self, kit: PublishKit, *, token: Token, since: datetime, resume: Step | None = None
    ) -> Published | None:
        """Look through the account's newest posts for each part, under the one before."""
        known = dict(resume.data) if resume else {}
        if resume and resume.name == POSTED:
            return published(known)
        sending = self._sending(kit, token)
        ids = sending.standing(known, since=since)
        if not ids:
            return None
        if len(ids) < len(sending.texts):
            step = Step(SENDING, {**known, "part": len(ids), "ids": ids})
            raise PartlyThere(f"{len(ids)} of {len(sending.texts)} parts stand on X. The rest is sent.", step=step)
        posted = {"at": since.isoformat(), **sending.posted(known, ids)}
        if comment_of(kit):
            raise PartlyThere("The post stands on X; its first comment does not yet.", step=Step(POSTED, posted))
        return published(posted)

    def delete(self, platform_id: str, *, token: Token) -> None:
        """Take a post down; one that is gone already is no error."""
        try:
            self._api.call("DELETE", f"tweets/{platform_id}", token)
        except Rejected as refused:
            if refused.code != GONE:
                raise

    def _sending(self, kit: PublishKit, token: Token) -> Sending:
        return Sending(self._api, self._posts, self._clock, self._web, kit, token)

    # Measuring

    def metrics(self, ids: Sequence[str], *, token: Token) -> dict[str, PostCounts]:
        """Counts by post id; clicks and what films held only for own posts of the last 30 days."""
        return self._posts.numbers(ids, token, now=self._clock())

    @property
    def history(self) -> timedelta:
        """How far back days are told."""
        return counting.HISTORY

    @property
    def day_zone(self) -> str:
        """X cuts days at midnight UTC."""
        return "UTC"

    def day(self, account: str, *, token: Token | None, today: date) -> DayFigures:
        """How the account stands now."""
        return self._days(account, token).day(today)

    def past_days(self, account: str, *, token: Token | None, first: date, last: date) -> Sequence[DayFigures]:
        """What its posts of the last 30 days won, day by day."""
        return self._days(account, token).past(first, last)

    def _days(self, account: str, token: Token | None) -> counting.Days:
        return counting.Days(self._api, self._posts, self._clock, self._web, account, required(token))

    # Hearing

    def greet(self, delivery: Delivery) -> str | None:
        """The answer to X's challenge, None while no consumer secret is set."""
        return hearing.greet(delivery, self._consumer_secret)

    def hear(self, delivery: Delivery) -> Sequence[Heard]:
        """The facts of an Account Activity event."""
        return hearing.hear(delivery, self._consumer_secret)

    def answer(self, heard: Sequence[Heard], *, address: str) -> tuple[str, str]:  # noqa: ARG002 (X asks for no words)
        """X looks at the status alone."""
        return "", "text/plain"


def _refuse(kit: PublishKit, token: Token) -> None:
    row = rules("x")
    if most := token.extra.get("max_text"):
        row = replace(row, text_limit=int(most))
    refuse_what_cannot_fit(kit, key="x", most=MOST_PICTURES, row=row)
    refuse_parts(kit, key="x", row=row)
    if len(kit.media) > 1 and any(media.mime == "image/gif" for media in kit.media):
        raise Rejected("X takes one animated picture (GIF) alone, or up to four still ones.", code="too_many_files")
