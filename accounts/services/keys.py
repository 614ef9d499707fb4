"""Commands on API keys: make, use, revoke."""

import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Collection
from hmac import compare_digest

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import audit, tenancy
from accounts.models import ApiKey, Membership
from accounts.permissions import PERMISSIONS, allows, granted

TEXT = re.compile(r"td_[0-9A-Za-z]{8}_[0-9A-Za-z_-]{43}")
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
PREFIX = 11  # letters of the text that are shown
MOST = 20  # usable keys of one member
NOTED = dt.timedelta(minutes=1)  # how exactly the last use is known
# What no key may, whoever made it: with these it could outlive being revoked, or take the organisation along.
NEVER = frozenset({"keys.manage", "members.manage", "organization.transfer", "organization.delete"})
SCOPES = tuple(name for name in PERMISSIONS if name not in NEVER)


class CannotMakeKey(Exception):
    """The key was not made; the message says why."""


class NotYours(Exception):
    """Somebody else's key."""

    def __init__(self) -> None:
        super().__init__(_("This is another member's key. Only they, or whoever manages keys, can revoke it."))


def make(
    *, name: str, scopes: Collection[str], expires_at: dt.datetime | None, by: Membership, now: dt.datetime
) -> tuple[ApiKey, str]:
    """Make a key and return it with its text, which is known to nobody afterwards. Raise CannotMakeKey."""
    _require_scopes(scopes, by)
    if expires_at is not None and expires_at <= now:
        raise CannotMakeKey(_("That time is over. Choose a later one; no key was made."))
    if _usable(by, now).count() >= MOST:
        raise CannotMakeKey(_("You have %(most)s keys already. Revoke one first; no key was made.") % {"most": MOST})
    text = f"td_{''.join(secrets.choice(LETTERS) for _each in range(8))}_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        organization_id=by.organization_id,
        membership=by,
        name=name,
        prefix=text[:PREFIX],
        hash=digest(text),
        scopes=[scope for scope in PERMISSIONS if scope in set(scopes)],
        expires_at=expires_at,
    )
    audit.record("key.made", key, organization_id=by.organization_id, by=by, prefix=key.prefix, scopes=key.scopes)
    return key, text


def _require_scopes(scopes: Collection[str], by: Membership) -> None:
    if not scopes:
        raise CannotMakeKey(_("Choose at least one thing the key may do. No key was made."))
    beyond = set(scopes) - set(SCOPES) | set(scopes) - granted(by.role, by.permission_overrides)
    if beyond:
        words = _("A key may do at most what you may, and never this: %(names)s. No key was made.")
        raise CannotMakeKey(words % {"names": ", ".join(sorted(beyond))})


def _usable(by: Membership, now: dt.datetime) -> QuerySet[ApiKey]:
    mine = ApiKey.objects.visible_to(by).filter(membership=by, revoked_at=None)
    return mine.filter(expires_at=None) | mine.filter(expires_at__gt=now)


def digest(text: str) -> str:
    """Return the hash that is kept; the text has 256 random bits, so that a fast one is enough."""
    return hashlib.sha256(text.encode()).hexdigest()


def revoke(key: ApiKey, *, by: Membership, now: dt.datetime) -> ApiKey:
    """End a key at once; one that has ended stays as it is. Raise NotYours."""
    if key.membership_id != by.pk and not allows(by.role, by.permission_overrides, "keys.manage"):
        raise NotYours
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now, updated_at=now):
        key.revoked_at = now
        audit.record("key.revoked", key, organization_id=key.organization_id, by=by, prefix=key.prefix)
    return key


def keys_of(membership: Membership, *, is_key: bool = False) -> QuerySet[ApiKey]:
    """Return the keys a member may see: their own, or everybody's for whoever manages keys, which no key does."""
    rows = ApiKey.objects.visible_to(membership).select_related("membership__user")
    everybody = not is_key and allows(membership.role, membership.permission_overrides, "keys.manage")
    return rows if everybody else rows.filter(membership=membership)


def use(text: str, *, ip: str | None, now: dt.datetime) -> ApiKey | None:
    """Return the key with this text if it opens anything, and note that it was used."""
    if not TEXT.fullmatch(text):
        return None
    with tenancy.operator():
        found = ApiKey.objects.filter(prefix=text[:PREFIX]).select_related(
            "membership__user", "membership__organization", "membership__client"
        )
        key = found.first()
        if key is None or not compare_digest(key.hash, digest(text)) or not _opens(key, now):
            return None
        if key.last_used_at is None or key.last_used_at < now - NOTED:
            ApiKey.objects.filter(pk=key.pk).update(last_used_at=now, last_used_ip=ip)
    return key


def _opens(key: ApiKey, now: dt.datetime) -> bool:
    """A key ends with itself, and with its member, person and organisation."""
    member = key.membership
    return (
        key.is_usable(now)
        and member.status == Membership.Status.ACTIVE
        and member.user.is_active
        and member.organization.deleted_at is None
        and (member.client is None or member.client.deleted_at is None)
    )
