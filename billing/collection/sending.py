"""The test gateway's clock and post, with this installation's address and key."""

from collections.abc import Mapping

from django.conf import settings

from billing.collection.events import Clock
from billing.sandbox import clock as sandbox
from trenddrop.core import http


def tick(*, clock: Clock) -> None:
    """Move on what is due, and tell what happened."""
    sandbox.tick(now=clock())
    send(clock=clock)
    sandbox.forget(now=clock())


def send(*, clock: Clock) -> int:
    """Tell what happened, through the door that every gateway uses."""
    return sandbox.send(now=clock(), secret=settings.TEST_GATEWAY_SECRET, post=_post)


def _post(body: bytes, headers: Mapping[str, str]) -> int:
    with http.client(timeout=10.0) as client:
        return client.post(settings.TEST_GATEWAY_HOOK_URL, content=body, headers=dict(headers)).status_code
