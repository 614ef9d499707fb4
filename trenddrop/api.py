"""/api/v1/: the apps' resources, their description and its pages."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, URLPattern, URLResolver, path, resolve
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework.routers import SimpleRouter

import accounts.api
import analytics.api
import billing.api
import content.api
import publishing.api
import trends.api
from trenddrop import api_docs
from trenddrop.core.rest import problems


@csrf_exempt
def nowhere(request: HttpRequest, **_kwargs: Any) -> HttpResponse:
    """Say that there is nothing; an address written with a slash too many is led to the one without."""
    bare = request.path.rstrip("/")
    try:
        is_there = bare != request.path and resolve(bare).func is not nowhere
    except Resolver404:
        is_there = False
    if is_there:
        query = request.META.get("QUERY_STRING", "")
        answer = HttpResponseRedirect(f"{bare}?{query}" if query else bare)
        answer.status_code = 308
        return answer
    words = _("There is nothing at this address. The documentation (/api/v1/docs/) names all of them.")
    return problems.plain(request, 404, code="not_found", detail=words)


router = SimpleRouter(trailing_slash=False, use_regex_path=False)
for app in (accounts.api, billing.api, trends.api, content.api, publishing.api, analytics.api):
    app.register(router)

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", api_docs.schema, name="api-schema"),
    path("docs/", api_docs.docs, name="api-docs"),
    *accounts.api.SINGLES,
    *analytics.api.SINGLES,
    *billing.api.SINGLES,
    *content.api.SINGLES,
    *router.urls,
    path("", nowhere, name="api-root"),
    path("<path:rest>", nowhere, name="api-nowhere"),
]
