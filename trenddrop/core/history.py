"""The questions about how earlier posts did and what is planned, answered by HISTORY_BACKEND."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Past:
    """A published post: where, when (aware), and how often it was seen once its counts had settled."""

    platform: str
    at: dt.datetime
    views: int


class HistoryBackend(Protocol):
    """What a history backend answers."""

    def past(self, organization_id: uuid.UUID, client_id: uuid.UUID | None, *, now: dt.datetime) -> Sequence[Past]:
        """Return the latest posts, the latest first."""

    def ahead(
        self, organization_id: uuid.UUID, client_id: uuid.UUID | None, *, now: dt.datetime
    ) -> Sequence[dt.datetime]:
        """Return when posts are planned for."""


class Nothing:
    """Nothing is known."""

    def past(self, organization_id: uuid.UUID, client_id: uuid.UUID | None, *, now: dt.datetime) -> Sequence[Past]:
        """Return no post."""
        del organization_id, client_id, now
        return []

    def ahead(
        self, organization_id: uuid.UUID, client_id: uuid.UUID | None, *, now: dt.datetime
    ) -> Sequence[dt.datetime]:
        """Return no time."""
        del organization_id, client_id, now
        return []


@lru_cache(maxsize=4)
def _backend(path: str) -> HistoryBackend:
    backend: HistoryBackend = import_string(path)()
    return backend


def past(organization_id: uuid.UUID, client_id: uuid.UUID | None, *, now: dt.datetime) -> Sequence[Past]:
    """Return what an organisation (or a client of it) published lately. Call in the organisation's scope."""
    return _backend(settings.HISTORY_BACKEND).past(organization_id, client_id, now=now)


def ahead(organization_id: uuid.UUID, client_id: uuid.UUID | None, *, now: dt.datetime) -> Sequence[dt.datetime]:
    """Return when an organisation (or a client of it) plans to post, soonest first. Call in its scope."""
    return _backend(settings.HISTORY_BACKEND).ahead(organization_id, client_id, now=now)
