"""Two roles and a database: one role owns and migrates, the other one works and owns nothing."""

import secrets
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, unquote, urlsplit

import psycopg
from psycopg import sql

from trenddrop.runtime.console import Trouble

OWNER = "trenddrop_owner"
APP = "trenddrop_app"
DATABASE = "trenddrop"


class DatabaseUnfit(Trouble):
    """The database named by DATABASE_URL can't be used as it is."""


@dataclass(frozen=True)
class Addresses:
    """The app's address and the owner's, as URLs."""

    app: str
    owner: str


def provision(superuser: psycopg.Connection, *, owner_password: str, app_password: str) -> None:
    """Roles and database of the embedded server. Safe to run at every start."""
    # Tests make databases of their own, so the owner may.
    _ensure_role(superuser, OWNER, owner_password, "LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS")
    _ensure_role(superuser, APP, app_password, "LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS")
    if not superuser.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
        statement = sql.SQL("CREATE DATABASE {} OWNER {}")
        superuser.execute(statement.format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))


def equip(superuser: psycopg.Connection) -> None:
    """Vectors in the connected database; what the app may touch is granted after each migration."""
    superuser.execute("CREATE EXTENSION IF NOT EXISTS vector")


def _ensure_role(superuser: psycopg.Connection, name: str, password: str, rights: str) -> None:
    exists = superuser.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    verb = "ALTER" if exists else "CREATE"
    superuser.execute(
        sql.SQL(f"{verb} ROLE {{}} {rights} PASSWORD {{}}").format(sql.Identifier(name), sql.Literal(password))
    )


def use_given(owner_url: str, *, app_url: str | None, app_password: str) -> Addresses:
    """Fit a server that is not ours: `owner_url` migrates, `app_url` (or a role made here) works.

    Raises DatabaseUnfit, naming the statement an administrator has to run.
    """
    parts = urlsplit(owner_url)
    app = urlsplit(app_url) if app_url else _with_user(parts, APP, app_password)
    try:
        with psycopg.connect(_for_psycopg(parts), autocommit=True, connect_timeout=10) as owner:
            _ensure_vector(owner, parts)
            if not app_url and not _signs_in(app):
                _ensure_given_role(owner, app_password)
    except psycopg.OperationalError as problem:
        raise DatabaseUnfit(f"DATABASE_URL names a database that does not answer: {problem}") from problem
    refuse_powerful(app, owner=user_of(owner_url))
    return Addresses(app=app.geturl(), owner=owner_url)


def _ensure_vector(owner: psycopg.Connection, parts: SplitResult) -> None:
    try:
        owner.execute("CREATE EXTENSION IF NOT EXISTS vector")
    except psycopg.Error as problem:
        raise DatabaseUnfit(
            f"The database needs the extension pgvector, and {parts.username} can't add it: {problem}\n"
            f"Install pgvector on the server and, as its administrator, in {parts.path[1:]}: CREATE EXTENSION vector;"
        ) from problem


def _signs_in(app: SplitResult) -> bool:
    try:
        psycopg.connect(_for_psycopg(app), connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def _ensure_given_role(owner: psycopg.Connection, password: str) -> None:
    try:
        _ensure_role(owner, APP, password, "LOGIN")
    except psycopg.Error as problem:
        suggestion = secrets.token_urlsafe(18)
        raise DatabaseUnfit(
            f"TrendDrop works as a role that owns nothing, and DATABASE_URL's may not make it: {problem}\n"
            f"As an administrator run: CREATE ROLE {APP} LOGIN PASSWORD '{suggestion}';\n"
            f"and start with DATABASE_APP_URL=postgres://{APP}:{suggestion}@host/database"
        ) from problem


def refuse_powerful(app: SplitResult, *, owner: str) -> None:
    """Row-level security means nothing to a superuser; raise DatabaseUnfit for a role that could pass it."""
    question = "SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    try:
        with psycopg.connect(_for_psycopg(app), connect_timeout=10) as connection:
            found = connection.execute(question).fetchone()
    except psycopg.OperationalError as problem:
        raise DatabaseUnfit(f"The application's role can't sign in to the database: {problem}") from problem
    name, powerful = found or ("", True)
    if powerful or name == owner:
        raise DatabaseUnfit(
            f"The application may not connect as {name}: it owns the tables or passes row-level security, which keeps "
            f"organisations apart.\nName a role that owns nothing in DATABASE_APP_URL, "
            f"or leave it out to have one made."
        )


def user_of(url: str) -> str:
    """The role an address signs in as."""
    return unquote(urlsplit(url).username or "")


def _with_user(parts: SplitResult, user: str, password: str) -> SplitResult:
    address = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{quote(user)}:{quote(password, safe='')}@{address}")


def _for_psycopg(parts: SplitResult) -> str:
    return parts._replace(scheme="postgresql").geturl()
