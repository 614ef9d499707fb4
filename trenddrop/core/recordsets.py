"""Many rows in one statement with one parameter: a JSON text that PostgreSQL reads as a table.

With a mark for each value, a driver takes longer to find ten thousand marks than the database to store the rows.
"""

import datetime as dt
import decimal
import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper


def insert_all(rows: Sequence[models.Model], *, ignore_conflicts: bool = False) -> None:
    """Insert rows of one model that have their keys and plain values (as `bulk_create`: no signals, no `save`)."""
    if not rows:
        return
    model = type(rows[0])
    database = connections[model._base_manager.db]
    fields = model._meta.local_concrete_fields
    columns = ", ".join(column_of(field, database) for field in fields)
    table = database.ops.quote_name(model._meta.db_table)
    told = [{field.column: field.get_prep_value(field.pre_save(row, add=True)) for field in fields} for row in rows]
    unless = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
    statement = (
        f"INSERT INTO {table} ({columns}) SELECT {columns}"  # noqa: S608 (names of the model's own columns)
        f" FROM json_populate_recordset(NULL::{table}, %s){unless}"
    )
    with database.cursor() as cursor:
        cursor.execute(statement, [written(told)])
    for row in rows:
        row._state.adding, row._state.db = False, database.alias  # noqa: SLF001 (as bulk_create leaves them)


def written(told: Sequence[Mapping[str | None, Any]]) -> str:
    """Return rows as the JSON text that PostgreSQL reads; TypeError for what has no plain form."""
    return json.dumps(told, default=_plain, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def column_of(field: "models.Field[Any, Any]", database: BaseDatabaseWrapper) -> str:
    """Return the field's column, quoted."""
    return database.ops.quote_name(field.column or field.attname)


def _plain(value: Any) -> str:
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, uuid.UUID | decimal.Decimal):
        return str(value)
    raise TypeError(f"{value!r} has no plain form to write")
