"""Full-text search over every column of every table, every stored file, and what sessions hold."""

from pathlib import Path

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection

from accounts import tenancy


def in_database(*words: str, like: str = "ILIKE") -> dict[str, str]:
    """Return which table says one of the words, with the row; every table of the database is read."""
    found: dict[str, str] = {}
    with tenancy.operator(), connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        assert tables >= {model._meta.db_table for model in apps.get_models()}
        for table in sorted(tables):
            quoted = connection.ops.quote_name(table)
            for word in words:
                cursor.execute(f"SELECT t::text FROM {quoted} t WHERE t::text {like} %s LIMIT 1", [f"%{word}%"])
                for (row,) in cursor.fetchall():
                    found[table] = row
    return found


def in_sessions(*words: str) -> list[str]:
    """Return the sessions that say one of the words."""
    said = [str(session.get_decoded()) for session in Session.objects.all()]
    return [text for text in said if any(word.lower() in text.lower() for word in words)]


def in_files(folder: Path, *words: str) -> list[str]:
    """Return the files below a folder whose name or content says one of the words."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    wanted = [word.lower().encode() for word in words]
    return [
        str(path)
        for path in files
        if any(word in str(path).lower().encode() + path.read_bytes().lower() for word in wanted)
    ]
