"""Every address × {stranger, outsider, lower role}, generated from the URL conf: a new page is covered by itself."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts import tenancy
from accounts.models import Membership
from accounts.permissions import ROLES
from tests.cast import Cast
from tests.world import SHARED, THINGS, World, furnish

# Pages that are open by design: signing in and up, health, webhooks and machines with their own tokens.
OPEN = re.compile(r"^(healthz$|readyz$|$|accounts/|practice/api/|styleguide/|i18n/|unsubscribe/)")


@dataclass(frozen=True)
class Address:
    """One URL pattern, with what its view asks for."""

    route: str
    name: str
    names: tuple[str, ...]
    permission: str | None
    is_admin: bool

    def __str__(self) -> str:
        return self.route


def walk(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, route)
        else:
            yield route, pattern


def addresses() -> list[Address]:
    found = []
    for route, pattern in walk(get_resolver().url_patterns):
        view = pattern.callback
        names = tuple(pattern.pattern.converters)
        permission = getattr(view, "permission", None)
        found.append(Address(route, pattern.name or "", names, permission, route.startswith("admin/")))
    return found


GUARDED = [one for one in addresses() if not OPEN.match(one.route) and not one.is_admin]


def test_every_page_of_ours_asks_for_a_permission() -> None:
    assert [one.route for one in GUARDED if one.permission is None] == []


def test_it_is_known_what_every_address_with_an_identifier_shows() -> None:
    assert [one.name for one in GUARDED if one.names and one.name not in THINGS] == []


@pytest.fixture
def world(cast: Cast) -> World:
    """Something of everything in both organisations."""
    return furnish(cast)


def path_of(one: Address, ids: dict[str, uuid.UUID]) -> str:
    """Fill an address: its identifier with the thing it shows, a number with 1."""
    values = [ids[THINGS[one.name]] if name in {"pk", "key"} else 1 for name in one.names]
    return reverse(one.name, args=values)


def signed_in(membership: Membership) -> Client:
    client = Client(headers={"Tus-Resumable": "1.0.0"})
    client.force_login(membership.user)
    return client


def ask(client: Client, path: str) -> list[Any]:
    return [client.get(path), client.post(path, {}), client.patch(path), client.delete(path)]


def words(answer: Any) -> bytes:
    """Return everything an answer says."""
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def test_a_members_own_pages_open(world: World) -> None:
    client = signed_in(world.cast.asha)
    for one in GUARDED:
        answer = client.get(path_of(one, world.ids))
        assert answer.status_code in {200, 302, 204, 405}, (answer.status_code, one.route)
        words(answer)


@pytest.mark.parametrize("one", GUARDED, ids=str)
def test_a_stranger_is_sent_to_sign_in(one: Address, world: World) -> None:
    for answer in ask(Client(), path_of(one, world.ids)):
        assert answer.status_code in {302, 401, 403, 405}, (answer.status_code, one.route)
        assert b"KESAR" not in words(answer)
        if answer.status_code == 302:
            assert answer["Location"].startswith("/accounts/login/")


WITH_IDS = [one for one in GUARDED if one.names]
OWNED = [one for one in WITH_IDS if THINGS.get(one.name) not in SHARED]


@pytest.mark.parametrize("one", OWNED, ids=str)
def test_the_owner_of_another_organisation_finds_nothing(one: Address, world: World) -> None:
    for answer in ask(signed_in(world.cast.dev), path_of(one, world.ids)):
        assert answer.status_code in {404, 405, 415}, (answer.status_code, one.route)
        assert b"KESAR" not in words(answer)


@pytest.mark.parametrize("role", ["creator", "analyst", "client"])
@pytest.mark.parametrize("one", GUARDED, ids=str)
def test_a_role_without_the_permission_is_refused(one: Address, role: str, world: World) -> None:
    if one.permission is None or one.permission in ROLES[role]:
        return
    members = {"creator": world.cast.ben, "analyst": world.cast.chitra, "client": world.cast.esha}
    for answer in ask(signed_in(members[role]), path_of(one, world.ids)):
        assert answer.status_code in {403, 404, 405}, (answer.status_code, one.route)


def test_an_override_opens_what_the_role_leaves_shut(cast: Cast) -> None:
    assert signed_in(cast.chitra).get("/organisation/audit/").status_code == 403
    with tenancy.operator():
        Membership.objects.filter(pk=cast.chitra.pk).update(permission_overrides={"audit.view": True})
    assert signed_in(cast.chitra).get("/organisation/audit/").status_code == 200


def test_an_address_with_an_identifier_nobody_has_is_not_found(cast: Cast) -> None:
    client = signed_in(cast.asha)
    for one in WITH_IDS:
        ids = dict.fromkeys(THINGS.values(), uuid.uuid4())
        assert client.get(path_of(one, ids)).status_code in {404, 405}, one.route
