"""Moments come from the database as Django reads them, only faster."""

import datetime as dt

import pytest
from django.db import DataError, connection
from django.db.backends.postgresql.psycopg_any import register_tzloader
from hypothesis import given
from hypothesis import strategies as st

from trenddrop.core.moments import MomentLoader

pytestmark = pytest.mark.django_db


def read(moment: dt.datetime | str) -> dt.datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [moment])
        return cursor.fetchone()[0]  # type: ignore[no-any-return]


def as_django_reads(moment: dt.datetime) -> dt.datetime:
    with connection.cursor() as cursor:
        register_tzloader(dt.UTC, cursor.cursor)
        cursor.execute("SELECT %s::timestamptz", [moment])
        return cursor.fetchone()[0]  # type: ignore[no-any-return]


def test_connections_read_by_it() -> None:
    with connection.cursor() as cursor:
        oid, text = 1184, 0
        assert cursor.cursor.adapters.get_loader(oid, text) is MomentLoader


@given(st.datetimes(timezones=st.just(dt.UTC)))
def test_a_moment_is_what_django_reads(moment: dt.datetime) -> None:
    assert read(moment) == moment == as_django_reads(moment)
    assert read(moment).tzinfo is as_django_reads(moment).tzinfo


@pytest.mark.parametrize("words", ["infinity", "0044-03-15 BC", "12026-01-01"])
def test_what_no_moment_can_say_is_told_as_before(words: str) -> None:
    with pytest.raises(DataError):
        read(words)
