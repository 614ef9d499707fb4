"""Stopping mails by the link in them: no sign-in; a look changes nothing, a press of the button does."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import Notification, User
from accounts.services import preferences as commands
from accounts.unsubscribe import ALL, DIGEST, Link, NotALink, read, token_for


@csrf_exempt  # mail programs post here without cookies (RFC 8058); the signed link alone says whose mails they are
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the link stops; stop it on POST, and take it back with `undo`."""
    try:
        link = read(token)
        person = User.objects.get(pk=link.user_id, deleted_at=None)
    except (NotALink, User.DoesNotExist):
        return render(request, "accounts/unsubscribe.html", {"state": "lost"}, status=404)
    with translation.override(person.language):
        return _answer(request, person, link)


def _answer(request: HttpRequest, person: User, link: Link) -> HttpResponse:
    context = {
        "state": "ask",
        "what": _name(link.what),
        "is_all": link.what == ALL,
        "address": masked(person.email),
        "all_token": token_for(person, ALL),
    }
    if request.method == "POST" and request.POST.get("undo"):
        try:
            commands.undo(person, request.POST["undo"])
        except commands.NothingToUndo:
            return render(request, "accounts/unsubscribe.html", context | {"state": "lost"}, status=404)
        context["state"] = "undone"
    elif request.method == "POST":
        context |= {"state": "stopped", "undo": commands.stop(person, link.what)}
    return render(request, "accounts/unsubscribe.html", context)


def _name(what: str) -> str:
    if what == ALL:
        return _("All mails")
    return _("The daily digest") if what == DIGEST else str(Notification.Kind(what).label)


def masked(address: str) -> str:
    """Return enough of an address for its owner to know it."""
    name, _at, domain = address.partition("@")
    return f"{name[:1]}•••@{domain}"
