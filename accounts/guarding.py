"""The database's side of clients: what a client's member may touch, and keys that stay inside one organisation.

Each step replaces a table's policy by one whose second half, asked only while `app.client` is set, says which
rows are the client's: by a column, through the parent's own policy, or by the person. Writing is held to the
same rule. Keys between tenants' tables carry the organisation, so that no child has a parent elsewhere.
"""

from collections.abc import Sequence
from typing import Any

from django.db import migrations

from accounts.tenancy import OPERATOR, setting_of

ORGANIZATION, CLIENT, USER = (setting_of(name) for name in ("organization", "client", "user"))
NOTHING = "false"


def own(column: str = "client_id") -> str:
    """The row names its client itself."""
    return f"{column} = {CLIENT}"


def of_person(column: str = "user_id") -> str:
    """The row belongs to the person who asks."""
    return f"{column} = {USER}"


def through(table: str, column: str, parent: str, *, more: str = "") -> str:
    """The row belongs to whoever may see its parent: the parent's own policy decides. An empty key is nobody's."""
    also = f" AND {more}" if more else ""
    return f"EXISTS (SELECT 1 FROM {parent} parent WHERE parent.id = {table}.{column}{also})"  # noqa: S608 (names of ours)


def seen(column: str, parent: str) -> str:
    """As `through`, asked of the function that `sees` makes: the planner takes it for as cheap as it nearly always is.

    For tables that are summed by the hundred thousand rows. The parent's policy, never asked of a member of the
    organisation, is reckoned at more than all the rest, so that a sum that is sorted on disk seems as good as one
    that is hashed.
    """
    return f"{parent}_seen({column})"


def sees(parent: str) -> migrations.RunSQL:
    """Return the step that makes the function which says whether whoever asks may see a row of a table."""
    asked = f"BEGIN RETURN EXISTS (SELECT 1 FROM {parent} WHERE id = key); END"  # noqa: S608 (names of ours)
    head = f"CREATE OR REPLACE FUNCTION {parent}_seen(key uuid) RETURNS boolean LANGUAGE plpgsql"
    made = f"{head} STABLE PARALLEL SAFE COST 1 AS $$ {asked} $$"
    return migrations.RunSQL(made, migrations.RunSQL.noop)  # going back keeps it: a policy asks it


def all_of(*rules: str) -> str:
    """Every rule holds."""
    return " AND ".join(f"({rule})" for rule in rules)


def or_none(table: str, column: str, parent: str) -> str:
    """The row has no such parent, or one that may be seen."""
    return f"{table}.{column} IS NULL OR {through(table, column, parent)}"


def guard(table: str, rule: str, *, check: str = "", seen: str = "") -> migrations.RunSQL:
    """Return the migration step that replaces a table's policy.

    `rule` is asked of a client's member only. `check` is what a row they write must meet beside it. `seen` is a
    further condition under which a row may be read (never written), whoever asks.
    """
    inside = f"organization_id = {ORGANIZATION}"
    written = all_of(rule, check) if check else rule
    return replace(
        table,
        using=f"{inside} AND ({CLIENT} IS NULL OR ({rule}))",
        check=f"{inside} AND ({CLIENT} IS NULL OR ({written}))",
        seen=seen,
    )


def replace(table: str, *, using: str, check: str, seen: str = "") -> migrations.RunSQL:
    """Return the migration step that gives a table a policy of its own; going back keeps the stricter one."""
    steps: list[Any] = [
        f"DROP POLICY IF EXISTS tenant ON {table}",
        f"DROP POLICY IF EXISTS tenant_seen ON {table}",
        f"CREATE POLICY tenant ON {table} USING ({OPERATOR} OR ({using})) WITH CHECK ({OPERATOR} OR ({check}))",
    ]
    if seen:
        steps.append(f"CREATE POLICY tenant_seen ON {table} FOR SELECT USING ({seen})")
    return migrations.RunSQL(steps, migrations.RunSQL.noop)


def referable(*tables: str) -> list[migrations.RunSQL]:
    """Return the steps after which keys may name a table's rows together with their organisation."""
    return [
        migrations.RunSQL(
            f"CREATE UNIQUE INDEX {table}_of_organization ON {table} (organization_id, id)",
            f"DROP INDEX {table}_of_organization",
        )
        for table in tables
    ]


def same_organization(table: str, keys: Sequence[tuple[str, str]]) -> list[migrations.RunSQL]:
    """Return the steps after which a row's parents, (column, table), are of its own organisation or not at all."""
    return [
        migrations.RunSQL(
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_same_organization"
            f" FOREIGN KEY (organization_id, {column}) REFERENCES {parent} (organization_id, id)"
            " DEFERRABLE INITIALLY DEFERRED",
            f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_same_organization",
        )
        for column, parent in keys
    ]
