"""Commands on members: their role, what they may beyond it, and whether they are in at all.

Three rules stand over all of them: nobody gives what they do not have, nobody changes themselves, and the owner
stays until they hand the organisation over. Both rows are locked, so that two admins at once cannot undo them.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.models import ClientAccount, Membership, Notification
from accounts.notifications import notify, words
from accounts.permissions import PERMISSIONS, allows, granted, is_settled, rank
from trenddrop.core import limits

Role, Status = Membership.Role, Membership.Status


class Refused(Exception):
    """A change of members that is not allowed; nothing was changed, and the message says why."""


def change_role(member: Membership, *, role: str, by: Membership, client: ClientAccount | None = None) -> Membership:
    """Give a member another role; a client's member is given their client with it."""
    with transaction.atomic():
        by, member = _locked(member, by=by)
        _require_touchable(member, by=by)
        require_role(role, client=client, by=by)
        _require_gain(granted(member.role, member.permission_overrides), member, by=by, role=role)
        if member.role == Role.CLIENT != role and member.status == Status.ACTIVE:  # people of a client take no place
            limits.require(member.organization_id, "members")
        before, overrides = _named(member.role, member.client), sensible(role, member.permission_overrides)
        _change(member, role=role, client=client, permission_overrides=overrides)
        audit.record(
            "member.role_changed",
            member,
            organization_id=member.organization_id,
            by=by,
            changes={"role": [before, _named(role, client)]},
        )
        _tell(member, gettext_lazy("Your role in %(name)s is now %(role)s"))
    return member


