"""What django-allauth announces, and what follows from it here."""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.usersessions.models import UserSession
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User


@receiver([password_changed, password_set, password_reset], dispatch_uid="accounts.forget_other_sessions")
def forget_other_sessions(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """A new password ends every other session; the list of them says so."""
    UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key or "").delete()
