"""A server of the user's own for everything else: one signed request per post, safe to repeat.

    POST <address>
    Content-Type: application/json
    Idempotency-Key: <the post's key, the same at every try>
    TrendDrop-Event: post.publish            (connection.test when the account is connected or looked at)
    TrendDrop-Signature: t=<Unix time>,v1=<hex HMAC-SHA256 of "t.body" with the secret>

    {"type": "post.publish", "version": 1, "key": "…", "sent_at": "2026-11-27T06:30:00+00:00",
     "post": {"text": "…", "parts": ["…"], "title": "…", "hashtags": ["…"], "language": "en", "link": "https://…",
              "made_with_ai": false, "category": "…",
              "media": [{"url": "https://…", "mime": "image/jpeg", "alt": "…", "width": 1080, "height": 1350,
                         "duration": null, "size": 183221}],
              "thumbnail": null}}

The server checks the signature and that the time is within five minutes, keeps the Idempotency-Key for at least a day,
answers a repeated one as it answered the first time, and fetches media within twelve hours. Answers:

    2xx   taken; a body of JSON may name the post: {"id": "…", "url": "https://…"}, other words say nothing. A web page
          or noise is no answer: something that stands before the server sent it, so the same request comes again
    401, 403, 410   the secret is wrong, or nothing is taken here any more: the account must be connected again
    429   not now, Retry-After says when;   5xx or nothing: the same request comes again
    any other 4xx   refused for good, {"message": "…"} is shown to the user
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

import httpx
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publishing.platforms.base import (
    POSTED,
    SENDING,
    CannotLook,
    Capability,
    Clock,
    Connected,
    Media,
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
)
from publishing.platforms.fit import refuse_what_cannot_fit
from publishing.platforms.signing_in import Entry
from publishing.platforms.wire import Answer, Wire, origin, present
from trenddrop.core.signatures import SIGNATURE, new_secret, signature

VERSION: Final = 1
EVENT: Final = "TrendDrop-Event"
PUBLISH, TEST = "post.publish", "connection.test"
MOST_FILES: Final = 20
SHORTEST_SECRET: Final = 16
LONGEST_ADDRESS: Final = 1000
TAKEN = range(200, 300)
GONE = {401, 403, 410}
NOISE: Final = re.compile(rb"[\x00-\x08\x0e-\x1f]")


def refusal(answer: Answer) -> PlatformError:
    """The error for a 4xx answer, whatever its body."""
    fields = answer.fields()
    words = str(fields.get("message") or fields.get("error") or fields.get("detail") or f"HTTP {answer.status}")[:300]
    if answer.status in GONE:
        return SignInAgain(f"Your server does not accept our signature any more ({words}). Connect it again.")
    return Rejected(f"Your server does not take this: {words}", code=str(answer.status))


class Webhook:
    """One signed request with the whole post; media as addresses to fetch.

    Steps: `sending` {} · `posted` {id, url}. Token.access: the secret. Token.refresh: the address,
    kept locked too, since many let in whoever knows them.
    """

    key: ClassVar[str] = "webhook"
    capabilities: ClassVar[frozenset[Capability]] = frozenset(
        {Capability.PUBLISH, Capability.SAFE_RESEND, Capability.THREADS}
    )
    # For as long as the protocol above asks servers to keep keys.
    safe_resend = timedelta(hours=24)
    quotas: ClassVar[tuple[Quota, ...]] = ()
    settings: ClassVar[Mapping[str, str]] = {}
    # A secret we made is the user's to copy into their server, once.
    shows_secret: ClassVar[bool] = True
    entries: ClassVar[Sequence[Entry]] = (
        Entry(
            "address",
            gettext_lazy("Address of your server"),
            gettext_lazy("We send each post there, signed; it begins with https://."),
            placeholder="https://example.com/hooks/trenddrop",
        ),
        Entry(
            "secret",
            gettext_lazy("Secret"),
            gettext_lazy("Signs what we send. Leave it empty, and we make one and show it once."),
            secret=True,
            required=False,
        ),
    )

    def __init__(
        self,
        *,
        client: httpx.Client,
        clock: Clock,
        sleep: Sleep,  # noqa: ARG002 (nothing is processed that one would wait for)
    ) -> None:
        self._wire = Wire(client, "Your server", clock, refusal)
        self._clock = clock

    # Connecting

    def enter(self, typed: Mapping[str, str]) -> Connected:
        """Check the address, and keep the secret or make one; the server may not know it yet, so nothing is sent."""
        address, secret = typed.get("address", "").strip(), typed.get("secret", "").strip()
        if secret and len(secret) < SHORTEST_SECRET:
            raise Rejected(_("The secret needs at least 16 characters. Leave it empty and we make one."), code="secret")
        if len(address) > LONGEST_ADDRESS:
            raise Rejected(_("That address is too long."), code="address")
        base, parts = origin(address), urlsplit(address if "://" in address else f"https://{address}")
        address = f"{base}{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        token = Token(secret or new_secret(), address)
        return Connected(token, _profile(token), kind="server")

    def profile(self, token: Token) -> Profile:
        """The server, when it answers a signed test."""
        body = {"type": TEST, "version": VERSION, "sent_at": self._now()}
        self._send(body, token, key=f"test-{int(self._clock().timestamp())}")
        return _profile(token)

    def refresh(self, token: Token) -> Token:
        """The same secret: it does not expire."""
        return token

    # Publishing

    def publish(self, kit: PublishKit, *, token: Token, record: Record, resume: Step | None = None) -> Published:
        """Send the post under its key; the server answers a repeated key as before."""
        if resume is not None and resume.name == POSTED:
            return _published(resume.data)
        refuse_what_cannot_fit(kit, key=self.key, most=MOST_FILES)
        body = {"type": PUBLISH, "version": VERSION, "key": kit.key, "sent_at": self._now(), "post": _post(kit)}
        record(Step(SENDING, {}))
        answer = self._send(body, token, key=kit.key, final=True)
        if NOISE.search(answer.content):
            raise OutcomeUnknown("Your server answered what nobody can read. The same request comes again.")
        fields = answer.fields()
        url = str(fields.get("url") or "")
        named = {"id": str(fields.get("id") or kit.key)[:300], "url": url[:500] if _is_web(url) else ""}
        record(Step(POSTED, named))
        return _published(named)

    def _send(self, body: Mapping[str, Any], token: Token, *, key: str, final: bool = False) -> Answer:
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            EVENT: str(body["type"]),
            SIGNATURE: signature(text, secret=token.access, at=int(self._clock().timestamp())),
        }
        return self._wire.call(
            "POST",
            token.refresh,
            hide=token.secrets,
            final=final,
            takes=TAKEN,
            content=text.encode(),
            headers=headers,
        )

    def _now(self) -> str:
        return self._clock().isoformat(timespec="seconds")

    def find_published(
        self,
        kit: PublishKit,  # noqa: ARG002
        *,
        token: Token,  # noqa: ARG002
        since: datetime,  # noqa: ARG002
        resume: Step | None = None,
    ) -> Published | None:
        """Only a post that was named; else the same request is sent again, which is safe."""
        if resume is not None and resume.name == POSTED:
            return _published(resume.data)
        raise CannotLook(_("Your server cannot be asked what it has. Look there whether it came."))

    def metrics(self, ids: Sequence[str], *, token: Token) -> dict[str, PostCounts]:  # noqa: ARG002
        """None: the protocol has no numbers."""
        return {}

    def delete(self, platform_id: str, *, token: Token) -> None:  # noqa: ARG002
        """Never: the server's own posts are its own."""
        raise Rejected(_("Delete it on your own server; the webhook has no call for it."), code="delete")


