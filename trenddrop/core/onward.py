"""Where a form leads once it is done: back to the page of ours that it names, or to another."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme


def is_ours(address: str) -> bool:
    """Say whether an address is a path of this site."""
    return address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)


def onward(request: HttpRequest, *, otherwise: str) -> HttpResponse:
    """Lead to the form's `next`; where that is no path of ours, to the page of that name."""
    asked = request.POST.get("next", "")
    return HttpResponseRedirect(asked) if is_ours(asked) else redirect(otherwise)
