"""How sign-in and sign-up (django-allauth) meet our people."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.http import HttpRequest

from accounts.models import User
from accounts.services import organizations


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Whoever signs up gets a personal organisation in the same transaction."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Save the person, then their organisation."""
        with transaction.atomic():
            saved: User = super().save_user(request, user, form, commit=False)
            saved.email = saved.email.lower()
            saved.full_name = form.cleaned_data.get("full_name", "")
            saved.timezone = form.cleaned_data.get("timezone") or saved.timezone
            if commit:
                saved.save()
                organizations.create_personal(saved)
        return saved
