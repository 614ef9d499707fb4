"""Files of posts for the platforms that fetch them; whoever has the signed address may, for its hours."""

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from publishing.delivery import addresses
from trenddrop.core import serving


@require_safe
def media(request: HttpRequest, signed: str, name: str) -> HttpResponseBase:  # noqa: ARG001 (the name ends the address)
    """The file or a part of it, with the type it was signed with."""
    try:
        place = addresses.opened(signed)
    except addresses.NoSuchAddress as error:
        raise Http404 from error
    response = serving.answer(request, serving.in_storage(default_storage, place.name))
    response["Content-Type"] = place.mime
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Robots-Tag"] = "noindex"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
