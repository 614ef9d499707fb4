"""Secrets at rest."""

import base64
import io
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection

from publishing.models import PlatformConnection
from tests.cast import Cast
from trenddrop.core.crypto import SecretUnreadable, parse_keys

KEY_1 = "k1:" + base64.b64encode(b"1" * 32).decode()
KEY_2 = "k2:" + base64.b64encode(b"2" * 32).decode()


def connect(cast: Cast, handle: str = "asha.test", token: str = "the-token") -> PlatformConnection:
    row = PlatformConnection(organization=cast.kesar, platform="bluesky", account_id=handle, handle=handle)
    row.service_url = "https://pds.example"
    row.access_token = token
    row.save()
    return row


def stored(row: PlatformConnection) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_token FROM publishing_platformconnection WHERE id = %s", [row.pk])
        return str(cursor.fetchone()[0])


def test_a_token_is_locked_in_the_database_and_opens_in_its_row(kesar: Cast) -> None:
    row = connect(kesar)
    assert "the-token" not in stored(row)
    assert PlatformConnection.objects.get(pk=row.pk).access_token.open() == "the-token"


def test_a_secret_never_prints_itself(kesar: Cast) -> None:
    row = connect(kesar)
    assert "the-token" not in f"{row.access_token!r} {row.access_token} {row!r}"


def test_a_token_moved_to_another_row_does_not_open(kesar: Cast) -> None:
    one, two = connect(kesar), connect(kesar, "ben.test", "another")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE publishing_platformconnection SET access_token = %s WHERE id = %s", [stored(one), two.pk]
        )
    with pytest.raises(SecretUnreadable):
        PlatformConnection.objects.get(pk=two.pk).access_token.open()


def test_a_missing_key_is_an_error_and_never_ciphertext(kesar: Cast, settings: Any) -> None:
    settings.TOKEN_KEYS = [KEY_1]
    row = connect(kesar)
    settings.TOKEN_KEYS = [KEY_2]
    with pytest.raises(SecretUnreadable, match="TOKEN_KEYS"):
        PlatformConnection.objects.get(pk=row.pk).access_token.open()


def test_rotation_locks_everything_with_the_new_key_so_that_the_old_one_can_go(
    cast: Cast, everywhere: Cast, settings: Any
) -> None:
    settings.TOKEN_KEYS = [KEY_1]
    row = connect(cast)
    settings.TOKEN_KEYS = [KEY_2, KEY_1]
    call_command("rotate_secrets", stdout=io.StringIO())
    settings.TOKEN_KEYS = [KEY_2]
    assert stored(row).startswith("k2:")
    assert PlatformConnection.objects.get(pk=row.pk).access_token.open() == "the-token"


@pytest.mark.parametrize("entries", [[], ["k1:short"], ["k1:not base64!"], ["k1:" + "A" * 24]])
def test_a_keyring_that_cannot_work_is_refused_at_once(entries: list[str]) -> None:
    with pytest.raises(ImproperlyConfigured):
        parse_keys(entries)
