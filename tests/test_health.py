"""Probes: answered to whoever asks, by whatever name and over whichever scheme."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client


@pytest.fixture
def strict(settings: Any) -> None:
    """As behind a proxy of an installation with a name."""
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["trenddrop.example"], True


@pytest.mark.parametrize("name", ["10.1.2.3:8000", "localhost:8000", "trenddrop.example"])
def test_a_probe_is_answered_by_any_name_and_without_tls(strict: None, db: None, name: str) -> None:
    client = Client(headers={"host": name})
    assert client.get("/healthz").content == b"ok\n"
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "database": "ok", "redis": "ok"})


def test_all_else_still_wants_the_name_and_tls(strict: None) -> None:
    assert Client(headers={"host": "10.1.2.3:8000"}).get("/pricing/").status_code == 400
    assert Client(headers={"host": "trenddrop.example"}).get("/pricing/").status_code == 301
    assert Client(headers={"host": "10.1.2.3:8000"}).post("/healthz").status_code == 400


@pytest.mark.parametrize(
    "powers", ["true AS rolsuper, false AS rolbypassrls", "false AS rolsuper, true AS rolbypassrls"]
)
def test_a_role_that_passes_row_policies_is_never_ready(strict: None, db: None, powers: str) -> None:
    with connection.cursor() as cursor:  # what is temporary is looked at before the catalogue
        cursor.execute(f"CREATE TEMPORARY VIEW pg_roles AS SELECT current_user AS rolname, {powers}")
    ready = Client().get("/readyz")
    assert ready.status_code == 503
    assert "passes row-level security" in ready.json()["database"]
