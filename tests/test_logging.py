"""What is logged: never a key, neither one that a field is named for nor one that stands in an address."""

import io
import logging
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from trenddrop.logging import hide_secrets
from trenddrop.settings import LOGGING

KEY = "s3cret-k3y"
ADDRESSES = {
    "review": [KEY],
    "invitation": [KEY],
    "invitation_decline": [KEY],
    "unsubscribe": [KEY],
    "report_unsubscribe": [KEY],
    "public_media": [KEY, "clip.mp4"],
    "account_confirm_email": [KEY],
    "account_reset_password_from_key": ["3", KEY],
}
NAMED = ("<str:token>", "<str:signed>", "(?P<key>")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What servers write, as they write it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    config = dict(LOGGING["formatters"]["lines"])
    handler.setFormatter(config.pop("()")(**config))
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ADDRESSES)
def test_a_key_in_an_address_is_not_logged(lines: io.StringIO, name: str) -> None:
    with_slash = reverse(name, args=ADDRESSES[name])
    for address in (with_slash, with_slash.rstrip("/"), f"{with_slash}nowhere/", f"{with_slash}?next={KEY}"):
        Client(raise_request_exception=False).get(address)
    assert "request_finished" in lines.getvalue()
    assert KEY not in lines.getvalue()


def test_every_address_with_a_key_of_its_own_is_asked_for_above() -> None:
    found = {name for route, name in routes(get_resolver().url_patterns) if any(each in route for each in NAMED)}
    assert found == set(ADDRESSES)


def routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, str]]:
    """Every address and its name, but the admin's and the API's, where keys stand in no address."""
    for each in patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from () if route.startswith(("admin/", "api/")) else routes(each.url_patterns, route)
        else:
            yield route, each.name or ""


@pytest.mark.django_db
def test_what_a_platform_answers_after_signing_in_is_not_logged(lines: io.StringIO) -> None:
    Client().get(reverse("connection_back", args=["tiktok"]), {"code": KEY, "state": KEY})
    assert "/connections/tiktok/back/?" in lines.getvalue()
    assert KEY not in lines.getvalue()


def test_fields_named_like_secrets_are_blanked_and_the_rest_is_kept() -> None:
    told = {"event": "signed_in", "password": KEY, "token": KEY, "user_id": 7}
    assert hide_secrets(None, "info", told) == {"event": "signed_in", "password": "…", "token": "…", "user_id": 7}
