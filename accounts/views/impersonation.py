"""Leaving a person's place again."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts import impersonation
from accounts.own import OwnRequest, own


@require_POST
@own
def stop(request: OwnRequest) -> HttpResponse:
    """Go back to the person's page in the admin."""
    found = getattr(request, "impersonation", None)
    impersonation.end(request)
    return redirect("admin:accounts_user_change", found.person.pk) if found else redirect("today")
