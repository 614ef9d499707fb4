"""Signing in as people do it: through the pages, with what the mails say."""

import re
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests.cast import PASSWORD

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"


def browser(agent: str = FIREFOX) -> Client:
    """A browser nobody has used yet."""
    return Client(headers={"User-Agent": agent})


def sign_in(email: str, *, agent: str = FIREFOX, password: str = PASSWORD) -> Client:
    """Sign in with a password; a second factor may still be asked."""
    client = browser(agent)
    client.post("/accounts/login/", {"login": email, "password": password})
    return client


def is_in(client: Client) -> bool:
    """Say whether the browser is signed in."""
    return client.get("/settings/").status_code == 200


def prove(client: Client, password: str = PASSWORD) -> None:
    """Say once more who one is, as pages ask that change how one signs in."""
    answer = client.post("/accounts/reauthenticate/", {"password": password})
    assert answer.status_code == 302, answer.content


def confirmed(user: User) -> User:
    """Let the person's address be confirmed."""
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    return user


def code_in(mail: Any) -> str:
    """Return the code a mail holds, alone on its line."""
    found = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", mail.body, re.MULTILINE)
    assert found, mail.body
    return found[1]


def app_code(secret: str) -> str:
    """Return what an authenticator app shows now."""
    counters = list(totp.yield_hotp_counters_from_time())  # as far as clocks may differ; now is in the middle
    return str(totp.format_hotp_value(totp.hotp_value(secret, counters[len(counters) // 2])))


def forget_used_codes() -> None:
    """As if time had passed: a code counts once in its half minute."""
    cache.clear()


def set_up_app(client: Client) -> str:
    """Switch an authenticator app on through the pages; its secret."""
    prove(client)
    page = client.get("/accounts/2fa/totp/activate/")
    secret = str(page.context["form"].secret)
    answer = client.post("/accounts/2fa/totp/activate/", {"code": app_code(secret)})
    assert answer.status_code == 302, answer.content
    return secret


def has_app(user: User) -> bool:
    """Say whether an authenticator app stands."""
    return bool(Authenticator.objects.filter(user=user, type="totp").exists())
