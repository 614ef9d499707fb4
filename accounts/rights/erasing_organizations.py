"""Erasing an organisation: files, rows, what its log says of people; what stays is in the registry."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models.functions import Cast
from django.utils import timezone

from accounts import audit, tenancy
from accounts.models import DataRequest, Organization, User
from accounts.rights import files, redaction
from accounts.rights.registry import Answer, answers
from accounts.signals import organization_ending

Beat = Callable[[int], None]
NAMELESS = "Erased organisation"


def erase_organization(organization_id: Any, *, beat: Beat) -> dict[str, Any]:
    """Erase it. Files go first, since what names them goes with the rows; a second run finds what is left."""
    organization_ending.send(sender=Organization, organization_id=organization_id)
    beat(10)
    with tenancy.operator():
        removed = sum(_remove_files(answer, organization_id) for answer in owned())
    beat(50)
    with tenancy.operator():
        organization = Organization.objects.select_for_update().get(pk=organization_id)
        rows = {answer.label: _delete_rows(answer, organization_id) for answer in reversed(owned())}
        _forget_requests(organization_id)
        _make_nameless(organization)
        audit.record("organization.erased", organization, organization_id=organization.pk, by=None)
        blanked = redaction.redact(organization, redaction.everything(organization.pk))
    return {"files": removed, "rows": {k: n for k, n in rows.items() if n}, "blanked_audit_entries": blanked}


def owned() -> list[Answer]:
    """Return the answers for what an organisation owns, people apart."""
    return [each for each in answers() if each.organization and each.table is not User]


def _remove_files(answer: Answer, organization_id: uuid.UUID) -> int:
    count = files.remove_files_of(answer, answer.rows_of_organization(organization_id))
    if answer.folder:
        count += files.remove_folder(answer.folder.format(organization=organization_id))
    return count


def _delete_rows(answer: Answer, organization_id: uuid.UUID) -> int:
    """Delete a model's rows in one statement, or empty what nobody has to keep of them; the history goes first."""
    rows = answer.rows_of_organization(organization_id)
    _blank_history(answer, rows)
    if answer.kept_of_organization:
        if answer.forgets:
            rows.update(**answer.emptied())
        return 0
    return int(rows._raw_delete(rows.db))  # noqa: SLF001 (one statement, no rows read)


def _blank_history(answer: Answer, rows: "models.QuerySet[Any]") -> None:
    lines = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(answer.table))
    if lines.exists():
        keys = rows.values_list(Cast("pk", models.TextField()), flat=True)
        lines.filter(object_id__in=keys).update(object_repr="", change_message="")


def _forget_requests(organization_id: uuid.UUID) -> None:
    """Keep that the erasure was asked for, and no other request."""
    mine = DataRequest.objects.filter(organization_id=organization_id)
    mine.exclude(kind=DataRequest.Kind.ERASURE).delete()


def _make_nameless(organization: Organization) -> None:
    """Leave a row that says nothing, for the lines that must stay."""
    for column in organization._meta.concrete_fields:
        if column.name not in {"id", "owner", "created_at", "updated_at", "deleted_at"}:
            setattr(organization, column.attname, column.get_default() if column.has_default() else _empty(column))
    organization.name = NAMELESS
    organization.slug = f"erased-{organization.pk.hex}"
    organization.deleted_at = organization.deleted_at or timezone.now()
    organization.erase_after = None
    organization.save()


def _empty(column: "models.Field[Any, Any]") -> Any:
    return None if column.null else ""
