"""The API's description as OpenAPI, and as pages one can try it on."""

import hashlib
import threading
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer

MEDIA_TYPE = "application/vnd.oai.openapi+json"


_making = threading.Lock()  # whoever asks while it is made waits for it: it takes seconds, and two at once disturb it


def described() -> tuple[bytes, str]:
    """Return the description, made once a process, with its ETag."""
    with _making:
        return _made()


@lru_cache(maxsize=1)
def _made() -> tuple[bytes, str]:
    found = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    content: bytes = OpenApiJsonRenderer().render(found)
    return content, f'"{hashlib.sha256(content).hexdigest()[:32]}"'


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The OpenAPI description."""
    content, etag = described()
    known = request.headers.get("If-None-Match", "") == etag
    answer = HttpResponse(b"" if known else content, status=304 if known else 200, content_type=MEDIA_TYPE)
    answer["ETag"], answer["Cache-Control"] = etag, "public, max-age=300"
    return answer


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The description as Swagger UI shows it, from our own files."""
    return render(request, "api/docs.html", {"site_url": settings.SITE_URL})
