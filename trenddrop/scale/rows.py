"""Rows by the million: one INSERT … SELECT for a table, with every column that is not named at its model's default."""

from django.db import connection, models

# Keys that say which table and which row, and sort by time as ours do: the same number has the same key each time.
KEY = """
CREATE OR REPLACE FUNCTION pg_temp.key(kind int, n bigint, at timestamptz DEFAULT '2020-01-01Z') RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(kind), 3, '0')
    || '8000' || lpad(to_hex(n), 12, '0'))::uuid $$
"""
# A number from 0 to below 1 that belongs to n and to what it is asked for.
CHANCE = """
CREATE OR REPLACE FUNCTION pg_temp.chance(n bigint, what int) RETURNS float
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT (hashint8extended(n, what) & 1073741823) / 1073741824.0 $$
"""


def prepare() -> None:
    """Give the session its two functions."""
    with connection.cursor() as cursor:
        cursor.execute(KEY)
        cursor.execute(CHANCE)


def spread(model: type[models.Model], source: str, /, **given: str) -> int:
    """Insert a row of `model` for each row of `source` (what follows FROM); return how many.

    `given` names columns by their field with SQL over the source; the others have their model's defaults.
    """
    columns, told, values = [], [], []
    for field in model._meta.concrete_fields:
        columns.append(connection.ops.quote_name(field.column or field.attname))
        if field.attname in given:
            told.append(given[field.attname].replace("%", "%%"))
        elif getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            told.append("now()")
        else:
            told.append(f"%s::{field.db_type(connection)}")
            values.append(field.get_db_prep_save(field.get_default(), connection))
    unknown = given.keys() - {field.attname for field in model._meta.concrete_fields}
    if unknown:
        raise KeyError(f"{model.__name__} has no {', '.join(sorted(unknown))}.")
    statement = (
        f"INSERT INTO {model._meta.db_table} ({', '.join(columns)})"  # noqa: S608 (names of ours)
        f" SELECT {', '.join(told)} FROM {source.replace('%', '%%')}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
