"""Asking platforms to tell us of an account: on connecting, again at 80 % of the lease, no more once it is removed."""

import datetime as dt
import secrets
from functools import partial
from typing import Any

import structlog
from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts import tenancy
from publishing.delivery import tokens
from publishing.delivery.adapters import adapter
from publishing.delivery.claiming import outside_transactions
from publishing.models import Listening, PlatformConnection
from publishing.platforms import platform_keys
from publishing.platforms.base import PlatformError, Rejected
from publishing.platforms.hearing import Subscribes
from trenddrop.core import rounds

log = structlog.get_logger(__name__)

Status = PlatformConnection.Status
RENEW_AT = 0.8  # of the lease
TRY_AGAIN = dt.timedelta(hours=1)
BATCH = 50


def listen_due(*, now: dt.datetime) -> int:
    """Ask for every account that nobody listens to yet, or whose lease runs out; return how many were asked for."""
    outside_transactions()
    if not is_reachable():
        return 0
    keys = [key for key in platform_keys() if isinstance(_adapter(key), Subscribes)]
    with tenancy.operator():
        rows = list(_due(keys, now=now).select_related("listening")[:BATCH])
    return sum(rounds.each(rows, partial(_listen, now=now)))


def is_reachable() -> bool:
    """Say whether a platform could call us: they want https."""
    return str(settings.SITE_URL).startswith("https://")


def _adapter(key: str) -> object:
    try:
        return adapter(key)
    except Rejected:
        return None


def _due(keys: list[str], *, now: dt.datetime) -> QuerySet[PlatformConnection]:
    wanted = Q(listening=None) | Q(listening__renew_at__lte=now)
    return PlatformConnection.objects.filter(wanted, platform__in=keys, status=Status.ACTIVE).order_by("created_at")


def _listen(connection: PlatformConnection, *, now: dt.datetime) -> int:
    platform = _adapter(connection.platform)
    if not isinstance(platform, Subscribes):
        return 0
    listening = _row(connection, now=now)
    try:
        token = tokens.fresh(connection, now=now)
        asked = platform.subscribe(
            connection.account_id, token=token, callback=callback(listening, connection), secret=listening.secret.open()
        )
    except PlatformError as error:
        log.warning("not listening", connection=str(connection.pk), reason=str(error))
        _write(listening, error=str(error), renew_at=now + TRY_AGAIN)
        return 0
    _write(listening, topic=asked.topic[:500], error="", **renewal(asked.lease, now=now))
    return 1


def _row(connection: PlatformConnection, *, now: dt.datetime) -> Listening:
    """Return the account's row, with its secret; it is there before the platform asks back."""
    with tenancy.of_organization(connection.organization_id):
        found, _made = Listening.objects.get_or_create(
            connection=connection,
            defaults={
                "organization_id": connection.organization_id,
                "secret": secrets.token_urlsafe(24),
                "renew_at": now + TRY_AGAIN,
            },
        )
    return found


def _write(listening: Listening, **changes: Any) -> None:
    with tenancy.of_organization(listening.organization_id):
        Listening.objects.filter(pk=listening.pk).update(**changes)


def renewal(lease: dt.timedelta | None, *, now: dt.datetime) -> dict[str, dt.datetime | None]:
    """Return until when a lease holds, and when to renew it; both empty where it has no end."""
    if lease is None:
        return {"lease_ends_at": None, "renew_at": None}
    return {"lease_ends_at": now + lease, "renew_at": now + lease * RENEW_AT}


def callback(listening: Listening, connection: PlatformConnection) -> str:
    """Return the address at which one account's news arrive."""
    return str(settings.SITE_URL).rstrip("/") + reverse("webhook_of", args=[connection.platform, listening.pk])


def end(connection: PlatformConnection, *, now: dt.datetime) -> None:
    """Ask the platform to tell us no more; call before the account's secrets go, outside of transactions.

    What the platform answers changes nothing: the address is not ours any more.
    """
    with tenancy.of_organization(connection.organization_id):
        listening = Listening.objects.filter(connection=connection).first()
    platform = _adapter(connection.platform)
    if listening is None or not isinstance(platform, Subscribes):
        return
    try:
        platform.unsubscribe(
            listening.topic,
            account_id=connection.account_id,
            token=tokens.fresh(connection, now=now),
            callback=callback(listening, connection),
            secret=listening.secret.open(),
        )
    except PlatformError as error:
        log.info("not unsubscribed", connection=str(connection.pk), reason=str(error))
    with tenancy.of_organization(connection.organization_id):
        Listening.objects.filter(pk=listening.pk).delete()
