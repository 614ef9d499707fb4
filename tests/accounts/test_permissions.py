"""The one table of permissions, and what overrides make of it."""

import itertools

import pytest
from django.test import Client

from accounts.permissions import (
    OF_EVERYBODY,
    OF_THE_HOUSE,
    OF_THE_OWNER,
    PERMISSIONS,
    ROLES,
    allows,
    granted,
    rank,
)
from tests.cast import Cast


def test_every_higher_role_may_what_the_lower_ones_may() -> None:
    order = ["owner", "admin", "manager", "creator"]
    for higher, lower in itertools.pairwise(order):
        assert ROLES[lower] < ROLES[higher]
        assert rank(lower) < rank(higher)
    assert ROLES["client"] < ROLES["analyst"]
    assert ROLES["owner"] - ROLES["admin"] == OF_THE_OWNER


def test_the_table_names_only_permissions_that_exist() -> None:
    assert set().union(*ROLES.values(), OF_EVERYBODY, OF_THE_OWNER, OF_THE_HOUSE) == set(PERMISSIONS)


def test_an_override_gives_and_takes() -> None:
    assert not allows("creator", {}, "audit.view")
    assert allows("creator", {"audit.view": True}, "audit.view")
    assert allows("creator", {}, "content.edit")
    assert not allows("creator", {"content.edit": False}, "content.edit")


@pytest.mark.parametrize("name", sorted(OF_THE_HOUSE))
def test_no_override_lets_a_clients_member_reach_beyond_their_client(name: str) -> None:
    assert not allows("client", {name: True}, name)


@pytest.mark.parametrize("role", ["admin", "manager", "creator", "analyst", "client"])
def test_no_override_makes_an_owner_or_shuts_somebody_out_of_their_own_account(role: str) -> None:
    assert not allows(role, dict.fromkeys(PERMISSIONS, True), "organization.delete")
    assert allows(role, dict.fromkeys(PERMISSIONS, False), "account.own")


def test_an_owner_cannot_be_overridden() -> None:
    assert granted("owner", dict.fromkeys(PERMISSIONS, False)) == set(PERMISSIONS)


def test_a_permission_nobody_defined_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        allows("owner", {}, "money.print")


def test_a_refusal_says_once_who_can_change_it(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.chitra.user)
    page = client.get("/upload/").content.decode()
    assert page.count("owner or admin") == 1
    assert "Nothing was changed." in page
