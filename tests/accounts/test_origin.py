"""Where a request comes from: what our proxies saw, and never what a stranger wrote into a header."""

from typing import Any

import pytest
from django.test import Client, RequestFactory

from accounts import tenancy
from accounts.models import AuditEntry
from accounts.origin import UNKNOWN, client_ip
from tests.cast import Cast


def seen(settings: Any, proxies: int, forwarded: str | None, direct: str = "10.0.0.9") -> str:
    settings.TRUSTED_PROXY_COUNT = proxies
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return client_ip(RequestFactory(REMOTE_ADDR=direct).get("/", headers=headers))


def test_without_proxies_the_header_says_nothing(settings: Any) -> None:
    assert seen(settings, 0, "203.0.113.7") == "10.0.0.9"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "found"),
    [
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "1.2.3.4, 203.0.113.7", "203.0.113.7"),  # the left one came with the request
        (2, "1.2.3.4, 203.0.113.7, 10.1.1.1", "203.0.113.7"),
        (1, "203.0.113.7:4711", "203.0.113.7"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "::ffff:203.0.113.7", "203.0.113.7"),
    ],
)
def test_behind_proxies_the_client_is_what_the_first_of_ours_saw(
    settings: Any, proxies: int, forwarded: str, found: str
) -> None:
    assert seen(settings, proxies, forwarded) == found


@pytest.mark.parametrize("forwarded", [None, "", "unknown", "203.0.113.7, <script>", "a,b"])
def test_a_header_that_is_no_address_falls_back_to_the_connection(settings: Any, forwarded: str | None) -> None:
    assert seen(settings, 1, forwarded) == "10.0.0.9"


def test_a_request_that_passed_too_few_proxies_is_not_believed(settings: Any) -> None:
    assert seen(settings, 2, "203.0.113.7") == "10.0.0.9"


def test_a_socket_without_an_address_is_unknown(settings: Any) -> None:
    assert seen(settings, 0, None, direct="") == UNKNOWN


def test_the_audit_log_has_the_clients_address(cast: Cast, settings: Any) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    client = Client(headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.7"})
    client.force_login(cast.asha.user)
    told = {"name": "Kesar", "tone": "casual", "country": "IN", "language": "en", "keywords": "aqi"}
    assert client.post("/brand/", told).status_code == 302
    with tenancy.of_member(cast.asha):
        assert AuditEntry.objects.get(action="brand.changed").ip == "203.0.113.7"
