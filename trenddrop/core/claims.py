"""Claiming work from a table: one conditional UPDATE, a lease that ends, a fence that late workers trip over.

PostgreSQL holds what is to be done; the broker only rings. A row is claimed by whoever gets its UPDATE
through; the fence (a counter) is written with it, and every later write of that worker must name it.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.subqueries import UpdateQuery

from trenddrop.core import recordsets

Row = TypeVar("Row", bound=models.Model)


class Claimable(models.Model):
    """The columns a claim needs."""

    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    fence = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True


class Told(models.Expression):
    """A value in a query, a moment unless said otherwise, that is told by its name when a prepared claim runs."""

    def __init__(self, name: str, output_field: "models.Field[Any, Any] | None" = None) -> None:
        super().__init__(output_field=output_field or models.DateTimeField())
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:  # noqa: ARG002
        """Hold the place of the value."""
        return "%s", [self]


@dataclass(frozen=True)
class Claim(Generic[Row]):
    """A claim whose statement is written: to build it costs more than to run it. May be kept, and run by any thread."""

    model: type[Row]
    using: str
    statement: str  # empty: nothing can ever be due
    values: tuple[Any, ...]

    def take(self, **told: Any) -> list[Row]:
        """Take the rows with a lease `until`; `told`: that, and what else the query leaves open, by its names.

        Rows others hold are passed over, never waited for; they come back as they stand now, in no particular order.
        """
        if not self.statement:
            return []
        values = [told[each.name] if isinstance(each, Told) else each for each in self.values]
        with transaction.atomic(using=self.using, savepoint=False), by_index(connections[self.using]):
            return list(self.model._base_manager.using(self.using).raw(self.statement, values))


def prepared(due: models.QuerySet[Row], *, limit: int, changes: Mapping[str, Any]) -> Claim[Row]:
    """Write the one statement that takes up to `limit` rows, the first of `due`; of `due.only(…)` with those fields."""
    model, database = due.model, connections[due.db]
    free = due.select_for_update(skip_locked=True, of=("self",)).values("pk")[:limit]
    with transaction.atomic(using=due.db, savepoint=False):  # rows are locked in transactions only
        try:
            which, which_values = free.query.get_compiler(connection=database).as_sql()
        except EmptyResultSet:
            return Claim(model, due.db, "", ())
    changes = {"lease_until": Told("until"), "fence": F("fence") + 1, **changes}
    what, what_values = _update_of(model, changes, database)
    key, *others = _columns(due, database)
    # An array is made once; a plain IN (…) may be run again for every row, and then locks more than it takes.
    statement = f"{what} WHERE {key} = ANY(ARRAY({which})) RETURNING {', '.join([key, *others])}"
    return Claim(model, due.db, statement, (*what_values, *which_values))


def claim(
    due: models.QuerySet[Row],
    *,
    now: dt.datetime,
    lease: dt.timedelta,
    limit: int,
    changes: Mapping[str, Any],
) -> list[Row]:
    """Take up to `limit` rows, the first of `due`, for `lease`."""
    return prepared(due, limit=limit, changes=changes).take(until=now + lease)


@contextmanager
def by_index(database: BaseDatabaseWrapper) -> Iterator[None]:
    """Have rows read in the order of their index, as far as is asked for. Call in a transaction.

    Of row policies the planner believes that they leave next to nothing, so it would sort all that is due for a few.
    """
    with database.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
        yield
        cursor.execute("SET LOCAL enable_sort = on")


def _update_of(
    model: type[models.Model], changes: Mapping[str, Any], database: BaseDatabaseWrapper
) -> tuple[str, tuple[Any, ...]]:
    """Return "UPDATE table SET …" for all rows, with its values."""
    query = UpdateQuery(model)
    query.add_update_values(dict(changes))
    statement, values = query.get_compiler(connection=database).as_sql()
    return statement, tuple(values)


def _columns(due: models.QuerySet[Row], database: BaseDatabaseWrapper) -> list[str]:
    """Return the columns to read, quoted, the key first."""
    names, are_left_out = due.query.deferred_loading
    fields = sorted(due.model._meta.concrete_fields, key=lambda field: not field.primary_key)
    if names and not are_left_out:
        wanted = {*names, "lease_until", "fence"}
        fields = [field for field in fields if field.primary_key or field.name in wanted]
    return [database.ops.quote_name(field.column or field.attname) for field in fields]


def claim_one(
    due: models.QuerySet[Row], *, now: dt.datetime, lease: dt.timedelta, changes: Mapping[str, Any]
) -> Row | None:
    """Take the one row that `due` names, or None when somebody else has it or it is no longer due."""
    taken = claim(due, now=now, lease=lease, limit=1, changes=changes)
    return taken[0] if taken else None


def write_fenced(row: models.Model, **changes: Any) -> bool:
    """Write `changes` unless the row was claimed anew since; True when this worker still holds it."""
    fence = row.fence  # type: ignore[attr-defined]
    written = type(row)._base_manager.filter(pk=row.pk, fence=fence).update(**changes)
    if written:
        for name, value in changes.items():
            setattr(row, name, value)
    return bool(written)


def hold_all(rows: Sequence[models.Model]) -> list[bool]:
    """Say of each row whether its worker still holds it; nobody claims those until the transaction ends."""
    if not rows:
        return []
    model = type(rows[0])
    database = connections[model._base_manager.db]
    key = recordsets.column_of(_field(model, "pk"), database)
    statement = (
        f"SELECT held.{key} FROM {database.ops.quote_name(model._meta.db_table)} held"  # noqa: S608 (the model's names)
        f" JOIN json_to_recordset(%s) given(row_key uuid, row_fence integer) ON held.{key} = given.row_key"
        " WHERE held.fence = given.row_fence AND held.lease_until IS NOT NULL FOR NO KEY UPDATE OF held"
    )
    with database.cursor() as cursor:
        cursor.execute(statement, [recordsets.written([_named(row) for row in rows])])
        found = {key for (key,) in cursor.fetchall()}
    return [row.pk in found for row in rows]


def write_all(
    rows: Sequence[models.Model], changes: Sequence[Mapping[str, Any]], *, fenced: bool = False, leased: bool = False
) -> list[bool]:
    """Write to each row its own plain values, in one statement for all that change the same fields.

    `fenced`: not where a row was claimed anew since; `leased`: nor where it was let go of (written, and asked to be
    written again). Says of each row whether it was written.
    """
    held = " AND held.fence = given.row_fence" if fenced else ""
    held += " AND held.lease_until IS NOT NULL" if leased else ""
    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, values in enumerate(changes):
        alike[tuple(sorted(values))].append(place)
    written: set[Any] = set()
    for names, places in alike.items():
        written |= _write(names, [(rows[place], changes[place]) for place in places], held=held)
    for row, values in zip(rows, changes, strict=True):
        if row.pk in written:
            for name, value in values.items():
                setattr(row, name, value)
    return [row.pk in written for row in rows]


def _write(names: tuple[str, ...], rows: Sequence[tuple[models.Model, Mapping[str, Any]]], *, held: str) -> set[Any]:
    model = type(rows[0][0])
    database = connections[model._base_manager.db]
    fields = [_field(model, name) for name in names]
    columns = [recordsets.column_of(field, database) for field in fields]
    read_as = ", ".join(f"{each} {field.db_type(database)}" for each, field in zip(columns, fields, strict=True))
    key = recordsets.column_of(_field(model, "pk"), database)
    told = [
        _named(row) | {field.column: field.get_prep_value(values[field.name]) for field in fields}
        for row, values in rows
    ]
    statement = (
        f"UPDATE {database.ops.quote_name(model._meta.db_table)} held"  # noqa: S608 (names of the model's own columns)
        f" SET {', '.join(f'{column} = given.{column}' for column in columns)}"
        f" FROM json_to_recordset(%s) given(row_key uuid, row_fence integer, {read_as})"
        f" WHERE held.{key} = given.row_key{held} RETURNING held.{key}"
    )
    with database.cursor() as cursor:
        cursor.execute(statement, [recordsets.written(told)])
        return {found for (found,) in cursor.fetchall()}


def _named(row: models.Model) -> dict[str | None, Any]:
    return {"row_key": row.pk, "row_fence": getattr(row, "fence", 0)}


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    found = model._meta.pk if name == "pk" else model._meta.get_field(name)
    if not isinstance(found, models.Field):
        raise TypeError(f"{name} is no column of {model.__name__}")
    return found
