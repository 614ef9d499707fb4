"""Tokens: read, refreshed by one worker at a time, committed before they are used, lost only when that is certain.

Refresh tokens rotate: spending one twice can end the account's whole authorisation. So whoever refreshes first
takes a short lease on the row (under its lock), calls outside of the lock, and commits the new pair; everybody
else waits for that pair.
"""

import datetime as dt
import time
import uuid
from zlib import crc32

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit, notifications, tenancy
from accounts.models import Notification
from publishing.delivery.adapters import adapter
from publishing.models import PlatformConnection
from publishing.platforms.base import OutcomeUnknown, PlatformError, Rejected, SignInAgain, Sleep, Token, TryLater
from trenddrop.core.crypto import SecretUnreadable

MARGIN = dt.timedelta(minutes=5)
REFRESH_LEASE = dt.timedelta(seconds=90)
GLANCE = 0.1
# Renewed when between 75 and 80 % of its life is over, so that what was connected together is not renewed together.
LATEST, SPREAD = 0.8, 0.05
PATIENCE = (dt.timedelta(minutes=1), dt.timedelta(hours=6))
Status = PlatformConnection.Status


def token_of(connection: PlatformConnection) -> Token:
    """Return the connection's token, opened; SignInAgain when its secret cannot be opened."""
    try:
        return Token(
            access=connection.access_token.open(),
            refresh=connection.refresh_token.open(),
            expires_at=connection.expires_at,
            extra={name: str(value) for name, value in connection.extra.items()},
        )
    except SecretUnreadable as error:
        raise SignInAgain(str(error)) from error


def renewal(row: PlatformConnection, *, now: dt.datetime) -> dt.datetime | None:
    """Return when a sign-in got now is renewed ahead of its end; None where it has no end."""
    if row.expires_at is None or row.expires_at <= now:
        return None
    share = crc32(f"{row.pk}:{row.token_version}".encode()) / 2**32
    return now + (row.expires_at - now) * (LATEST - SPREAD * share)


def ends_at(token: Token) -> dt.datetime | None:
    """Return until when a token can be renewed, where its platform told (`extra["ends_at"]`, ISO)."""
    return parse_datetime(token.extra.get("ends_at", ""))


def fresh(
    connection: PlatformConnection,
    *,
    now: dt.datetime,
    refused: Token | None = None,
    even_paused: bool = False,
    sleep: Sleep = time.sleep,
) -> Token:
    """Return a token that is good for the next minutes; `refused` is one the platform no longer takes.

    Of a paused account only with `even_paused`: to take back what waits there.

    Raises SignInAgain (the connection is lost, and its people told) or TryLater. Call outside of transactions.
    """
    waited = dt.timedelta()
    while waited < REFRESH_LEASE:
        row, is_mine = _look(connection, now=now + waited, refused=refused, even_paused=even_paused)
        if is_mine or not _must_be_new(row, now=now + waited, refused=refused):
            token = _refresh(row, now=now + waited, is_urgent=refused is not None) if is_mine else token_of(row)
            connection.token_version = row.token_version
            return token
        sleep(GLANCE)
        waited += dt.timedelta(seconds=GLANCE)
    raise TryLater(_("Another worker is still renewing the sign-in of this account. We try again."))


def _look(
    connection: PlatformConnection, *, now: dt.datetime, refused: Token | None, even_paused: bool
) -> tuple[PlatformConnection, bool]:
    """Read the row under its lock, and take the lease when a refresh is due and nobody is at it."""
    with tenancy.of_organization(connection.organization_id):
        row = PlatformConnection.objects.select_for_update().get(pk=connection.pk)
        if row.status != Status.ACTIVE and not (even_paused and row.status == Status.PAUSED):
            raise SignInAgain(row.last_error or _not_active(row))
        is_free = row.refreshing_until is None or row.refreshing_until <= now
        is_mine = is_free and _is_due(row, now=now, refused=refused)
        if is_mine:
            row.refreshing_until = now + REFRESH_LEASE
            row.save(update_fields=["refreshing_until"])
    return row, is_mine


def _not_active(row: PlatformConnection) -> str:
    if row.status == Status.PAUSED:
        return _("This account is paused. Resume it first.")
    return _("This account must be connected again.")


def _is_due(row: PlatformConnection, *, now: dt.datetime, refused: Token | None) -> bool:
    is_ahead = row.refresh_at is not None and row.refresh_at <= now
    return is_ahead or _must_be_new(row, now=now, refused=refused)


