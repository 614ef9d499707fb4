"""API keys: one's own, or everybody's for whoever manages keys."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, requires
from accounts.forms.keys import KeyForm
from accounts.models import ApiKey
from accounts.permissions import PERMISSIONS, allows
from accounts.services import keys as commands

SHOWN = 200


@dataclass(frozen=True)
class Shown:
    """A key in the list: how it stands, and what it may in words."""

    key: ApiKey
    state: str
    may: list[str]

    @property
    def is_usable(self) -> bool:
        """It opens something."""
        return self.state == "active"


@require_http_methods(["GET", "HEAD", "POST"])
@requires("account.own")
def api_keys(request: MemberRequest) -> HttpResponse:
    """The keys; a new one is shown in the answer to its making, and never again."""
    form = KeyForm(request.POST if request.method == "POST" else None, by=request.membership)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, status=422 if form.errors else 200)
    now, given = timezone.now(), form.cleaned_data
    try:
        key, text = commands.make(
            name=given["name"], scopes=given["scopes"], expires_at=form.ends(now), by=request.membership, now=now
        )
    except commands.CannotMakeKey as error:
        form.add_error(None, str(error))
        return _page(request, form, status=422)
    answer = _page(request, KeyForm(by=request.membership), made=key, text=text)
    answer["Cache-Control"] = "no-store"
    return answer


def _page(request: MemberRequest, form: KeyForm, *, status: int = 200, **more: Any) -> HttpResponse:
    now, member = timezone.now(), request.membership
    rows = commands.keys_of(member).order_by("-created_at")[:SHOWN]
    context = {
        "form": form,
        "keys": [
            Shown(key, _state(key, now), [str(PERMISSIONS.get(each, each)) for each in key.scopes]) for key in rows
        ],
        "sees_all": allows(member.role, member.permission_overrides, "keys.manage"),
        "address": request.build_absolute_uri("/api/v1/me"),
    }
    return render(request, "accounts/keys.html", context | more, status=status)


def _state(key: ApiKey, now: Any) -> str:
    if key.revoked_at:
        return "revoked"
    return "active" if key.is_usable(now) else "expired"


@require_POST
@requires("account.own")
def key_revoke(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """End a key at once."""
    key = get_object_or_404(commands.keys_of(request.membership), pk=pk)
    commands.revoke(key, by=request.membership, now=timezone.now())
    messages.success(request, _("“%(name)s” is revoked. It opens nothing from now on.") % {"name": key.name})
    return redirect("api_keys")
