"""Messages that people were asked to sign: each once, for five minutes, by the same person in the same session.

They are kept in Redis, which forgets them by itself and hands each out to one asker only.
"""

import json
import secrets
import string
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.utils.translation import gettext as _

from accounts.evm.answers import NotProved, Offer
from trenddrop.core import rates

VALID = timedelta(minutes=5)
LETTERS = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Asker:
    """Who asked: a person, in one of their sessions."""

    user_id: str
    session: str


def new_nonce() -> str:
    """Return a number used once (about 119 bits)."""
    return "".join(secrets.choice(LETTERS) for _place in range(20))


def keep(offer: Offer, *, asker: Asker) -> None:
    """Remember what was offered to whom."""
    kept = {"asker": asdict(asker), "offer": asdict(offer)}
    try:
        _redis().set(_place(offer.nonce), json.dumps(kept, default=datetime.isoformat), ex=VALID)
    except redis.RedisError as error:
        raise _unavailable() from error


def find(nonce: str, *, asker: Asker) -> Offer:
    """Return an offer that is still open for this asker; raise NotProved."""
    try:
        return _read(_redis().get(_place(nonce)), asker)
    except redis.RedisError as error:
        raise _unavailable() from error


def use(nonce: str, *, asker: Asker) -> None:
    """Use it up; of two who come at once, one gets it."""
    try:
        _read(_redis().getdel(_place(nonce)), asker)
    except redis.RedisError as error:
        raise _unavailable() from error


def _read(kept: object, asker: Asker) -> Offer:
    if not isinstance(kept, bytes):
        raise NotProved(_("This message was used already, or is older than five minutes. Make a new one."))
    found = json.loads(kept)
    if found["asker"] != asdict(asker):
        raise NotProved(_("This message was made for somebody else, or before you signed in again. Make a new one."))
    times = {name: datetime.fromisoformat(found["offer"][name]) for name in ("issued_at", "expires_at")}
    return Offer(**found["offer"] | times)


def _unavailable() -> NotProved:
    return NotProved(_("Wallets cannot be checked right now, and it is our fault. Try again in a minute."))


def _redis() -> redis.Redis:
    return rates.connection(settings.REDIS_URL)


def _place(nonce: str) -> str:
    return f"{settings.REDIS_PREFIX}:wallet:{nonce}"
