"""Commands on connected accounts: connect, reconnect, check, remove."""

import datetime as dt
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import audit, tenancy
from accounts.models import Membership
from publishing.delivery import tokens
from publishing.delivery.adapters import adapter
from publishing.models import PlatformConnection, ScheduledPost
from publishing.platforms.base import Connected, Profile, Token
from publishing.practice import network
from trenddrop.core import limits

Status = PlatformConnection.Status


class ConnectedElsewhere(Exception):
    """The account is connected, but to something the member does not see."""

    def __init__(self, handle: str) -> None:
        super().__init__(
            _("%(handle)s is connected here already, for somebody else. Nothing was changed; ask the agency.")
            % {"handle": handle}
        )


def keep(
    platform: str,
    connected: Connected,
    *,
    service_url: str,
    by: Membership,
    now: dt.datetime,
    scopes: Sequence[str] = (),
) -> PlatformConnection:
    """Keep a sign-in that worked: a new connection, or the old one with everything that hangs on it."""
    with tenancy.of_member(by):
        account = connected.profile
        row = PlatformConnection.objects.filter(
            organization_id=by.organization_id, platform=platform, account_id=account.id
        ).first()
        if row is None:
            limits.require(by.organization_id, "connections")
        action = "connection.renewed" if row else "connection.made"
        row = row or PlatformConnection(
            organization_id=by.organization_id, client_id=by.works_for_id, platform=platform, account_id=account.id
        )
        _write(row, connected, service_url=service_url, now=now)
        row.scopes, row.connected_by = list(scopes), by.user
        _save(row)
        audit.record(action, row, organization_id=by.organization_id, by=by, platform=platform, handle=account.handle)
    return row


def _save(row: PlatformConnection) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:  # the row is there, and not this member's to see
        raise ConnectedElsewhere(row.handle) from error


def _write(row: PlatformConnection, connected: Connected, *, service_url: str, now: dt.datetime) -> None:
    token, account = connected.token, connected.profile
    row.handle, row.display_name = account.handle, account.name
    row.service_url = service_url
    row.access_token, row.refresh_token = token.access, token.refresh
    row.expires_at, row.extra = token.expires_at, dict(token.extra)
    row.token_version += 1
    row.status, row.last_error = Status.ACTIVE, ""
    row.refreshing_until = row.hold_until = None
    row.last_checked_at = now


def connect_practice(*, name: str, by: Membership, now: dt.datetime) -> PlatformConnection:
    """Open (or open again) an account on the practice network; no call leaves the process."""
    handle = network.handle_for(name)
    with tenancy.of_member(by):
        account, token = network.open_account(
            organization_id=by.organization_id, client_id=by.works_for_id, handle=handle, display_name=name
        )
    profile = Profile(id=account.pk.hex, handle=f"@{handle}", name=name, url="")
    return keep("practice", Connected(Token(token), profile), service_url=network.address(), by=by, now=now)


def check(connection: PlatformConnection, *, by: Membership, now: dt.datetime) -> Profile:
    """Ask the platform whose account it is; raises the adapters' errors. Call outside a transaction."""
    token = tokens.fresh(connection, now=now)
    profile = adapter(connection.platform).profile(token)
    with tenancy.of_member(by):
        PlatformConnection.objects.filter(pk=connection.pk).update(
            last_checked_at=now, handle=profile.handle, display_name=profile.name, last_error=""
        )
    return profile


def remove(connection: PlatformConnection, *, by: Membership, now: dt.datetime) -> int:
    """Forget the account's secrets and cancel what was planned there; what is live stays, with its numbers."""
    planned = ScheduledPost.objects.filter(connection=connection, status=ScheduledPost.Status.SCHEDULED)
    count = planned.update(status=ScheduledPost.Status.CANCELLED, error=_("The account was removed."), updated_at=now)
    connection.status, connection.last_error = Status.REMOVED, ""
    connection.access_token = connection.refresh_token = None
    connection.token_version += 1
    connection.save()
    audit.record("connection.removed", connection, organization_id=by.organization_id, by=by, cancelled=count)
    return count
