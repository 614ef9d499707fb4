"""Discord channels, by a webhook their owner made: one message with up to ten files.

A webhook reads only messages whose id it knows, so a lost answer stays a question for a person.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, urlsplit

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
    TryLater,
)
from publishing.platforms.fit import refuse_what_cannot_fit
from publishing.platforms.signing_in import Entry
from publishing.platforms.wire import UPLOAD, Answer, Wire, present
from trenddrop.core.platforms import rules

MOST_FILES: Final = 10
LONGEST_ALT: Final = 1024
BUSY: Final = 429
SILENT: Final = 1 << 12
UNKNOWN_MESSAGE, UNKNOWN_CHANNEL, UNKNOWN_WEBHOOK, WRONG_TOKEN = "10008", "10003", "10015", "50027"
LOST = {UNKNOWN_WEBHOOK, UNKNOWN_CHANNEL, WRONG_TOKEN}
ADDRESS = re.compile(r"/api(?:/v\d+)?/webhooks/(\d+)/([\w-]{20,})/?")


def refusal(answer: Answer) -> PlatformError:
    """The error for a 4xx answer `{"code", "message", "errors"?}`."""
    fields = answer.fields()
    code, words = str(fields.get("code") or answer.status), str(fields.get("message") or f"HTTP {answer.status}")
    if code in LOST or answer.status in {401, 403}:
        return SignInAgain(f"The channel’s webhook is gone or was changed ({words}). Make a new one and connect it.")
    if answer.status == 413:
        return Rejected(_("A file is too big for this Discord server. Make it smaller."), code="media_too_big")
    return Rejected(f"Discord does not take this: {words}{_details(fields.get('errors'))}", code=code)


def _details(errors: Any) -> str:
    """What Discord says of single fields, on its tree of `_errors`."""
    found = re.findall(r'"message": "([^"]+)"', json.dumps(errors, ensure_ascii=False)) if errors else []
    return f" {' '.join(found[:3])}" if found else ""


class Discord:
    """One message: words and up to ten pictures, or a video.

    Steps: `sending` {} · `posted` {id, url}. Token.access: the webhook's token. Token.extra: webhook, channel, guild,
    thread, handle.
    """

    key: ClassVar[str] = "discord"
    capabilities: ClassVar[frozenset[Capability]] = frozenset({Capability.PUBLISH, Capability.DELETE})
    safe_resend = timedelta(0)
    quotas: ClassVar[tuple[Quota, ...]] = (Quota("messages", 30, timedelta(minutes=1)),)
    settings: ClassVar[Mapping[str, str]] = {"url": "DISCORD_URL"}
    entries: ClassVar[Sequence[Entry]] = (
        Entry(
            "address",
            gettext_lazy("The webhook’s address"),
            gettext_lazy("In Discord: the channel’s settings, Integrations, Webhooks, New webhook, Copy webhook URL."),
            secret=True,
            placeholder="https://discord.com/api/webhooks/…",
        ),
    )

    def __init__(
        self,
        *,
        client: httpx.Client,
        clock: Clock,
        sleep: Sleep,  # noqa: ARG002 (nothing is processed that one would wait for)
        url: str = "https://discord.com",
    ) -> None:
        self._wire = Wire(client, "Discord", clock, refusal)
        self._url = url.rstrip("/")

    # Connecting

    def enter(self, typed: Mapping[str, str]) -> Connected:
        """Ask the webhook which channel it is for."""
        parts = urlsplit(typed.get("address", "").strip())
        found = ADDRESS.fullmatch(parts.path)
        if found is None:
            raise Rejected(_("That is no webhook’s address. Copy it from the channel’s settings."), code="address")
        thread = parse_qs(parts.query).get("thread_id", [""])[0]
        known = {"webhook": found[1], "thread": thread if thread.isdigit() else ""}
        try:
            hook = self._hook(Token(found[2], extra=known))
        except SignInAgain as error:
            raise Rejected(str(error), code="address") from None
        places = {"channel": str(hook.get("channel_id") or ""), "guild": str(hook.get("guild_id") or "")}
        profile = _profile(hook, self._url)
        extra = {name: value for name, value in {**known, **places, "handle": profile.handle}.items() if value}
        return Connected(Token(found[2], extra=extra), profile, kind="channel")

    def profile(self, token: Token) -> Profile:
        """The webhook under the name it posts with."""
        return _profile(self._hook(token), self._url)

    def refresh(self, token: Token) -> Token:
        """The same token: it does not expire."""
        return token

    def _hook(self, token: Token) -> dict[str, Any]:
        fields = self._call("GET", "", token).fields()
        if "id" not in fields:
            raise TryLater("Discord did not say which webhook this is. We try again.")
        return fields

    # Publishing

    def publish(self, kit: PublishKit, *, token: Token, record: Record, resume: Step | None = None) -> Published:
        """Send the message with its files, and wait for Discord to name it."""
        if resume is not None and resume.name == POSTED:
            return _published(resume.data)
        refuse_what_cannot_fit(kit, key=self.key, most=MOST_FILES)
        for media in kit.media:
            _refuse_too_big(media, present(media.path))
        record(Step(SENDING, {}))
        with _attached(kit.media) as files:
            request: dict[str, Any] = {"json": _message(kit)}
            if files:
                request = {"data": {"payload_json": json.dumps(_message(kit))}, "files": files, "timeout": UPLOAD}
            params = {"wait": "true", **_thread(token)}
            fields = self._call("POST", "", token, final=True, params=params, **request).fields()
        if "id" not in fields:
            raise OutcomeUnknown("Discord took the post but did not say where it is. Look whether it is there.")
        named = {"id": str(fields["id"]), "url": self._address(fields, token)}
        record(Step(POSTED, named))
        return _published(named)

    def _address(self, message: Mapping[str, Any], token: Token) -> str:
        channel = message.get("channel_id") or token.extra.get("channel", "")
        return f"{self._url}/channels/{token.extra.get('guild', '@me')}/{channel}/{message['id']}"

    def find_published(
        self,
        kit: PublishKit,  # noqa: ARG002
        *,
        token: Token,  # noqa: ARG002
        since: datetime,  # noqa: ARG002
        resume: Step | None = None,
    ) -> Published | None:
        """Only a post that was named: a webhook cannot read its channel."""
        if resume is not None and resume.name == POSTED:
            return _published(resume.data)
        raise CannotLook(_("A webhook cannot look into its channel. Look whether the post is there."))

    def metrics(self, ids: Sequence[str], *, token: Token) -> dict[str, PostCounts]:  # noqa: ARG002
        """None: webhooks are told no numbers."""
        return {}

    def delete(self, platform_id: str, *, token: Token) -> None:
        """Delete the message; one that is gone already is no error."""
        try:
            self._call("DELETE", f"/messages/{platform_id}", token, params=_thread(token))
        except Rejected as refused:
            if refused.code != UNKNOWN_MESSAGE:
                raise

    def _call(self, method: str, path: str, token: Token, *, final: bool = False, **request: Any) -> Answer:
        """The token stands in the address, so no address is ever told."""
        address = f"{self._url}/api/v10/webhooks/{token.extra['webhook']}/{token.access}{path}"
        answer = self._wire.call(method, address, hide=(token.access,), final=final, takes={BUSY}, **request)
        if answer.status == BUSY:
            raise _wait(answer)
        return answer


def _wait(answer: Answer) -> TryLater:
    seconds = answer.fields().get("retry_after")
    after = timedelta(seconds=max(1, math.ceil(seconds))) if isinstance(seconds, int | float) else timedelta(minutes=1)
    return TryLater("Discord asks us to slow down. The post is kept and goes out later.", after=after)


def _thread(token: Token) -> dict[str, str]:
    thread = token.extra.get("thread", "")
    return {"thread_id": thread} if thread else {}


def _profile(hook: Mapping[str, Any], url: str) -> Profile:
    name = str(hook.get("name") or "webhook")
    place = f"{url}/channels/{hook['guild_id']}/{hook['channel_id']}" if hook.get("guild_id") else ""
    avatar = f"https://cdn.discordapp.com/avatars/{hook['id']}/{hook['avatar']}.png" if hook.get("avatar") else ""
    return Profile(str(hook["id"]), name, name, place, avatar)


def _published(named: Mapping[str, Any]) -> Published:
    return Published(str(named["id"]), str(named["url"]), {"id": named["id"]})


def _refuse_too_big(media: Media, size: int) -> None:
    most = rules("discord").media.max_bytes
    if most is not None and size > most:
        message = _("Discord takes %(most)s MB; %(name)s has %(size)s. Make it smaller.")
        values = {"most": most // 10**6, "name": media.path.name, "size": f"{size / 10**6:.1f}"}
        raise Rejected(message % values, code="media_too_big")


@contextmanager
def _attached(media: Sequence[Media]) -> Iterator[dict[str, Any]]:
    with ExitStack() as opened:
        yield {
            f"files[{number}]": (one.path.name, opened.enter_context(one.path.open("rb")), one.mime)
            for number, one in enumerate(media)
        }


def _message(kit: PublishKit) -> dict[str, Any]:
    """The message; nobody is called by it, so that words from elsewhere cannot wake a whole server."""
    described = [
        {"id": number, "filename": one.path.name, "description": one.alt[:LONGEST_ALT]}
        for number, one in enumerate(kit.media)
    ]
    given = {"content": kit.text, "attachments": described, "flags": SILENT if kit.options.get("silent") else 0}
    return {"allowed_mentions": {"parse": []}, **{name: value for name, value in given.items() if value}}
