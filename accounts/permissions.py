"""One table: which role may do what. Members can carry overrides; pages and the API ask `allows`."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

PERMISSIONS = {
    "content.view": _("See assets and pieces"),
    "content.edit": _("Upload, edit and generate"),
    "content.delete": _("Delete assets"),
    "trends.view": _("See trends"),
    "posts.view": _("See planned and published posts"),
    "posts.schedule": _("Schedule and publish"),
    "connections.view": _("See connected accounts"),
    "connections.manage": _("Connect and disconnect accounts"),
    "analytics.view": _("See numbers"),
    "brand.view": _("See brands"),
    "brand.edit": _("Edit brands"),
    "members.view": _("See members"),
    "members.manage": _("Invite, change and remove members"),
    "organization.manage": _("Change the organisation's settings"),
    "billing.manage": _("Manage plan and payments"),
    "audit.view": _("Read the audit log"),
}

_SEE = {"content.view", "trends.view", "posts.view", "analytics.view", "brand.view"}
_CREATE = _SEE | {"content.edit", "posts.schedule", "connections.view", "members.view"}
_MANAGE = _CREATE | {"content.delete", "connections.manage", "brand.edit", "audit.view"}
_ADMIN = _MANAGE | {"members.manage", "organization.manage"}

ROLES: Mapping[str, frozenset[str]] = {
    "owner": frozenset(PERMISSIONS),
    "admin": frozenset(_ADMIN),
    "manager": frozenset(_MANAGE),
    "creator": frozenset(_CREATE),
    "analyst": frozenset(_SEE | {"connections.view", "members.view"}),
    "client": frozenset({"content.view", "posts.view", "analytics.view", "brand.view"}),
}


def allows(role: str, overrides: Mapping[str, bool], permission: str) -> bool:
    """Say whether a member may; a permission that does not exist is a mistake of ours, and raises KeyError."""
    if permission not in PERMISSIONS:
        raise KeyError(permission)
    return overrides.get(permission, permission in ROLES[role])


def granted(role: str, overrides: Mapping[str, bool]) -> frozenset[str]:
    """Return everything a member may."""
    return frozenset(name for name in PERMISSIONS if allows(role, overrides, name))
