"""Telegram channels and groups, by a bot their owner made: messages, photos, videos, albums.

A bot cannot read what it wrote, so a lost answer stays a question for a person. Words longer than a caption may be
follow their media as a message of their own.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

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
from publishing.platforms.wire import UPLOAD, Answer, Wire, hidden, present
from trenddrop.core.platforms import rules
from trenddrop.core.text.counting import utf16_length

CAPTION: Final = 1024
ALBUM: Final = 10
BUSY: Final = 429
# What a chat's owner must put right before anything can be sent there.
SHUT_OUT = (
    "chat not found",
    "kicked",
    "not enough rights",
    "have no rights",
    "write_forbidden",
    "upgraded to a",
    "not a member",
)
MAY_POST = {"creator", "administrator"}


def refusal(answer: Answer) -> PlatformError:
    """The error for a 4xx answer `{"ok": false, "error_code", "description", "parameters"?}`."""
    words = str(answer.fields().get("description") or f"HTTP {answer.status}")
    if answer.status in {401, 404}:
        return SignInAgain(f"Telegram does not know this bot any more ({words}). Connect it again with its token.")
    if answer.status == 403 or any(each in words.lower() for each in SHUT_OUT):
        return SignInAgain(
            f"The bot may not post in this chat ({words}). Make it an administrator, then connect it again."
        )
    return Rejected(f"Telegram does not take this: {words}", code=str(answer.status))


class Telegram:
    """One message: words, a photo, a video, or an album of up to ten photos.

    Steps: `sending` {} · `posted` {id, url, words: "due" | "sending" | "done"}. An album's id is all its messages' ids
    with commas. Token.extra: chat_id, handle.
    """

    key: ClassVar[str] = "telegram"
    capabilities: ClassVar[frozenset[Capability]] = frozenset({Capability.PUBLISH, Capability.DELETE})
    safe_resend = timedelta(0)
    quotas: ClassVar[tuple[Quota, ...]] = (Quota("messages", 20, timedelta(minutes=1)),)
    settings: ClassVar[Mapping[str, str]] = {"url": "TELEGRAM_API_URL"}
    entries: ClassVar[Sequence[Entry]] = (
        Entry(
            "token",
            gettext_lazy("The bot’s token"),
            gettext_lazy("Write to @BotFather in Telegram, send /newbot, and copy what it answers."),
            secret=True,
            placeholder="110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
        ),
        Entry(
            "chat",
            gettext_lazy("Channel or group"),
            gettext_lazy("Its @name, or its number. Make the bot an administrator there first."),
            placeholder="@kesarnaturals",
        ),
    )

    def __init__(
        self,
        *,
        client: httpx.Client,
        clock: Clock,
        sleep: Sleep,  # noqa: ARG002 (nothing is processed that one would wait for)
        url: str = "https://api.telegram.org",
    ) -> None:
        self._wire = Wire(client, "Telegram", clock, refusal)
        self._url = url.rstrip("/")

    # Connecting

    def enter(self, typed: Mapping[str, str]) -> Connected:
        """Ask who the bot is, and whether it may post in the chat."""
        secret, chat = typed.get("token", "").strip(), typed.get("chat", "").strip()
        if not _is_token(secret):
            raise Rejected(_("That is no bot’s token. It looks like 110201543:AAHdqT…; copy all of it."), code="token")
        if not chat.lstrip("-").isdigit() and not chat.startswith("@"):
            chat = f"@{chat.rpartition('/')[2]}"
        try:
            bot = self._call(secret, "getMe")
            found = self._call(secret, "getChat", chat_id=chat)
            member = self._call(secret, "getChatMember", chat_id=str(found["id"]), user_id=bot["id"])
        except SignInAgain as error:
            raise Rejected(str(error), code="chat") from None
        if not _may_post(member, found):
            message = _("@%(bot)s is not an administrator of %(chat)s that may post. Make it one, then try again.")
            raise Rejected(message % {"bot": bot.get("username"), "chat": found.get("title") or chat}, code="rights")
        token = Token(secret, extra={"chat_id": str(found["id"]), "handle": _handle(found)})
        return Connected(token, self._profile(found), kind=str(found.get("type") or "chat"))

    def profile(self, token: Token) -> Profile:
        """The chat the bot posts to, with how many are in it."""
        chat = self._call(token.access, "getChat", chat_id=token.extra["chat_id"])
        count = self._call(token.access, "getChatMemberCount", chat_id=token.extra["chat_id"])
        return self._profile(chat, followers=count if isinstance(count, int) else None)

    def _profile(self, chat: Mapping[str, Any], *, followers: int | None = None) -> Profile:
        name = chat.get("username")
        title = str(chat.get("title") or name or chat["id"])
        url = f"https://t.me/{name}" if name else ""
        return Profile(str(chat["id"]), _handle(chat), title, url, followers=followers)

    def refresh(self, token: Token) -> Token:
        """The same token: it does not expire."""
        return token

    # Publishing

    def publish(self, kit: PublishKit, *, token: Token, record: Record, resume: Step | None = None) -> Published:
        """Send the message; then the words, where they are too long for its caption."""
        if resume is not None and resume.name == POSTED:
            return self._finish(kit, token, record, dict(resume.data))
        refuse_what_cannot_fit(kit, key=self.key, most=ALBUM)
        for media in kit.media:
            _refuse_too_big(media, present(media.path))
        apart = bool(kit.media) and utf16_length(kit.text) > CAPTION
        caption = "" if apart else kit.text
        record(Step(SENDING, {}))
        sent = self._send(kit, token, caption)
        named = _named(sent, token, words="due" if apart else "done")
        record(Step(POSTED, named))
        return self._finish(kit, token, record, named)

    def _send(self, kit: PublishKit, token: Token, caption: str) -> Sequence[Mapping[str, Any]]:
        asked = {"chat_id": token.extra["chat_id"], **_switches(kit)}
        if not kit.media:
            sent = self._final(token, "sendMessage", json={**asked, "text": kit.text})
        else:
            with _attached(kit.media, kit.thumbnail) as files:
                method, fields = _media_call(kit, caption)
                sent = self._final(token, method, data=_form({**asked, **fields}), files=files, timeout=UPLOAD)
        found = sent if isinstance(sent, list) else [sent]
        if not found or not all(isinstance(one, dict) and "message_id" in one for one in found):
            raise OutcomeUnknown("Telegram took the post but did not say where it is. Look whether it is there.")
        return found

    def _finish(self, kit: PublishKit, token: Token, record: Record, named: dict[str, Any]) -> Published:
        shortfalls: list[str] = []
        if named.get("words") == "sending":
            shortfalls = [_("The text follows the media as a message of its own; look whether it is there.")]
        elif named.get("words") == "due":
            shortfalls = self._add_words(kit, token, record, named)
        return Published(str(named["id"]), str(named["url"]), {"id": named["id"]}, shortfalls)

    def _add_words(self, kit: PublishKit, token: Token, record: Record, named: dict[str, Any]) -> list[str]:
        """Send the words as an answer to the media; what goes wrong with them is told, never sent twice."""
        first = int(str(named["id"]).split(",")[0])
        asked = {"chat_id": token.extra["chat_id"], "text": kit.text, **_switches(kit)}
        record(Step(POSTED, {**named, "words": "sending"}))
        try:
            self._final(token, "sendMessage", json={**asked, "reply_parameters": {"message_id": first}})
        except PlatformError as error:
            return [_("The media are there, the text is not: %(reason)s") % {"reason": error}]
        record(Step(POSTED, {**named, "words": "done"}))
        return []

    def find_published(
        self,
        kit: PublishKit,  # noqa: ARG002
        *,
        token: Token,  # noqa: ARG002
        since: datetime,  # noqa: ARG002
        resume: Step | None = None,
    ) -> Published | None:
        """Only a post that was named: a bot cannot read a chat's past."""
        if resume is not None and resume.name == POSTED:
            return Published(str(resume.data["id"]), str(resume.data["url"]), {"id": resume.data["id"]})
        raise CannotLook(_("A bot cannot look into the chat. Look whether the post is there."))

    def metrics(self, ids: Sequence[str], *, token: Token) -> dict[str, PostCounts]:  # noqa: ARG002
        """None: bots are told no numbers."""
        return {}

    def delete(self, platform_id: str, *, token: Token) -> None:
        """Delete the message, an album's all."""
        for number in platform_id.split(","):
            try:
                self._call(token.access, "deleteMessage", chat_id=token.extra["chat_id"], message_id=int(number))
            except Rejected as refused:
                if "not found" not in str(refused):
                    raise

    # The wire

    def _final(self, token: Token, method: str, **request: Any) -> Any:
        return self._ask(token.access, method, final=True, **request)

    def _call(self, secret: str, method: str, **asked: Any) -> Any:
        return self._ask(secret, method, json=asked)

    def _ask(self, secret: str, method: str, *, final: bool = False, **request: Any) -> Any:
        """The `result` of a method; the token stands in the address, so no address is ever told."""
        address = f"{self._url}/bot{secret}/{method}"
        answer = self._wire.call("POST", address, hide=(secret,), final=final, takes={BUSY}, **request)
        if answer.status == BUSY:
            raise hidden(_wait(answer), (secret,))
        fields = answer.fields()
        if fields.get("ok") is not True:
            reason = "gave an answer nobody can read"
            raise OutcomeUnknown(f"Telegram {reason}.") if final else TryLater(f"Telegram {reason}. We try again.")
        return fields.get("result")


