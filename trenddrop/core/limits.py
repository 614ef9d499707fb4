"""The one question about plan limits, answered by LIMITS_BACKEND."""

import uuid
from functools import lru_cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class LimitReached(Exception):
    """The plan does not allow more of this; the message says what to do."""


class LimitsBackend(Protocol):
    """What a limits backend answers."""

    def require(self, organization_id: uuid.UUID, limit: str, *, amount: int) -> None:
        """Return when `amount` more of `limit` is allowed; raise LimitReached otherwise."""


class OpenLimits:
    """Everything is allowed: the default until plans are sold."""

    def require(self, organization_id: uuid.UUID, limit: str, *, amount: int) -> None:
        """Allow."""


@lru_cache(maxsize=4)
def _backend(path: str) -> LimitsBackend:
    backend: LimitsBackend = import_string(path)()
    return backend


def require(organization_id: uuid.UUID, limit: str, *, amount: int = 1) -> None:
    """Ask whether the organisation may have `amount` more of `limit` (uploads, storage_bytes, ai_credits …)."""
    _backend(settings.LIMITS_BACKEND).require(organization_id, limit, amount=amount)


def ask(organization_id: uuid.UUID, limit: str, *, amount: int = 1) -> None:
    """Ask the same and take nothing yet: what is asked for is made later, and requires it then."""
    backend = _backend(settings.LIMITS_BACKEND)
    getattr(backend, "ask", backend.require)(organization_id, limit, amount=amount)


def count(organization_id: uuid.UUID, limit: str, *, amount: int = 1) -> None:
    """Count what was asked for when it was begun and is made now; it keeps its place, nothing is refused."""
    if take := getattr(_backend(settings.LIMITS_BACKEND), "count", None):
        take(organization_id, limit, amount=amount)
