"""Keeping what analytics found of an account's hours."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from publishing.models import BestTime


@dataclass(frozen=True)
class Scored:
    """How well an hour of the week did: 0 to 100, 50 as usual; `posts` of that very hour, `posts_in_all`."""

    weekday: int
    hour: int
    score: int
    posts: int
    posts_in_all: int


def save(
    connection_id: uuid.UUID, rows: Sequence[Scored], *, zone: str, organization_id: uuid.UUID, now: dt.datetime
) -> int:
    """Let these hours be all that is known of an account as of `now`; return how many.

    Call in the organisation's scope.
    """
    kept = [
        BestTime(organization_id=organization_id, connection_id=connection_id, timezone=zone, **vars(row))
        for row in rows
    ]
    with transaction.atomic():
        BestTime.objects.filter(connection_id=connection_id).delete()
        BestTime.objects.bulk_create(kept)
        BestTime.objects.filter(connection_id=connection_id).update(updated_at=now)
    return len(kept)
