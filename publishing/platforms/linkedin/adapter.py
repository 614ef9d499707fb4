"""The LinkedIn adapter: files first, then a post whose name comes in a header; members cannot look for theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Final

import httpx
from django.utils.translation import gettext_lazy as _

from publishing.platforms.base import (
    POSTED,
    SENDING,
    Capability,
    Clock,
    Connected,
    OutcomeUnknown,
    PartlyThere,
    PlatformError,
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
from publishing.platforms.linkedin import counting
from publishing.platforms.linkedin.api import Api, encoded
from publishing.platforms.linkedin.content import CARD, body_of, is_of
from publishing.platforms.linkedin.posts import Posts
from publishing.platforms.linkedin.refusals import GONE, NO_RIGHT, SIGN_IN, Duplicate, refusal, until_midnight
from publishing.platforms.linkedin.sign_in import PAGE, PERSON, SignIn
from publishing.platforms.linkedin.text import same
from publishing.platforms.linkedin.uploads import Job, Uploads
from publishing.platforms.parts import comment_of
from publishing.platforms.signing_in import Door, Scope, Way, Words
from publishing.platforms.wire import Wire

CLOCKS_DIFFER: Final = timedelta(minutes=5)
MOST_PICTURES: Final = 20
COMMENT_LIMIT: Final = 1250
ADMINS: Final = "organizationAcls?q=roleAssignee&role=ADMINISTRATOR&state=APPROVED&count=100"
ORGANIZATION: Final = "urn:li:organization:"
Data = dict[str, Any]


class LinkedIn:
    """Posts of people and pages: text, up to 20 pictures, a video, a document (PDF) or a link's card.

    Steps: `upload`, `uploading`, `uploaded` {media: {place: state}} · `sending` {media} · `posted` {id, url, comment?}.
    Token.extra: owner (URN of the person or page), scope, ends_at, grant, door, may_privacy.
    """

    key: ClassVar[str] = "linkedin"
    capabilities: ClassVar[frozenset[Capability]] = frozenset(
        {Capability.PUBLISH, Capability.METRICS, Capability.DELETE}
    )
    safe_resend = timedelta()
    quotas: ClassVar[tuple[Quota, ...]] = (
        Quota("posts", 150, timedelta(days=1), zone="UTC"),
        Quota("posts of the app", 100_000, timedelta(days=1), of_app=True, zone="UTC"),
    )
    settings: ClassVar[Mapping[str, str]] = {
        "client_id": "LINKEDIN_CLIENT_ID",
        "client_secret": "LINKEDIN_CLIENT_SECRET",
        "version": "LINKEDIN_VERSION",
        "api": "LINKEDIN_API_URL",
        "web": "LINKEDIN_WEB_URL",
        "more_scopes": "LINKEDIN_MORE_SCOPES",
    }

    def __init__(  # noqa: PLR0913 (an app has so many settings)
        self,
        *,
        client: httpx.Client,
        clock: Clock,
        sleep: Sleep,
        client_id: str = "",
        client_secret: str = "",
        version: str = "202609",
        api: str = "https://api.linkedin.com",
        web: str = "https://www.linkedin.com",
        more_scopes: str = "",
    ) -> None:
        wire = Wire(client, "LinkedIn", clock, refusal, busy=until_midnight)
        self._clock, self._web = clock, web.rstrip("/")
        self._api = Api(wire, api.rstrip("/"), version)
        more = tuple(more_scopes.split())
        self._sign_in = SignIn(wire, clock, self._web, client_id, client_secret, more)
        self._uploads, self._posts = Uploads(self._api, clock, sleep), Posts(self._api)

    # Signing in

    @property
    def version(self) -> str:
        """The month whose API we speak; each lives about a year."""
        return self._api.version

    @property
    def until_reviewed(self) -> Words:
        """Pages are for reviewed apps."""
        return _("People can be connected. Pages only once LinkedIn has reviewed the app for community management.")

    @property
    def doors(self) -> Sequence[Door]:
        """A person's own account, or the pages they run."""
        return self._sign_in.doors

    @property
    def scopes(self) -> Sequence[Scope]:
        """What we ask a person for."""
        return self.doors[0].scopes

    @property
    def missing(self) -> Sequence[str]:
        """The settings that are empty."""
        return self._sign_in.missing

    def authorize_url(self, way: Way) -> str:
        """Where to send the browser."""
        return self._sign_in.authorize_url(way)

    def exchange(self, way: Way, *, code: str) -> Sequence[Connected]:
        """The person, or each page they administer."""
        token = self._sign_in.exchange(way, code)
        if way.door == PAGE:
            return [self._connected(token, page, PAGE, extra) for page, extra in self._pages(token).items()]
        return [self._connected(token, f"urn:li:person:{self._api.whoami(token)['sub']}", PERSON, {})]

    def refresh(self, token: Token) -> Token:
        """A new token where the app was given refresh tokens; else the same until it ends."""
        fresh = self._sign_in.refresh(token)
        if fresh is token and token.expires_at and token.expires_at <= self._clock():
            raise SignInAgain(SIGN_IN + "the sign-in ended after 60 days.")
        return fresh

    def revoke(self, token: Token) -> None:
        """Give the authorisation back."""
        self._sign_in.revoke(token)

    def profile(self, token: Token) -> Profile:
        """The person or page the token is kept for."""
        owner = token.extra["owner"]
        return self._page_profile(owner, token) if owner.startswith(ORGANIZATION) else self._profile(token)

    def _pages(self, token: Token) -> dict[str, dict[str, str]]:
        """By each page's URN what its token is kept with: whose consent it was, and that its posts are public."""
        elements = self._api.call("GET", ADMINS, token).fields().get("elements") or []
        if not elements:
            words = "LinkedIn knows no page that you administer. Ask for the role “super admin” there, then try again."
            raise Rejected(words, code="no_page")
        return {
            str(one["organization"]): {"grant": str(one.get("roleAssignee") or ""), "may_privacy": "public"}
            for one in elements
        }

    def _connected(self, token: Token, owner: str, kind: str, extra: Mapping[str, str]) -> Connected:
        token = replace(token, extra={**token.extra, "owner": owner, **extra})
        ends = datetime.fromisoformat(token.extra["ends_at"])
        return Connected(token, self.profile(token), tuple(token.extra["scope"].split()), kind, ends)

    def _profile(self, token: Token) -> Profile:
        person = self._api.whoami(token)
        name = str(person.get("name") or person["sub"])
        url = f"{self._web}/in/me/"
        return Profile(f"urn:li:person:{person['sub']}", name, name, url, str(person.get("picture") or ""))

    def _page_profile(self, owner: str, token: Token) -> Profile:
        number = owner.removeprefix(ORGANIZATION)
        page = self._api.call("GET", f"organizations/{number}", token).fields()
        handle = str(page.get("vanityName") or number)
        name = str(page.get("localizedName") or handle)
        return Profile(owner, handle, name, f"{self._web}/company/{handle}/", followers=self._followers(owner, token))

    def _followers(self, owner: str, token: Token) -> int | None:
        path = f"networkSizes/{encoded(owner)}?edgeType=COMPANY_FOLLOWED_BY_MEMBER"
        try:
            count = self._api.call("GET", path, token).fields().get("firstDegreeSize")
        except Rejected:
            return None
        return count if isinstance(count, int) else None

    # Publishing

    def publish(self, kit: PublishKit, *, token: Token, record: Record, resume: Step | None = None) -> Published:
        """Lay the files ready, post, then comment."""
        known = dict(resume.data) if resume else {}
        if resume and resume.name == POSTED:
            return self._finish(kit, known, token, record)
        _refuse(kit, token)
        states = self._lay_ready(kit, known, token, record)
        record(Step(SENDING, {"media": states}))
        urn = self._post(kit, states, token, again=bool(resume and resume.may_be_public))
        posted = {"id": urn, "url": f"{self._web}/feed/update/{urn}/", "media": states}
        record(Step(POSTED, posted))
        return self._finish(kit, posted, token, record)

    def find_published(
        self, kit: PublishKit, *, token: Token, since: datetime, resume: Step | None = None
    ) -> Published | None:
        """A page's newest post with the same words and files; a person's can only be looked for by a person."""
        known = dict(resume.data) if resume else {}
        if resume and resume.name == POSTED:
            return _published(known)
        states = known.get("media", {})
        for post in self._posts.newest(token, since=since - CLOCKS_DIFFER):
            if same(str(post.get("commentary") or ""), kit.text) and is_of(post, kit, states):
                posted = {"id": str(post["id"]), "url": f"{self._web}/feed/update/{post['id']}/", "media": states}
                if comment_of(kit):
                    words = "The post stands on LinkedIn; its first comment does not yet."
                    raise PartlyThere(words, step=Step(POSTED, posted))
                return _published(posted)
        return None

    def delete(self, platform_id: str, *, token: Token) -> None:
        """Take a post down; one that is gone already is no error."""
        try:
            headers = {"X-RestLi-Method": "DELETE"}
            self._api.call("DELETE", f"posts/{encoded(platform_id)}", token, headers=headers)
        except Rejected as refused:
            if refused.code != GONE:
                raise

    def metrics(self, ids: Sequence[str], *, token: Token) -> dict[str, PostCounts]:
        """Counts by URN: of pages always, of people where the app was reviewed for it."""
        return self._posts.numbers(ids, token)

    @property
    def history(self) -> timedelta:
        """How far back days are told."""
        return counting.HISTORY

    @property
    def day_zone(self) -> str:
        """LinkedIn cuts days at midnight UTC."""
        return "UTC"

    def day(self, account: str, *, token: Token | None, today: date) -> DayFigures:
        """How the person or page stands now."""
        return counting.Days(self._api, self._clock, account, required(token)).day(today)

    def past_days(self, account: str, *, token: Token | None, first: date, last: date) -> Sequence[DayFigures]:
        """Days that are over."""
        return counting.Days(self._api, self._clock, account, required(token)).past(first, last)

    def _lay_ready(self, kit: PublishKit, known: Data, token: Token, record: Record) -> Data:
        states: Data = dict(known.get("media", {}))
        files = {str(place): media for place, media in enumerate(kit.media)}
        if not files and kit.thumbnail and kit.options.get("link"):
            files = {CARD: kit.thumbnail}
        for name, media in files.items():

            def keep(step: str, state: Data, name: str = name) -> None:
                states[name] = state
                record(Step(step, {"media": dict(states)}))

            job = Job(media, token.extra["owner"], kit.key, kit.thumbnail if media.is_video else None)
            states[name] = self._uploads.lay_ready(job, states.get(name, {}), token=token, keep=keep)
        return states

    def _post(self, kit: PublishKit, states: Data, token: Token, *, again: bool) -> str:
        body = body_of(kit, states, author=token.extra["owner"])
        try:
            answer = self._api.call("POST", "posts", token, json=body, final=True, takes={201})
        except Duplicate as copy:
            if not again:
                raise
            if copy.urn:
                return copy.urn
            raise OutcomeUnknown(
                "LinkedIn says that it has this text already. We look whether it is this post."
            ) from None
        except Rejected as refused:
            if refused.code == NO_RIGHT:
                raise SignInAgain(SIGN_IN + str(refused)) from None
            raise
        urn = answer.headers.get("x-restli-id") or answer.headers.get("x-linkedin-id")
        if not urn:
            raise OutcomeUnknown("LinkedIn took the post but did not say where it is. We look before sending again.")
        return str(urn)

    def _finish(self, kit: PublishKit, posted: Data, token: Token, record: Record) -> Published:
        text, done = comment_of(kit), posted.get("comment")
        if not text or done == "done":
            return _published(posted)
        shortfall = "It may be that the first comment was sent twice or not at all: look under the post."
        if done is None:
            posted = {**posted, "comment": "sending"}
            record(Step(POSTED, posted))
            shortfall = self._comment(posted, text, token)
        posted = {**posted, "comment": "done", "shortfalls": [shortfall] if shortfall else []}
        record(Step(POSTED, posted))
        return _published(posted)

    def _comment(self, posted: Data, text: str, token: Token) -> str:
        """Comment as the author; what did not work, in words."""
        body = {"actor": token.extra["owner"], "object": posted["id"], "message": {"text": text}}
        try:
            path = f"socialActions/{encoded(posted['id'])}/comments"
            self._api.call("POST", path, token, json=body, final=True, takes={201})
        except OutcomeUnknown:
            return "The first comment was sent, but LinkedIn's answer was lost: look whether it stands."
        except PlatformError as error:
            return f"The first comment was not taken: {error}"
        return ""


def _refuse(kit: PublishKit, token: Token) -> None:
    refuse_what_cannot_fit(kit, key="linkedin", most=MOST_PICTURES)
    if kit.options.get("privacy") == "followers" and token.extra["owner"].startswith(ORGANIZATION):
        raise Rejected("A LinkedIn page's posts are public. Choose “Everybody”.", code="privacy")
    if len(comment_of(kit)) > COMMENT_LIMIT:
        raise Rejected(f"The first comment is longer than LinkedIn's {COMMENT_LIMIT} characters.", code="comment")


def _published(posted: Mapping[str, Any]) -> Published:
    raw = {"id": posted["id"], "url": posted["url"]}
    return Published(str(posted["id"]), str(posted["url"]), raw, tuple(posted.get("shortfalls", ())))
