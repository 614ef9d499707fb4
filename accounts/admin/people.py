"""People, for operators."""

from django.contrib import admin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from accounts.models import User


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
