"""The links in mails by which whoever holds one stops such mails, without signing in.

A link is signed: it names one person and what it stops, lasts two years, and is good for nothing else.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import Notification, User

SALT = "accounts.unsubscribe"
LASTS = dt.timedelta(days=730)
DIGEST, ALL = "digest", "all"


class NotALink(Exception):
    """The link was not made here, was changed, or is too old."""


@dataclass(frozen=True)
class Link:
    """Whose mails a link stops, and which: a kind, the digest, or all."""

    user_id: uuid.UUID
    what: str


def token_for(person: User, what: str) -> str:
    """Sign a link's content."""
    return signing.dumps([person.pk.hex, what], salt=SALT)


def address_for(person: User, what: str) -> str:
    """Return the whole address for a mail."""
    return f"{settings.SITE_URL.rstrip('/')}{reverse('unsubscribe', args=[token_for(person, what)])}"


def read(token: str) -> Link:
    """Return what a link says, or raise NotALink."""
    try:
        key, what = signing.loads(token, salt=SALT, max_age=LASTS)
        link = Link(uuid.UUID(hex=key), str(what))
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NotALink from error
    if link.what not in {DIGEST, ALL, *Notification.Kind.values}:
        raise NotALink
    return link


def headers(person: User, what: str) -> dict[str, str]:
    """Return the headers by which mail programs offer the same with one click (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{address_for(person, what)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
