"""The Facebook adapter: whatever is posted lies ready unseen first, so that the last call is one post however often."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, ClassVar, Final

import httpx
from django.utils.translation import gettext_lazy as _

from publishing.platforms.base import (
    FOR_EVER,
    POSTED,
    SENDING,
    Allowance,
    Capability,
    Clock,
    Connected,
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
    TryLater,
)
from publishing.platforms.counting import DayFigures, required
from publishing.platforms.facebook import counting, feed, kinds, listing, news, reels, videos
from publishing.platforms.facebook.kinds import Desk, Kind, Standing
from publishing.platforms.facebook.stories import PhotoStories
from publishing.platforms.hearing import Subscription
from publishing.platforms.meta import containers
from publishing.platforms.meta.errors import GONE, Spoiled
from publishing.platforms.meta.graph import Fields, Graph
from publishing.platforms.meta.insights import ZONE
from publishing.platforms.meta.login import UNTIL_REVIEWED, FacebookLogin
from publishing.platforms.meta.webhooks import BY_FACEBOOK, CalledByMeta, MetaHooks
from publishing.platforms.meta.words import number
from publishing.platforms.parts import comment_once
from publishing.platforms.signing_in import Scope, Way, Words

NAME: Final = "Facebook"
SCOPES = (
    Scope("pages_show_list", _("To find the Pages you look after.")),
    Scope("pages_read_engagement", _("To read the Page's own posts back after publishing.")),
    Scope("pages_manage_posts", _("To publish your posts.")),
    Scope("pages_manage_engagement", _("To write the first comment."), needed=False),
    Scope("pages_manage_metadata", _("To be told of comments as they come."), needed=False),
    Scope("read_insights", _("To read how posts do."), needed=False),
)
PROFILE = "link,username,followers_count,picture{url}"
FIELDS: Final = "feed,mention"
SOONEST = timedelta(minutes=10)


class Facebook(CalledByMeta):
    """Words, links, up to ten photos, videos, reels and stories of Pages; Facebook can hold a post until its time.

    Steps: those of the kind (feed, videos, reels, stories) · `sending` {…, sent_at} · `posted` {id, url, comment?}.
    Token.extra: page_id, grant.
    """

    key: ClassVar[str] = "facebook"
    capabilities: ClassVar[frozenset[Capability]] = frozenset(
        {
            Capability.PUBLISH,
            Capability.METRICS,
            Capability.SAFE_RESEND,
            Capability.DELETE,
            Capability.SCHEDULES,
            Capability.WEBHOOKS,
        }
    )
    safe_resend = FOR_EVER
    # Thirty reels a day: counted live on the Page, since posts of other kinds have no such limit.
    quotas: ClassVar[tuple[Quota, ...]] = ()
    lead = timedelta(hours=1)
    settings: ClassVar[Mapping[str, str]] = {
        "app_id": "META_APP_ID",
        "app_secret": "META_APP_SECRET",
        "verify_token": "META_VERIFY_TOKEN",
        "version": "META_GRAPH_VERSION",
        "graph": "FACEBOOK_GRAPH_URL",
        "upload": "FACEBOOK_UPLOAD_URL",
        "web": "FACEBOOK_WEB_URL",
    }

    def __init__(  # noqa: PLR0913 (one app and its hosts)
        self,
        *,
        client: httpx.Client,
        clock: Clock,
        sleep: Sleep,
        app_id: str = "",
        app_secret: str = "",
        verify_token: str = "",
        version: str = "v26.0",
        graph: str = "https://graph.facebook.com",
        upload: str = "https://rupload.facebook.com",
        web: str = "https://www.facebook.com",
    ) -> None:
        self._clock, self._sleep, self._app_id, self._web, self.version = clock, sleep, app_id, web.rstrip("/"), version
        self._graph = Graph(client, clock, name=NAME, base=f"{graph}/{version}", secret=app_secret)
        self._uploader = Graph(client, clock, name=NAME, base=f"{upload}/video-upload/{version}")
        self._login = FacebookLogin(self._graph, self._web, version, app_id, app_secret)
        self._hooks = MetaHooks((app_secret,), verify_token, news.read, BY_FACEBOOK)

    # Signing in

    @property
    def scopes(self) -> Sequence[Scope]:
        """The rights we ask for."""
        return SCOPES

    @property
    def until_reviewed(self) -> Words:
        """Until Meta has reviewed the app."""
        return UNTIL_REVIEWED

    @property
    def missing(self) -> Sequence[str]:
        """The settings an operator must fill in first."""
        return self._login.missing

    def authorize_url(self, way: Way) -> str:
        """Where to send the browser."""
        return self._login.authorize_url(way, SCOPES)

    def exchange(self, way: Way, *, code: str) -> Sequence[Connected]:
        """Every Page the person may publish on."""
        person = self._login.person(way, code=code)
        found = []
        for page in self._login.pages(person, fields=PROFILE):
            if "CREATE_CONTENT" in (page.get("tasks") or ["CREATE_CONTENT"]):
                token = Token(str(page["access_token"]), extra={"page_id": str(page["id"]), "grant": person.id})
                found.append(Connected(token, self._profile(page), person.scopes, "page"))
        if not found:
            raise Rejected(
                "No Page came with this sign-in on which you may publish. Choose one in Facebook's dialogue, "
                "or ask its owner for the right to create content.",
                code="no_account",
            )
        return found

    def refresh(self, token: Token) -> Token:
        """The same token: those of Pages do not run out."""
        return token

    def revoke(self, token: Token) -> None:
        """Give the person's consent back, where the Page's token is enough for it."""
        self._login.revoke(token.extra.get("grant") or "me", token.access)

    def profile(self, token: Token) -> Profile:
        """The Page the token belongs to."""
        fields = f"id,name,{PROFILE}"
        return self._profile(self._graph.get(token.extra["page_id"], token=token.access, fields=fields))

    def _profile(self, page: Fields) -> Profile:
        return Profile(
            id=str(page["id"]),
            handle=str(page.get("username") or page["name"]),
            name=str(page["name"]),
            url=str(page.get("link") or f"{self._web}/{page['id']}"),
            avatar=str(((page.get("picture") or {}).get("data") or {}).get("url") or ""),
            followers=number(page, "followers_count"),
        )

    # Publishing

    def allowances(self, token: Token) -> Sequence[Allowance]:
        """Reels of the last day; Facebook tells no other limit."""
        return [reels.reels_left(self._desk(token))]

    def can_wait(self, options: Mapping[str, Any]) -> bool:
        """Stories cannot; and a first comment needs a post that is public."""
        return options.get("post_as") != "story" and not options.get("first_comment")

    def publish(self, kit: PublishKit, *, token: Token, record: Record, resume: Step | None = None) -> Published:
        """Lay everything ready, make it public (or leave it there until its time), write the first comment."""
        kinds.refuse(kit)
        known = dict(resume.data) if resume else {}
        if resume and resume.name == POSTED:
            return self._finish(kit, token, known, record)
        kit = self._timed(kit)
        kind, desk = kind_of(kit), self._desk(token)
        try:
            known = kind.stage(kit, desk, known, record)
        except Rejected as refused:
            if refused.code != GONE or not known:
                raise
            record(Step("spoiled", {}))
            raise Spoiled("What was laid ready at Facebook is gone. It is made anew.", after=timedelta(0)) from None
        staged, again = known, {"sent_before": True} if resume and resume.name == SENDING else {}
        known = {**known, **again, "sent_at": containers.sent_at(known, self._clock)}
        record(Step(SENDING, known))
        try:
            post = kind.send(kit, desk, known)
        except TryLater:
            # A clear "not now": nothing was sent, so nothing need be looked for.
            record(Step("staged", staged))
            raise
        if kit.publish_at:
            return Published(post, "", {"id": post}, live_at=kit.publish_at)
        return self._finish(kit, token, {**known, "id": post}, record)

    def _timed(self, kit: PublishKit) -> PublishKit:
        """Facebook takes posts to wait with from ten minutes ahead; what is due by now is sent at once."""
        if kit.publish_at is None:
            return kit
        ahead = kit.publish_at - self._clock()
        if timedelta(0) < ahead < SOONEST:
            raise TryLater("It is too late to hand the post over to Facebook. It goes out at its time.")
        return kit if ahead > timedelta(0) else replace(kit, publish_at=None)

    def _finish(self, kit: PublishKit, token: Token, known: Mapping[str, Any], record: Record) -> Published:
        """The post is named: record it with its address, write the first comment."""
        post, url, desk = str(known["id"]), str(known.get("url") or ""), self._desk(token)
        if not url:
            url = self._address(kit, desk, known)
            known = {**known, "url": url}
            record(Step(POSTED, dict(known)))
        shortfalls = []
        if wants_comment(kit):
            words = str(kit.options["first_comment"])
            stands, write = partial(listing.has_comment, desk, post, words), partial(listing.comment, desk, post, words)
            try:
                shortfalls = comment_once(known, record, stands=stands, write=write)
            except PlatformError as error:
                shortfalls = [f"The first comment is missing: {error}"]
        return Published(post, url, {"id": post, "permalink": url}, shortfalls)

    def _address(self, kit: PublishKit, desk: Desk, known: Mapping[str, Any]) -> str:
        """The post's address; empty when it cannot be read just now: the post stands all the same."""
        try:
            found = kind_of(kit).look(desk, dict(known))
        except PlatformError:
            return ""
        return found.url if found else ""

    def find_published(
        self, kit: PublishKit, *, token: Token, since: datetime, resume: Step | None = None
    ) -> Published | None:
        """By what was laid ready, else among the Page's newest posts."""
        desk, known = self._desk(token), dict(resume.data) if resume else {}
        if resume and resume.name == POSTED:
            url = str(known.get("url") or self._address(kit, desk, known))
            return Published(str(known["id"]), url, {"id": known["id"], "permalink": url})
        named = {"post", "video", "photo"} & set(known)
        found = kind_of(kit).look(desk, known) if named else kind_of(kit).listed(kit, desk, since=since)
        if found and not found.live_at and wants_comment(kit):
            step = Step(POSTED, {**known, "id": found.id, "url": found.url})
            raise PartlyThere("The post is public; its first comment is not yet.", step=step)
        return self._published(found) if found else None

    def _published(self, found: Standing) -> Published:
        return Published(found.id, found.url, {"id": found.id, "permalink": found.url}, live_at=found.live_at)

    def withdraw(self, platform_id: str, *, token: Token) -> None:
        """Take back a post that waits there."""
        found = self._state(platform_id, token)
        if found and not found.live_at:
            raise Rejected("The post is public already. Delete it on Facebook, or from its page here.", code="public")
        self.delete(platform_id, token=token)

    def settle(self, platform_id: str, *, token: Token) -> Published | None:
        """Look after its time; a post that still waits then is made public by us."""
        found = self._state(platform_id, token)
        if found and found.live_at and found.live_at <= self._clock():
            given = {"is_published": True} if listing.is_post(platform_id) else {"published": True}
            self._graph.post(platform_id, token=token.access, **given)
            found = self._state(platform_id, token)
        return self._published(found) if found else None

    def _state(self, platform_id: str, token: Token) -> Standing | None:
        desk = self._desk(token)
        return feed.state(desk, platform_id) if listing.is_post(platform_id) else videos.state(desk, platform_id)

    def delete(self, platform_id: str, *, token: Token) -> None:
        """Take a post down; one that is gone already is no error."""
        try:
            self._graph.delete(platform_id, token=token.access)
        except Rejected as refused:
            if refused.code != GONE:
                raise

    # Measuring and hearing

    def metrics(self, ids: Sequence[str], *, token: Token) -> dict[str, PostCounts]:
        """Numbers by id; metrics Meta no longer tells are absent."""
        counts = listing.Counts(self._desk(token))
        told = {platform_id: counts.of(platform_id) for platform_id in ids}
        return {platform_id: PostCounts(found) for platform_id, found in told.items() if found is not None}

    @property
    def history(self) -> timedelta:
        """How far back days are told."""
        return counting.HISTORY

    @property
    def day_zone(self) -> str:
        """Meta cuts days at Pacific midnight."""
        return ZONE

    def day(self, account: str, *, token: Token | None, today: date) -> DayFigures:
        """How the Page stands now."""
        return self._days(account, token).day(today)

    def past_days(self, account: str, *, token: Token | None, first: date, last: date) -> Sequence[DayFigures]:
        """Days that are over."""
        return self._days(account, token).past(first, last)

    def _days(self, account: str, token: Token | None) -> counting.Days:
        return counting.Days(self._graph, self._clock, account, required(token).access)

    def subscribe(self, account_id: str, *, token: Token, callback: str, secret: str) -> Subscription:  # noqa: ARG002
        """Ask Meta to call the address set in the app's console for this Page."""
        self._graph.post(f"{account_id}/subscribed_apps", token=token.access, subscribed_fields=FIELDS)
        return Subscription(topic=f"{account_id}/subscribed_apps", lease=None)

    def unsubscribe(self, topic: str, *, account_id: str, token: Token, callback: str, secret: str) -> None:  # noqa: ARG002
        """Ask to be told no more."""
        self._graph.delete(topic, token=token.access)

    def _desk(self, token: Token) -> Desk:
        page = token.extra["page_id"]
        return Desk(self._graph, self._uploader, self._clock, self._sleep, self._app_id, self._web, page, token.access)


def wants_comment(kit: PublishKit) -> bool:
    """Whether something is to be written under it; stories take nothing."""
    return bool(kit.options.get("first_comment")) and kit.options.get("post_as") != "story"


def kind_of(kit: PublishKit) -> Kind:
    """Which kind of post the kit makes."""
    is_video, wanted = bool(kit.media) and kit.media[0].is_video, kit.options.get("post_as")
    if wanted == "story":
        return reels.Reels("video_stories") if is_video else PhotoStories()
    if is_video:
        return reels.Reels() if wanted == "reel" else videos.Videos()
    return feed.Feed()
