"""Whose rows a transaction may touch.

Rows of tenants are guarded twice: queries go through `visible_to(membership)`, and PostgreSQL itself, by
forced row-level security, shows a transaction only the organisation it has entered. The setting is local to
the transaction; where nobody entered, there are no rows.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db import connection, connections, migrations, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    from accounts.models import Membership


@dataclass(frozen=True)
class Scope:
    """What the transaction has entered. An empty scope sees no tenant's rows."""

    organization_id: uuid.UUID | None = None
    client_id: uuid.UUID | None = None
    user_id: uuid.UUID | None = None
    is_operator: bool = False

    @property
    def operator(self) -> str:
        """The operator setting's value."""
        return "on" if self.is_operator else ""

    def apply(self) -> None:
        """Tell PostgreSQL, until the transaction ends."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('app.organization', %s, true), set_config('app.client', %s, true),"
                " set_config('app.user', %s, true), set_config('app.operator', %s, true)",
                [*(str(key or "") for key in (self.organization_id, self.client_id, self.user_id)), self.operator],
            )


_current: ContextVar[Scope | None] = ContextVar("tenancy", default=None)


def current() -> Scope:
    """Return the scope this code runs in."""
    return _current.get() or Scope()


@contextmanager
def enter(scope: Scope) -> Iterator[None]:
    """Run in a transaction that has entered `scope`; an outer scope is restored afterwards."""
    outer = _current.get()
    with transaction.atomic():
        scope.apply()
        token = _current.set(scope)
        try:
            yield
        finally:
            _current.reset(token)
    if connection.in_atomic_block:
        (outer or Scope()).apply()


def switch(scope: Scope) -> None:
    """Change the scope of the running transaction (a request learns its membership only inside)."""
    scope.apply()
    _current.set(scope)


def of_organization(organization_id: uuid.UUID | str) -> Any:
    """Enter an organisation as the system (tasks): all of its clients, no person."""
    return enter(Scope(organization_id=uuid.UUID(str(organization_id))))


def of_member(membership: "Membership") -> Any:
    """Enter as a person: their organisation, and for a client's member only that client."""
    return enter(scope_of(membership))


def scope_of(membership: "Membership") -> Scope:
    """Return the scope a membership gives."""
    return Scope(membership.organization_id, membership.client_id, membership.user_id)


def of_user(user_id: uuid.UUID) -> Any:
    """Enter as a person who has not chosen an organisation: only their own memberships show."""
    return enter(Scope(user_id=user_id))


def widened() -> Any:
    """Act as the organisation for a moment, where the person sees only a client: its log, its people to tell."""
    return enter(replace(current(), client_id=None)) if current().client_id else nullcontext()


def operator() -> Any:
    """Enter as the installation itself: the admin, sweepers, and what spans organisations."""
    return enter(Scope(is_operator=True))


# The database's side

SETTING = "NULLIF(current_setting('app.{name}', true), '')"


def setting_of(name: str, cast: str = "uuid") -> str:
    """Return the SQL of one setting, asked once per statement (an InitPlan)."""
    return f"(SELECT {SETTING.format(name=name)}::{cast})"


OPERATOR = "(SELECT current_setting('app.operator', true)) = 'on'"


def _isolate_sql(table: str, condition: str) -> tuple[str, ...]:
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY tenant ON {table} USING ({OPERATOR} OR ({condition}))",
    )


def isolate(
    table: str, *, client: bool = False, user: bool = False, client_column: str = "client_id"
) -> migrations.RunSQL:
    """Return the migration step that guards a tenant's table.

    `client`: the table has client_id, and a client's member sees only those rows. `user`: people also see
    their own rows (user_id) before they have entered an organisation.
    """
    condition = f"organization_id = {setting_of('organization')}"
    if client:
        condition += f" AND ({setting_of('client')} IS NULL OR {client_column} = {setting_of('client')})"
    if user:
        condition = f"({condition}) OR user_id = {setting_of('user')}"
    return migrations.RunSQL(
        _isolate_sql(table, condition),
        [f"DROP POLICY tenant ON {table}", f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"],
    )


def isolate_by(table: str, condition: str) -> migrations.RunSQL:
    """Return the migration step for a table whose rule is its own (SQL over app settings)."""
    return migrations.RunSQL(
        _isolate_sql(table, condition),
        [f"DROP POLICY tenant ON {table}", f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"],
    )


def grant_app_role(using: str, **_kwargs: Any) -> None:
    """After a migration by the owner: let the app's role read and write, but own and alter nothing."""
    database = connections[using]
    role = settings.DATABASE_APP_ROLE
    with database.cursor() as cursor:
        cursor.execute("SELECT current_user, EXISTS (SELECT 1 FROM pg_roles WHERE rolname = %s)", [role])
        current_user, exists = cursor.fetchone()
        if current_user == role or not exists:
            return
        quoted = database.ops.quote_name(role)
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {quoted}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}")
        cursor.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {quoted}")
        _revoke_append_only(database, quoted)


def _revoke_append_only(database: BaseDatabaseWrapper, role: str) -> None:
    guarded = [model for model in apps.get_models() if getattr(model, "APPEND_ONLY", False)]
    tables = {model._meta.db_table for model in guarded}
    untouchable = {model._meta.db_table for model in guarded if getattr(model, "WRITTEN_BY_DATABASE", False)}
    with database.cursor() as cursor:
        present = tables & set(database.introspection.table_names(cursor))
        for table in sorted(present):
            also = ", INSERT" if table in untouchable else ""
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE{also} ON {table} FROM {role}")


def append_only(table: str) -> migrations.RunSQL:
    """Return the migration step after which nobody changes or removes a row, whatever their role."""
    return migrations.RunSQL(
        [
            f"""CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$""",
            f"""CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION {table}_refuse()""",
            f"""CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()""",
        ],
        [
            f"DROP TRIGGER append_only_truncate ON {table}",
            f"DROP TRIGGER append_only ON {table}",
            f"DROP FUNCTION {table}_refuse()",
        ],
    )
