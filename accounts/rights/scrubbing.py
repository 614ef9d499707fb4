"""Taking a person's name and addresses out of texts that we wrote; what members wrote for an organisation stays."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from accounts.models import User
from accounts.rights.markers import Markers
from accounts.rights.registry import Answer, Fate, answers
from trenddrop.core.fields import EncryptedTextField

FORMER = "former member"
Column = "models.Field[Any, Any]"


@dataclass(frozen=True)
class Change:
    """A column as SQL, and what becomes of it."""

    name: str
    text: str
    becomes: str


def scrub(markers: Markers) -> dict[str, int]:
    """Replace the markers in every text of ours; return how many rows changed, by model."""
    found = {answer.label: _scrub(answer, markers) for answer in answers() if _is_ours_to_change(answer)}
    return {label: count for label, count in found.items() if count}


def _is_ours_to_change(answer: Answer) -> bool:
    """Say whether texts of a model may be changed: not the log's, and not what other people say of themselves."""
    is_own = not answer.organization and Fate.DELETED in answer.people.values()
    return not (getattr(answer.table, "APPEND_ONLY", False) or is_own or answer.table is User)


def _scrub(answer: Answer, markers: Markers) -> int:
    changes = list(_changes(answer))
    if not changes:
        return 0
    has_organization = any(each.name == "organization" for each in answer.table._meta.concrete_fields)
    if not has_organization:
        return _run(answer, changes, markers.both, where="true", values=())
    count = _run(answer, changes, markers.everywhere, where="true", values=())
    if markers.in_organizations:
        where, inside = "organization_id = ANY (%s)", (list(markers.organizations),)
        count += _run(answer, changes, markers.in_organizations, where=where, values=inside)
    return count


def _run(answer: Answer, changes: list[Change], pattern: str, *, where: str, values: tuple[Any, ...]) -> int:
    sets = ", ".join(
        f"{each.name} = CASE WHEN {each.text} ~* %s THEN {each.becomes} ELSE {each.name} END" for each in changes
    )
    hits = " OR ".join(f"{each.text} ~* %s" for each in changes)
    table = connection.ops.quote_name(answer.table._meta.db_table)
    filled = [value for each in changes for value in (pattern, *([pattern] if "%s" in each.becomes else []))]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {sets} WHERE {where} AND ({hits})",  # noqa: S608 (names of our own columns)
            [*filled, *values, *([pattern] * len(changes))],
        )
        return int(cursor.rowcount)


def _changes(answer: Answer) -> Iterator[Change]:
    """Return the columns whose text is ours."""
    words = answer.words.split()
    for column in answer.table._meta.concrete_fields:
        if column.name in words or column.primary_key or column.choices or column.remote_field:
            continue
        name = connection.ops.quote_name(column.column or column.attname)
        replaced = f"regexp_replace({name}::text, %s, '{FORMER}', 'gi')"
        if isinstance(column, models.GenericIPAddressField):
            continue
        if isinstance(column, models.JSONField):
            yield Change(name, f"{name}::text", f"{replaced}::jsonb")
        elif isinstance(column, ArrayField):
            yield Change(name, f"{name}::text", f"{replaced}::{column.db_type(connection)}")
        elif isinstance(column, models.EmailField):
            yield Change(name, name, "''")
        elif _is_text(column):
            yield Change(name, name, f"left({replaced}, {column.max_length})" if column.max_length else replaced)


def _is_text(column: "models.Field[Any, Any]") -> bool:
    is_text = isinstance(column, models.CharField | models.TextField)
    return is_text and not isinstance(column, EncryptedTextField | models.SlugField | models.FileField)
