"""What each request brings along: the person's zone and language, and where it came from."""

import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from accounts import audit


class UserPreferencesMiddleware:
    """Show times in the person's zone and words in their language; remember the origin for the audit log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = audit.origin.set(audit.Origin(request.META.get("REMOTE_ADDR"), request.headers.get("User-Agent", "")))
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


def regional(language: str, country: str) -> str:
    """English in India groups digits the Indian way (12,34,567)."""
    return "en-in" if language == "en" and country == "IN" else language
