"""Line breaks of forms: browsers send two signs for each, our own script one, and platforms count them."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase

SENT, MEANT = "\r\n", "\n"


class LineBreaksMiddleware:
    """Takes each line break of a form as one sign. Stands after what checks forms, which has read them by then."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """Rewrite what a form sent; what was not read as a form is left as it came."""
        if "_post" not in vars(request):
            return
        if any(SENT in value for _name, values in request.POST.lists() for value in values):
            meant = request.POST.copy()
            for name, values in request.POST.lists():
                meant.setlist(name, [value.replace(SENT, MEANT) for value in values])
            request.POST = meant  # type: ignore[assignment]  # (what is read of it never changes it)
