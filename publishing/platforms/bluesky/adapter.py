"""The Bluesky adapter: a post is a record in the account's repository, under a key chosen before sending."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

import httpx

from publishing.platforms.base import (
    FOR_EVER,
    POSTED,
    Allowance,
    Capability,
    Clock,
    Connected,
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
    TryLater,
)
from publishing.platforms.bluesky import counting
from publishing.platforms.bluesky.embeds import files_of
from publishing.platforms.bluesky.refusals import BlobGone, refusal
from publishing.platforms.bluesky.repository import POST, Repository
from publishing.platforms.bluesky.sending import Sending
from publishing.platforms.bluesky.session import ENTRIES, Sessions
from publishing.platforms.bluesky.tid import tid_for
from publishing.platforms.bluesky.uploads import Uploads
from publishing.platforms.counting import DayFigures
from publishing.platforms.fit import refuse_what_cannot_fit
from publishing.platforms.parts import refuse_parts
from publishing.platforms.signing_in import Entry
from publishing.platforms.wire import Wire, origin, stamp

POSTS_PER_CALL = 25
COUNTS = {
    "likeCount": Metric.LIKES,
    "replyCount": Metric.COMMENTS,
    "repostCount": Metric.SHARES,
    "quoteCount": Metric.QUOTES,
    "bookmarkCount": Metric.SAVES,
}


class Bluesky:
    """Posts of text with up to four images, one video, or a link card; numbers from a public AppView.

    Steps: `chosen` {rkey, created_at} · `video_job` {… jobs} · `uploaded` {… blobs} · `sending` {… part, refs}, one for
    each part of a thread · `posted` {rkey, created_at, id, url, refs, done, shortfalls}.
    Token.extra: did, handle, pds, scope.
    """

    key: ClassVar[str] = "bluesky"
    capabilities: ClassVar[frozenset[Capability]] = frozenset(
        {Capability.PUBLISH, Capability.METRICS, Capability.SAFE_RESEND, Capability.DELETE, Capability.THREADS}
    )
    safe_resend = FOR_EVER
    quotas: ClassVar[tuple[Quota, ...]] = ()
    settings: ClassVar[Mapping[str, str]] = {
        "service": "BLUESKY_SERVICE",
        "appview": "BLUESKY_APPVIEW",
        "web": "BLUESKY_WEB",
        "video_service": "BLUESKY_VIDEO_SERVICE",
    }

    def __init__(
        self,
        *,
        client: httpx.Client,
        clock: Clock,
        sleep: Sleep,
        service: str = "https://bsky.social",
        appview: str = "https://public.api.bsky.app",
        web: str = "https://bsky.app",
        video_service: str = "",
    ) -> None:
        self._wire = Wire(client, "Bluesky", clock, refusal)
        self._clock = clock
        self._appview, self._web = appview.rstrip("/"), web.rstrip("/")
        self._sessions = Sessions(self._wire, service)
        self._uploads = Uploads(self._wire, clock, sleep, video_service.rstrip("/"))

    # Signing in

    @property
    def entries(self) -> Sequence[Entry]:
        """A handle and its app password, which is used once and never kept."""
        return ENTRIES

    def enter(self, typed: Mapping[str, str]) -> Connected:
        """Connect with what was typed; what is wrong about it is no lost sign-in, so it is Rejected."""
        try:
            return self.sign_in(typed["handle"], typed["app_password"], service=typed.get("server", ""))
        except SignInAgain as error:
            raise Rejected(str(error), code="app_password") from None

    def sign_in(self, identifier: str, password: str, *, service: str = "") -> Connected:
        """Connect with a handle and an app password; `service` is the address of a self-hosted server."""
        token = self._sessions.sign_in(identifier, password, service=service)
        return Connected(token, self.profile(token), kind="person", service=token.extra["pds"])

    def refresh(self, token: Token) -> Token:
        """Rotate both secrets; store the result before using it, and never call twice at once."""
        return self._sessions.refresh(token)

    def profile(self, token: Token) -> Profile:
        """The account as its own server has it, with the AppView's counts when that answers."""
        account = self._sessions.account(token)
        did, handle = str(account["did"]), str(account["handle"])
        try:
            seen = self._view("app.bsky.actor.getProfile", {"actor": did})
        except PlatformError:
            seen = {}
        return Profile(
            id=did,
            handle=handle,
            name=str(seen.get("displayName") or handle),
            url=f"{self._web}/profile/{handle}",
            avatar=str(seen.get("avatar") or ""),
            followers=seen.get("followersCount"),
            following=seen.get("followsCount"),
            posts=seen.get("postsCount"),
        )

    # Publishing

    def publish(self, kit: PublishKit, *, token: Token, record: Record, resume: Step | None = None) -> Published:
        """Upload what is missing, then put the records: putting one twice changes nothing."""
        sending = self._sending(kit, token)
        if resume and resume.name == POSTED:
            return sending.rest({"created_at": stamp(self._clock()), **resume.data}, record)
        refuse_what_cannot_fit(kit, key=self.key)
        refuse_parts(kit, key=self.key)
        known = dict(resume.data) if resume else {}
        if "rkey" not in known:
            known = {"rkey": tid_for(kit.key), "created_at": stamp(self._clock()), "blobs": {}, "jobs": {}}
            record(Step("chosen", known))
        if known.get("refs"):
            return sending.parts(known, record)
        try:
            return sending.parts(self._upload(kit, token, known, record), record)
        except BlobGone:
            fresh = {**known, "blobs": {}, "jobs": {}}
            return sending.parts(self._upload(kit, token, fresh, record), record)

    def find_published(
        self,
        kit: PublishKit,
        *,
        token: Token,
        since: datetime,
        resume: Step | None = None,
    ) -> Published | None:
        """Look for the records under the kit's key; this needs no valid sign-in."""
        known = {"rkey": tid_for(kit.key), "created_at": stamp(since), **(resume.data if resume else {})}
        sending = self._sending(kit, token)
        if resume and resume.name == POSTED:
            return sending.published(known)
        return sending.found(known)

    def delete(self, platform_id: str, *, token: Token) -> None:
        """Delete the record; deleting what is gone is no error."""
        Repository(self._wire, token).delete(POST, platform_id.rsplit("/", 1)[-1])

    def _sending(self, kit: PublishKit, token: Token) -> Sending:
        return Sending(Repository(self._wire, token), self._web, kit)

    def _upload(self, kit: PublishKit, token: Token, known: dict[str, Any], record: Record) -> dict[str, Any]:
        for place, media in files_of(kit).items():
            if place not in known["blobs"]:
                known = self._upload_one(place, media, token, known, record)
                record(Step("uploaded", known))
        return known

    def _upload_one(
        self, place: str, media: Media, token: Token, known: dict[str, Any], record: Record
    ) -> dict[str, Any]:
        jobs = dict(known["jobs"])

        def started(job: str) -> None:
            jobs[place] = job
            record(Step("video_job", {**known, "jobs": dict(jobs)}))

        blob = self._uploads.send(media, token=token, job=jobs.get(place, ""), started=started)
        return {**known, "jobs": jobs, "blobs": {**known["blobs"], place: blob}}

    # Measuring

    def allowances(self, token: Token) -> Sequence[Allowance]:
        """How many videos, and how many bytes of them, the video service still takes today."""
        return self._uploads.allowances(token)

    def metrics(
        self,
        ids: Sequence[str],
        *,
        token: Token,  # noqa: ARG002 (an AppView tells everybody)
    ) -> dict[str, PostCounts]:
        """Counts by at-uri; there are no views anywhere on Bluesky."""
        found: dict[str, PostCounts] = {}
        for start in range(0, len(ids), POSTS_PER_CALL):
            answer = self._view("app.bsky.feed.getPosts", {"uris": list(ids[start : start + POSTS_PER_CALL])})
            for post in answer.get("posts", []):
                counts = {
                    metric.value: post[name] for name, metric in COUNTS.items() if isinstance(post.get(name), int)
                }
                found[post["uri"]] = PostCounts(counts)
        return found

    @property
    def history(self) -> timedelta:
        """It tells nothing of the past."""
        return counting.HISTORY

    @property
    def day_zone(self) -> str:
        """It has no days of its own."""
        return ""

    def day(self, account: str, *, token: Token | None, today: date) -> DayFigures:  # noqa: ARG002 (an AppView tells everybody)
        """How the account stands now."""
        return counting.Days(self._view, self._clock, self._web, account).day(today)

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

    def _view(self, name: str, params: Mapping[str, Any]) -> dict[str, Any]:
        if not self._appview:
            raise TryLater("No AppView is configured, so Bluesky's numbers cannot be read.")
        return self._wire.call("GET", f"{self._appview}/xrpc/{name}", params=params).fields()


def server_address(typed: str) -> str:
    """The address of a self-hosted server as somebody typed it; Rejected with words when it is none."""
    return origin(typed)
