"""Libraries, own and shared, for programs."""

from typing import Any

import pytest

from content.models import PublishedItem
from tests.api.asking import Api, as_member
from tests.cast import Cast
from tests.content.library_cast import keep, piece_of, stands


@pytest.fixture
def api(cast: Cast) -> Api:
    """Asha's program."""
    return as_member(cast.asha)


def ours(**given: Any) -> PublishedItem:
    said = {"kind": "hook", "name": "The towel", "body": "Your towel is not the problem.", "status": "approved"}
    return PublishedItem.objects.create(**said | given)


def test_an_item_is_made_changed_listed_and_removed(api: Api) -> None:
    made = api.post("library-items", {"kind": "hashtags", "hashtags": ["#Skin", "skin", "monsoon"]})
    assert (made.status_code, made.json()["hashtags"], made.json()["name"]) == (
        201,
        ["Skin", "monsoon"],
        "#Skin #monsoon",
    )
    address = f"library-items/{made.json()['id']}"
    assert api.patch(address, {"platform": "x", "kind": "hook"}).json()["kind"] == "hashtags"
    assert api.get("library-items", kind="hashtags", platform="x").json()["results"][0]["platform"] == "x"
    assert api.get("library-items", kind="hook").json()["results"] == []
    assert api.delete(address).status_code == 204
    assert api.get(address).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "poem", "body": "x"}, "kind"),
        ({"kind": "hook"}, "body"),
        ({"kind": "hook", "body": "x" * 301}, "body"),
        ({"kind": "caption", "body": "Hi {brand"}, "body"),
        ({"kind": "call_to_action", "body": "Save it."}, "call_kind"),
        ({"kind": "hashtags", "hashtags": ["#"]}, "hashtags"),
    ],
)
def test_what_cannot_be_kept_names_the_field(api: Api, body: dict[str, Any], field: str) -> None:
    answer = api.post("library-items", body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_the_same_words_twice_are_a_conflict(api: Api) -> None:
    said = {"kind": "hook", "body": "Stop scrubbing."}
    assert api.post("library-items", said).status_code == 201
    again = api.post("library-items", said)
    assert (again.status_code, again.json()["code"]) == (409, "have_it")


def test_an_item_is_filled_and_used(api: Api, cast: Cast) -> None:
    item, piece = keep(cast.asha, body="{brand}: {thing}"), piece_of(cast.asha, brand=cast.brand)
    address, at = f"library-items/{item.pk}", {"piece": str(piece.pk)}
    assert api.post(f"{address}/fill", at).json() == {"text": "Kesar Naturals: {thing}", "missing": ["thing"]}
    refused = api.post(f"{address}/use", at)
    assert (refused.status_code, refused.json()["code"]) == (422, "unfilled")
    used = api.post(f"{address}/use", at | {"values": {"thing": "soap"}}).json()
    assert (used["piece"]["text"], used["left_out"]) == ("Kesar Naturals: soap\n\nWash twice a day.", [])
    assert stands(item).usage_count == 1


def test_nothing_is_put_into_pieces_of_others(cast: Cast) -> None:
    item, piece = keep(cast.dev), piece_of(cast.asha)
    answer = as_member(cast.dev).post(f"library-items/{item.pk}/use", {"piece": str(piece.pk)})
    assert answer.status_code == 422
    assert as_member(cast.asha).get(f"library-items/{item.pk}").status_code == 404


def test_an_offer_is_seen_by_its_owner_and_taken_back(api: Api, cast: Cast) -> None:
    item = keep(cast.asha)
    offered = api.post(f"library-items/{item.pk}/offer", {})
    assert (offered.status_code, offered.json()["status"], offered.json()["is_own"]) == (201, "waiting", True)
    key = offered.json()["id"]
    assert api.post(f"library-items/{item.pk}/offer", {}).status_code == 409
    assert as_member(cast.dev).get(f"shared-items/{key}").status_code == 404
    assert api.post(f"shared-items/{key}/withdraw").json()["status"] == "withdrawn"
    half = api.post(f"library-items/{item.pk}/offer", {"access": "gated", "gate_chain": 1})
    assert (half.status_code, {error["field"] for error in half.json()["errors"]}) == (
        422, {"gate_standard", "gate_minimum"},
    )  # fmt: skip
    assert as_member(cast.ben).post(f"library-items/{item.pk}/offer", {}).status_code == 403


def test_shared_words_are_shown_once_taken_and_then_rated(api: Api) -> None:
    row = ours(access="premium")
    address = f"shared-items/{row.pk}"
    assert (api.get(address).json()["body"], api.get(address).json()["is_taken"]) == ("", False)
    assert api.put(f"{address}/stars", {"stars": 5}).status_code == 409
    taken = api.post(f"{address}/take")
    assert (taken.status_code, taken.json()["body"]) == (201, row.body)
    assert api.get(address).json()["body"] == row.body
    rated = api.put(f"{address}/stars", {"stars": 4}).json()
    assert (rated["my_stars"], rated["average_stars"], rated["rating_count"]) == (4, 4.0, 1)
    assert api.put(f"{address}/stars", {"stars": 6}).status_code == 422


def test_a_token_that_no_wallet_holds_is_a_refusal(api: Api) -> None:
    row = ours(access="gated", gate_chain=1, gate_standard="native", gate_minimum=1)
    answer = api.post(f"shared-items/{row.pk}/take")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_open")
