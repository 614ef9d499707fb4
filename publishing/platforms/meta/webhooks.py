"""What Meta tells by itself: the handshake, signatures over the raw body, entries, and signed requests of a person."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from publishing.platforms.hearing import ONE_APP, Delivery, Heard, News, NotGenuine

Fields = Mapping[str, Any]
# Facts of one change: (account, field, value, when told).
Read = Callable[[str, str, Fields, datetime | None], Heard | None]
ABOUT_ERASURE = "deletion"
BY_FACEBOOK = ("facebook", "instagram")


@dataclass(frozen=True)
class MetaHooks:
    """One product's webhook. `secrets`: those of the apps that may sign; reports differ which one does.

    `one_app`: the platforms whose accounts the same app opens. It has one address in Meta's console for what a person
    asks, which names whoever consented and no platform.
    """

    secrets: Sequence[str]
    verify_token: str
    read: Read
    one_app: Sequence[str] = ()

    def greet(self, delivery: Delivery) -> str | None:
        """The challenge, when the token we set in Meta's console comes with it."""
        given = delivery.query.get("hub.verify_token", "")
        known = bool(self.verify_token) and hmac.compare_digest(given.encode(), self.verify_token.encode())
        return delivery.query.get("hub.challenge") if known and delivery.query.get("hub.mode") == "subscribe" else None

    def hear(self, delivery: Delivery) -> list[Heard]:
        """The facts of a delivery: entries, or a person's request to be forgotten (`?about=deletion`) or signed out."""
        if delivery.body.startswith(b"signed_request="):
            return [self._person(delivery)]
        self._verify(delivery)
        try:
            told = json.loads(delivery.body)
        except ValueError as error:
            raise NotGenuine("the body is no JSON") from error
        return [heard for change in changes(told) if (heard := self.read(*change)) is not None]

    def answer(self, heard: Sequence[Heard], *, address: str) -> tuple[str, str]:
        """Where a request to erase can be followed, else a word."""
        for one in heard:
            if one.news is News.ERASE:
                return json.dumps({"url": address, "confirmation_code": digest(one.key)}), "application/json"
        return "EVENT_RECEIVED", "text/plain"

    def _verify(self, delivery: Delivery) -> None:
        given = delivery.headers.get("x-hub-signature-256", "")
        signed = [f"sha256={_hmac(secret, delivery.body).hex()}" for secret in self.secrets if secret]
        if not any(hmac.compare_digest(given.encode(), one.encode()) for one in signed):
            raise NotGenuine("the signature does not fit")

    def _person(self, delivery: Delivery) -> Heard:
        told = self._opened(parse_qs(delivery.body.decode("latin-1")).get("signed_request", [""])[0])
        person, issued = str(told.get("user_id") or ""), told.get("issued_at")
        news = News.ERASE if delivery.query.get("about") == ABOUT_ERASURE else News.SIGNED_OUT
        data = {ONE_APP: list(self.one_app)} if self.one_app else {}
        return Heard(news, f"{news}:{person}:{issued or ''}", person, at=moment(issued), data=data)

    def _opened(self, signed: str) -> Fields:
        signature, _dot, payload = signed.partition(".")
        given = _b64(signature)
        if not payload or not any(
            hmac.compare_digest(given, _hmac(one, payload.encode())) for one in self.secrets if one
        ):
            raise NotGenuine("the signed request does not fit")
        try:
            told = json.loads(_b64(payload))
        except ValueError as error:
            raise NotGenuine("the signed request holds no JSON") from error
        return told if isinstance(told, dict) else {}


class CalledByMeta:
    """An adapter that Meta calls: comments, mentions, numbers; deauthorisations and requests to erase."""

    _hooks: MetaHooks

    def greet(self, delivery: Delivery) -> str | None:
        """Meta's challenge."""
        return self._hooks.greet(delivery)

    def hear(self, delivery: Delivery) -> Sequence[Heard]:
        """The facts of a delivery that Meta signed."""
        return self._hooks.hear(delivery)

    def answer(self, heard: Sequence[Heard], *, address: str) -> tuple[str, str]:
        """A word, or where a request to erase can be followed."""
        return self._hooks.answer(heard, address=address)


def changes(told: Any) -> Iterator[tuple[str, str, Fields, datetime | None]]:
    """Each change of a delivery, in Meta's two spellings: `entry[].changes[]`, and Threads' `values`."""
    if not isinstance(told, dict):
        return
    if isinstance(told.get("values"), dict):
        yield from _of(str(told.get("target_id") or ""), told.get("time"), [told["values"]])
    for entry in told.get("entry") or ():
        if isinstance(entry, dict):
            yield from _of(str(entry.get("id") or ""), entry.get("time"), entry.get("changes") or ())


def _of(account: str, time: Any, rows: Iterable[Any]) -> Iterator[tuple[str, str, Fields, datetime | None]]:
    for change in rows:
        if isinstance(change, dict) and isinstance(change.get("value"), dict):
            yield account, str(change.get("field") or ""), change["value"], moment(time)


def engagement(
    account: str, *, kind: str, key: str, post_id: str, at: datetime | None, user: str = "", text: str = ""
) -> Heard:
    """Somebody did something with a post of the account."""
    data = {"kind": kind, "user": user, "text": text}
    return Heard(
        News.ENGAGEMENT, key, account, post_id, at=at, data={name: each for name, each in data.items() if each}
    )


def digest(words: str) -> str:
    """A short name for something long."""
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def moment(seconds: Any) -> datetime | None:
    """A Unix time, in seconds or (some products) thousandths."""
    try:
        number = float(seconds)
        return datetime.fromtimestamp(number / 1000 if number > 10**11 else number, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _hmac(secret: str, content: bytes) -> bytes:
    return hmac.new(secret.encode(), content, hashlib.sha256).digest()


def _b64(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as error:
        raise NotGenuine("it is no base64") from error
