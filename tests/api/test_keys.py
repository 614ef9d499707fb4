"""API keys: known by their hash, shown once, dead when they should be."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import tenancy
from accounts.models import ApiKey, AuditEntry, ClientAccount, Membership, Organization, User
from accounts.services import keys
from tests.api.asking import Api, as_member, key_of
from tests.cast import Cast


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def test_a_key_is_shown_once_and_kept_as_a_hash(cast: Cast) -> None:
    client, body = signed_in(cast.ben), {"name": "Sheet", "scopes": ["posts.view", "content.view"]}
    answer = client.post("/api/v1/api-keys", body, content_type="application/json")
    assert answer.status_code == 201
    text = answer.json()["text"]
    assert Api(text).get("me").json()["key"]["name"] == "Sheet"
    listed = client.get("/api/v1/api-keys").content.decode()
    assert "Sheet" in listed
    assert text not in listed
    with tenancy.operator():
        row = ApiKey.objects.get()
        assert (row.hash, row.prefix, row.scopes) == (keys.digest(text), text[:11], ["content.view", "posts.view"])
        assert text not in "".join(map(str, AuditEntry.objects.values_list("metadata", "resource_name")))


def test_an_answer_that_is_repeated_does_not_tell_the_key_again(cast: Cast) -> None:
    client, body = signed_in(cast.ben), {"name": "Sheet", "scopes": ["posts.view"]}
    sent: dict[str, Any] = {"content_type": "application/json", "headers": {"Idempotency-Key": "once"}}
    first = client.post("/api/v1/api-keys", body, **sent)
    again = client.post("/api/v1/api-keys", body, **sent)
    assert (again.status_code, again["Idempotency-Replayed"]) == (201, "true")
    assert (again.json()["id"], again.json()["text"]) == (first.json()["id"], None)


def test_no_key_makes_keys(cast: Cast) -> None:
    answer = as_member(cast.asha).post("api-keys", {"name": "More", "scopes": ["posts.view"]})
    assert answer.status_code == 403


@pytest.mark.parametrize("scopes", [[], ["keys.manage"], ["organization.delete"], ["posts.schedule"], ["nothing"]])
def test_a_key_may_at_most_what_its_maker_may(cast: Cast, scopes: list[str]) -> None:
    body = {"name": "Greedy", "scopes": scopes}
    answer = signed_in(cast.chitra).post("/api/v1/api-keys", body, content_type="application/json")
    assert answer.status_code in {409, 422}
    with tenancy.operator():
        assert not ApiKey.objects.exists()


def test_a_member_made_less_makes_their_keys_less(cast: Cast) -> None:
    api = as_member(cast.ben)
    assert api.get("members").status_code == 200
    with tenancy.operator():
        Membership.objects.filter(pk=cast.ben.pk).update(permission_overrides={"members.view": False})
    assert api.get("members").status_code == 403


def end(how: str, member: Membership) -> None:
    now = timezone.now()
    rows = ApiKey.objects.filter(membership=member)
    match how:
        case "revoked":
            rows.update(revoked_at=now)
        case "expired":
            rows.update(expires_at=now - dt.timedelta(seconds=1))
        case "changed":
            rows.update(hash="0" * 64)
        case "inactive":
            Membership.objects.filter(pk=member.pk).update(status="inactive")
        case "suspended":
            User.objects.filter(pk=member.user_id).update(status="suspended")
        case "closed":
            Organization.objects.filter(pk=member.organization_id).update(deleted_at=now)
        case "archived":
            ClientAccount.objects.filter(memberships=member).update(deleted_at=now)


@pytest.mark.parametrize("how", ["revoked", "expired", "changed", "inactive", "suspended", "closed", "archived"])
def test_a_key_ends_at_once(cast: Cast, how: str) -> None:
    api = as_member(cast.esha)
    assert api.get("me").status_code == 200
    with tenancy.operator():
        end(how, cast.esha)
    assert api.get("me").status_code == 401


def test_its_last_use_is_known_to_the_minute(cast: Cast) -> None:
    text, now = key_of(cast.ben), timezone.now()
    for seconds, seen in ((0, 0), (30, 0), (61, 61)):
        at = now + dt.timedelta(seconds=seconds)
        assert keys.use(text, ip="203.0.113.9", now=at)
        with tenancy.operator():
            row = ApiKey.objects.get()
        assert row.last_used_at == now + dt.timedelta(seconds=seen)
    assert row.last_used_ip == "203.0.113.9"


def test_members_see_their_own_keys_and_who_manages_keys_sees_all(cast: Cast) -> None:
    key_of(cast.ben)
    key_of(cast.chitra)
    assert len(signed_in(cast.ben).get("/api/v1/api-keys").json()["results"]) == 1
    assert len(signed_in(cast.asha).get("/api/v1/api-keys").json()["results"]) == 2
    assert len(signed_in(cast.dev).get("/api/v1/api-keys").json()["results"]) == 0


def test_a_key_is_revoked_by_its_member_or_by_who_manages_keys(cast: Cast) -> None:
    api = as_member(cast.ben)
    with tenancy.operator():
        row = ApiKey.objects.get()
    address = f"/api/v1/api-keys/{row.pk}"
    assert signed_in(cast.chitra).delete(address).status_code == 404
    assert api.get("me").status_code == 200
    assert signed_in(cast.asha).delete(address).status_code == 204
    assert api.get("me").status_code == 401
    with tenancy.operator():
        assert AuditEntry.objects.filter(action="key.revoked", actor=cast.asha.user).count() == 1


@pytest.mark.parametrize("scopes", [("account.own",), ()])
def test_a_key_sees_and_revokes_its_members_own_keys_only_whatever_their_role(
    cast: Cast, scopes: tuple[str, ...]
) -> None:
    key_of(cast.ben)
    with tenancy.operator():
        bens = ApiKey.objects.get()
    api = as_member(cast.asha, *scopes)
    (mine,) = api.get("api-keys").json()["results"]
    assert mine["id"] != str(bens.pk)
    assert api.get(f"api-keys/{bens.pk}").status_code == 404
    assert api.delete(f"api-keys/{bens.pk}").status_code == 404
    with tenancy.operator():
        bens.refresh_from_db()
    assert bens.revoked_at is None
    assert api.delete(f"api-keys/{mine['id']}").status_code == 204


def test_a_member_has_so_many_keys_at_most(cast: Cast) -> None:
    for _each in range(keys.MOST):
        key_of(cast.ben, "content.view")
    with pytest.raises(keys.CannotMakeKey, match="20 keys"):
        key_of(cast.ben, "content.view")


def test_a_client_members_key_sees_only_their_client(cast: Cast) -> None:
    with tenancy.operator():
        cast.brand.client = None
        cast.brand.save()
    assert as_member(cast.esha).get("brands").json()["results"] == []
