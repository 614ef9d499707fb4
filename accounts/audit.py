"""Recording who did what, in the same transaction as the doing.

Entries of an organisation form a chain: each holds the hash of the one before, so that a row changed or
removed behind the database's back is found by `manage.py verify_audit`.
"""

import datetime as dt
import hashlib
import json
import uuid
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.utils import timezone

from accounts import sealing, tenancy
from accounts.models import AuditEntry, Membership, User

FIRST = "0" * 64


@dataclass(frozen=True)
class Origin:
    """Where a request came from."""

    ip: str | None = None
    user_agent: str = ""


origin: ContextVar[Origin] = ContextVar("origin", default=Origin())  # noqa: B039 (frozen)


def record(
    action: str,
    resource: models.Model,
    *,
    organization_id: uuid.UUID,
    by: Membership | User | None,
    **metadata: Any,
) -> AuditEntry:
    """Append one entry; `by` is None where the system itself acted. Call inside the transaction of the change."""
    user = by.user if isinstance(by, Membership) else by
    with tenancy.widened():  # a client's member adds to a log that they may not read
        return _append(action, resource, organization_id=organization_id, user=user, metadata=metadata)


def _append(
    action: str, resource: models.Model, *, organization_id: uuid.UUID, user: User | None, metadata: dict[str, Any]
) -> AuditEntry:
    previous = _last_of(organization_id)
    entry = AuditEntry(
        organization_id=organization_id,
        sequence=previous.sequence + 1 if previous else 1,
        at=timezone.now(),
        actor=user,
        actor_name=str(user or "TrendDrop"),
        action=action,
        resource_type=resource._meta.label_lower,
        resource_id=str(resource.pk),
        resource_name=str(resource)[:200],
        ip=origin.get().ip,
        user_agent=origin.get().user_agent[:300],
        metadata=json.loads(json.dumps(metadata, default=str)),
        previous_hash=previous.hash if previous else FIRST,
    )
    sealing.seal(entry)
    entry.hash = digest(entry)
    entry.save(force_insert=True)
    return entry


def _last_of(organization_id: uuid.UUID) -> AuditEntry | None:
    """Return the chain's end, holding the chain (and only this organisation's) until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [f"audit:{organization_id}"])
    return AuditEntry.objects.filter(organization_id=organization_id).order_by("-sequence").first()


def digest(entry: AuditEntry) -> str:
    """Return the SHA-256, in hex, of the entry's canonical form and the hash before it."""
    fields = {
        "id": str(entry.id),
        "organization": str(entry.organization_id),
        "sequence": entry.sequence,
        "at": entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "actor": str(entry.actor_id or ""),
        "action": entry.action,
        "resource": [entry.resource_type, entry.resource_id],
        "said": entry.seals,
        "previous": entry.previous_hash,
    }
    return hashlib.sha256(json.dumps(fields, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def first_fault(organization_id: uuid.UUID) -> str | None:
    """Walk the chain; return what is wrong with it in words, or None when it holds."""
    previous, redactions = FIRST, _redactions(organization_id)
    entries = AuditEntry.objects.filter(organization_id=organization_id).order_by("sequence")
    for sequence, entry in enumerate(entries.iterator(chunk_size=1000), start=1):
        if entry.sequence != sequence:
            return f"entry {sequence} is missing"
        if entry.previous_hash != previous:
            return f"entry {sequence} does not follow the one before it"
        if digest(entry) != entry.hash:
            return f"entry {sequence} was changed"
        if wrong := sealing.fault(entry, redactions):
            return f"entry {sequence} {wrong}"
        previous = entry.hash
    return None


def _redactions(organization_id: uuid.UUID) -> dict[int, set[int]]:
    """Return the chain's redactions: by the sequence of the record, the entries it names."""
    records = AuditEntry.objects.filter(organization_id=organization_id, action=sealing.REDACTED)
    return {record.sequence: set(record.metadata.get("entries", ())) for record in records.iterator(chunk_size=100)}
