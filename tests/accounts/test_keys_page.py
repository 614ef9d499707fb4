"""The page of API keys."""

import re

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import tenancy
from accounts.models import ApiKey, AuditEntry, Membership, User
from tests.api.asking import Api, key_of
from tests.cast import Cast

PAGE = "/organisation/keys/"


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def test_a_key_is_made_shown_once_used_and_revoked(cast: Cast) -> None:
    client = signed_in(cast.ben)
    answer = client.post(PAGE, {"name": "Sheet", "scopes": ["content.view", "posts.view"], "lasts": "90"})
    assert answer["Cache-Control"] == "no-store"
    text = re.search(r"td_[0-9A-Za-z]{8}_[0-9A-Za-z_-]{43}", answer.content.decode())
    assert text
    assert Api(text[0]).get("me").status_code == 200
    page = client.get(PAGE).content.decode()
    assert "Sheet" in page
    assert text[0] not in page
    with tenancy.operator():
        row = ApiKey.objects.get()
        assert row.expires_at
    client.post(f"{PAGE}{row.pk}/revoke/")
    assert Api(text[0]).get("me").status_code == 401
    with tenancy.operator():
        actions = AuditEntry.objects.filter(resource_id=str(row.pk)).values_list("action", flat=True)
        assert sorted(actions) == ["key.made", "key.revoked"]


def test_only_what_the_member_may_is_offered(cast: Cast) -> None:
    page = signed_in(cast.esha).get(PAGE).content.decode()
    assert 'value="content.view"' in page
    assert 'value="content.edit"' not in page
    answer = signed_in(cast.esha).post(PAGE, {"name": "x", "scopes": ["content.edit"], "lasts": "30"})
    assert answer.status_code == 422
    assert signed_in(cast.esha).post(PAGE, {"name": "x"}).status_code == 422


def test_members_see_their_own_keys_and_who_manages_keys_sees_all(cast: Cast) -> None:
    key_of(cast.ben)
    with tenancy.operator():
        ApiKey.objects.update(name="Bens")
        key = ApiKey.objects.get()
    assert b"Bens" not in signed_in(cast.chitra).get(PAGE).content
    assert signed_in(cast.chitra).post(f"{PAGE}{key.pk}/revoke/").status_code == 404
    assert b"Bens" in signed_in(cast.asha).get(PAGE).content
    assert signed_in(cast.asha).post(f"{PAGE}{key.pk}/revoke/").status_code == 302


def test_the_page_costs_the_same_however_many_keys_there_are(cast: Cast) -> None:
    client = signed_in(cast.asha)
    client.get(PAGE)

    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(PAGE).status_code == 200
        return len(caught)

    def fill(prefix: str, count: int) -> None:
        with tenancy.operator():
            for number in range(count):
                ApiKey.objects.create(
                    organization=cast.kesar,
                    membership=cast.ben,
                    name="x",
                    prefix=f"td_{prefix}{number}",
                    scopes=["posts.view"],
                )

    fill("a", 3)
    few = statements()
    fill("b", 30)
    assert statements() == few < 14


def test_operators_end_keys_and_never_see_their_hash(cast: Cast) -> None:
    text = key_of(cast.ben)
    User.objects.filter(pk=cast.dev.user_id).update(is_staff=True, is_superuser=True)
    client = signed_in(cast.dev)
    with tenancy.operator():
        key = ApiKey.objects.get()
    page = client.get(f"/admin/accounts/apikey/{key.pk}/change/").content.decode()
    assert key.prefix in page
    assert key.hash not in page
    client.post("/admin/accounts/apikey/", {"action": "revoke", "_selected_action": [str(key.pk)]})
    assert Api(text).get("me").status_code == 401
