"""The YouTube adapter: an upload that can be asked how far it came, then all that follows it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

import httpx
from django.utils.translation import gettext_lazy as _

from publishing.platforms import sealed
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
    Sleep,
    Step,
    Token,
    TokenExpired,
    TryLater,
)
from publishing.platforms.counting import Audience, DayFigures, required
from publishing.platforms.fit import fingerprint, refuse_what_cannot_fit
from publishing.platforms.hearing import Delivery, Heard, Subscription
from publishing.platforms.signing_in import Scope, Way, Words
from publishing.platforms.wire import UPLOAD, Answer, Wire, present
from publishing.platforms.youtube import counting, hub, uploads, words
from publishing.platforms.youtube.after import After
from publishing.platforms.youtube.login import SCOPES, Login
from publishing.platforms.youtube.refusals import (
    PACIFIC,
    ZONE,
    SessionLost,
    not_kept,
    refusals,
    session_refusals,
    sign_in_refusal,
)
from publishing.platforms.youtube.reports import Reports
from publishing.platforms.youtube.videos import Videos, of_channel, profile_of, read, watch

LEAD = timedelta(hours=1)
# What Google's price list asks for: a write, and the reads that show how the video stands.
UNITS, WRITE, READ = "units", 50, 2
CLOCKS_DIFFER = timedelta(minutes=5)
Row = dict[str, Any]


class YouTube:
    """One video at a time, public at once, at its time, or never.

    Steps: `session` {address (locked), size, words, more} · `sending` {the same} · `posted` {id, url, done, shortfalls,
    live_at, begun?}.
    Token.extra: channel, uploads (its list of all videos), scope. Kit.extra: ai_label, category.
    """

    key: ClassVar[str] = "youtube"
    capabilities: ClassVar[frozenset[Capability]] = frozenset(
        {
            Capability.PUBLISH,
            Capability.METRICS,
            Capability.WEBHOOKS,
            Capability.SAFE_RESEND,
            Capability.DELETE,
            Capability.SCHEDULES,
        }
    )
    # A session is asked how far it came before a byte is sent again; it lives for about a week.
    safe_resend = timedelta(days=6)
    lead = LEAD
    scopes: ClassVar[tuple[Scope, ...]] = SCOPES
    settings: ClassVar[Mapping[str, str]] = {
        "client_id": "YOUTUBE_CLIENT_ID",
        "client_secret": "YOUTUBE_CLIENT_SECRET",
        "url": "YOUTUBE_API_URL",
        "upload_url": "YOUTUBE_UPLOAD_URL",
        "hub_url": "YOUTUBE_HUB_URL",
        "analytics_url": "YOUTUBE_ANALYTICS_URL",
        "auth_url": "GOOGLE_AUTH_URL",
        "token_url": "GOOGLE_TOKEN_URL",
        "uploads_per_day": "YOUTUBE_UPLOADS_PER_DAY",
        "units_per_day": "YOUTUBE_UNITS_PER_DAY",
    }

    def __init__(  # noqa: PLR0913 (each a setting, or a test's)
        self,
        *,
        client: httpx.Client,
        clock: Clock,
        sleep: Sleep,  # noqa: ARG002 (nothing is waited for: a session and a time tell by themselves)
        client_id: str = "",
        client_secret: str = "",
        url: str = "https://youtube.googleapis.com",
        upload_url: str = "https://www.googleapis.com",
        hub_url: str = "https://pubsubhubbub.appspot.com",
        analytics_url: str = "https://youtubeanalytics.googleapis.com",
        auth_url: str = "https://accounts.google.com",
        token_url: str = "https://oauth2.googleapis.com",  # noqa: S107 (an address)
        uploads_per_day: str = "100",
        units_per_day: str = "10000",
        piece: int = uploads.PIECE,
        patience: httpx.Timeout | None = UPLOAD,
    ) -> None:
        self._url, upload_url = url.rstrip("/"), upload_url.rstrip("/")
        self._clock, self._analytics = clock, analytics_url.rstrip("/")
        self._wire = Wire(client, "YouTube", clock, refusals(clock))
        sessions = Wire(client, "YouTube", clock, session_refusals(clock))
        self._uploads = uploads.Uploads(self._wire, sessions, upload_url, piece, patience)
        self._videos = Videos(self._wire, self._url, clock)
        self._after = After(self._wire, self._url, upload_url)
        self._hub = hub.Hub(Wire(client, "YouTube's hub", clock, _hub_refusal), hub_url.rstrip("/"))
        signing = Wire(client, "Google", clock, sign_in_refusal)
        self._login = Login(signing, clock, client_id, client_secret, auth_url.rstrip("/"), token_url.rstrip("/"))
        self._per_day, self._units = int(uploads_per_day or 100), int(units_per_day or 10_000)

    @property
    def quotas(self) -> Sequence[Quota]:
        """Google counts uploads and all other calls apart, each for all channels of the app together."""
        day = timedelta(days=1)
        return (
            Quota("uploads", self._per_day, day, of_app=True, zone=ZONE),
            Quota(UNITS, self._units, day, of_app=True, zone=ZONE),
        )

    def weight(self, quota: str, options: Mapping[str, Any], *, has_cover: bool) -> int:
        """One upload; units for each write that follows (thumbnail, playlist, first comment) and for reading back."""
        if quota != UNITS:
            return 1
        return READ + WRITE * sum(map(bool, (has_cover, options.get("playlist"), options.get("first_comment"))))

    # Signing in

    @property
    def missing(self) -> Sequence[str]:
        """The settings an operator must fill in first."""
        values = {"YOUTUBE_CLIENT_ID": self._login.client_id, "YOUTUBE_CLIENT_SECRET": self._login.client_secret}
        return [name for name, value in values.items() if not value]

    @property
    def until_reviewed(self) -> Words:
        """What videos are like until YouTube has audited the app."""
        return _(
            "Until YouTube has audited this app, it keeps every uploaded video private, and while Google's consent"
            " screen is in testing, channels must be connected again every seven days."
        )

    def authorize_url(self, way: Way) -> str:
        """Where to send the browser."""
        return self._login.authorize_url(way)

    def exchange(self, way: Way, *, code: str) -> Sequence[Connected]:
        """The channels that were opened: one, as Google asks the person to choose."""
        token = self._login.exchange(way, code)
        granted = tuple(token.extra["scope"].split())
        return [
            Connected(of_channel(token, row), profile_of(row), scopes=granted, kind="channel")
            for row in self._videos.channels(token)
        ]

    def refresh(self, token: Token) -> Token:
        """A new access token."""
        return self._login.refresh(token)

    def revoke(self, token: Token) -> None:
        """Give the authorisation back."""
        self._login.revoke(token)

    def profile(self, token: Token) -> Profile:
        """The channel."""
        rows = self._videos.channels(token)
        mine = next((row for row in rows if row["id"] == token.extra.get("channel")), rows[0])
        return profile_of(mine)

    # Publishing

    def publish(self, kit: PublishKit, *, token: Token, record: Record, resume: Step | None = None) -> Published:
        """Upload what is missing, then do what follows; a video that was named is never uploaded again."""
        if resume and resume.name == POSTED:
            return self._finish(kit, token, {"done": [], "shortfalls": [], **resume.data}, record, is_again=True)
        words.refuse_what_is_no_video(kit)
        refuse_what_cannot_fit(kit, key=self.key, most=1)
        size = present(kit.media[0].path)
        uploads.refuse_nothing(size)
        if resume and resume.data.get("size") == size and (video := self._rest(kit, token, resume, record)):
            return self._named(kit, token, video, record)
        try:
            video = self._whole(kit, token, size, record)
        except SessionLost:
            # It answered, so nothing was completed under that address.
            video = self._whole(kit, token, size, record)
        return self._named(kit, token, video, record)

    def find_published(
        self, kit: PublishKit, *, token: Token, since: datetime, resume: Step | None = None
    ) -> Published | None:
        """By its id, by asking the upload's session, or among the channel's newest videos, private ones included."""
        known = dict(resume.data) if resume else {}
        if known.get("id"):
            return self._videos.published(str(known["id"]), token)
        address = sealed.unlock(str(known.get("address") or ""), key=kit.key)
        if address:
            try:
                video = self._uploads.place(address, int(known["size"]), token).video
                return _standing(kit, video, known) if video else None
            except SessionLost:
                pass
        found = self._videos.find(kit, token, since - CLOCKS_DIFFER)
        if found:
            return _standing(kit, found, known)
        if resume and resume.may_be_public:
            raise OutcomeUnknown("YouTube no longer knows the upload, and the channel does not show the video (yet).")
        return None

    def delete(self, platform_id: str, *, token: Token) -> None:
        """Delete the video; one that is gone already is no error."""
        self._videos.delete(platform_id, token)

    def _whole(self, kit: PublishKit, token: Token, size: int, record: Record) -> Row:
        params = {} if kit.options.get("notify", True) else {"notifySubscribers": "false"}
        address = self._uploads.open(kit.media[0], size, words.body(kit), params, token)
        known = {
            "address": sealed.lock(address, key=kit.key),
            "size": size,
            "words": fingerprint(kit),
            "more": self._after.has_any(kit),
        }
        record(Step("session", known))
        return self._send(kit, token, address, known, record, stored=0)

    def _rest(self, kit: PublishKit, token: Token, resume: Step, record: Record) -> Row | None:
        """Go on with an earlier upload; None when it is lost and a new one may begin."""
        known = dict(resume.data)
        address = sealed.unlock(str(known.get("address") or ""), key=kit.key)
        try:
            if not address:
                raise SessionLost("The upload's address cannot be read any more.", code="session")
            place = self._uploads.place(address, known["size"], token)
            if place.video is not None:
                return place.video
            if known.get("words") != fingerprint(kit):
                return None
            return self._send(kit, token, address, known, record, stored=place.stored)
        except SessionLost as lost:
            if resume.may_be_public:
                raise OutcomeUnknown(
                    f"{lost} The whole video may have arrived: we look before sending it again."
                ) from None
            return None

    def _send(
        self, kit: PublishKit, token: Token, address: str, known: Mapping[str, Any], record: Record, *, stored: int
    ) -> Row:
        return self._uploads.send(
            address,
            kit.media[0],
            known["size"],
            token,
            stored=stored,
            before_last=lambda: record(Step(SENDING, known)),
        )

    def _named(self, kit: PublishKit, token: Token, video: Row, record: Record) -> Published:
        """The video has an id: look how YouTube took it, then do what follows."""
        status = self._status_of(str(video["id"]), token) or video.get("status") or {}
        if refused := not_kept(status):
            raise refused
        live_at = words.waits_until(status)
        known = {
            "id": str(video["id"]),
            "url": watch(str(video["id"])),
            "done": [],
            "shortfalls": [words.LOCKED] if words.is_locked(kit, status) else [],
            "live_at": live_at.isoformat() if live_at else "",
        }
        if self._after.has_any(kit):
            record(Step(POSTED, known))
        return self._finish(kit, token, known, record, is_again=False)

    def _finish(self, kit: PublishKit, token: Token, known: Row, record: Record, *, is_again: bool) -> Published:
        known = self._after.finish(kit, token, known, record, is_again=is_again)
        live_at = datetime.fromisoformat(known["live_at"]) if known.get("live_at") else None
        return Published(known["id"], known["url"], {"id": known["id"]}, known["shortfalls"], live_at)

    def _status_of(self, video_id: str, token: Token) -> Row | None:
        """How YouTube took it, read back: an app without audit sees its uploads locked. None when it does not say."""
        try:
            row = self._videos.one(video_id, token)
        except TokenExpired:
            raise
        except PlatformError:
            return None
        return row["status"] if row else None

    # Videos that wait for their time

    def can_wait(self, options: Mapping[str, Any]) -> bool:
        """YouTube can only make a private video public at a time; and a private video takes no comment."""
        return str(options.get("privacy") or "public") == "public" and not options.get("first_comment")

    def withdraw(self, platform_id: str, *, token: Token) -> None:
        """Delete a video that waits; one that is public already is left alone."""
        self._videos.withdraw(platform_id, token)

    def settle(self, platform_id: str, *, token: Token) -> Published | None:
        """Look after its time, and make it public where YouTube did not."""
        return self._videos.settle(platform_id, token)

    # Measuring

    def metrics(self, ids: Sequence[str], *, token: Token) -> dict[str, PostCounts]:
        """Counts by video id; how long videos were watched where we may read YouTube Analytics."""
        counts = self._videos.counts(ids, token)
        more = self._reports(token).of_videos(list(counts), last=self._clock().astimezone(PACIFIC).date())
        return {video: PostCounts({**more.get(video, {}), **told.metrics}) for video, told in counts.items()}

    @property
    def history(self) -> timedelta:
        """How far back days are asked for."""
        return counting.HISTORY

    @property
    def day_zone(self) -> str:
        """YouTube's day is a Pacific one."""
        return ZONE

    def day(self, account: str, *, token: Token | None, today: date) -> DayFigures:
        """How the channel stands now."""
        return self._days(account, token).day(today)

    def past_days(self, account: str, *, token: Token | None, first: date, last: date) -> Sequence[DayFigures]:
        """Days that are over, but for the last two or three."""
        return self._days(account, token).past(first, last)

    def audience(self, account: str, *, token: Token | None) -> Sequence[Audience]:
        """Who watches."""
        return self._days(account, token).audience()

    def _days(self, account: str, token: Token | None) -> counting.Days:
        return counting.Days(self._wire, self._url, self._clock, self._reports(required(token), account))

    def _reports(self, token: Token, channel: str = "") -> Reports:
        return Reports(self._wire, self._analytics, channel or token.extra.get("channel") or "MINE", token)

    # Hearing

    def subscribe(self, account_id: str, *, token: Token, callback: str, secret: str) -> Subscription:  # noqa: ARG002
        """Ask YouTube's hub to tell of a channel; it needs no token."""
        return self._hub.subscribe(account_id, callback=callback, secret=secret)

    def unsubscribe(self, topic: str, *, account_id: str, token: Token, callback: str, secret: str) -> None:  # noqa: ARG002
        """Ask to be told no more."""
        self._hub.ask("unsubscribe", topic, callback=callback, secret=secret)

    def greet(self, delivery: Delivery) -> str | None:
        """The hub's challenge, for a subscription of ours."""
        return hub.greet(delivery)

    def hear(self, delivery: Delivery) -> Sequence[Heard]:
        """The facts of a feed."""
        return hub.hear(delivery)

    def answer(self, heard: Sequence[Heard], *, address: str) -> tuple[str, str]:  # noqa: ARG002 (2xx is enough)
        """An empty 200."""
        return "", "text/plain"


def _standing(kit: PublishKit, row: Row, known: Mapping[str, Any]) -> Published | None:
    """A video that was looked for. PartlyThere when thumbnail, playlist or comment are still to be added to it."""
    status = row.get("status") or {}
    if not_kept(status):
        # Publishing from its step says why.
        return None
    told = [words.LOCKED] if words.is_locked(kit, status) else []
    found = replace(read(row), shortfalls=told)
    if not known.get("more"):
        return found
    live_at = found.live_at.isoformat() if found.live_at else ""
    named = {"id": found.platform_id, "url": found.url, "done": [], "shortfalls": told, "live_at": live_at}
    raise PartlyThere("The video stands on YouTube. What belongs to it is added.", step=Step(POSTED, named))


def _hub_refusal(answer: Answer) -> PlatformError:
    said = answer.content[:200].decode(errors="replace").strip()
    if answer.status >= 409:
        return TryLater(f"YouTube's hub is busy: {said}")
    return Rejected(f"YouTube's hub does not take the subscription: {said or answer.status}", code="hub")
