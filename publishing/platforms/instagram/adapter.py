"""The Instagram adapter: a container is made, filled and waited for, then published; one container is one post."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, ClassVar, Final

import httpx

from publishing.platforms.base import (
    POSTED,
    SENDING,
    Allowance,
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
    Sleep,
    Step,
    Token,
)
from publishing.platforms.counting import Audience, DayFigures, required
from publishing.platforms.hearing import Subscription
from publishing.platforms.instagram import counting, doors, listing, making, news
from publishing.platforms.instagram.doors import FACEBOOK, INSTAGRAM
from publishing.platforms.meta import containers
from publishing.platforms.meta.containers import PUBLISHED, Containers
from publishing.platforms.meta.errors import GONE, Expired, Spoiled
from publishing.platforms.meta.graph import Graph
from publishing.platforms.meta.insights import ZONE
from publishing.platforms.meta.login import UNTIL_REVIEWED, FacebookLogin
from publishing.platforms.meta.own_login import OwnLogin
from publishing.platforms.meta.webhooks import BY_FACEBOOK, CalledByMeta, MetaHooks
from publishing.platforms.parts import comment_once
from publishing.platforms.signing_in import Door, Scope, Way, Words

NAME: Final = "Instagram"
DEFAULT_TOTAL = 50
FIELDS: Final = ("comments", "mentions", "story_insights")


class Instagram(CalledByMeta):
    """Reels, photos, carousels of up to ten, and stories, of professional accounts.

    Steps: `uploaded` {media: {place: container}} · `container` {media, container} · `sending` {…, sent_at} ·
    `posted` {id, url, comment?}. Token.extra: login (facebook, instagram), user_id, page_id, grant.
    """

    key: ClassVar[str] = "instagram"
    capabilities: ClassVar[frozenset[Capability]] = frozenset(
        {Capability.PUBLISH, Capability.METRICS, Capability.SAFE_RESEND, Capability.DELETE, Capability.WEBHOOKS}
    )
    safe_resend = containers.SAFE
    # The platform's own count is read before each post: its pages disagree whether it is 50 or 100 a day.
    quotas: ClassVar[tuple[Quota, ...]] = ()
    settings: ClassVar[Mapping[str, str]] = {
        "app_id": "META_APP_ID",
        "app_secret": "META_APP_SECRET",
        "verify_token": "META_VERIFY_TOKEN",
        "version": "META_GRAPH_VERSION",
        "facebook_graph": "FACEBOOK_GRAPH_URL",
        "facebook_upload": "FACEBOOK_UPLOAD_URL",
        "facebook_web": "FACEBOOK_WEB_URL",
        "own_id": "INSTAGRAM_APP_ID",
        "own_secret": "INSTAGRAM_APP_SECRET",
        "own_graph": "INSTAGRAM_GRAPH_URL",
        "own_api": "INSTAGRAM_API_URL",
        "web": "INSTAGRAM_WEB_URL",
    }

    def __init__(  # noqa: PLR0913 (two ways in, each with its hosts and its app)
        self,
        *,
        client: httpx.Client,
        clock: Clock,
        sleep: Sleep,
        app_id: str = "",
        app_secret: str = "",
        verify_token: str = "",
        version: str = "v26.0",
        facebook_graph: str = "https://graph.facebook.com",
        facebook_upload: str = "https://rupload.facebook.com",
        facebook_web: str = "https://www.facebook.com",
        own_id: str = "",
        own_secret: str = "",
        own_graph: str = "https://graph.instagram.com",
        own_api: str = "https://api.instagram.com",
        web: str = "https://www.instagram.com",
    ) -> None:
        self._clock, self._web, self.version = clock, web.rstrip("/"), version

        def at(base: str, secret: str = "") -> Graph:
            return Graph(client, clock, name=NAME, base=base, secret=secret)

        by_facebook = at(f"{facebook_graph}/{version}", app_secret)
        self._graphs = {FACEBOOK: by_facebook, INSTAGRAM: at(f"{own_graph}/{version}")}
        self._facebook = FacebookLogin(by_facebook, facebook_web, version, app_id, app_secret)
        app = {"INSTAGRAM_APP_ID": own_id, "INSTAGRAM_APP_SECRET": own_secret}
        extra = {"login": INSTAGRAM}
        self._own = OwnLogin(at(own_graph), at(own_api), self._web, "ig", app, doors.BY_INSTAGRAM, clock, extra)
        self._containers = Containers(sleep, name=NAME, state="status_code", reason="status")
        self._maker = making.Maker(at(f"{facebook_upload}/ig-api-upload/{version}"))
        self._hooks = MetaHooks((app_secret, own_secret), verify_token, news.read, BY_FACEBOOK)

    # Signing in

    @property
    def doors(self) -> Sequence[Door]:
        """With Facebook, or with Instagram alone."""
        return doors.doors(self._facebook, self._own)

    @property
    def scopes(self) -> Sequence[Scope]:
        """The rights of the first door that is open."""
        return doors.BY_INSTAGRAM if self._facebook.missing and not self._own.missing else doors.BY_FACEBOOK

    @property
    def until_reviewed(self) -> Words:
        """Until Meta has reviewed the app."""
        return UNTIL_REVIEWED

    @property
    def missing(self) -> Sequence[str]:
        """Empty when one of the doors is open."""
        return () if not self._own.missing else self._facebook.missing

    def authorize_url(self, way: Way) -> str:
        """Where to send the browser, by the door that was chosen."""
        if self._door(way) == INSTAGRAM:
            return self._own.authorize_url(way)
        return self._facebook.authorize_url(way, doors.BY_FACEBOOK)

    def exchange(self, way: Way, *, code: str) -> Sequence[Connected]:
        """The accounts of the Pages a person opened to us, or the one account that signed in by itself."""
        if self._door(way) == FACEBOOK:
            return doors.through_pages(self._facebook, way, code=code, web=self._web)
        token, scopes = self._own.token(way, code=code)
        told = self._at(token).get("me", token=token.access, fields=doors.OWN_PROFILE)
        profile = doors.profile_of(told, web=self._web)
        # Deauthorisations name the person by the id that only this app knows.
        extra = {**token.extra, "user_id": profile.id, "grant": str(told["id"])}
        return [Connected(replace(token, extra=extra), profile, scopes, "professional")]

    def _door(self, way: Way) -> str:
        if way.door:
            return way.door
        return INSTAGRAM if self._facebook.missing and not self._own.missing else FACEBOOK

    def refresh(self, token: Token) -> Token:
        """Sixty more days for Instagram's own tokens; those of Pages do not run out."""
        return self._own.refresh(token) if token.extra.get("login") == INSTAGRAM else token

    def revoke(self, token: Token) -> None:
        """Give the consent back, where there is a call for it."""
        if token.extra.get("login") == FACEBOOK:
            self._facebook.revoke(token.extra.get("grant") or "me", token.access)

    def profile(self, token: Token) -> Profile:
        """The account the token publishes for."""
        own = token.extra.get("login") == INSTAGRAM
        path = "me" if own else token.extra["user_id"]
        fields = doors.OWN_PROFILE if own else doors.PROFILE
        return doors.profile_of(self._at(token).get(path, token=token.access, fields=fields), web=self._web)

    # Publishing

    def allowances(self, token: Token) -> Sequence[Allowance]:
        """Posts of the last day, and of how many, as Instagram counts them."""
        path = f"{token.extra['user_id']}/content_publishing_limit"
        told = self._at(token).get(path, token=token.access, fields="quota_usage,config")
        rows = told.get("data") or [{}]
        used, total = containers.full(rows[0])
        return [Allowance("posts", used, total if total is not None else DEFAULT_TOTAL)]

    def publish(self, kit: PublishKit, *, token: Token, record: Record, resume: Step | None = None) -> Published:
        """Make the container or take up the one there is, publish it, then write the first comment."""
        making.refuse(kit)
        known = dict(resume.data) if resume else {}
        if resume and resume.name == POSTED:
            return self._finish(kit, token, known, record)
        try:
            try:
                return self._send(kit, token, known, record)
            except Expired:
                record(Step("expired", {}))
                return self._send(kit, token, {}, record)
        except Spoiled:
            record(Step("spoiled", {}))
            raise

    def _send(self, kit: PublishKit, token: Token, known: dict[str, Any], record: Record) -> Published:
        graph = self._at(token)
        if not known:
            self._refuse_when_full(token)
        known = self._maker.container(kit, graph, token, known, record)
        if not self._containers.ready(graph, known["container"], token=token.access):
            return self._finish(kit, token, self._listed(kit, token, known, since=self._clock()), record)
        known = {**known, "sent_at": containers.sent_at(known, self._clock)}
        record(Step(SENDING, known))
        path = f"{token.extra['user_id']}/media_publish"
        answer = graph.post(path, token=token.access, final=True, creation_id=known["container"])
        if not answer.get("id"):
            raise OutcomeUnknown("Instagram took the post but did not say where it is. We look for it.")
        return self._finish(kit, token, {"id": str(answer["id"])}, record)

    def _refuse_when_full(self, token: Token) -> None:
        (left,) = self.allowances(token)
        path, graph = f"{token.extra['user_id']}/media", self._at(token)
        containers.refuse_when_full(graph, path, token=token.access, allowance=left, wanted=1, clock=self._clock)

    def _finish(self, kit: PublishKit, token: Token, known: Mapping[str, Any], record: Record) -> Published:
        """The post is named: record it with its address, write the first comment."""
        media_id, url = str(known["id"]), str(known.get("url") or "")
        if not url:
            url = listing.address(self._at(token), media_id, token=token.access)
            known = {**known, "url": url}
            record(Step(POSTED, dict(known)))
        shortfalls = self._comment(kit, token, known, record)
        return Published(media_id, url, {"id": media_id, "permalink": url}, shortfalls)

    def _comment(self, kit: PublishKit, token: Token, known: Mapping[str, Any], record: Record) -> list[str]:
        words = str(kit.options.get("first_comment") or "")
        if not words or making.is_story(kit):
            return []
        where = (self._at(token), str(known["id"]), words)
        stands = partial(listing.has_comment, *where, token=token.access)
        try:
            return comment_once(
                known, record, stands=stands, write=partial(listing.comment, *where, token=token.access)
            )
        except PlatformError as error:
            return [f"The first comment is missing: {error}"]

    def find_published(
        self, kit: PublishKit, *, token: Token, since: datetime, resume: Step | None = None
    ) -> Published | None:
        """By the id it was given, else by its container's state, then among the account's newest posts."""
        known = dict(resume.data) if resume else {}
        if resume and resume.name == POSTED:
            url = str(known.get("url") or listing.address(self._at(token), str(known["id"]), token=token.access))
            return Published(str(known["id"]), url, {"id": known["id"], "permalink": url})
        if known.get("container"):
            state, _reason = self._containers.look(self._at(token), known["container"], token=token.access)
            if state != PUBLISHED:
                return None
            return self._found(kit, self._listed(kit, token, known, since=since))
        found = listing.find(self._at(token), kit, token=token, since=since)
        return self._found(kit, found) if found else None

    def _found(self, kit: PublishKit, found: Mapping[str, str]) -> Published:
        """The post stands; whether its first comment does, only going on can tell."""
        if kit.options.get("first_comment") and not making.is_story(kit):
            raise PartlyThere("The post is public; its first comment is not yet.", step=Step(POSTED, dict(found)))
        return Published(found["id"], found["url"], dict(found))

    def _listed(self, kit: PublishKit, token: Token, known: Mapping[str, Any], *, since: datetime) -> dict[str, str]:
        """The published container's post; the list may be a moment behind."""
        since = containers.moment_of(known, otherwise=since)
        if found := listing.find(self._at(token), kit, token=token, since=since):
            return found
        raise OutcomeUnknown("Instagram says the post is public, but does not list it yet. We look again.")

    def delete(self, platform_id: str, *, token: Token) -> None:
        """Take a post down; one that is gone already is no error."""
        try:
            self._at(token).delete(platform_id, token=token.access)
        except Rejected as refused:
            if refused.code != GONE:
                raise

    # Measuring and hearing

    def metrics(self, ids: Sequence[str], *, token: Token) -> dict[str, PostCounts]:
        """Insights by post; what Instagram does not tell of a kind of post is absent."""
        counts = listing.Counts(self._at(token), token.access)
        told = {media_id: counts.of(media_id) for media_id in ids}
        return {media_id: PostCounts(found) for media_id, found in told.items() if found is not None}

    @property
    def history(self) -> timedelta:
        """How far back days are told."""
        return counting.HISTORY

    @property
    def day_zone(self) -> str:
        """Meta cuts days at Pacific midnight."""
        return ZONE

    def day(self, account: str, *, token: Token | None, today: date) -> DayFigures:
        """How the account stands now."""
        return self._days(account, token).day(today)

    def past_days(self, account: str, *, token: Token | None, first: date, last: date) -> Sequence[DayFigures]:
        """Days that are over."""
        return self._days(account, token).past(first, last)

    def audience(self, account: str, *, token: Token | None) -> Sequence[Audience]:
        """Who follows it; nothing below a hundred followers."""
        return self._days(account, token).audience()

    def _days(self, account: str, token: Token | None) -> counting.Days:
        signed = required(token)
        return counting.Days(self._at(signed), self._clock, account, signed.access)

    def subscribe(self, account_id: str, *, token: Token, callback: str, secret: str) -> Subscription:  # noqa: ARG002
        """Ask Meta to call the address set in the app's console for this account."""
        by_page = token.extra.get("login") == FACEBOOK
        path, wanted = (token.extra["page_id"], "feed") if by_page else (account_id, ",".join(FIELDS))
        self._at(token).post(f"{path}/subscribed_apps", token=token.access, subscribed_fields=wanted)
        return Subscription(topic=f"{path}/subscribed_apps", lease=None)

    def unsubscribe(self, topic: str, *, account_id: str, token: Token, callback: str, secret: str) -> None:  # noqa: ARG002
        """Ask to be told no more."""
        self._at(token).delete(topic, token=token.access)

    def _at(self, token: Token) -> Graph:
        return self._graphs[token.extra.get("login") or FACEBOOK]
