"""People, organisations and brands for programs."""

from django.urls import URLPattern, path
from rest_framework.routers import BaseRouter

from accounts.api import (
    audit,
    brands,
    clients,
    flags,
    inbox,
    installation,
    keys,
    me,
    members,
    organizations,
    rights,
    wallets,
)

RESOURCES = {
    "organizations": organizations.OrganizationViewSet,
    "members": members.MembershipViewSet,
    "invitations": members.InvitationViewSet,
    "clients": clients.ClientViewSet,
    "brands": brands.BrandViewSet,
    "voice-samples": brands.SampleViewSet,
    "audiences": brands.AudienceViewSet,
    "notifications": inbox.NotificationViewSet,
    "audit": audit.AuditViewSet,
    "api-keys": keys.ApiKeyViewSet,
    "wallets": wallets.WalletViewSet,
    "gates": wallets.GateViewSet,
    "data-requests": rights.DataRequestViewSet,
    "reports": flags.FlagViewSet,
}
OWN = {"get": "retrieve", "patch": "partial_update"}
SINGLES: list[URLPattern] = [
    path("me", me.MeViewSet.as_view(OWN), name="api-me"),
    path("preferences", inbox.PreferencesViewSet.as_view(OWN), name="api-preferences"),
    path("settings", installation.SettingsViewSet.as_view({"get": "list"}), name="api-settings"),
]


def register(router: BaseRouter) -> None:
    """Name the addresses."""
    for name, view in RESOURCES.items():
        router.register(name, view, basename=f"api-{name}")