def _post(kit: PublishKit) -> dict[str, Any]:
    return {
        "text": kit.text,
        "parts": list(kit.parts),
        "title": kit.title,
        "hashtags": list(kit.hashtags),
        "language": kit.language,
        "link": kit.options.get("link", ""),
        "made_with_ai": bool(kit.extra.get("ai_label")),
        "category": str(kit.extra.get("category") or ""),
        "media": [_file(media) for media in kit.media],
        "thumbnail": _file(kit.thumbnail) if kit.thumbnail else None,
    }


def _file(media: Media) -> dict[str, Any]:
    """What the server needs to fetch a file; Rejected where it could not."""
    size = present(media.path)
    if not media.url:
        message = _("Your server fetches files from us, and we have no public address: the operator sets SITE_URL.")
        raise Rejected(message, code="config")
    known = {"width": media.width, "height": media.height, "duration": media.duration, "size": media.size or size}
    return {"url": media.url, "mime": media.mime, "alt": media.alt, **known}


def _profile(token: Token) -> Profile:
    """Named by its host alone: the rest of an address often lets in whoever knows it."""
    address = token.refresh
    host = urlsplit(address).netloc
    return Profile(hashlib.sha256(address.encode()).hexdigest()[:32], host, host, f"{origin(address)}/")


def _is_web(url: str) -> bool:
    return url.startswith(("https://", "http://"))


def _published(named: Mapping[str, Any]) -> Published:
    return Published(str(named["id"]), str(named["url"]), {"id": named["id"]})
