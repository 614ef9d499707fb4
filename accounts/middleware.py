"""What each request brings along: the person's zone and language, where it came from, and when it was last seen."""

import datetime as dt
import zoneinfo
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation

from accounts import audit
from accounts.origin import client_ip, user_agent
from accounts.second_factor import SecondFactorNeeded
from trenddrop.core import rates

GetResponse = Callable[[HttpRequest], HttpResponse]
SEEN_EVERY = dt.timedelta(minutes=5)
TRACKED = "tracked"


class UserPreferencesMiddleware:
    """Show times in the person's zone and words in their language; remember the origin for the audit log."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = audit.origin.set(audit.Origin(client_ip(request), user_agent(request)))
        try:
            self.prefer(request)
            return self.get_response(request)
        finally:
            audit.origin.reset(token)
            timezone.deactivate()

    def prefer(self, request: HttpRequest) -> None:
        """Activate the zone and language of whoever is signed in."""
        if not request.user.is_authenticated:
            return
        timezone.activate(zoneinfo.ZoneInfo(request.user.timezone))
        language = regional(request.user.language, request.user.country)
        if translation.get_language() != language:
            translation.activate(language)
            request.LANGUAGE_CODE = language


class SessionActivityMiddleware:
    """Write down when and from where a session was last used, once in five minutes."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.session.get(TRACKED):
            self.see(request, str(request.session.session_key))
        return self.get_response(request)

    def see(self, request: HttpRequest, key: str) -> None:
        """Update the session's row, unless that was done a moment ago."""
        if rates.hit("session-seen", key, limit=1, per=SEEN_EVERY).allowed:
            UserSession.objects.filter(session_key=key).update(
                last_seen_at=timezone.now(), ip=client_ip(request), user_agent=user_agent(request)[:200]
            )


class SecondFactorMiddleware:
    """Lead people to the page where they set up the factor that an organisation, or the admin, asks for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn the refusal into the way on."""
        if not isinstance(exception, SecondFactorNeeded):
            return None
        if request.headers.get("HX-Request"):
            answer = HttpResponse(str(exception), status=403, content_type="text/plain")
            answer["HX-Redirect"] = reverse("security")
            return answer
        messages.warning(request, str(exception))
        return redirect("security")


def regional(language: str, country: str) -> str:
    """English in India groups digits the Indian way (12,34,567)."""
    return "en-in" if language == "en" and country == "IN" else language