def set_overrides(member: Membership, *, overrides: Mapping[str, bool], by: Membership) -> Membership:
    """Allow or refuse a member what their role says otherwise; what is not named is as the role says."""
    if unknown := set(overrides) - set(PERMISSIONS):
        raise Refused(_("There is no such permission: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    with transaction.atomic():
        by, member = _locked(member, by=by)
        _require_touchable(member, by=by)
        before, kept = dict(member.permission_overrides), sensible(member.role, overrides)
        may = granted(member.role, before)
        member.permission_overrides = kept
        _require_gain(may, member, by=by, role=member.role)
        _change(member, permission_overrides=kept)
        changes = {
            name: [before.get(name), kept.get(name)]
            for name in sorted(before.keys() | kept.keys())
            if before.get(name) != kept.get(name)
        }
        if changes:
            organization = member.organization_id
            audit.record("member.permissions_changed", member, organization_id=organization, by=by, changes=changes)
            _tell(member, gettext_lazy("What you may do in %(name)s was changed"))
    return member


def deactivate(member: Membership, *, by: Membership) -> Membership:
    """Shut a member out from their next request on, with their API keys; nothing of theirs is lost."""
    with transaction.atomic():
        by, member = _locked(member, by=by)
        _require_touchable(member, by=by)
        if member.status != Status.INACTIVE:
            _change(member, status=Status.INACTIVE)
            audit.record("member.deactivated", member, organization_id=member.organization_id, by=by)
    return member


def reactivate(member: Membership, *, by: Membership) -> Membership:
    """Let a member in again, with the role they had."""
    with transaction.atomic():
        by, member = _locked(member, by=by)
        _require_touchable(member, by=by)
        if member.status == Status.ACTIVE:
            return member
        _require_gain(frozenset(), member, by=by, role=member.role)
        if member.role != Membership.Role.CLIENT:
            limits.require(member.organization_id, "members")
        _change(member, status=Status.ACTIVE)
        audit.record("member.reactivated", member, organization_id=member.organization_id, by=by)
        _tell(member, gettext_lazy("You are a member of %(name)s again"))
    return member


def remove(member: Membership, *, by: Membership) -> None:
    """End a membership, with its API keys; what the person made stays with the organisation."""
    with transaction.atomic():
        by, member = _locked(member, by=by)
        _require_touchable(member, by=by)
        audit.record("member.removed", member, organization_id=member.organization_id, by=by, person=str(member.user))
        _end(member)


def leave(member: Membership) -> None:
    """End one's own membership; the owner hands the organisation over first."""
    with transaction.atomic():
        _by, member = _locked(member, by=member)
        if member.role == Role.OWNER:
            raise Refused(
                _("You own this organisation. Hand it over to another member first, or delete it; then you can leave.")
            )
        audit.record("member.left", member, organization_id=member.organization_id, by=member.user)
        _end(member)


def require_role(role: str, *, client: ClientAccount | None, by: Membership) -> None:
    """Raise Refused where `by` may not give this role."""
    if role == Role.OWNER:
        raise Refused(_("There is one owner. Ownership is handed over in the organisation's settings."))
    if role not in Role.values:
        raise Refused(_("There is no such role."))
    if (role == Role.CLIENT) != (client is not None):
        raise Refused(_("A client member needs a client, and only a client member has one."))
    if client is not None and (client.organization_id != by.organization_id or client.deleted_at is not None):
        raise Refused(_("There is no such client in your organisation. Choose one of the list."))
    if rank(role) > rank(by.role):
        raise Refused(_("This role stands above your own. Ask an owner or admin."))
    _require_had(granted(role, {}), by=by)


def sensible(role: str, overrides: Mapping[str, bool]) -> dict[str, bool]:
    """Return the overrides that mean something for a role."""
    return {
        name: bool(value) for name, value in overrides.items() if name in PERMISSIONS and not is_settled(role, name)
    }


def _locked(member: Membership, *, by: Membership) -> tuple[Membership, Membership]:
    """Read both anew and hold them; (by, member). Raise Refused where one of them is no longer in."""
    rows = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("user", "client", "organization")
        .filter(pk__in={member.pk, by.pk}, organization_id=by.organization_id)
        .order_by("pk")
    )
    found = {row.pk: row for row in rows}
    if by.pk not in found or found[by.pk].status != Status.ACTIVE:
        raise Refused(_("You are no longer a member of this organisation."))
    if member.pk not in found:
        raise Refused(_("This person is no longer a member."))
    return found[by.pk], found[member.pk]


def _require_touchable(member: Membership, *, by: Membership) -> None:
    if not allows(by.role, by.permission_overrides, "members.manage"):
        raise Refused(_("You may no longer change members."))
    if member.pk == by.pk:
        raise Refused(_("Nobody changes their own role or rights. Ask another owner or admin."))
    if member.role == Role.OWNER:
        raise Refused(_("The owner stays as they are until they hand the organisation over."))
    if rank(member.role) > rank(by.role):
        raise Refused(_("This member's role stands above your own. Ask an owner or admin."))


def _require_gain(before: frozenset[str], member: Membership, *, by: Membership, role: str) -> None:
    """Raise Refused where the member would come to more than `by` has."""
    _require_had(granted(role, sensible(role, member.permission_overrides)) - before, by=by)


def _require_had(wanted: frozenset[str], *, by: Membership) -> None:
    if lacking := wanted - granted(by.role, by.permission_overrides):
        names = ", ".join(str(label) for name, label in PERMISSIONS.items() if name in lacking)
        raise Refused(_("You cannot give what you do not have yourself: %(names)s.") % {"names": names})


def _change(member: Membership, **values: Any) -> None:
    """Write; the owner's row is refused by the statement itself."""
    if not Membership.objects.filter(pk=member.pk).exclude(role=Role.OWNER).update(updated_at=timezone.now(), **values):
        raise Refused(_("The owner stays as they are until they hand the organisation over."))
    for name, value in values.items():
        setattr(member, name, value)


def _end(member: Membership) -> None:
    gone, _rows = Membership.objects.filter(pk=member.pk).exclude(role=Role.OWNER).delete()
    if not gone:
        raise Refused(_("The owner stays as they are until they hand the organisation over."))


def _named(role: str, client: ClientAccount | None) -> str:
    return f"{role} ({client.name})" if client else role


def _tell(member: Membership, text: Any) -> None:
    title = words(text, role=Role(member.role).label, name=member.organization.name)
    notify(
        [member.user],
        Notification.Kind.MEMBERSHIP,
        organization_id=member.organization_id,
        title=title,
        link="/organisation/members/",
    )
