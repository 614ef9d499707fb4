"""The Bluesky adapter: a post is a record in the account's repository, under a key chosen before sending."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

import httpx

from publishing.platforms.base import (
    FOR_EVER,
    SENDING,
    Capability,
    Clock,
    Connected,
    Media,
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
    SignInAgain,
    Sleep,
    Step,
    Token,
    TryLater,
)
from publishing.platforms.bluesky.refusals import BlobGone, refusal
from publishing.platforms.bluesky.richtext import MOST_LANGUAGES, facets, further_tags
from publishing.platforms.bluesky.session import ENTRIES, Sessions
from publishing.platforms.bluesky.tid import tid_for
from publishing.platforms.bluesky.uploads import Uploads
from publishing.platforms.fit import refuse_what_cannot_fit
from publishing.platforms.signing_in import Entry
from publishing.platforms.wire import Wire, origin, stamp

POST = "app.bsky.feed.post"
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

    Steps: `chosen` {rkey, created_at} · `video_job` {… jobs} · `uploaded` {… blobs} · `sending`.
    Token.extra: did, handle, pds, scope. Kit.extra: link_card {uri, title, description}.
    """

    key: ClassVar[str] = "bluesky"
    capabilities: ClassVar[frozenset[Capability]] = frozenset(
        {Capability.PUBLISH, Capability.METRICS, Capability.SAFE_RESEND, Capability.DELETE}
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
        """Upload what is missing, then put the record: sending it twice changes nothing."""
        refuse_what_cannot_fit(kit, key=self.key)
        known = dict(resume.data) if resume else {}
        if "rkey" not in known:
            known = {"rkey": tid_for(kit.key), "created_at": stamp(self._clock()), "blobs": {}, "jobs": {}}
            record(Step("chosen", known))
        try:
            return self._put(kit, token, self._upload(kit, token, known, record), record)
        except BlobGone:
            fresh = {**known, "blobs": {}, "jobs": {}}
            return self._put(kit, token, self._upload(kit, token, fresh, record), record)

    def find_published(
        self,
        kit: PublishKit,
        *,
        token: Token,
        since: datetime,  # noqa: ARG002 (the record key is enough)
        resume: Step | None = None,
    ) -> Published | None:
        """Look for the record under the kit's key; this needs no valid sign-in."""
        rkey = str(resume.data["rkey"]) if resume and "rkey" in resume.data else tid_for(kit.key)
        params = {"repo": token.extra["did"], "collection": POST, "rkey": rkey}
        try:
            answer = self._wire.call("GET", f"{token.extra['pds']}/xrpc/com.atproto.repo.getRecord", params=params)
        except Rejected as refused:
            if refused.code in {"RecordNotFound", "NotFound"} or "Could not locate record" in str(refused):
                return None
            raise
        return self._published(answer.fields(), token)

    def delete(self, platform_id: str, *, token: Token) -> None:
        """Delete the record; deleting what is gone is no error."""
        body = {"repo": token.extra["did"], "collection": POST, "rkey": platform_id.rsplit("/", 1)[-1]}
        self._procedure("com.atproto.repo.deleteRecord", body, token)

    def _upload(self, kit: PublishKit, token: Token, known: dict[str, Any], record: Record) -> dict[str, Any]:
        for place, media in _files(kit).items():
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

    def _put(self, kit: PublishKit, token: Token, known: dict[str, Any], record: Record) -> Published:
        post = self._post(kit, token, known)
        record(Step(SENDING, known))
        body = {"repo": token.extra["did"], "collection": POST, "rkey": known["rkey"], "record": post}
        answer = self._procedure("com.atproto.repo.putRecord", body, token, final=True)
        if "uri" not in answer:
            raise OutcomeUnknown("Bluesky took the post but did not say where it is. We look before sending again.")
        return self._published(answer, token)

    def _post(self, kit: PublishKit, token: Token, known: Mapping[str, Any]) -> dict[str, Any]:
        parts = {
            "facets": facets(kit.text, resolve=self._resolver(token)),
            "langs": [kit.language][:MOST_LANGUAGES] if kit.language else [],
            "tags": further_tags(kit.text, kit.hashtags),
            "embed": _embed(kit, known["blobs"]),
        }
        given = {name: value for name, value in parts.items() if value}
        return {"$type": POST, "text": kit.text, "createdAt": known["created_at"], **given}

    def _resolver(self, token: Token) -> Callable[[str], str | None]:
        def resolve(handle: str) -> str | None:
            url = f"{token.extra['pds']}/xrpc/com.atproto.identity.resolveHandle"
            try:
                return str(self._wire.call("GET", url, params={"handle": handle}).fields()["did"])
            except (PlatformError, KeyError):
                # A name nobody can resolve, now or ever, is no reason to hold the post back.
                return None

        return resolve

    def _procedure(self, name: str, body: Mapping[str, Any], token: Token, *, final: bool = False) -> dict[str, Any]:
        url = f"{token.extra['pds']}/xrpc/{name}"
        return self._wire.call("POST", url, token=token.access, hide=token.secrets, json=body, final=final).fields()

    def _published(self, answer: Mapping[str, Any], token: Token) -> Published:
        uri = str(answer.get("uri") or f"at://{token.extra['did']}/{POST}/")
        who = token.extra.get("handle") or token.extra["did"]
        url = f"{self._web}/profile/{who}/post/{uri.rsplit('/', 1)[-1]}"
        return Published(uri, url, {"uri": uri, "cid": answer.get("cid")})

    # Measuring

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

    def _view(self, name: str, params: Mapping[str, Any]) -> dict[str, Any]:
        if not self._appview:
            raise TryLater("No AppView is configured, so Bluesky's numbers cannot be read.")
        return self._wire.call("GET", f"{self._appview}/xrpc/{name}", params=params).fields()


def server_address(typed: str) -> str:
    """The address of a self-hosted server as somebody typed it; Rejected with words when it is none."""
    return origin(typed)


def _files(kit: PublishKit) -> dict[str, Media]:
    if kit.media:
        return {str(place): media for place, media in enumerate(kit.media)}
    card = kit.extra.get("link_card")
    return {"thumbnail": kit.thumbnail} if card and kit.thumbnail else {}


def _embed(kit: PublishKit, blobs: Mapping[str, Any]) -> dict[str, Any] | None:
    if kit.media and kit.media[0].is_video:
        return {"$type": "app.bsky.embed.video", "video": blobs["0"], **_described(kit.media[0])}
    if kit.media:
        images = [
            {"image": blobs[str(place)], "alt": media.alt, **_described(media)} for place, media in enumerate(kit.media)
        ]
        return {"$type": "app.bsky.embed.images", "images": images}
    if card := kit.extra.get("link_card"):
        thumb = {"thumb": blobs["thumbnail"]} if "thumbnail" in blobs else {}
        facts = {name: str(card.get(name) or "") for name in ("uri", "title", "description")}
        return {"$type": "app.bsky.embed.external", "external": {**facts, **thumb}}
    return None


def _described(media: Media) -> dict[str, Any]:
    alt: dict[str, Any] = {"alt": media.alt} if media.alt else {}
    if media.width and media.height:
        alt["aspectRatio"] = {"width": media.width, "height": media.height}
    return alt
