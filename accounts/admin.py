"""People, organisations and what they did, for operators."""

from django.contrib import admin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from accounts.models import (
    AuditEntry,
    BrandProfile,
    ClientAccount,
    Membership,
    Notification,
    Organization,
    User,
)
from trenddrop.core.admin import ReadOnlyAdmin


class MembershipInline(TabularInline):  # type: ignore[misc]
    """Members of an organisation."""

    model = Membership
    fk_name = "organization"
    extra = 0
    fields = ["user", "role", "client", "status"]
    autocomplete_fields = ["user", "client"]


@admin.register(User)
class UserAdmin(ModelAdmin):  # type: ignore[misc]
    """People."""

    list_display = ["email", "full_name", "status", "is_staff", "country", "last_login", "created_at"]
    list_filter = ["status", "is_staff", "country"]
    search_fields = ["email", "full_name"]
    ordering = ["-created_at"]
    readonly_fields = ["last_login", "created_at", "deleted_at"]
    exclude = ["password", "user_permissions"]
    filter_horizontal = ["groups"]
    change_password_form = AdminPasswordChangeForm
    actions = ["suspend", "reinstate"]

    @admin.action(description=_("Suspend: sign-in is refused from now on"))
    def suspend(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Suspend people, but never oneself."""
        count = people.exclude(pk=request.user.pk or "").update(status=User.Status.SUSPENDED)
        self.message_user(request, _("%(count)s suspended.") % {"count": count})

    @admin.action(description=_("Reinstate"))
    def reinstate(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Let people in again."""
        count = people.filter(status=User.Status.SUSPENDED).update(status=User.Status.ACTIVE)
        self.message_user(request, _("%(count)s reinstated.") % {"count": count})


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


@admin.register(BrandProfile)
class BrandProfileAdmin(ModelAdmin):  # type: ignore[misc]
    """Brands."""

    list_display = ["name", "organization", "client", "industry", "tone"]
    list_filter = ["tone"]
    search_fields = ["name", "organization__name", "industry"]
    list_select_related = ["organization", "client"]
    autocomplete_fields = ["organization", "client"]


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """What people were told."""

    list_display = ["title", "kind", "user", "organization", "created_at", "read_at", "mailed_at"]
    list_filter = ["kind"]
    search_fields = ["title", "user__email"]
    list_select_related = ["user", "organization"]


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what."""

    list_display = ["at", "actor_name", "action", "resource_type", "resource_name", "organization", "ip"]
    list_filter = ["action", "resource_type"]
    search_fields = ["actor_name", "resource_name", "resource_id", "organization__name"]
    list_select_related = ["organization"]
    ordering = ["-at"]
