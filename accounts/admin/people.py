"""People, for operators. Who may change people makes nobody more than they are: that is a superuser's."""

from typing import cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.admin.impersonation import ImpersonationMixin
from accounts.models import User
from accounts.services import people as commands
from trenddrop.core.admin import by_text

RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")


def _by_superuser(request: HttpRequest) -> bool:
    """Say whether a superuser asks."""
    return bool(getattr(request.user, "is_superuser", False))


def _may_touch(request: HttpRequest, person: User | None) -> bool:
    return _by_superuser(request) or person is None or not person.is_superuser


def _touchable(request: HttpRequest, people: QuerySet[User]) -> QuerySet[User]:
    return people if _by_superuser(request) else people.filter(is_superuser=False)


class SuspendForm(forms.Form):
    """Why somebody is shut out; their organisations' audit logs say it too."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=UnfoldAdminTextInputWidget())


@admin.register(User)
class UserAdmin(ImpersonationMixin, ModelAdmin):  # type: ignore[misc]
    """People."""

    list_display = ["email", "full_name", "status", "is_staff", "country", "last_login", "created_at"]
    list_filter = ["status", "is_staff", by_text("country")]
    list_filter_submit = True
    search_fields = ["email", "full_name"]
    ordering = ["-created_at"]
    readonly_fields = [
        "status", "suspended_at", "suspension_reason", "deleted_at", "erase_after", "last_login", "created_at",
    ]  # fmt: skip
    exclude = ["password", "user_permissions", "avatar", "phone", "phone_verified"]
    filter_horizontal = ["groups"]
    change_password_form = AdminPasswordChangeForm
    actions = ["suspend", "reinstate", "sign_out"]

    def get_readonly_fields(self, request: HttpRequest, person: User | None = None) -> list[str]:
        """Only superusers give rights, or another address: whoever changes it could sign in with it."""
        if _by_superuser(request):
            return self.readonly_fields
        return [*self.readonly_fields, *RIGHTS, *(["email"] if person else [])]

    def has_change_permission(self, request: HttpRequest, person: User | None = None) -> bool:
        """Only superusers change superusers."""
        return _may_touch(request, person) and bool(super().has_change_permission(request, person))

    def has_delete_permission(self, request: HttpRequest, person: User | None = None) -> bool:
        """Only superusers delete superusers."""
        return _may_touch(request, person) and bool(super().has_delete_permission(request, person))

    @admin.action(description=_("Suspend: sign-in, sessions and keys end now"), permissions=["change"])
    def suspend(self, request: HttpRequest, people: QuerySet[User]) -> TemplateResponse | None:
        """Ask for the reason, then shut people out; never oneself."""
        form = SuspendForm(request.POST if "reason" in request.POST else None)
        if not form.is_valid():
            context = {**self.admin_site.each_context(request), "form": form, "people": people, "opts": self.opts}
            return TemplateResponse(request, "admin/accounts/suspend.html", context)
        for person in people:
            self._suspend(request, person, reason=form.cleaned_data["reason"])
        return None

    def _suspend(self, request: HttpRequest, person: User, *, reason: str) -> None:
        try:
            with transaction.atomic():
                commands.suspend(person, reason=reason, by=cast(User, request.user), now=timezone.now())
        except commands.NotSuspendable as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.message_user(request, gettext("%(who)s is suspended.") % {"who": person})

    @admin.action(description=_("Reinstate"), permissions=["change"])
    def reinstate(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Let people in again."""
        for person in _touchable(request, people):
            commands.reinstate(person, by=cast(User, request.user))
        self.message_user(request, gettext("Reinstated. API keys stay revoked; they are made anew."))

    @admin.action(description=_("Sign out everywhere"), permissions=["change"])
    def sign_out(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """End every session, for instance after a stolen device."""
        for person in _touchable(request, people):
            commands.sign_out_everywhere(person)
        self.message_user(request, gettext("Signed out on every device."))
