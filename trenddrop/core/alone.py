"""One after the other: whoever comes second waits until the first one's transaction ends, and sees what it did."""

from django.db import connection


def alone(name: str) -> None:
    """Have to oneself what is called so, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
