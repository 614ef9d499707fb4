"""Commands on phone numbers: a code goes out, and comes back."""

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.core.cache import cache
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from accounts.doors import Limit, require
from accounts.models import User
from trenddrop.core import sms

LIFETIME = timedelta(minutes=10)
ATTEMPTS = 5
CODES = Limit(5, timedelta(hours=1))
DIGITS = 6
E164 = re.compile(r"\+[1-9][0-9]{7,14}")
# Whoever leaves the country out means their own; for the rest the number says it.
DIALLING = {"IN": "91", "US": "1", "CA": "1", "GB": "44", "AE": "971", "SG": "65", "PT": "351", "DE": "49", "AU": "61"}


class NotANumber(Exception):
    """What was typed is no phone number."""

    def __init__(self) -> None:
        super().__init__(_("This is not a phone number. Type it with its country code, such as +91 98765 43210."))


class CodeExpired(Exception):
    """There is no code to compare with: too old, used, or tried too often."""

    def __init__(self) -> None:
        super().__init__(_("This code is too old, or was tried too often. Ask for a new one; your number stays."))


class WrongCode(Exception):
    """The code is another one."""

    def __init__(self, left: int) -> None:
        super().__init__(_("That is not the code. Tries left: %(n)s.") % {"n": left})


@dataclass(frozen=True)
class Pending:
    """A number that waits for its code."""

    number: str
    digest: str


def normalize(typed: str, *, country: str) -> str:
    """Return the number as +…digits (E.164); raise NotANumber."""
    bare = re.sub(r"[\s().\-/]", "", typed)
    if bare.startswith("00"):
        bare = f"+{bare[2:]}"
    if not bare.startswith("+") and country in DIALLING:
        bare = f"+{DIALLING[country]}{bare.lstrip('0')}"
    if not E164.fullmatch(bare):
        raise NotANumber
    return bare


def send_code(user: User, *, number: str) -> None:
    """Send a code to the number; the one sent before is worth nothing from then on. Call outside a transaction."""
    require("phone-codes", str(user.pk), CODES)
    require("phone-number", number, CODES)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    seconds = int(LIFETIME.total_seconds())
    cache.set(_place(user), Pending(number, _digest(user, number, code)), timeout=seconds)
    cache.set(_tries(user), 0, timeout=seconds)
    sms.sender().send(
        to=number, text=_("%(code)s is your code for TrendDrop. Nobody of ours will ask you for it.") % {"code": code}
    )


def pending_number(user: User) -> str | None:
    """Return the number that waits for its code."""
    found: Pending | None = cache.get(_place(user))
    return found.number if found else None


def verify(user: User, *, code: str) -> None:
    """Take the number over when the code is right; raise WrongCode or CodeExpired."""
    pending: Pending | None = cache.get(_place(user))
    tries = _count_try(user)
    if pending is None or tries is None or tries > ATTEMPTS:
        forget(user)
        raise CodeExpired
    if not constant_time_compare(pending.digest, _digest(user, pending.number, re.sub(r"\D", "", code))):
        if tries == ATTEMPTS:
            forget(user)
        raise WrongCode(ATTEMPTS - tries)
    forget(user)
    user.phone, user.phone_verified = pending.number, True
    user.save(update_fields=["phone", "phone_verified", "updated_at"])


def remove(user: User) -> None:
    """Forget a person's number."""
    forget(user)
    user.phone, user.phone_verified = "", False
    user.save(update_fields=["phone", "phone_verified", "updated_at"])


def forget(user: User) -> None:
    """Drop what waits for a code."""
    cache.delete_many([_place(user), _tries(user)])


def _count_try(user: User) -> int | None:
    try:
        return int(cache.incr(_tries(user)))
    except ValueError:
        return None


def _place(user: User) -> str:
    return f"phone-code:{user.pk}"


def _tries(user: User) -> str:
    return f"phone-tries:{user.pk}"


def _digest(user: User, number: str, code: str) -> str:
    return salted_hmac("accounts.phones", f"{user.pk}|{number}|{code}", algorithm="sha256").hexdigest()
