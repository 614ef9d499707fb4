"""Room for Python's own stack, so that a request never runs at the edge of one of its pieces.

CPython keeps frames in pieces of 16 KB, and gives a piece back as soon as its first frame returns. A loop that calls
functions just there asks the system for memory, and returns it, at each call: pages took up to three times their time,
depending on how many functions stood above them. A frame that is itself large gets one large piece, in whose rest all
deeper frames find room.
"""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest, HttpResponse

SLOTS = 1 << 16  # eight bytes each; the piece is the next power of two, so about as many are left for deeper frames
Value = TypeVar("Value")


def roomy(call: Callable[..., Value], *given: object) -> Value:
    """Return what the call returns."""
    return call(*given)


roomy.__code__ = roomy.__code__.replace(co_stacksize=SLOTS + 64)


class RoomyStackMiddleware:
    """Answer each request with room for its frames."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return roomy(self.get_response, request)
