"""The questions about how earlier posts did and what is planned, answered by HISTORY_BACKEND."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
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


@dataclass(frozen=True)
class Planned:
    """A post that is planned: where and when (aware)."""

    platform: str
    at: dt.datetime


@dataclass(frozen=True)
class Account:
    """An account that can be posted to.

    `cap`: posts it may send in 24 hours, None where nothing is known. `taken`: when it posts or has just posted.
    `free`: the empty places of its queue, soonest first; None where it has no queue.
    """

    platform: str
    cap: int | None = None
    taken: Sequence[dt.datetime] = ()
    free: Sequence[dt.datetime] | None = None


@dataclass(frozen=True)
class Ahead:
    """What a calendar holds: posts, soonest first, and the accounts they can go to."""

    posts: Sequence[Planned] = field(default_factory=tuple)
    accounts: Sequence[Account] = field(default_factory=tuple)


class HistoryBackend(Protocol):
    """What a history backend answers."""

    def past(self, organization_id: uuid.UUID, client_id: uuid.UUID | None, *, now: dt.datetime) -> Sequence[Past]:
        """Return the latest posts, the latest first."""

    def ahead(
        self, organization_id: uuid.UUID, client_id: uuid.UUID | None, *, brand_id: uuid.UUID | None, now: dt.datetime
    ) -> Ahead:
        """Return what is planned, and where there is room."""


class Nothing:
    """Nothing is known."""

    def past(self, organization_id: uuid.UUID, client_id: uuid.UUID | None, *, now: dt.datetime) -> Sequence[Past]:
        """Return no post."""
        del organization_id, client_id, now
        return []

    def ahead(
        self, organization_id: uuid.UUID, client_id: uuid.UUID | None, *, brand_id: uuid.UUID | None, now: dt.datetime
    ) -> Ahead:
        """Return an empty calendar."""
        del organization_id, client_id, brand_id, now
        return Ahead()


@lru_cache(maxsize=4)
def _backend(path: str) -> HistoryBackend:
    backend: HistoryBackend = import_string(path)()
    return backend


def past(organization_id: uuid.UUID, client_id: uuid.UUID | None, *, now: dt.datetime) -> Sequence[Past]:
    """Return what an organisation (or a client of it) published lately. Call in the organisation's scope."""
    return _backend(settings.HISTORY_BACKEND).past(organization_id, client_id, now=now)


def ahead(
    organization_id: uuid.UUID, client_id: uuid.UUID | None, *, brand_id: uuid.UUID | None, now: dt.datetime
) -> Ahead:
    """Return the calendar of an organisation (or a client of it), as a brand may use it. Call in its scope."""
    return _backend(settings.HISTORY_BACKEND).ahead(organization_id, client_id, brand_id=brand_id, now=now)
