"""What Django says where no view answers: pages for people, problems for the API."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views import defaults

from trenddrop.core.rest import problems

API = "/api/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    if request.path.startswith(API):
        words = _("The request cannot be read. Nothing was changed.")
        return problems.plain(request, 400, code="malformed", detail=words)
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    if request.path.startswith(API):
        return problems.plain(request, 403, code="permission_denied", detail=str(exception) or _("Not allowed."))
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    if request.path.startswith(API):
        return problems.plain(request, 404, code="not_found", detail=_("There is nothing here, or not for you."))
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest, *_args: Any) -> HttpResponse:
    """500."""
    if request.path.startswith(API):
        words = _(
            "Something failed on our side and was noted. Try again; with the same Idempotency-Key nothing doubles."
        )
        return problems.plain(request, 500, code="failed", detail=words)
    return defaults.server_error(request)
