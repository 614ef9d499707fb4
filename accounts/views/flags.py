"""Reporting something to the operators: one small page for every kind of thing."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import flagging
from accounts.access import MemberRequest, Wrapped, requires
from accounts.forms.flags import FlagForm
from accounts.services import flags as commands


def door(name: str) -> Wrapped[[uuid.UUID]]:
    """Make the page on which a kind of thing is reported."""

    def report(request: MemberRequest, pk: uuid.UUID) -> HttpResponseBase:
        return _report(request, name, pk)

    return require_http_methods(["GET", "HEAD", "POST"])(requires(flagging.kind(name).permission)(report))


def _report(request: MemberRequest, name: str, pk: uuid.UUID) -> HttpResponse:
    kind = flagging.kind(name)
    row = kind.find(pk, by=request.membership)
    if row is None:
        raise Http404
    form = FlagForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            commands.raise_flag(row, **form.cleaned_data, by=request.membership)
            messages.success(request, _("Thank you. An operator will look at it, and you will hear what they decide."))
        except commands.AlreadyReported as error:
            messages.info(request, str(error))
        return redirect(kind.address(row))
    context = {"form": form, "row": row, "kind": kind.label, "back": kind.address(row)}
    return render(request, "accounts/flag.html", context, status=422 if form.errors else 200)


topic = door("topic")
asset = door("asset")
piece = door("piece")
library_item = door("library_item")
practice_post = door("practice_post")
