"""My phone number: a code goes there, and comes back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.doors import TooOften
from accounts.forms.phones import CodeForm, NumberForm
from accounts.own import OwnRequest, own
from accounts.services import phones
from trenddrop.core import sms


@require_http_methods(["GET", "HEAD", "POST"])
@own
def phone(request: OwnRequest) -> HttpResponse:
    """Name a number; a code is sent to it."""
    form = NumberForm(request.POST if request.method == "POST" else None, country=request.user.country)
    if request.method == "POST" and form.is_valid() and _send(request, form):
        return redirect("phone_code")
    return render(request, "accounts/phones.html", _context(request, form), status=422 if form.errors else 200)


def _send(request: OwnRequest, form: NumberForm) -> bool:
    try:
        phones.send_code(request.user, number=form.cleaned_data["number"])
    except (TooOften, sms.NotSent) as error:
        form.add_error("number", str(error))
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@own
def phone_code(request: OwnRequest) -> HttpResponse:
    """Type the code that came."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            phones.verify(request.user, code=form.cleaned_data["code"])
        except (phones.WrongCode, phones.CodeExpired) as error:
            form.add_error("code", str(error))
        else:
            messages.success(request, _("Confirmed. This is your number now."))
            return redirect("settings")
    number = phones.pending_number(request.user)
    if number is None and not form.errors:
        return redirect("phone")
    context = _context(request, form) | {"number": number}
    return render(request, "accounts/phones_code.html", context, status=422 if form.errors else 200)


@require_POST
@own
def phone_remove(request: OwnRequest) -> HttpResponse:
    """Forget my number."""
    phones.remove(request.user)
    messages.success(request, _("Removed. No messages go there any more."))
    return redirect("settings")


def _context(request: OwnRequest, form: NumberForm | CodeForm) -> dict[str, object]:
    return {"form": form, "is_real": sms.sender().is_real, "current": request.user.phone}
