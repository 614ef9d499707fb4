"""How I sign in, with what, and where I am signed in now."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import signins
from accounts.own import OwnRequest, own
from accounts.services import people


@require_safe
@own
def security(request: OwnRequest) -> HttpResponse:
    """Password, passkeys, app, recovery codes, Google, and the open sessions."""
    factors = signins.factors(request.user)
    member = request.membership
    context = {
        "factors": factors,
        "emails": list(EmailAddress.objects.filter(user=request.user).order_by("-primary", "email")),
        "elsewhere": signins.elsewhere(request.user),
        "has_google": bool(settings.SOCIALACCOUNT_PROVIDERS["google"]["APPS"]),
        "devices": signins.open_devices(request.user, current=request.session.session_key),
        "asked_by": member.organization if member and member.organization.requires_second_factor else None,
    }
    return render(request, "accounts/security.html", context)


@require_POST
@own
def session_end(request: OwnRequest) -> HttpResponse:
    """Sign out one other device, or with `all` every other."""
    if "all" in request.POST:
        people.sign_out_elsewhere(request, request.user)
        messages.success(request, _("Every other device is signed out."))
        return redirect("security")
    number = request.POST.get("session", "")
    chosen = signins.sessions(request.user).exclude(session_key=request.session.session_key)
    for session in chosen.filter(pk=number) if number.isdecimal() and len(number) < 12 else []:
        session.end()
        messages.success(request, _("That device is signed out."))
    return redirect("security")
