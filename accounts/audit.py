"""Recording who did what, in the same transaction as the doing.

Entries of an organisation form a chain: each holds the hash of the one before, so that a row changed or
removed behind the database's back is found by `manage.py verify_audit`.
"""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db import connection, models
from django.utils import timezone

from accounts import sealing, tenancy
from accounts.models import AuditEntry, AuditHead, Membership, User
from trenddrop.core import recordsets

FIRST = "0" * 64


@dataclass(frozen=True)
class Origin:
    """Where a request came from."""

    ip: str | None = None
    user_agent: str = ""


origin: ContextVar[Origin] = ContextVar("origin", default=Origin())  # noqa: B039 (frozen)


operator: ContextVar[User | None] = ContextVar("operator", default=None)
"""The operator who acts in somebody's place; the log names both, and holds the operator to it."""


@dataclass(frozen=True)
class Entry:
    """What shall be recorded; `by` is None where the system itself acted."""

    action: str
    resource: models.Model
    organization_id: uuid.UUID
    by: Membership | User | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


def record(
    action: str,
    resource: models.Model,
    *,
    organization_id: uuid.UUID,
    by: Membership | User | None,
    **metadata: Any,
) -> AuditEntry:
    """Append one entry; `by` is None where the system itself acted. Call inside the transaction of the change."""
    return record_all([Entry(action, resource, organization_id, by, metadata)])[0]


def record_all(told: Sequence[Entry]) -> list[AuditEntry]:
    """Append entries of any organisations, in three statements. Call inside the transaction of the changes."""
    with tenancy.widened():  # a client's member adds to a log that they may not read
        ends: dict[uuid.UUID, AuditEntry | AuditHead] = dict(_heads_of({each.organization_id for each in told}))
        entries = []
        for each in told:
            entry = _following(ends.get(each.organization_id), each)
            ends[each.organization_id] = entry
            entries.append(entry)
        recordsets.insert_all(entries)
        return entries


def _following(last: AuditEntry | AuditHead | None, told: Entry) -> AuditEntry:
    user = told.by.user if isinstance(told.by, Membership) else told.by
    acting = operator.get() if user else None
    name, metadata = str(user or "TrendDrop"), dict(told.metadata)
    if acting and user and acting.pk != user.pk:
        name, user, metadata = f"{acting} as {user}", acting, {**metadata, "in_place_of": str(user)}
    entry = AuditEntry(
        organization_id=told.organization_id,
        sequence=last.sequence + 1 if last else 1,
        at=max(timezone.now(), last.at) if last else timezone.now(),  # pages find days by it
        actor=user,
        actor_name=name[:200],
        action=told.action,
        resource_type=told.resource._meta.label_lower,
        resource_id=str(told.resource.pk),
        resource_name=str(told.resource)[:200],
        ip=origin.get().ip,
        user_agent=origin.get().user_agent[:300],
        metadata=json.loads(json.dumps(metadata, default=str)),
        previous_hash=last.hash if last else FIRST,
    )
    sealing.seal(entry)
    entry.hash = digest(entry)
    return entry


def _heads_of(organizations: Collection[uuid.UUID]) -> dict[uuid.UUID, AuditHead]:
    """Return the chains' ends, holding the chains (and only these organisations') until the transaction ends.

    Always in the same order, so that no two who want the same chains wait for each other.
    """
    names = sorted(f"audit:{key}" for key in organizations)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(name, 7)) FROM unnest(%s::text[]) name", [names])
    return {head.organization_id: head for head in AuditHead.objects.filter(organization_id__in=organizations)}


def changes(form: forms.BaseForm) -> dict[str, list[Any]]:
    """Return what a form changed: {field: [before, after]}, for `record(…, changes=…)`; no passwords, no files."""
    found = {}
    for name in form.changed_data:
        field = form.fields[name]
        if isinstance(field, forms.FileField) or isinstance(field.widget, forms.PasswordInput):
            found[name] = ["…", "…"]
        else:
            found[name] = [_plain(form.get_initial_for_field(field, name)), _plain(form.cleaned_data.get(name))]
    return found


def _plain(value: Any) -> Any:
    """Return a value as the log keeps it: rows by their name, lists as lists."""
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, list | tuple | set | models.QuerySet):
        return [_plain(each) for each in value]
    return value


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
    """Walk the chain to its head; return what is wrong with it in words, or None when it holds."""
    return walk(organization_id).fault


@dataclass(frozen=True)
class Walk:
    """How far a chain was walked, its last hash, and what is wrong with it (or None)."""

    sequence: int
    hash: str
    fault: str | None = None


def walk(organization_id: uuid.UUID) -> Walk:
    """Prove a chain from its first entry to its head; what is added meanwhile is left for the next time."""
    entries = AuditEntry.objects.filter(organization_id=organization_id)
    highest = entries.aggregate(highest=models.Max("sequence"))["highest"] or 0
    head = AuditHead.objects.filter(organization_id=organization_id).first()
    end = head.sequence if head else 0
    if highest > end:
        return Walk(end, FIRST, f"entry {highest} stands behind the end of the chain (entry {end})")
    found = _walk_entries(entries.filter(sequence__lte=end).order_by("sequence"), _redactions(organization_id))
    if found.fault or head is None:
        return found
    if found.sequence < end:
        return Walk(found.sequence, found.hash, f"entry {found.sequence + 1} is missing, and all after it up to {end}")
    return (
        found if found.hash == head.hash else Walk(end, found.hash, f"entry {end} is not the one the chain ended with")
    )


def _walk_entries(entries: models.QuerySet[AuditEntry], redactions: dict[int, set[int]]) -> Walk:
    previous, sequence = FIRST, 0
    for sequence, entry in enumerate(entries.iterator(chunk_size=1000), start=1):
        if entry.sequence != sequence:
            return Walk(sequence, previous, f"entry {sequence} is missing")
        if entry.previous_hash != previous:
            return Walk(sequence, previous, f"entry {sequence} does not follow the one before it")
        if digest(entry) != entry.hash:
            return Walk(sequence, previous, f"entry {sequence} was changed")
        if wrong := sealing.fault(entry, redactions):
            return Walk(sequence, previous, f"entry {sequence} {wrong}")
        previous = entry.hash
    return Walk(sequence, previous)


def _redactions(organization_id: uuid.UUID) -> dict[int, set[int]]:
    """Return the chain's redactions: by the sequence of the record, the entries it names."""
    records = AuditEntry.objects.filter(organization_id=organization_id, action=sealing.REDACTED)
    return {record.sequence: set(record.metadata.get("entries", ())) for record in records.iterator(chunk_size=100)}