def _is_token(secret: str) -> bool:
    number, _colon, rest = secret.partition(":")
    return number.isdigit() and len(rest) >= 30 and rest.replace("-", "").replace("_", "").isalnum()


def _may_post(member: Mapping[str, Any], chat: Mapping[str, Any]) -> bool:
    if chat.get("type") == "channel":
        return member.get("status") in MAY_POST and member.get("can_post_messages", True) is True
    return member.get("status") in MAY_POST | {"member"} or member.get("can_send_messages") is True


def _handle(chat: Mapping[str, Any]) -> str:
    return f"@{chat['username']}" if chat.get("username") else str(chat.get("title") or chat["id"])


def _wait(answer: Answer) -> TryLater:
    parameters = answer.fields().get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    after = timedelta(seconds=math.ceil(seconds)) if isinstance(seconds, int | float) else timedelta(minutes=1)
    return TryLater("Telegram asks us to slow down. The post is kept and goes out later.", after=after)


def _switches(kit: PublishKit) -> dict[str, bool]:
    given = {"disable_notification": kit.options.get("silent"), "protect_content": kit.options.get("protect")}
    return {name: True for name, value in given.items() if value}


def _refuse_too_big(media: Media, size: int) -> None:
    limits = rules("telegram").media
    most = limits.max_bytes if media.is_video else limits.max_image_bytes
    if most is not None and size > most:
        message = _("Telegram takes %(most)s MB from a bot; %(name)s has %(size)s. Make it smaller.")
        values = {"most": most // 10**6, "name": media.path.name, "size": f"{size / 10**6:.1f}"}
        raise Rejected(message % values, code="media_too_big")


@contextmanager
def _attached(media: Sequence[Media], thumbnail: Media | None) -> Iterator[dict[str, Any]]:
    """Open the files as the parts of a form: file0 …, and `thumb` for a video's still."""
    with ExitStack() as opened:
        files = {
            f"file{number}": (one.path.name, opened.enter_context(one.path.open("rb")), one.mime)
            for number, one in enumerate(media)
        }
        if thumbnail and media[0].is_video and present(thumbnail.path):
            files["thumb"] = (thumbnail.path.name, opened.enter_context(thumbnail.path.open("rb")), thumbnail.mime)
        yield files


def _media_call(kit: PublishKit, caption: str) -> tuple[str, dict[str, Any]]:
    """The method for the media, and its fields beside the chat."""
    if len(kit.media) > 1:
        items = [{"type": "photo", "media": f"attach://file{number}"} for number in range(len(kit.media))]
        if caption:
            items[0]["caption"] = caption
        return "sendMediaGroup", {"media": items}
    [media] = kit.media
    words = {"caption": caption} if caption else {}
    if not media.is_video:
        return "sendPhoto", {"photo": "attach://file0", **words}
    known = {
        "width": media.width,
        "height": media.height,
        "duration": round(media.duration) if media.duration else None,
    }
    cover = {"cover": "attach://thumb"} if kit.thumbnail else {}
    sides = {name: value for name, value in known.items() if value}
    return "sendVideo", {"video": "attach://file0", "supports_streaming": True, **sides, **cover, **words}


def _form(fields: Mapping[str, Any]) -> dict[str, str]:
    """A form's fields; what is no text is written as JSON, as the Bot API reads it."""
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}


def _named(sent: Sequence[Mapping[str, Any]], token: Token, *, words: str) -> dict[str, Any]:
    ids = [int(one["message_id"]) for one in sent]
    chat = sent[0].get("chat") or {}
    name, number = chat.get("username"), str(chat.get("id") or token.extra["chat_id"])
    place = name or f"c/{number.removeprefix('-100')}"
    return {"id": ",".join(map(str, ids)), "url": f"https://t.me/{place}/{ids[0]}", "words": words}
