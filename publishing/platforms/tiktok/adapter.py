"""The TikTok adapter: what the account may do first, then bytes in pieces, then waiting until TikTok has decided."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar, Final

import httpx
from django.utils.translation import gettext_lazy as _

from publishing.platforms import sealed
from publishing.platforms.base import (
    SENDING,
    Capability,
    Clock,
    Connected,
    Metric,
    OutcomeUnknown,
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
from publishing.platforms.counting import DayFigures, required
from publishing.platforms.fit import fingerprint, refuse_what_cannot_fit
from publishing.platforms.hearing import Delivery, Heard
from publishing.platforms.signing_in import Scope, Way, Words
from publishing.platforms.tiktok import counting, posting, uploads
from publishing.platforms.tiktok.api import INBOX, Api, State
from publishing.platforms.tiktok.hooks import Ear
from publishing.platforms.tiktok.login import SCOPES, Login
from publishing.platforms.tiktok.refusals import MINUTE, refusal, sign_in_refusal
from publishing.platforms.wire import UPLOAD, Wire, present

COUNTS = {
    "view_count": Metric.VIEWS,
    "like_count": Metric.LIKES,
    "comment_count": Metric.COMMENTS,
    "share_count": Metric.SHARES,
}
MOST_PICTURES = 35
BETWEEN_LOOKS = 5.0
LOOKS = 24
LOOK_AGAIN = timedelta(seconds=30)
ADDRESS_LIVES = timedelta(minutes=55)
CLOCKS_DIFFER = timedelta(minutes=5)
MOST_PAGES = 5
ACCOUNT: Final = {
    "user.info.basic": "open_id,avatar_url,display_name",
    "user.info.profile": "username,profile_deep_link",
    "user.info.stats": "follower_count,following_count,video_count",
}


class TikTok:
    """One video, or up to 35 pictures that TikTok fetches; posted, or left in the inbox as a draft.

    Steps: `session` {publish_id, address (locked), size, opened_at, username, words} · `sending` {the same; of pictures
    the publish_id once it is known}. Until TikTok has moderated a post its id is the publish_id, and it has no address.
    Token.extra: open_id, scope, ends_at, may_privacy, max_seconds, locked. Kit.extra: ai_label, cover_at.
    """

    key: ClassVar[str] = "tiktok"
    capabilities: ClassVar[frozenset[Capability]] = frozenset(
        {Capability.PUBLISH, Capability.METRICS, Capability.WEBHOOKS, Capability.SAFE_RESEND}
    )
    # A step names its publish_id, which is asked for first; without one nothing is ever said to be absent.
    safe_resend = timedelta(hours=24)
    quotas: ClassVar[tuple[Quota, ...]] = (Quota("posts a minute", 6, timedelta(minutes=1)),)
    scopes: ClassVar[tuple[Scope, ...]] = SCOPES
    settings: ClassVar[Mapping[str, str]] = {
        "client_key": "TIKTOK_CLIENT_KEY",
        "client_secret": "TIKTOK_CLIENT_SECRET",
        "url": "TIKTOK_API_URL",
        "web": "TIKTOK_WEB_URL",
    }

    def __init__(  # noqa: PLR0913 (each a setting, or a test's)
        self,
        *,
        client: httpx.Client,
        clock: Clock,
        sleep: Sleep,
        client_key: str = "",
        client_secret: str = "",
        url: str = "https://open.tiktokapis.com",
        web: str = "https://www.tiktok.com",
        chunk: int = uploads.USUAL,
        patience: httpx.Timeout = UPLOAD,
    ) -> None:
        url, self._web = url.rstrip("/"), web.rstrip("/")
        self._api = Api(Wire(client, "TikTok", clock, refusal, busy=MINUTE), url)
        self._files = Wire(client, "TikTok", clock, uploads.refusal, busy=MINUTE)
        self._login = Login(
            Wire(client, "TikTok", clock, sign_in_refusal), clock, client_key, client_secret, url, self._web
        )
        self._ear = Ear(client_secret, self._web)
        self._clock, self._sleep, self._chunk, self._patience = clock, sleep, chunk, patience

    # Signing in

    @property
    def missing(self) -> Sequence[str]:
        """The settings an operator must fill in first."""
        values = {"TIKTOK_CLIENT_KEY": self._login.key, "TIKTOK_CLIENT_SECRET": self._login.secret}
        return [name for name, value in values.items() if not value]

    @property
    def until_reviewed(self) -> Words:
        """What posts are like until TikTok has audited the app."""
        return _(
            "Until TikTok has audited this app, posts are seen only by the account itself, the account must be"
            " private, and five people a day can post."
        )

    def authorize_url(self, way: Way) -> str:
        """Where to send the browser."""
        return self._login.authorize_url(way)

    def exchange(self, way: Way, *, code: str) -> Sequence[Connected]:
        """The one account that was opened."""
        token, until = self._login.exchange(way, code)
        granted = tuple(filter(None, token.extra["scope"].split(",")))
        token = self._with_what_it_may(token)
        return [Connected(token, self.profile(token), scopes=granted, kind="creator", ends_at=until)]

    def refresh(self, token: Token) -> Token:
        """A new pair; store it before using it."""
        return self._with_what_it_may(self._login.refresh(token))

    def revoke(self, token: Token) -> None:
        """Give the authorisation back."""
        self._login.revoke(token)

    def profile(self, token: Token) -> Profile:
        """The account, as far as its owner lets us see it."""
        granted = {"user.info.basic", *token.extra.get("scope", "").split(",")}
        fields = ",".join(names for scope, names in ACCOUNT.items() if scope in granted)
        user = self._api.ask("user/info/", token, method="GET", params={"fields": fields}).get("user") or {}
        handle = str(user.get("username") or user.get("display_name") or "")
        url = f"{self._web}/@{user['username']}" if user.get("username") else ""
        return Profile(
            id=str(user.get("open_id") or token.extra.get("open_id", "")),
            handle=handle,
            name=str(user.get("display_name") or handle),
            url=url,
            avatar=str(user.get("avatar_url") or ""),
            followers=user.get("follower_count"),
            following=user.get("following_count"),
            posts=user.get("video_count"),
        )

    def _with_what_it_may(self, token: Token) -> Token:
        """The token with what its account may choose; not knowing that is no reason to lose a token."""
        try:
            return replace(token, extra={**token.extra, **posting.told(self._api.creator(token))})
        except PlatformError:
            return token

    # Publishing

    def publish(self, kit: PublishKit, *, token: Token, record: Record, resume: Step | None = None) -> Published:
        """Ask what the account may do, send the bytes that are missing, and wait for TikTok's decision."""
        refuse_what_cannot_fit(kit, key=self.key, most=MOST_PICTURES)
        if not kit.media[0].is_video:
            return self._pictures(kit, token, record, resume)
        size = present(kit.media[0].path)
        if resume and resume.data.get("size") == size and (state := self._state_at_start(resume, token)):
            known = dict(resume.data)
            if not state.lacks(size):
                return self._decided(kit, token, known, state)
            is_mine = known.get("words") == fingerprint(kit) and self._address_lives(known)
            if is_mine and self._rest(kit, token, resume, record, done=state.uploaded):
                return self._await(kit, token, known)
        return self._whole(kit, token, size, record)

    def find_published(
        self, kit: PublishKit, *, token: Token, since: datetime, resume: Step | None = None
    ) -> Published | None:
        """By the publish_id of the step, by the post's id, or among the account's newest public videos."""
        known = dict(resume.data) if resume else {}
        named = str(known.get("publish_id") or known.get("id") or "")
        if named.isdigit():
            return next((self._seen(row) for row in self._api.videos([named], token)), None)
        if named:
            return self._look(kit, token, {**known, "publish_id": named})
        if resume and resume.may_be_public and kit.media and not kit.media[0].is_video:
            # Not CannotLook: the engine would take what is safe for videos as safe for pictures, and send them twice.
            raise OutcomeUnknown(
                "TikTok's answer was lost, and it lists no posts of pictures. Look in the app whether it is there."
            )
        return next((self._seen(row) for row in self._newest(token, since - CLOCKS_DIFFER) if _is(row, kit)), None)

    def delete(self, platform_id: str, *, token: Token) -> None:  # noqa: ARG002 (there is no such call)
        """TikTok lets only its own app delete."""
        raise Rejected("TikTok lets posts be deleted in its own app only.", code="not_supported")

    def _open(self, kit: PublishKit, token: Token, size: int, record: Record) -> dict[str, Any]:
        """Ask for an address to send to; the account's wishes are refused here if TikTok would refuse them."""
        cut = uploads.plan(size, chunk=self._chunk)
        source = {"source": "FILE_UPLOAD", "video_size": size, "chunk_size": cut.chunk, "total_chunk_count": cut.count}
        body: dict[str, Any] = {"source_info": source}
        creator: Mapping[str, Any] = {}
        if not posting.is_draft(kit):
            creator = self._creator(kit, token)
            body["post_info"] = posting.video_info(kit, creator)
        path = "post/publish/inbox/video/init/" if posting.is_draft(kit) else "post/publish/video/init/"
        data = self._api.ask(path, token, body)
        if not data.get("publish_id") or not data.get("upload_url"):
            raise TryLater("TikTok did not say where to send the video. Nothing was published; we try again.")
        known = {
            "publish_id": str(data["publish_id"]),
            "address": sealed.lock(str(data["upload_url"]), key=kit.key),
            "size": size,
            "opened_at": self._clock().isoformat(),
            "username": str(creator.get("creator_username") or ""),
            "words": fingerprint(kit),
        }
        record(Step("session", known))
        return known

    def _creator(self, kit: PublishKit, token: Token) -> dict[str, Any]:
        creator = self._api.creator(token)
        posting.refuse_what_the_account_may_not(kit, creator)
        return creator

    def _whole(self, kit: PublishKit, token: Token, size: int, record: Record) -> Published:
        """Send the file from the beginning; once more when TikTok lost it in the middle, as then nothing is public."""
        known = self._open(kit, token, size, record)
        try:
            self._pieces(kit, token, known, record, done=0)
        except uploads.UploadDead:
            known = self._open(kit, token, size, record)
            self._pieces(kit, token, known, record, done=0)
        return self._await(kit, token, known)

    def _rest(self, kit: PublishKit, token: Token, resume: Step, record: Record, *, done: int) -> bool:
        """Send what an earlier try left; False when TikTok lost the upload and a new one may begin."""
        try:
            self._pieces(kit, token, resume.data, record, done=done)
        except uploads.UploadDead as dead:
            if resume.may_be_public:
                # Its last piece may have arrived after all: a dead address proves nothing.
                raise OutcomeUnknown(
                    f"{dead} The whole video may have arrived: we look before sending it again."
                ) from None
            return False
        return True

    def _pieces(self, kit: PublishKit, token: Token, known: Mapping[str, Any], record: Record, *, done: int) -> None:
        address = sealed.unlock(known["address"], key=kit.key)
        if not address:
            raise uploads.UploadDead("The upload's address cannot be read any more.", code="address")
        cut, wire = uploads.plan(known["size"], chunk=self._chunk), self._files
        for number in cut.after(done):
            if number == cut.count - 1:
                record(Step(SENDING, known))
            hide = (address, *token.secrets)
            uploads.send(wire, address, kit.media[0], cut.piece(number), cut.size, hide=hide, timeout=self._patience)

    def _pictures(self, kit: PublishKit, token: Token, record: Record, resume: Step | None) -> Published:
        if resume and (state := self._state_at_start(resume, token)):
            return self._decided(kit, token, resume.data, state)
        for media in kit.media:
            present(media.path)
        posting.refuse_pictures_nobody_can_fetch(kit)
        creator = {} if posting.is_draft(kit) else self._creator(kit, token)
        known = {"username": str(creator.get("creator_username") or "")}
        record(Step(SENDING, known))
        data = self._api.ask("post/publish/content/init/", token, posting.photo_body(kit, creator), final=True)
        if not data.get("publish_id"):
            raise OutcomeUnknown("TikTok took the post but did not name it. It may be public: look in the app.")
        known["publish_id"] = str(data["publish_id"])
        record(Step(SENDING, known))
        return self._await(kit, token, known)

    # Waiting

    def _state_at_start(self, resume: Step, token: Token) -> State | None:
        """How far an earlier try came; None when it came to nothing and a new one may begin."""
        if not resume.data.get("publish_id"):
            return None
        try:
            state = self._api.state(str(resume.data["publish_id"]), token)
        except Rejected as refused:
            if resume.may_be_public:
                raise OutcomeUnknown(f"TikTok does not say what became of the post. {refused}") from None
            return None
        return None if isinstance(state.failure, TryLater) else state

    def _address_lives(self, known: Mapping[str, Any]) -> bool:
        return self._clock() - datetime.fromisoformat(known["opened_at"]) < ADDRESS_LIVES

    def _decided(self, kit: PublishKit, token: Token, known: Mapping[str, Any], state: State) -> Published:
        if state.failure:
            raise state.failure
        return self._standing(kit, known, state) if state.stands else self._await(kit, token, known)

    def _await(self, kit: PublishKit, token: Token, known: Mapping[str, Any]) -> Published:
        """Wait until it is live or refused; what stays open may be public, so it is looked for."""
        for attempt in range(LOOKS):
            if attempt:
                self._sleep(BETWEEN_LOOKS)
            try:
                state = self._api.state(known["publish_id"], token)
            except TokenExpired:
                raise
            except TryLater as error:
                raise OutcomeUnknown(f"TikTok has the post and does not say what became of it: {error}") from None
            if state.stands or state.failure:
                return self._decided(kit, token, known, state)
        raise OutcomeUnknown("TikTok has the whole post and is still processing it. We look until it is live.")

    def _look(self, kit: PublishKit, token: Token, known: Mapping[str, Any]) -> Published | None:
        state = self._api.state(known["publish_id"], token)
        if state.stands:
            return self._standing(kit, known, state)
        if state.failure or state.lacks(int(known.get("size") or 0)):
            return None
        raise TryLater("TikTok is still processing the post.", after=LOOK_AGAIN)

    def _standing(self, kit: PublishKit, known: Mapping[str, Any], state: State) -> Published:
        raw = {"publish_id": state.publish_id, "status": state.status}
        told = posting.shortfalls(kit) if state.status == INBOX or not posting.is_draft(kit) else ()
        if not state.post_id:
            return Published(state.publish_id, "", raw, told)
        kind = "video" if not kit.media or kit.media[0].is_video else "photo"
        url = f"{self._web}/@{known.get('username') or ''}/{kind}/{state.post_id}"
        return Published(state.post_id, url, raw, told)

    def _newest(self, token: Token, since: datetime) -> Iterator[dict[str, Any]]:
        cursor: int | None = None
        for _page in range(MOST_PAGES):
            page = self._api.page(token, cursor)
            for row in page.get("videos") or []:
                if datetime.fromtimestamp(int(row.get("create_time") or 0), UTC) < since:
                    return
                yield row
            cursor = page.get("cursor")
            if not page.get("has_more") or not cursor:
                return

    def _seen(self, row: Mapping[str, Any]) -> Published:
        post_id = str(row["id"])
        return Published(post_id, str(row.get("share_url") or f"{self._web}/@/video/{post_id}"), {"id": post_id})

    # Measuring

    def metrics(self, ids: Sequence[str], *, token: Token) -> dict[str, PostCounts]:
        """Counts by the id we know a post by; one without a public id has none yet."""
        public = {each if each.isdigit() else self._public_id(each, token): each for each in ids}
        found = {}
        for row in self._api.videos([each for each in public if each], token):
            counts = {metric.value: row[name] for name, metric in COUNTS.items() if isinstance(row.get(name), int)}
            found[public[str(row["id"])]] = PostCounts(counts)
        return found

    @property
    def history(self) -> timedelta:
        """TikTok tells only how things stand."""
        return timedelta(0)

    @property
    def day_zone(self) -> str:
        """TikTok cuts no days."""
        return ""

    def day(self, account: str, *, token: Token | None, today: date) -> DayFigures:  # noqa: ARG002 (the token's own)
        """How the account stands now."""
        return counting.Standing(self._api, self._clock, required(token)).day(today)

    def past_days(self, account: str, *, token: Token | None, first: date, last: date) -> Sequence[DayFigures]:  # noqa: ARG002
        """Nothing: what was not asked for on its day is lost."""
        return ()

    def _public_id(self, publish_id: str, token: Token) -> str:
        try:
            return self._api.state(publish_id, token).post_id
        except Rejected:
            return ""

    # Hearing

    def greet(self, delivery: Delivery) -> str | None:  # noqa: ARG002 (TikTok sends no challenge)
        """TikTok asks nothing before it calls."""
        return None

    def hear(self, delivery: Delivery) -> Sequence[Heard]:
        """The fact of one delivery."""
        return self._ear.hear(delivery)

    def answer(self, heard: Sequence[Heard], *, address: str) -> tuple[str, str]:  # noqa: ARG002 (200 is enough)
        """An empty 200."""
        return "", "text/plain"


def _is(row: Mapping[str, Any], kit: PublishKit) -> bool:
    said = str(row.get("video_description") or row.get("title") or "")
    return said.strip() == kit.text.strip()
