"""Addresses of people, organisations and brands."""

from django.urls import URLPattern, URLResolver, include, path

from accounts.views import brands, inbox, organization, outside

urlpatterns: list[URLPattern | URLResolver] = [
    path("", outside.home, name="home"),
    path("accounts/", include("allauth.urls")),
    path("brand/", brands.brand, name="brand"),
    path("brand/new/", brands.brand_new, name="brand_new"),
    path("brand/choose/", brands.choose_brand, name="choose_brand"),
    path("organisation/members/", organization.members, name="members"),
    path("organisation/audit/", organization.audit, name="audit"),
    path("organisation/switch/", organization.switch, name="switch"),
    path("notifications/", inbox.notifications, name="notifications"),
    path("notifications/read/", inbox.notifications_read, name="notifications_read"),
    path("settings/", inbox.settings, name="settings"),
]
