"""Commands on people: picture, sessions, suspension, leaving and coming back."""

import datetime as dt
import secrets
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.core.files.base import File
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import audit, tenancy
from accounts.models import ApiKey, Membership, Organization, User


class NotSuspendable(Exception):
    """This person cannot be suspended."""


class StillNeeded(Exception):
    """Organisations with other members would be left without an owner."""

    def __init__(self, organizations: list[Organization]) -> None:
        self.organizations = organizations
        names = ", ".join(organization.name for organization in organizations)
        super().__init__(
            _("You are the only owner of %(names)s, and others work there. Hand it over first; nothing was changed.")
            % {"names": names}
        )


def change_picture(user: User, picture: File[bytes] | None) -> None:
    """Keep a new picture (written anew already), or none; the file that stood goes away."""
    old, storage = user.avatar.name, user.avatar.storage
    if picture is None:
        user.avatar = ""
    else:
        user.avatar.save(f"{secrets.token_hex(8)}.webp", picture, save=False)
    user.save(update_fields=["avatar", "updated_at"])
    if old:
        storage.delete(old)


# Sessions


def sign_out_everywhere(user: User) -> None:
    """End every session of a person; call inside the transaction of what asks for it."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    UserSession.objects.filter(user=user).delete()


def sign_out_elsewhere(request: HttpRequest, user: User) -> None:
    """End every session but this one."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
        user.refresh_from_db(fields=["session_epoch"])
        UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key).delete()
    before = request.session.session_key
    update_session_auth_hash(request, user)
    if not UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key):
        UserSession.objects.create_from_request(request)  # another session ended this one's row a moment before


# Suspension


def suspend(user: User, *, reason: str, by: User, now: dt.datetime) -> None:
    """Shut a person out at once: sessions and keys end, and each organisation's log says so."""
    if user.pk == by.pk:
        raise NotSuspendable(_("Nobody suspends themselves. Ask another operator."))
    if user.is_superuser and not by.is_superuser:
        raise NotSuspendable(_("Only a superuser suspends a superuser."))
    changed = {"status": User.Status.SUSPENDED, "suspended_at": now, "suspension_reason": reason[:300]}
    with tenancy.operator():
        if not User.objects.filter(pk=user.pk, status=User.Status.ACTIVE).update(**changed):
            raise NotSuspendable(_("%(who)s is not active. Nothing was changed.") % {"who": user})
        sign_out_everywhere(user)
        ApiKey.objects.filter(membership__user=user, revoked_at=None).update(revoked_at=now)
        _tell_logs(user, "member.suspended", by=by, reason=reason)


def reinstate(user: User, *, by: User) -> None:
    """Let a suspended person in again; keys stay revoked."""
    with tenancy.operator():
        rows = User.objects.filter(pk=user.pk, status=User.Status.SUSPENDED)
        if rows.update(status=User.Status.ACTIVE, suspended_at=None, suspension_reason=""):
            _tell_logs(user, "member.reinstated", by=by)


def _tell_logs(user: User, action: str, *, by: User, **told: Any) -> None:
    for membership in Membership.objects.filter(user=user, status=Membership.Status.ACTIVE).select_related("user"):
        audit.record(action, membership, organization_id=membership.organization_id, by=by, **told)


# Leaving and coming back


def needing(user: User) -> QuerySet[Organization]:
    """Return organisations where others work and which only this person leads (ask as operator)."""
    others = _others(user)
    led_by_others = others.filter(role=Membership.Role.OWNER).values("organization_id")
    mine = Organization.objects.filter(deleted_at=None, pk__in=others.values("organization_id"))
    alone = Q(pk__in=_owning(user).values("organization_id")) & ~Q(pk__in=led_by_others)
    return mine.filter(alone | Q(owner=user)).order_by("name")


def going_along(user: User) -> QuerySet[Organization]:
    """Return organisations in which nobody else works: they are erased with the person (ask as operator)."""
    mine = Organization.objects.filter(deleted_at=None, pk__in=_owning(user).values("organization_id"))
    return mine.exclude(pk__in=_others(user).values("organization_id")).order_by("name")


def _owning(user: User) -> QuerySet[Membership]:
    return Membership.objects.filter(user=user, role=Membership.Role.OWNER, status=Membership.Status.ACTIVE)


def _others(user: User) -> QuerySet[Membership]:
    return Membership.objects.filter(status=Membership.Status.ACTIVE).exclude(user=user)


def leave(user: User, *, now: dt.datetime) -> dt.datetime:
    """Delete one's account: shut at once, erased when the grace ends; return that time."""
    ends = now + dt.timedelta(days=settings.ACCOUNT_GRACE_DAYS)
    with tenancy.operator():
        needed = list(needing(user))
        if needed:
            raise StillNeeded(needed)
        rows = User.objects.filter(pk=user.pk, status=User.Status.ACTIVE)
        if rows.update(status=User.Status.DELETED, deleted_at=now, erase_after=ends):
            sign_out_everywhere(user)
            ApiKey.objects.filter(membership__user=user, revoked_at=None).update(revoked_at=now)
            _tell_logs(user, "member.account_deleted", by=user, erased_after=ends.isoformat())
    return ends


def come_back(user: User, *, now: dt.datetime) -> bool:
    """Take a deletion back while its grace lasts; False when it is too late."""
    with tenancy.operator():
        rows = User.objects.filter(pk=user.pk, status=User.Status.DELETED, erase_after__gt=now)
        done = rows.update(status=User.Status.ACTIVE, deleted_at=None, erase_after=None)
        if done:
            user.refresh_from_db(fields=["status", "deleted_at", "erase_after"])
            _tell_logs(user, "member.came_back", by=user)
    return bool(done)
