"""People, organisations and brands for programs."""

from django.urls import URLPattern, path
from rest_framework.routers import BaseRouter

from accounts.api import audit, brands, clients, inbox, installation, keys, me, members, organizations

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
