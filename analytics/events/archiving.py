"""Months older than are kept raw: written into files, organisation by organisation, and read back before they go.

A file's name holds its checksum and the same rows make the same bytes, so that a worker who was killed in between is
repeated by the next without leaving two files. The storage is spoken to outside of every transaction.
"""

import datetime as dt
import json
import tempfile
import uuid
from collections.abc import Iterator
from itertools import chain, count, islice
from pathlib import Path

import structlog
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, transaction

from accounts import tenancy
from analytics.events import files
from analytics.events.bounds import first_kept_month, month_of, start_of
from analytics.events.files import Written
from analytics.events.keeping import agree
from analytics.events.taking import COLUMNS, Told
from analytics.models import EventBatch

log = structlog.get_logger(__name__)

FOLDER = "events/{organization}"
PART_ROWS = 1_000_000
AT_ONCE = 5000
FIRST_OLD = "SELECT min(happened_at) FROM analytics_engagementevent WHERE happened_at >= %s AND happened_at < %s"
WHOSE = """
SELECT DISTINCT organization_id FROM analytics_engagementevent WHERE happened_at >= %s AND happened_at < %s ORDER BY 1
"""
ORDER = [name.strip() for name in COLUMNS.split(",")]
ROWS = f"""
SELECT {COLUMNS} FROM analytics_engagementevent
WHERE organization_id = %s AND happened_at >= %s AND happened_at < %s ORDER BY happened_at, id
"""  # noqa: S608 (names of our own columns)


class NotAsWritten(RuntimeError):
    """What lies in the storage is not what was put there: the rows stay."""


def archive_due(*, now: dt.datetime) -> int:
    """Archive what is older than is kept raw; returns how many files were made. Raises ClockAstray, NotAsWritten."""
    agree(now)
    before, made = first_kept_month(now), 0
    beginning = dt.datetime.min.replace(tzinfo=dt.UTC)
    while (oldest := _oldest(beginning, start_of(before))) is not None:
        month = month_of(oldest.astimezone(dt.UTC).date())
        made += sum(archive(key, month) for key in _owners(month) if not _is_archived(key, month))
        beginning = start_of(month_of(month, 1))
    return made


def archive(organization_id: uuid.UUID, month: dt.date) -> int:
    """Put an organisation's month into files; returns how many."""
    with tempfile.TemporaryDirectory(prefix="trenddrop-events-") as folder:
        made = _write(organization_id, month, Path(folder))
        names = [_stored(organization_id, month, part, each) for part, each in enumerate(made)]
    with tenancy.of_organization(organization_id), transaction.atomic():
        EventBatch.objects.bulk_create(
            EventBatch(
                organization_id=organization_id, month=month, part=part, file=name, rows=each.rows, size=each.size,
                sha256=each.sha256,
            )
            for part, (name, each) in enumerate(zip(names, made, strict=True))
        )  # fmt: skip
    log.info("events archived", organization=str(organization_id), month=f"{month:%Y-%m}", files=len(made))
    return len(made)


def span_of(month: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Return when a month begins and ends."""
    return start_of(month), start_of(month_of(month, 1))


def open_verified(batch: EventBatch, folder: Path) -> Path:
    """Bring a batch's file out of the storage and hold it against its checksum; raise NotAsWritten."""
    path = folder / f"{batch.part}.ndjson.gz"
    with default_storage.open(str(batch.file)) as stored, path.open("wb") as copy:
        while chunk := stored.read(files.CHUNK):
            copy.write(chunk)
    with path.open("rb") as copy:
        if files.checksum(copy) != batch.sha256:
            raise NotAsWritten(str(batch.file))
    return path


def _oldest(since: dt.datetime, before: dt.datetime) -> dt.datetime | None:
    with tenancy.operator(), connection.cursor() as cursor:
        cursor.execute(FIRST_OLD, [since, before])
        found: dt.datetime | None = cursor.fetchone()[0]
    return found


def _owners(month: dt.date) -> list[uuid.UUID]:
    with tenancy.operator(), connection.cursor() as cursor:
        cursor.execute(WHOSE, span_of(month))
        return [key for (key,) in cursor.fetchall()]


def _is_archived(organization_id: uuid.UUID, month: dt.date) -> bool:
    with tenancy.of_organization(organization_id):
        return EventBatch.objects.filter(organization=organization_id, month=month).exists()


def _write(organization_id: uuid.UUID, month: dt.date, folder: Path) -> list[Written]:
    """Write the parts of one moment of the database, never more than some rows in memory."""
    made: list[Written] = []
    with tenancy.of_organization(organization_id):
        waiting = _rows(organization_id, month)
        for part in count():
            first = next(waiting, None)
            if first is None:
                return made
            rows = islice(chain([first], waiting), PART_ROWS)
            made.append(files.write(rows, folder / f"{part}.ndjson.gz"))
    return made


def _rows(organization_id: uuid.UUID, month: dt.date) -> Iterator[Told]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(ROWS, [organization_id, *span_of(month)])
        while found := cursor.fetchmany(AT_ONCE):
            for values in found:
                said = dict(zip(ORDER, values, strict=True))
                metadata = said.pop("metadata")
                words = metadata if metadata is None or isinstance(metadata, str) else json.dumps(metadata)
                yield Told(**said, metadata=words)


def _stored(organization_id: uuid.UUID, month: dt.date, part: int, made: Written) -> str:
    """Put a file into the storage, unless it lies there from a run that was killed, and read it back."""
    folder = FOLDER.format(organization=organization_id)
    name = f"{folder}/{month:%Y-%m}-{part}-{made.sha256[:16]}.ndjson.gz"
    if not default_storage.exists(name):
        with made.path.open("rb") as written:
            name = default_storage.save(name, File(written))
    with default_storage.open(name) as stored:
        is_whole = files.checksum(stored) == made.sha256
    with default_storage.open(name) as stored:
        is_whole = is_whole and sum(1 for _row in files.read(stored)) == made.rows
    if not is_whole:
        default_storage.delete(name)
        raise NotAsWritten(name)
    return name
