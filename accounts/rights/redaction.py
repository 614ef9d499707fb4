"""Blanking what audit entries say of people, on the record, through the one door the database leaves open."""

import json
import uuid
from collections.abc import Iterable
from itertools import islice

import regex
from django.db import connection, models
from django.db.models import Q, Value
from django.db.models.functions import Cast, Concat

from accounts import audit, sealing
from accounts.models import AuditEntry, Organization, User
from accounts.rights.markers import Markers

AT_ONCE = 500
Found = tuple[uuid.UUID, int, list[str]]  # an entry, its sequence, the parts to blank


def redact(organization: Organization, found: Iterable[Found]) -> int:
    """Blank the parts of an organisation's entries; each batch is an entry of its own that names them."""
    waiting, count = iter(found), 0
    while batch := list(islice(waiting, AT_ONCE)):
        sequences = [sequence for _, sequence, _ in batch]
        record = audit.record(
            sealing.REDACTED, organization, organization_id=organization.pk, by=None, entries=sequences
        )
        with connection.cursor() as cursor:
            cursor.executemany(
                "SELECT accounts_auditentry_redact(%s, %s, %s)",
                [(entry, parts, record.sequence) for entry, _, parts in batch],
            )
        count += len(batch)
    return count


def everything(organization_id: uuid.UUID) -> list[Found]:
    """Return all that the entries of an organisation say of anybody."""
    entries = AuditEntry.objects.filter(organization_id=organization_id).order_by("sequence")
    return [(entry.pk, entry.sequence, parts) for entry in entries.iterator(chunk_size=1000) if (parts := _all(entry))]


def _all(entry: AuditEntry) -> list[str]:
    is_record = entry.action == sealing.REDACTED
    return [name for name in entry.salts if not (is_record and name.startswith(sealing.METADATA))]


def of_person(person: User, markers: Markers) -> dict[uuid.UUID, list[Found]]:
    """Return what entries say of a person, by organisation: their own lines, and others' that name them."""
    found: dict[uuid.UUID, list[Found]] = {}
    for entry in _entries_about(person, markers).iterator(chunk_size=1000):
        if parts := _parts_about(entry, person, markers):
            found.setdefault(entry.organization_id, []).append((entry.pk, entry.sequence, parts))
    return found


def _entries_about(person: User, markers: Markers) -> models.QuerySet[AuditEntry]:
    said = Concat(
        "actor_name", Value(" "), "resource_name", Value(" "), "user_agent", Value(" "),
        Cast("metadata", models.TextField()), output_field=models.TextField(),
    )  # fmt: skip
    about = Q(actor=person) | Q(resource_type=person._meta.label_lower, resource_id=str(person.pk))
    about |= Q(said__iregex=markers.everywhere)
    if markers.in_organizations:
        about |= Q(organization_id__in=markers.organizations, said__iregex=markers.in_organizations)
    return AuditEntry.objects.annotate(said=said).filter(about).order_by("organization_id", "sequence")


def _parts_about(entry: AuditEntry, person: User, markers: Markers) -> list[str]:
    pattern = regex.compile(markers.for_python(entry.organization_id), regex.IGNORECASE)
    is_own = entry.actor_id == person.pk
    is_about = entry.resource_type == person._meta.label_lower and entry.resource_id == str(person.pk)
    always = {"actor_name", "ip", "user_agent"} if is_own else set()
    always |= {"resource_name"} if is_about else set()
    said = sealing.parts(entry)
    return [
        name
        for name in entry.salts
        if name in always or pattern.search(json.dumps(said.get(name), ensure_ascii=False, default=str))
    ]
