"""Organisations and clients, for operators."""

from django.contrib import admin
from unfold.admin import ModelAdmin, TabularInline

from accounts.models import ClientAccount, Membership, Organization


class MembershipInline(TabularInline):  # type: ignore[misc]
    """Members of an organisation."""

    model = Membership
    fk_name = "organization"
    extra = 0
    fields = ["user", "role", "client", "status"]
    autocomplete_fields = ["user", "client"]


@admin.register(Organization)
class OrganizationAdmin(ModelAdmin):  # type: ignore[misc]
    """Organisations with their members."""

    list_display = ["name", "type", "owner", "timezone", "created_at", "deleted_at"]
    list_filter = ["type"]
    search_fields = ["name", "slug", "owner__email"]
    list_select_related = ["owner"]
    autocomplete_fields = ["owner"]
    inlines = [MembershipInline]


@admin.register(ClientAccount)
class ClientAccountAdmin(ModelAdmin):  # type: ignore[misc]
    """Clients of agencies."""

    list_display = ["name", "organization", "contact_email", "created_at"]
    search_fields = ["name", "organization__name"]
    list_select_related = ["organization"]
    autocomplete_fields = ["organization"]
