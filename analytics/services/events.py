"""Commands on events: take what programs send and platforms tell, bring an archived month back."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, tenancy
from accounts.models import Membership, User
from analytics import tasks
from analytics.events import reading, taking
from analytics.events.bounds import taken_from
from analytics.events.reading import Place, Reader, Unfit
from analytics.models import EventBatch
from publishing.models import PlatformConnection, ScheduledPost

log = structlog.get_logger(__name__)

MOST = 1000  # in one batch
SENT = "api"


class NothingToRestore(ValueError):
    """The month is here already, or on its way."""


class State(StrEnum):
    """What became of one event of a batch."""

    ACCEPTED = "accepted"
    REPEATED = "repeated"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome:
    """One event's, in the order they were sent."""

    id: str
    state: State
    reason: str = ""


def receive(items: Sequence[Any], *, by: Membership, now: dt.datetime) -> list[Outcome]:
    """Take a batch that a program sent: each event once, by the sender's own id. Call in the member's scope."""
    since = taken_from(by.organization_id, now=now)
    reader = Reader(by.organization_id, SENT, since, now, _posts(items, by=by))
    read = [_read(reader, said) for said in items]
    repeated = taking.take([row for row in read if isinstance(row, taking.Told)])
    outcomes, seen = [], set(repeated)
    for said, row in zip(items, read, strict=True):
        name = str(said.get("id", ""))[:200] if isinstance(said, Mapping) else ""
        if isinstance(row, str):
            outcomes.append(Outcome(name, State.REFUSED, row))
            continue
        outcomes.append(Outcome(name, State.REPEATED if row.id in seen else State.ACCEPTED))
        seen.add(row.id)
    return outcomes


def _read(reader: Reader, said: Any) -> taking.Told | str:
    try:
        return reader.read(said)
    except Unfit as error:
        return str(error)


def _posts(items: Sequence[Any], *, by: Membership) -> dict[uuid.UUID, Place]:
    """Return the posts that a batch names and the member may see, in one query."""
    named = set()
    for said in items:
        try:
            named.add(uuid.UUID(said["post"]))
        except (KeyError, TypeError, ValueError, AttributeError):
            continue
    rows = ScheduledPost.objects.visible_to(by).filter(pk__in=named)
    found = rows.values_list("pk", "connection_id", "connection__platform")
    return {key: Place(connection, platform) for key, connection, platform in found}


def hear(
    post: ScheduledPost,
    connection: PlatformConnection,
    *,
    key: str,
    data: Mapping[str, Any],
    happened_at: dt.datetime,
    now: dt.datetime,
) -> bool:
    """Take what a platform told of a post, once; False when it was told before or is nothing to count."""
    type_ = reading.TOLD_AS.get(str(data.get("kind", "")))
    if type_ is None:
        log.info("nothing to count", platform=connection.platform, kind=str(data.get("kind", ""))[:40])
        return False
    user = str(data.get("user") or "")[: reading.LONGEST_NAME]
    said = {
        "id": key[: reading.LONGEST_NAME], "post": str(post.pk), "type": type_.value, "happened_at": happened_at,
        "person": user, "person_name": user,
    }  # fmt: skip
    since = taken_from(post.organization_id, now=now)
    place = Place(connection.pk, connection.platform)
    reader = Reader(post.organization_id, connection.platform, since, now, {post.pk: place})
    try:
        return not taking.take([reader.read(said)])
    except Unfit as error:
        log.info("event not taken", platform=connection.platform, key=key, why=str(error))
        return False


def restore(batch: EventBatch, *, by: Membership | User | None) -> EventBatch:
    """Bring an archived month back among the events for a week; a worker reads its files. Raise NothingToRestore."""
    status = EventBatch.Status
    mine = EventBatch.objects.filter(organization=batch.organization_id, month=batch.month)
    with transaction.atomic():
        if not mine.filter(status=status.ARCHIVED).update(status=status.WANTED):
            raise NothingToRestore(_("This month is here already, or on its way."))
        with tenancy.widened():
            audit.record(
                "events.restored", batch, organization_id=batch.organization_id, by=by, month=f"{batch.month:%Y-%m}"
            )
        transaction.on_commit(tasks.restore_events.delay)
    batch.refresh_from_db()
    return batch
