"""Where platforms tell us things: verified over the raw body, stored once, answered at once; a worker applies it."""

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from publishing.delivery.adapters import adapter
from publishing.models import PlatformEvent
from publishing.platforms.base import PlatformError, Rejected
from publishing.platforms.hearing import Delivery, Hears, NotGenuine
from publishing.services import hearing

MOST_BYTES = 1024**2


class TooMuch(Exception):
    """The body is larger than any platform's news."""


@csrf_exempt  # platforms have no cookies; what they send is signed
@never_cache
@require_http_methods(["GET", "POST"])
def hear(request: HttpRequest, platform: str, key: uuid.UUID | None = None) -> HttpResponse:
    """Answer a platform: its handshake (GET), or what it tells (POST). `key` names one account's own subscription."""
    hears, listening = _hears(platform), hearing.listening_of(key, platform=platform) if key else None
    if hears is None or (key and listening is None):
        return HttpResponse(status=404)
    try:
        body = _body(request)
    except TooMuch:
        return HttpResponse(status=413)
    delivery = Delivery(
        body=body,
        headers={name.lower(): value for name, value in request.headers.items()},
        query={name: str(value) for name, value in request.GET.items()},
        now=timezone.now(),
        secret=listening.secret.open() if listening else "",
    )
    if request.method == "GET":
        return _greeted(hears, delivery, key)
    return _heard(hears, delivery, platform)


def _hears(platform: str) -> Hears | None:
    try:
        found = adapter(platform)
    except Rejected:
        return None
    return found if isinstance(found, Hears) else None


def _body(request: HttpRequest) -> bytes:
    """Read the bytes as they came, but not more than any news has."""
    body: bytes = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise TooMuch
    return body


def _greeted(hears: Hears, delivery: Delivery, key: uuid.UUID | None) -> HttpResponse:
    said = hears.greet(delivery)
    if said is None:
        return HttpResponse(status=404)
    if key and delivery.query.get("hub.mode") != "unsubscribe":
        hearing.confirmed(key, lease=delivery.query.get("hub.lease_seconds", ""), now=delivery.now)
    kind = "application/json" if said.startswith("{") else "text/plain"
    return HttpResponse(said, content_type=f"{kind}; charset=utf-8")


def _heard(hears: Hears, delivery: Delivery, platform: str) -> HttpResponse:
    try:
        facts = hears.hear(delivery)
    except NotGenuine as error:
        return HttpResponse(status=204 if error.quiet else 401)
    except (PlatformError, ValueError, KeyError, TypeError):  # signed, but nothing we can read: the same next time
        return HttpResponse(status=400)
    asked = hearing.receive(platform, facts)
    address = settings.SITE_URL.rstrip("/") + reverse("erasing", args=[asked]) if asked else ""
    body, kind = hears.answer(facts, address=address)
    return HttpResponse(body, content_type=kind)


@never_cache
@require_safe
def erasing(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What became of a person's request, made on a platform, to have their data erased here."""
    event = get_object_or_404(PlatformEvent, pk=key, kind=hearing.ERASE)
    return render(request, "publishing/erasing.html", {"event": event})