def _must_be_new(row: PlatformConnection, *, now: dt.datetime, refused: Token | None) -> bool:
    """Say whether the token there is cannot be used any more: else nobody waits for who renews it ahead of time."""
    if refused is not None and row.access_token and token_of(row).access == refused.access:
        return True
    return bool(row.refresh_token) and row.expires_at is not None and row.expires_at - now <= MARGIN


def _refresh(row: PlatformConnection, *, now: dt.datetime, is_urgent: bool) -> Token:
    old = token_of(row)
    try:
        new = adapter(row.platform).refresh(old)
        if is_urgent and new.access == old.access:
            raise SignInAgain(
                _("The platform no longer takes this sign-in. Posts are kept; connect the account again.")
            )
    except SignInAgain as error:
        return _given_up(row, error, now=now)
    except (TryLater, OutcomeUnknown, Rejected) as error:
        _release(row, now=now)
        if not is_urgent and old.expires_at is not None and old.expires_at > now:
            return old
        raise TryLater(str(error), after=getattr(error, "after", None)) from error
    return _keep(row, old, new, now=now)


def _keep(row: PlatformConnection, old: Token, new: Token, *, now: dt.datetime) -> Token:
    """Commit the new pair, unless somebody connected anew meanwhile: then theirs counts."""
    with tenancy.of_organization(row.organization_id):
        current = PlatformConnection.objects.select_for_update().get(pk=row.pk)
        if current.token_version != row.token_version:
            row.token_version = current.token_version
            return token_of(current)
        current.access_token, current.refresh_token = new.access, new.refresh
        current.expires_at, current.extra = new.expires_at, {**current.extra, **new.extra}
        current.token_version += 1
        current.refreshing_until = None
        # A platform that gave the same one back has no other to give: it lasts until its end.
        renews = (new.access, new.expires_at) != (old.access, old.expires_at)
        current.refresh_at = renewal(current, now=now) if renews else None
        current.refresh_ends_at = ends_at(new) or current.refresh_ends_at
        current.save()
        row.token_version = current.token_version
    return new


def _release(row: PlatformConnection, *, now: dt.datetime) -> None:
    """Let others try; one that is renewed ahead of time is tried again when a tenth of what is left has passed."""
    again = None
    if row.refresh_at is not None and row.expires_at is not None:
        again = now + min(max((row.expires_at - now) / 10, PATIENCE[0]), PATIENCE[1])
    with tenancy.of_organization(row.organization_id):
        held = PlatformConnection.objects.filter(pk=row.pk, token_version=row.token_version)
        held.update(refreshing_until=None, refresh_at=again)


def _given_up(row: PlatformConnection, error: PlatformError, *, now: dt.datetime) -> Token:
    """The refresh token was refused: use what somebody else wrote meanwhile, else the connection is lost."""
    lost = lose(row, str(error), now=now)
    if lost:
        raise error
    with tenancy.of_organization(row.organization_id):
        current = PlatformConnection.objects.get(pk=row.pk)
        row.token_version = current.token_version
        return token_of(current)


def lose(connection: PlatformConnection, reason: str, *, now: dt.datetime) -> bool:
    """Mark the account as signed out and tell its people; False when it was connected anew since it was read."""
    with tenancy.of_organization(connection.organization_id):
        held = PlatformConnection.objects.filter(
            pk=connection.pk, token_version=connection.token_version, status=Status.ACTIVE
        )
        changed = held.update(
            status=Status.NEEDS_RECONNECT, last_error=reason, refreshing_until=None, last_checked_at=now
        )
        if not changed:
            return PlatformConnection.objects.filter(pk=connection.pk, token_version=connection.token_version).exists()
        audit.record("connection.lost", connection, organization_id=connection.organization_id, by=None, reason=reason)
        _tell_lost(connection, reason, organization_id=connection.organization_id)
    return True


def _tell_lost(connection: PlatformConnection, reason: str, *, organization_id: uuid.UUID) -> None:
    notifications.notify(
        notifications.people_who_may(
            "connections.manage", organization_id=organization_id, client_id=connection.client_id
        ),
        Notification.Kind.CONNECTION_LOST,
        organization_id=organization_id,
        title=notifications.words(gettext_lazy("%(handle)s must be connected again"), handle=connection.handle),
        message=notifications.words(
            gettext_lazy("%(reason)s Its planned posts wait; one whose time passes meanwhile is kept, not sent late."),
            reason=reason,
        ),
        link=reverse("connections"),
    )
