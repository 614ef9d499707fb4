"""Looking after accounts ahead of time: sign-ins renewed before they end, and a harmless read a day.

Only a platform's own "no" signs an account out; a canary that meets anything else is noted, and looks again.
"""

import datetime as dt
import uuid

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit, notifications, tenancy
from accounts.models import AuditEntry, Notification
from publishing.delivery import quotas, tokens
from publishing.delivery.adapters import adapter_of
from publishing.models import PlatformConnection, SignInChoice
from publishing.platforms import platform_keys
from publishing.platforms.assisted import BY_HAND
from publishing.platforms.base import Allows, PlatformError, Profile, SignInAgain, TokenExpired, TryLater
from trenddrop.core import rounds

Status = PlatformConnection.Status
Place = tuple[uuid.UUID, uuid.UUID]
EACH = dt.timedelta(hours=24)
AGAIN = dt.timedelta(hours=1)
# How long before a sign-in ends for good its people are told, once each.
WARNED = (dt.timedelta(days=7), dt.timedelta(days=1))
ENDING = "connection.ending"


def to_renew(*, now: dt.datetime, limit: int) -> list[Place]:
    """Return accounts (key, organisation) whose sign-in is to be renewed now, the longest waiting first."""
    free = Q(refreshing_until=None) | Q(refreshing_until__lte=now)
    return _places(free, order="refresh_at", limit=limit, refresh_at__lte=now)


def to_look_at(*, now: dt.datetime, limit: int) -> list[Place]:
    """Return accounts (key, organisation) not looked at for a day, or whose last look went wrong an hour ago."""
    due = Q(canary_at=None) | Q(canary_at__lte=now - EACH) | (Q(canary_at__lte=now - AGAIN) & ~Q(canary_error=""))
    return _places(due, order="canary_at", limit=limit)


def _places(due: Q, *, order: str, limit: int, **more: object) -> list[Place]:
    with tenancy.operator():
        rows = PlatformConnection.objects.filter(due, status=Status.ACTIVE, platform__in=platform_keys(), **more)
        rows = rows.exclude(kind=BY_HAND)  # a person's own hand needs no sign-in
        return list(rows.order_by(order).values_list("pk", "organization_id")[:limit])


def renew(key: uuid.UUID, *, organization_id: uuid.UUID, now: dt.datetime) -> bool:
    """Renew one sign-in ahead of its end; True when there is nothing left to do for now. Never twice at once."""
    row = _row(key, organization_id)
    if row is None:
        return True
    try:
        tokens.fresh(row, now=now)
    except SignInAgain:
        return True  # its people were told
    except TryLater:
        return False
    return True


def canary(key: uuid.UUID, *, organization_id: uuid.UUID, now: dt.datetime) -> str:
    """Look at one account; returns what is wrong, empty when it answers."""
    row = _row(key, organization_id)
    if row is None:
        return ""
    try:
        look(row, now=now)
    except SignInAgain as error:
        return str(error)
    except PlatformError as error:
        _note(row, now=now, canary_at=now, canary_error=str(error))
        return str(error)
    return ""


def forget_sign_ins(*, now: dt.datetime) -> int:
    """Remove sign-ins that nobody finished, with the secrets sealed in them; returns how many."""
    with tenancy.operator():
        count, _by_table = SignInChoice.objects.filter(expires_at__lte=now).delete()
    return count


def warn(*, now: dt.datetime, limit: int) -> int:
    """Tell people of sign-ins that end for good within a week, and again within a day; returns how many were told."""
    with tenancy.operator():
        rows = PlatformConnection.objects.annotate(ends=Coalesce("refresh_ends_at", "expires_at"))
        # What is renewed by itself has no such end, unless its platform named one.
        final = Q(refresh_ends_at__isnull=False) | Q(refresh_at=None)
        due = rows.filter(final, status=Status.ACTIVE, ends__gt=now, ends__lte=now + WARNED[0]).exclude(kind=BY_HAND)
        found = list(due.order_by("ends")[:limit])
    return sum(rounds.each(found, lambda row: _warn(row, row.ends, now=now)))


def _warn(row: PlatformConnection, ends: dt.datetime, *, now: dt.datetime) -> bool:
    """Tell an account's people, unless they were told of this end at this distance; the log remembers."""
    told = {"ends": ends.isoformat(), "days": min(step.days for step in WARNED if ends - now <= step)}
    with tenancy.of_organization(row.organization_id):
        PlatformConnection.objects.select_for_update().get(pk=row.pk)
        before = AuditEntry.objects.filter(organization_id=row.organization_id, action=ENDING, resource_id=str(row.pk))
        if before.filter(metadata__contains=told).exists():
            return False
        audit.record(ENDING, row, organization_id=row.organization_id, by=None, **told)
        _tell_of_end(row, is_near=ends - now <= WARNED[-1])
    return True


def _tell_of_end(row: PlatformConnection, *, is_near: bool) -> None:
    title = (
        gettext_lazy("The sign-in of %(handle)s ends within a day")
        if is_near
        else gettext_lazy("The sign-in of %(handle)s ends within a week")
    )
    may = notifications.people_who_may(
        "connections.manage", organization_id=row.organization_id, client_id=row.client_id
    )
    notifications.notify(
        may,
        Notification.Kind.CONNECTION_LOST,
        organization_id=row.organization_id,
        title=notifications.words(title, handle=row.handle),
        message=gettext_lazy(
            "It does not renew itself. Connect the account again before; its posts, times and numbers stay."
        ),
        link=reverse("connection", args=[row.pk]),
    )


def _row(key: uuid.UUID, organization_id: uuid.UUID) -> PlatformConnection | None:
    with tenancy.of_organization(organization_id):
        return PlatformConnection.objects.filter(pk=key, status=Status.ACTIVE).first()


def look(row: PlatformConnection, *, now: dt.datetime) -> Profile:
    """Ask the platform whose account it is, and note it; raises the adapters' errors. Call outside a transaction.

    A sign-in that is refused, or that opens somebody else's account by now, is lost.
    """
    try:
        profile = _profile(row, now=now)
        if profile.id != row.account_id:
            raise SignInAgain(_("The sign-in belongs to %(handle)s by now.") % {"handle": profile.handle})
    except SignInAgain as error:
        tokens.lose(row, str(error), now=now)
        raise
    known = {"handle": profile.handle, "display_name": profile.name, "last_error": ""}
    _note(row, now=now, last_checked_at=now, canary_at=now, canary_error="", **known, **_allowance(row, now=now))
    return profile


def _profile(row: PlatformConnection, *, now: dt.datetime) -> Profile:
    platform = adapter_of(row)
    if row.kind == BY_HAND:
        return platform.profile(tokens.token_of(row))
    token = tokens.fresh(row, now=now)
    try:
        return platform.profile(token)
    except TokenExpired:
        return platform.profile(tokens.fresh(row, now=now, refused=token))


def _allowance(row: PlatformConnection, *, now: dt.datetime) -> dict[str, object]:
    """What the platform says is left; nothing where it does not tell, or not now."""
    platform = adapter_of(row)
    if not isinstance(platform, Allows):
        return {}
    try:
        found = platform.allowances(tokens.fresh(row, now=now))
    except PlatformError:
        return {}
    return {"allowance": quotas.kept(found, now=now)}


def _note(row: PlatformConnection, *, now: dt.datetime, **fields: object) -> None:
    """Write what was learned, unless the account was connected anew meanwhile."""
    with tenancy.of_organization(row.organization_id):
        held = PlatformConnection.objects.filter(pk=row.pk, token_version=row.token_version)
        held.update(updated_at=now, **fields)
