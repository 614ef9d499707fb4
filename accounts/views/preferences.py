"""What reaches a person, and how."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.preferences import PreferencesForm
from accounts.notifications import reaches_of
from accounts.own import OwnRequest, own
from accounts.services import preferences as commands


@require_http_methods(["GET", "HEAD", "POST"])
@own
def preferences(request: OwnRequest) -> HttpResponse:
    """For each kind: in the app or not; by mail at once, in the daily digest, or never."""
    form = PreferencesForm(
        request.POST if request.method == "POST" else None,
        reaches=reaches_of(request.user),
        initial={"digest_hour": request.user.digest_hour},
    )
    if request.method == "POST" and form.is_valid():
        commands.save(request.user, form.wanted(), digest_hour=form.cleaned_data["digest_hour"])
        messages.success(request, _("Saved. It holds from the next notification on."))
        return redirect("preferences")
    context = {"form": form, "bounced": request.user.bounced_address == request.user.email}
    return render(request, "accounts/preferences.html", context, status=422 if form.errors else 200)


@require_POST
@own
def mail_again(request: OwnRequest) -> HttpResponse:
    """Try the address again."""
    commands.take_mail_again(request.user)
    messages.success(request, _("We try %(address)s again with the next mail.") % {"address": request.user.email})
    return redirect("preferences")
