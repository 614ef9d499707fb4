"""Proving the audit chains, every night and on demand, and anchoring their ends outside the database.

Whoever owns the database could rewrite a chain with its head. So the ends are also written to the files' storage,
a file a day; a chain that does not hold the hash it had then was rewritten.
"""

import datetime as dt
import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, default_storage
from django.utils import timezone

from accounts import audit, tenancy
from accounts.models import AuditCheck, AuditEntry, AuditHead, Organization

FOLDER = "audit-anchors"
Anchors = Mapping[str, tuple[int, str]]

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Verdict:
    """How far one organisation's chain holds, and what is wrong with it (or None)."""

    organization: Organization
    sequence: int
    fault: str | None


def verify_all(now: dt.datetime | None = None, *, slugs: tuple[str, ...] = ()) -> list[Verdict]:
    """Walk the chains of all organisations (or the named), write down the results, and anchor those that hold."""
    now = now or timezone.now()
    with tenancy.operator():
        rows = Organization.objects.filter(slug__in=slugs) if slugs else Organization.objects.all()
        organizations = list(rows.order_by("slug"))
    anchors = list(read_anchors(default_storage))
    verdicts = [verify(each, now=now, anchors=anchors) for each in organizations]
    if not slugs:
        anchor(now, default_storage)
    return verdicts


def verify(organization: Organization, *, now: dt.datetime, anchors: list[Anchors]) -> Verdict:
    """Walk one chain, compare it with what was anchored, and write down the result."""
    with tenancy.of_organization(organization.pk):
        found = audit.walk(organization.pk)
        fault = found.fault or _differs(organization.pk, anchors)
        AuditCheck.objects.update_or_create(
            organization=organization,
            defaults={"sequence": found.sequence, "checked_at": now, "fault": (fault or "")[:300]},
        )
    if fault:
        log.error("audit chain broken", organization=organization.slug, fault=fault)
    return Verdict(organization, found.sequence, fault)


def _differs(organization_id: uuid.UUID, anchors: list[Anchors]) -> str | None:
    """Return what was rewritten since it was anchored. Call in the organisation's scope."""
    known = dict(each[str(organization_id)] for each in anchors if str(organization_id) in each)
    rows = AuditEntry.objects.filter(organization_id=organization_id, sequence__in=list(known))
    held = dict(rows.values_list("sequence", "hash"))
    wrong = [sequence for sequence in sorted(known) if held.get(sequence) != known[sequence]]
    return f"entry {wrong[0]} is not the one that was anchored outside the database" if wrong else None


def anchor(now: dt.datetime, storage: Storage) -> str:
    """Write the end of every chain that holds into the day's file."""
    with tenancy.operator():
        broken = AuditCheck.objects.exclude(fault="").values("organization")
        heads = AuditHead.objects.exclude(organization__in=broken)
        ends = {str(head.organization_id): [head.sequence, head.hash] for head in heads.iterator()}
    return storage.save(f"{FOLDER}/{now:%Y-%m-%d}.json", ContentFile(json.dumps(ends, sort_keys=True).encode()))


def read_anchors(storage: Storage, *, days: int = 60) -> Iterator[Anchors]:
    """Return the newest anchors."""
    try:
        names = sorted(storage.listdir(FOLDER)[1])[-days:]
    except FileNotFoundError:
        return
    for name in names:
        with storage.open(f"{FOLDER}/{name}") as file:
            yield {key: (sequence, digest) for key, (sequence, digest) in json.load(file).items()}
