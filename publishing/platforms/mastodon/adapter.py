"""The Mastodon adapter: media first, then a status under an idempotency key the server keeps for an hour."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Final

import httpx
from django.utils.translation import gettext_lazy as _

from publishing.platforms.base import (
    POSTED,
    Capability,
    Clock,
    Media,
    Metric,
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
from publishing.platforms.counting import AccountGone, DayFigures, required
from publishing.platforms.mastodon import counting
from publishing.platforms.mastodon.apps import RIGHTS, AtServer, Registry, instance_of
from publishing.platforms.mastodon.limits import Limits, limits_of
from publishing.platforms.mastodon.sending import Sending, published
from publishing.platforms.parts import refuse_parts
from publishing.platforms.recent import WEEK
from publishing.platforms.signing_in import App, Entry, Scope
from publishing.platforms.wire import UPLOAD, Answer, Wire, poll, present

COUNTS = {
    "favourites_count": Metric.LIKES,
    "replies_count": Metric.COMMENTS,
    "reblogs_count": Metric.SHARES,
    "quotes_count": Metric.QUOTES,
}
PAGE = 40
MOST_PAGES = 10
CLOCKS_DIFFER = timedelta(minutes=5)
KEY_LIVES = timedelta(hours=1)
BETWEEN_LOOKS = 2.0
LOOKS = 60
READY: Final = 200


def refusal(answer: Answer) -> PlatformError:
    """The error for a 4xx answer `{"error", "error_description"?}`."""
    fields = answer.fields()
    words = str(fields.get("error_description") or fields.get("error") or f"HTTP {answer.status}")
    if answer.status in {401, 403}:
        return SignInAgain(
            f"The Mastodon server no longer accepts this sign-in ({words}). Posts are kept; connect again."
        )
    return Rejected(f"The Mastodon server does not take this: {words}", code=str(answer.status))


class Mastodon:
    """Statuses with up to four images or one video, on any server; numbers from the status itself.

    Steps: `uploaded` {media: {place: id}} · `sending` {media, sent_at, part, ids, url}, one for each part of a thread ·
    `posted` {id, url, ids, media, sent_at, shortfalls, comment?}. Token.extra: instance, max_text.
    """

    key: ClassVar[str] = "mastodon"
    capabilities: ClassVar[frozenset[Capability]] = frozenset(
        {Capability.PUBLISH, Capability.METRICS, Capability.SAFE_RESEND, Capability.DELETE, Capability.THREADS}
    )
    # Servers keep an idempotency key for an hour.
    safe_resend = timedelta(minutes=55)
    quotas: ClassVar[tuple[Quota, ...]] = ()
    settings: ClassVar[Mapping[str, str]] = {"website": "SITE_URL"}

    def __init__(
        self,
        *,
        client: httpx.Client,
        clock: Clock,
        sleep: Sleep,
        client_name: str = "TrendDrop",
        website: str = "",
    ) -> None:
        self._wire = Wire(client, "The Mastodon server", clock, refusal)
        self._clock, self._sleep = clock, sleep
        self._registry = Registry(self._wire, client_name, website)

    # Signing in

    @property
    def scopes(self) -> Sequence[Scope]:
        """What we ask every server for."""
        return RIGHTS

    @property
    def server_entry(self) -> Entry:
        """The server the account lives on."""
        return Entry("server", _("Server"), _("Where you sign in to Mastodon."), placeholder="mastodon.social")

    def server_of(self, typed: str) -> str:
        """`https://host` of a name, an address or a handle."""
        return instance_of(typed)

    def introduce(self, server: str, redirect_uri: str) -> App:
        """Introduce ourselves to the server somebody named, as they typed it."""
        return self._registry.register(server, redirect_uri)

    def at(self, app: App) -> AtServer:
        """The sign-in at that server."""
        return AtServer(self._registry, app, self._opened)

    def _opened(self, token: Token) -> tuple[Token, Profile]:
        """The token with what its server lets one write, and whose it is."""
        most = str(self.limits(token.extra["instance"]).characters)
        return replace(token, extra={**token.extra, "max_text": most}), self.profile(token)

    def refresh(self, token: Token) -> Token:
        """The same token: it does not expire."""
        return token

    def profile(self, token: Token) -> Profile:
        """The account the token belongs to."""
        account = self._get("accounts/verify_credentials", token).fields()
        host = token.extra["instance"].split("://", 1)[-1]
        return Profile(
            id=f"{account['id']}@{host}",  # each server counts from one
            handle=f"{account['username']}@{host}",
            name=str(account.get("display_name") or account["username"]),
            url=str(account.get("url") or ""),
            avatar=str(account.get("avatar_static") or account.get("avatar") or ""),
            followers=account.get("followers_count"),
            following=account.get("following_count"),
            posts=account.get("statuses_count"),
        )

    def limits(self, instance: str) -> Limits:
        """What the server takes, read from the server."""
        try:
            return limits_of(self._wire.call("GET", f"{instance}/api/v2/instance").fields())
        except (Rejected, SignInAgain):
            # Servers before 4.0, and some relatives, do not tell.
            return Limits()

    # Publishing

    def publish(self, kit: PublishKit, *, token: Token, record: Record, resume: Step | None = None) -> Published:
        """Upload what is missing, wait until it is processed, then send each status under a key of the kit."""
        sending, known = Sending(self._wire, kit, token), dict(resume.data) if resume else {}
        if resume and resume.name == POSTED:
            since = datetime.fromisoformat(known["sent_at"]) if "sent_at" in known else self._clock() - KEY_LIVES
            return sending.rest(known, record, recent=self._statuses(token, since=since - CLOCKS_DIFFER))
        limits = self.limits(token.extra["instance"])
        limits.refuse(kit)
        refuse_parts(kit, key=self.key, row=limits.row)
        media = known.get("media", {})
        if not known.get("ids"):
            media = self._upload(kit, token, dict(media), record)
        sent_at = known.get("sent_at") or self._clock().isoformat()
        return sending.parts({**known, "media": media, "sent_at": sent_at}, record)

    def find_published(
        self, kit: PublishKit, *, token: Token, since: datetime, resume: Step | None = None
    ) -> Published | None:
        """The account's newest statuses since then, with the same texts and media, part under part."""
        known = dict(resume.data) if resume else {}
        if resume and resume.name == POSTED:
            return published(known)
        recent = list(self._statuses(token, since=since - CLOCKS_DIFFER))
        return Sending(self._wire, kit, token).found({"sent_at": since.isoformat(), **known}, recent)

    def delete(self, platform_id: str, *, token: Token) -> None:
        """Delete the status; one that is gone already is no error."""
        try:
            url = f"{token.extra['instance']}/api/v1/statuses/{platform_id}"
            self._wire.call("DELETE", url, token=token.access)
        except Rejected as refused:
            if refused.code != "404":
                raise

    def _upload(self, kit: PublishKit, token: Token, known: dict[str, str], record: Record) -> dict[str, str]:
        for place, media in enumerate(kit.media):
            name = str(place)
            if name in known and self._await_ready(known[name], token):
                continue
            known = {**known, name: self._send_file(media, kit.thumbnail, token)}
            record(Step("uploaded", {"media": known}))
            if not self._await_ready(known[name], token):
                raise Rejected("The Mastodon server lost an uploaded file. Try again, or attach another.", code="media")
        return known

    def _send_file(self, media: Media, thumbnail: Media | None, token: Token) -> str:
        present(media.path)
        with ExitStack() as open_files:
            files = {"file": (media.path.name, open_files.enter_context(media.path.open("rb")), media.mime)}
            if thumbnail and media.is_video and present(thumbnail.path):
                picture = open_files.enter_context(thumbnail.path.open("rb"))
                files["thumbnail"] = (thumbnail.path.name, picture, thumbnail.mime)
            answer = self._wire.call(
                "POST",
                f"{token.extra['instance']}/api/v2/media",
                token=token.access,
                files=files,
                data={"description": media.alt} if media.alt else {},
                timeout=UPLOAD,
            )
        return str(answer.fields()["id"])

    def _await_ready(self, media_id: str, token: Token) -> bool:
        """Wait until the server has processed a file; False when it does not know the file any more."""

        def done() -> bool:
            return self._get(f"media/{media_id}", token).status == READY

        try:
            poll(
                done,
                sleep=self._sleep,
                every=BETWEEN_LOOKS,
                times=LOOKS,
                message="The Mastodon server is still processing the video. The post goes out when it is done.",
                after=timedelta(seconds=30),
            )
        except Rejected as refused:
            if refused.code == "404":
                return False
            raise
        return True

    def _statuses(self, token: Token, *, since: datetime) -> Iterator[dict[str, Any]]:
        account = self._get("accounts/verify_credentials", token).fields()["id"]
        params: dict[str, Any] = {"limit": PAGE, "exclude_reblogs": "true"}
        for _page in range(MOST_PAGES):
            page = self._get(f"accounts/{account}/statuses", token, params=params).json()
            for status in page:
                if datetime.fromisoformat(status["created_at"]) < since:
                    return
                yield status
            if len(page) < PAGE:
                return
            params["max_id"] = page[-1]["id"]

    # Measuring

    def metrics(self, ids: Sequence[str], *, token: Token) -> dict[str, PostCounts]:
        """Counts by status id; Mastodon has no views."""
        found: dict[str, PostCounts] = {}
        for status_id in ids:
            try:
                status = self._get(f"statuses/{status_id}", token).fields()
            except Rejected as refused:
                if refused.code in {"404", "410"}:
                    continue
                raise
            counts = {
                metric.value: status[name] for name, metric in COUNTS.items() if isinstance(status.get(name), int)
            }
            found[status_id] = PostCounts(counts)
        return found

    @property
    def history(self) -> timedelta:
        """It tells nothing of the past."""
        return counting.HISTORY

    @property
    def day_zone(self) -> str:
        """It has no days of its own."""
        return ""

    def day(self, account: str, *, token: Token | None, today: date) -> DayFigures:  # noqa: ARG002 (a token is of one account)
        """How the account stands now."""
        return self._day(required(token), today)

    def past_days(
        self,
        account: str,  # noqa: ARG002 (nobody can be asked)
        *,
        token: Token | None,  # noqa: ARG002
        first: date,  # noqa: ARG002
        last: date,  # noqa: ARG002
    ) -> Sequence[DayFigures]:
        """Nothing: it tells only how things stand."""
        return ()

    def _day(self, token: Token, today: date) -> DayFigures:
        try:
            account = self._get("accounts/verify_credentials", token).fields()
        except Rejected as refused:
            if refused.code not in {"404", "410"}:
                raise
            raise AccountGone("The Mastodon server no longer knows this account.") from None
        now = self._clock()
        statuses = self._statuses(token, since=now - WEEK)
        return counting.day_of(account, statuses, now=now, today=today, most=PAGE * MOST_PAGES)

    def _get(self, path: str, token: Token, **request: Any) -> Answer:
        return self._wire.call("GET", f"{token.extra['instance']}/api/v1/{path}", token=token.access, **request)
