"""A month brought back from its files for some days, beside the sums that stand, and let go of again."""

import datetime as dt
import tempfile
import uuid
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

import structlog
from django.db import connection, transaction

from accounts import tenancy
from analytics.events import files
from analytics.events.archiving import NotAsWritten, open_verified, span_of
from analytics.events.keeping import add_partition
from analytics.events.taking import COLUMNS, fill
from analytics.models import EngagementEvent, EventBatch
from trenddrop.core import rounds

log = structlog.get_logger(__name__)

KEPT = dt.timedelta(days=7)
AT_ONCE = 100_000
State = EventBatch.Status
# Posts and accounts that were removed since are gone with their events; the file itself keeps them.
BRING = f"""
INSERT INTO analytics_engagementevent ({COLUMNS})
SELECT {", ".join(f"told.{name.strip()}" for name in COLUMNS.split(","))} FROM pg_temp.events_told told
WHERE EXISTS (SELECT FROM publishing_scheduledpost post WHERE post.id = told.post_id)
    AND EXISTS (SELECT FROM publishing_platformconnection account WHERE account.id = told.connection_id)
    AND told.organization_id = %s
"""  # noqa: S608 (names of our own columns)


def bring_due(*, now: dt.datetime) -> int:
    """Bring back the months that were asked for, let go of those whose time is over; returns how many came back."""
    with tenancy.operator():
        over = _months(EventBatch.objects.filter(status=State.RESTORED, restored_until__lt=now))
        wanted = _months(EventBatch.objects.filter(status=State.WANTED))
    rounds.each(over, lambda one: let_go(*one))
    return sum(rounds.each(wanted, lambda one: bring(*one, now=now)))


def _months(batches: Iterable[EventBatch]) -> list[tuple[uuid.UUID, dt.date]]:
    return sorted({(each.organization_id, each.month) for each in batches})


def bring(organization_id: uuid.UUID, month: dt.date, *, now: dt.datetime) -> bool:
    """Put an archived month back among the events, for a week; its sums stay as they are."""
    with tenancy.of_organization(organization_id):
        batches = list(EventBatch.objects.filter(organization=organization_id, month=month).order_by("part"))
    with tempfile.TemporaryDirectory(prefix="trenddrop-events-") as folder:
        try:
            paths = [open_verified(each, Path(folder)) for each in batches]
        except (NotAsWritten, OSError) as error:
            log.error("events cannot be restored", organization=str(organization_id), month=str(month), why=str(error))
            return False
        add_partition(month)
        return _write(organization_id, month, paths, now=now)


def _write(organization_id: uuid.UUID, month: dt.date, paths: Sequence[Path], *, now: dt.datetime) -> bool:
    """Write the rows, all or none; False when somebody else did, or nobody wants them any more."""
    with tenancy.of_organization(organization_id), transaction.atomic():
        mine = EventBatch.objects.filter(organization=organization_id, month=month)
        states = set(mine.select_for_update().values_list("status", flat=True))
        if State.WANTED not in states:
            return False
        _remove(organization_id, month)
        for path in paths:
            _copy(organization_id, path)
        mine.update(status=State.RESTORED, restored_until=now + KEPT)
    return True


def _copy(organization_id: uuid.UUID, path: Path) -> None:
    with path.open("rb") as file, connection.cursor() as cursor:
        rows = files.read(file)
        while batch := list(islice(rows, AT_ONCE)):
            fill(batch)
            cursor.execute(BRING, [organization_id])
            cursor.execute("DELETE FROM pg_temp.events_told")


def let_go(organization_id: uuid.UUID, month: dt.date) -> None:
    """Remove a month that was brought back; its files stay."""
    with tenancy.of_organization(organization_id):
        mine = EventBatch.objects.filter(organization=organization_id, month=month)
        states = set(mine.select_for_update().values_list("status", flat=True))
        if State.RESTORED in states:
            _remove(organization_id, month)
            mine.update(status=State.ARCHIVED, restored_until=None)


def _remove(organization_id: uuid.UUID, month: dt.date) -> None:
    start, finish = span_of(month)
    rows = EngagementEvent.objects.filter(organization=organization_id, happened_at__gte=start, happened_at__lt=finish)
    rows._raw_delete(rows.db)  # noqa: SLF001 (one statement, no rows read)
