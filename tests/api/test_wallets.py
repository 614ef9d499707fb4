"""Wallets and gates for programs: the same rules as on the pages."""

from typing import Any

import pytest

from accounts import tenancy
from accounts.models import TokenGate, Wallet
from tests.api.asking import as_member
from tests.api.test_people import actions_of
from tests.cast import Cast
from tests.peers.evm import holder

HERE = 31337
GATE = {"name": "Holders", "lends": "creator", "chain_id": HERE, "standard": "native", "minimum": "2.5"}


@pytest.fixture(autouse=True)
def one_chain(settings: Any) -> None:
    settings.EVM_RPC_URLS = {HERE: "http://127.0.0.1:9"}


def test_a_program_proves_a_wallet_with_its_key(cast: Cast) -> None:
    api, mine = as_member(cast.ben), holder()
    told = api.post("wallets/offer", {"address": mine.address, "chain_id": HERE})
    assert told.status_code == 200
    message = told.json()["message"]
    assert mine.address in message
    made = api.post("wallets", {"message": message, "signature": mine.sign(message), "label": "Cold"})
    assert (made.status_code, made.json()["address"], made.json()["label"]) == (201, mine.address, "Cold")
    assert [each["id"] for each in api.get("wallets").json()["results"]] == [made.json()["id"]]
    assert api.delete(f"wallets/{made.json()['id']}").status_code == 204
    with tenancy.operator():
        assert not Wallet.objects.exists()


def test_what_was_offered_to_one_key_is_no_good_for_another(cast: Cast) -> None:
    mine = holder()
    message = as_member(cast.ben).post("wallets/offer", {"address": mine.address}).json()["message"]
    answer = as_member(cast.ben).post("wallets", {"message": message, "signature": mine.sign(message)})
    assert answer.status_code == 409
    with tenancy.operator():
        assert not Wallet.objects.exists()


def test_nobody_sees_or_removes_a_colleagues_wallet(cast: Cast) -> None:
    with tenancy.operator():
        row = Wallet.objects.create(user=cast.asha.user, address=holder().address, proved_at=cast.asha.created_at)
    api = as_member(cast.ben)
    assert api.get("wallets").json()["results"] == []
    assert api.get(f"wallets/{row.pk}").status_code == 404
    assert api.delete(f"wallets/{row.pk}").status_code == 404


def test_gates_are_set_changed_and_removed(cast: Cast) -> None:
    api = as_member(cast.asha)
    made = api.post("gates", GATE)
    assert (made.status_code, made.json()["lends"], float(made.json()["minimum"])) == (201, "creator", 2.5)
    address = f"gates/{made.json()['id']}"
    changed = api.patch(address, {"lends": "premium"})
    assert (changed.status_code, changed.json()["lends"], changed.json()["name"]) == (200, "premium", "Holders")
    assert api.get(f"{address}/holdings").json() == []
    assert api.delete(address).status_code == 204
    with tenancy.operator():
        assert not TokenGate.objects.exists()
    assert {"gate.created", "gate.changed", "gate.removed"} <= set(actions_of(cast))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"minimum": "0"}, "minimum"),
        ({"chain_id": 1}, "chain_id"),
        ({"standard": "erc20"}, "contract"),
        ({"standard": "erc20", "contract": "0x12"}, "contract"),
        ({"lends": "owner"}, "lends"),
    ],
)
def test_a_gate_that_cannot_be_is_refused_by_its_field(cast: Cast, change: dict[str, Any], field: str) -> None:
    answer = as_member(cast.asha).post("gates", GATE | change)
    assert answer.status_code == 422
    assert field in {each["field"] for each in answer.json()["errors"]}
    with tenancy.operator():
        assert not TokenGate.objects.exists()


def test_only_who_manages_gates_sees_them(cast: Cast) -> None:
    assert as_member(cast.ben).get("gates").status_code == 403
