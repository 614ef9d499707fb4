"""The database that tests work in: copied from one that was migrated once for all of this tree's migrations."""

import hashlib
import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import django
import psycopg
from django.core.management import call_command
from django.db import connections
from environ import Env
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
PREFIX = "test_migrated_"
KEPT = 4
ONE_AT_A_TIME = 7_311_002
MANY = 300
_owners: "dict[str, psycopg.Connection[tuple[Any, ...]]]" = {}


def migrated() -> str:
    """Return the name of a database with all tables and no rows of ours, made when absent."""
    name = PREFIX + _digest()
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        question = "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid"
        known = [str(row[0]) for row in owner.execute(question, [PREFIX])]
        if name not in known:
            for old in known[:-KEPT]:  # the latest may be another branch's, in use right now
                owner.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(old)))
            _make(owner, name)
    return name


def owner_of(name: str) -> "psycopg.Connection[tuple[Any, ...]]":
    """Return the owner's session in a database, kept from test to test: a new one learns every table first (0.2 s)."""
    if held := _owners.get(name):
        try:
            held.execute("SELECT 1")
            held.commit()
        except psycopg.OperationalError:  # the server was restarted meanwhile
            held.close()
        else:
            return held
    _owners[name] = psycopg.connect(os.environ["DATABASE_OWNER_URL"], dbname=name)
    return _owners[name]


def end_sessions(name: str) -> None:
    """End what is still connected: servers that a test has just stopped, a browser's side of a test."""
    connections["default"].close()
    if held := _owners.pop(name, None):
        held.close()
    for role in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        with psycopg.connect(os.environ[role], autocommit=True) as session:
            session.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s"
                " AND usename = current_user AND pid <> pg_backend_pid()",
                [name],
            )


def empty(owner: "psycopg.Connection[tuple[Any, ...]]", models: Mapping[str, Any], *, kept: Collection[str]) -> None:
    """Empty the tables, as their owner: few rows are deleted, in a fifth of the time that truncating them all takes."""
    owner.execute("SELECT set_config('app.operator', 'on', false)")
    count = sql.SQL("SELECT {} AS name, (SELECT count(*) FROM (SELECT FROM {} LIMIT {}) AS few)")
    names = sorted(set(models) - set(kept))
    rows = [count.format(sql.Literal(name), sql.Identifier(name), sql.Literal(MANY)) for name in names]
    full = {str(name): int(n) for name, n in owner.execute(sql.SQL(" UNION ALL ").join(rows)) if n}
    is_much = MANY in full.values()
    guarded = [sql.Identifier(name) for name in (names if is_much else full) if _is_guarded(models[name])]
    for each in guarded:
        owner.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(each))
    if is_much:
        owner.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.SQL(", ").join(map(sql.Identifier, names))))
    for name in full:
        owner.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
    owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for each in guarded:
        owner.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(each))


def _is_guarded(model: Any) -> bool:
    return getattr(model, "APPEND_ONLY", False) or getattr(model, "FROZEN_ONCE_ISSUED", False)


def _digest() -> str:
    """Of every migration, and of what makes their rows."""
    apps = [Path(app.path) for app in django.apps.apps.get_app_configs()]
    files = sorted(path for app in apps for path in app.glob("migrations/*.py"))
    files += [ROOT / "accounts" / name for name in ("apps.py", "guarding.py", "tenancy.py")]
    digest = hashlib.sha256(django.get_version().encode())
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _make(owner: "psycopg.Connection[tuple[object, ...]]", name: str) -> None:
    draft = f"draft_{name}"
    owner.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(draft)))
    owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
    connection = connections["default"]
    usual = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(Env.db_url_config(os.environ["DATABASE_OWNER_URL"]) | {"NAME": draft})
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.close()
        connection.settings_dict.update(usual)
    owner.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name)))
