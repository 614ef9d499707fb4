"""One table: which role may do what. Members can carry overrides; pages and the API ask `allows`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import Membership

PERMISSIONS = {
    "account.own": _("Look after one's own account and settings"),
    "content.view": _("See assets and pieces"),
    "content.edit": _("Upload, edit and generate"),
    "content.delete": _("Delete assets"),
    "trends.view": _("See trends"),
    "trends.manage": _("Watch topics and look after opportunities"),
    "posts.view": _("See planned and published posts"),
    "posts.schedule": _("Schedule and publish"),
    "posts.hold": _("Hold everything back, and let it go again"),
    "approvals.view": _("See what is asked to be approved"),
    "approvals.request": _("Ask for approval"),
    "approvals.decide": _("Approve, ask for changes, reject"),
    "approvals.manage": _("Set workflows, and give links to clients"),
    "approvals.override": _("Send without the approval that is required"),
    "desk.work": _("Look at pieces for quality"),
    "connections.view": _("See connected accounts"),
    "connections.manage": _("Connect and disconnect accounts"),
    "analytics.view": _("See numbers"),
    "analytics.edit": _("Enter and import numbers and keywords, make counted links"),
    "costs.view": _("See what originals cost, and what they brought for it"),
    "costs.edit": _("Enter what originals cost"),
    "conversions.manage": _("Set up websites that tell of sign-ups and sales"),
    "brand.view": _("See brands"),
    "brand.edit": _("Edit brands"),
    "clients.view": _("See clients"),
    "clients.manage": _("Add, change and remove clients"),
    "members.view": _("See members"),
    "members.manage": _("Invite, change and remove members"),
    "keys.manage": _("Make and revoke API keys"),
    "gates.manage": _("Set token gates"),
    "data.export": _("Export and import the organisation's data"),
    "audit.view": _("Read the audit log"),
    "billing.manage": _("Manage plan and payments"),
    "organization.manage": _("Change the organisation's settings"),
    "organization.transfer": _("Hand the organisation to another owner"),
    "organization.delete": _("Delete the organisation"),
}

# Belongs to whoever is signed in, and to the owner alone: neither is given or taken by an override.
OF_EVERYBODY = frozenset({"account.own"})
OF_THE_OWNER = frozenset({"organization.transfer", "organization.delete"})
# Reaches over all clients, so that no override opens it for a client's member.
OF_THE_HOUSE = frozenset(
    {
        "clients.manage", "members.manage", "keys.manage", "gates.manage", "data.export", "audit.view",
        "billing.manage", "organization.manage", "approvals.manage", "approvals.override", "desk.work",
    }
)  # fmt: skip

_CLIENT = {
    *OF_EVERYBODY, "content.view", "posts.view", "approvals.view", "approvals.decide", "analytics.view", "brand.view",
}  # fmt: skip
_SEE = _CLIENT | {"trends.view", "costs.view"}  # what work costs is the house's own; a client may be shown it
_CREATE = _SEE | {
    "content.edit", "trends.manage", "posts.schedule", "approvals.request", "desk.work", "connections.view",
    "members.view", "clients.view", "analytics.edit", "costs.edit",
}  # fmt: skip
_MANAGE = _CREATE | {
    "content.delete", "connections.manage", "posts.hold", "approvals.manage", "brand.edit", "clients.manage",
    "audit.view", "conversions.manage",
}  # fmt: skip

ROLES: Mapping[str, frozenset[str]] = {
    "owner": frozenset(PERMISSIONS),
    "admin": frozenset(PERMISSIONS) - OF_THE_OWNER,
    "manager": frozenset(_MANAGE),
    "creator": frozenset(_CREATE),
    "analyst": frozenset(_SEE | {"connections.view", "members.view", "clients.view", "analytics.edit", "costs.edit"}),
    "client": frozenset(_CLIENT),
}


def is_settled(role: str, permission: str) -> bool:
    """Say whether the role alone decides: an owner's rights, and those that no override gives or takes."""
    return (
        role == "owner"
        or permission in OF_EVERYBODY | OF_THE_OWNER
        or (role == "client" and permission in OF_THE_HOUSE)
    )


def allows(role: str, overrides: Mapping[str, bool], permission: str) -> bool:
    """Say whether a member may; a permission that does not exist is a mistake of ours, and raises KeyError."""
    if permission not in PERMISSIONS:
        raise KeyError(permission)
    by_role = permission in ROLES[role]
    return by_role if is_settled(role, permission) else overrides.get(permission, by_role)


def granted(role: str, overrides: Mapping[str, bool]) -> frozenset[str]:
    """Return everything a member may."""
    return frozenset(name for name in PERMISSIONS if allows(role, overrides, name))


def may(membership: "Membership", permission: str) -> bool:
    """Say whether this person may now: by role and overrides, or by a role that an open token gate lends them.

    What is lent is used, never handed on: commands that give rights to others ask `granted`.
    """
    role, overrides = membership.role, membership.permission_overrides
    if allows(role, overrides, permission) or permission in overrides or is_settled(role, permission):
        return allows(role, overrides, permission)
    return any(permission in ROLES[lent] for lent in getattr(membership, "lent_roles", ()))


def rank(role: str) -> int:
    """Return how high a role stands; the owner's is the highest."""
    return len(ROLES) - list(ROLES).index(role)
