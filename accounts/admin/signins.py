"""How people sign in: addresses, linked accounts, second factors, sessions; never their secrets."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from trenddrop.core.admin import ReadOnlyAdmin

# Providers are set up by the environment, and their tokens are not kept: two forms for secrets less.
for model in (EmailAddress, SocialAccount, SocialApp, SocialToken, Authenticator, UserSession):
    admin.site.unregister(model)


class RemovableAdmin(ReadOnlyAdmin):
    """Rows that are looked at, and removed where a person lost what they stand for."""

    def has_delete_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        """Superusers remove."""
        return bool(getattr(request.user, "is_superuser", False))


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnlyAdmin):
    """Addresses people sign in with."""

    list_display = ["email", "user", "primary", "verified"]
    list_filter = ["primary", "verified"]
    search_fields = ["email", "user__full_name"]
    list_select_related = ["user"]
    ordering = ["email"]


@admin.register(SocialAccount)
class SocialAccountAdmin(RemovableAdmin):
    """Accounts elsewhere that open the door here."""

    list_display = ["user", "provider", "uid", "last_login", "date_joined"]
    list_filter = ["provider"]
    search_fields = ["uid", "user__email", "user__full_name"]
    list_select_related = ["user"]
    fields = ["user", "provider", "uid", "last_login", "date_joined"]


@admin.register(Authenticator)
class AuthenticatorAdmin(RemovableAdmin):
    """Second factors and passkeys; removing one lets in a person who lost it."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    search_fields = ["user__email", "user__full_name"]
    list_select_related = ["user"]
    fields = ["user", "type", "created_at", "last_used_at"]


@admin.register(UserSession)
class UserSessionAdmin(RemovableAdmin):
    """Where people are signed in; removing one signs out there."""

    list_display = ["user", "created_at", "last_seen_at", "ip", "user_agent"]
    search_fields = ["user__email", "user__full_name", "ip"]
    list_select_related = ["user"]
    fields = ["user", "created_at", "last_seen_at", "ip", "user_agent"]
    ordering = ["-last_seen_at"]

    def delete_model(self, _request: HttpRequest, session: UserSession) -> None:
        """Sign out there too."""
        session.end()

    def delete_queryset(self, _request: HttpRequest, sessions: QuerySet[UserSession]) -> None:
        """Sign out at all of them."""
        for session in sessions:
            session.end()
