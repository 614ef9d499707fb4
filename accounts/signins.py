"""With what a person signs in, and where they are signed in now: what the security page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts import devices
from accounts.models import User

Type = Authenticator.Type
BEING_MADE = timedelta(hours=1)  # a session is stored at the end of the request that made it


@dataclass(frozen=True)
class Key:
    """A passkey, or a security key that only comes second."""

    pk: int
    name: str
    is_passkey: bool
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True)
class Device:
    """One open session."""

    pk: int
    name: str
    is_phone: bool
    is_this: bool
    ip: str
    since: datetime
    last_seen_at: datetime


@dataclass(frozen=True)
class Elsewhere:
    """An account elsewhere that opens the door here."""

    pk: int
    provider: str
    name: str


@dataclass(frozen=True)
class Factors:
    """Everything beside the password."""

    keys: Sequence[Key]
    has_app: bool
    codes_left: int | None

    @property
    def any(self) -> bool:
        """Whether signing in takes more than a password."""
        return bool(self.keys) or self.has_app


def factors(user: User) -> Factors:
    """Return a person's keys, whether there is an app, and how many recovery codes are left (None: no codes)."""
    rows = list(Authenticator.objects.filter(user=user).order_by("created_at"))
    codes = next((row for row in rows if row.type == Type.RECOVERY_CODES), None)
    return Factors(
        keys=[_key(row) for row in rows if row.type == Type.WEBAUTHN],
        has_app=any(row.type == Type.TOTP for row in rows),
        codes_left=len(codes.wrap().get_unused_codes()) if codes else None,
    )


def _key(row: Authenticator) -> Key:
    found = row.wrap()
    return Key(row.pk, found.name, found.is_passwordless is True, row.created_at, row.last_used_at)


def sessions(user: User) -> Any:
    """Return a person's open sessions, the last used first."""
    open_ones = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return UserSession.objects.filter(user=user, session_key__in=open_ones).order_by("-last_seen_at")


def forget_over(*, now: datetime) -> int:
    """Remove sessions that are over, and what is known of their browsers (address, name); return how many."""
    over = Session.objects.filter(expire_date__lte=now).delete()[0]
    of_nobody = ~Exists(Session.objects.filter(session_key=OuterRef("session_key")))
    UserSession.objects.filter(of_nobody, created_at__lt=now - BEING_MADE).delete()
    return int(over)


def open_devices(user: User, *, current: str | None) -> list[Device]:
    """Return the sessions in words, this one first."""
    found = [
        Device(
            row.pk,
            devices.name(row.user_agent),
            devices.is_phone(row.user_agent),
            row.session_key == current,
            row.ip,
            row.created_at,
            row.last_seen_at,
        )
        for row in sessions(user)[:50]
    ]
    return sorted(found, key=lambda device: not device.is_this)


def elsewhere(user: User) -> list[Elsewhere]:
    """Return the accounts elsewhere that are connected."""
    return [
        Elsewhere(row.pk, row.provider, str(row.extra_data.get("email") or row.uid))
        for row in SocialAccount.objects.filter(user=user).order_by("pk")
    ]
