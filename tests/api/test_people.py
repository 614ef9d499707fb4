"""Resources of people, organisations and brands."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts import tenancy
from accounts.models import AuditEntry, BrandProfile, Membership, Notification
from tests.api.asking import as_member
from tests.cast import Cast


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def send(client: Client, method: str, path: str, body: Any = None) -> Any:
    return getattr(client, method)(f"/api/v1/{path}", body or {}, content_type="application/json")


def actions_of(cast: Cast) -> list[str]:
    with tenancy.operator():
        return list(AuditEntry.objects.filter(organization=cast.kesar).values_list("action", flat=True))


def test_one_changes_oneself(cast: Cast) -> None:
    told = as_member(cast.ben).patch("me", {"full_name": "Ben T.", "timezone": "Europe/Lisbon"}).json()
    assert (told["person"]["full_name"], told["person"]["timezone"]) == ("Ben T.", "Europe/Lisbon")
    assert as_member(cast.ben).patch("me", {"timezone": "Mars/Olympus"}).status_code == 422
    assert as_member(cast.ben).patch("me", {"email": "eve@x.example"}).json()["person"]["email"] == "ben@kesar.example"


def test_the_organisation_is_read_by_all_and_changed_by_some(cast: Cast) -> None:
    assert as_member(cast.esha).get("organizations/current").json()["name"] == "Kesar Naturals"
    assert as_member(cast.ben).patch("organizations/current", {"name": "Ours"}).status_code == 403
    assert (
        as_member(cast.asha).patch("organizations/current", {"industry": "skin care"}).json()["industry"] == "skin care"
    )
    assert "organization.changed" in actions_of(cast)


def test_a_session_lists_its_organisations_and_a_key_only_its_own(cast: Cast) -> None:
    with tenancy.operator():
        Membership.objects.create(organization=cast.lisbon, user=cast.ben.user, role="analyst")
    names = {each["name"] for each in signed_in(cast.ben).get("/api/v1/organizations").json()["results"]}
    assert names == {"Kesar Naturals", "Lisbon Rooftops"}
    assert [each["name"] for each in as_member(cast.ben).get("organizations").json()["results"]] == ["Kesar Naturals"]


@pytest.mark.parametrize("more", [{}, {"headers": {"Idempotency-Key": "once"}}])
def test_a_change_meant_for_an_organisation_that_closed_does_not_happen_in_another(
    cast: Cast, more: dict[str, Any]
) -> None:
    with tenancy.operator():
        Membership.objects.create(organization=cast.lisbon, user=cast.ben.user, role="admin")
        Membership.objects.filter(pk=cast.ben.pk).update(role="admin")
    client = signed_in(cast.ben)
    assert client.get("/api/v1/organizations/current").json()["name"] == "Kesar Naturals"
    with tenancy.operator():
        Membership.objects.filter(pk=cast.ben.pk).update(status="inactive")
    sent: dict[str, Any] = {"content_type": "application/json", **more}
    answer = client.post("/api/v1/brands", {"name": "Meant for Kesar"}, **sent)
    assert (answer.status_code, answer.json()["code"]) == (409, "organization_closed")
    assert "You are in Lisbon Rooftops now; nothing was changed." in answer.json()["detail"]
    with tenancy.operator():
        assert not BrandProfile.objects.filter(name="Meant for Kesar").exists()
    assert client.get("/api/v1/organizations/current").json()["name"] == "Lisbon Rooftops"
    assert client.post("/api/v1/brands", {"name": "Meant for Lisbon"}, **sent).status_code == 201


def test_members_are_listed_changed_and_removed(cast: Cast) -> None:
    client, address = signed_in(cast.asha), f"members/{cast.ben.pk}"
    found = client.get("/api/v1/members?role=creator").json()["results"]
    assert [each["email"] for each in found] == ["ben@kesar.example"]
    assert send(client, "patch", address, {"role": "analyst"}).json()["role"] == "analyst"
    told = send(client, "put", f"{address}/overrides", {"overrides": {"content.edit": True}}).json()
    assert "content.edit" in told["permissions"]
    assert send(client, "post", f"{address}/deactivate").json()["status"] == "inactive"
    assert send(client, "post", f"{address}/reactivate").json()["status"] == "active"
    assert client.delete(f"/api/v1/{address}").status_code == 204
    assert client.get(f"/api/v1/{address}").status_code == 404


def test_nobody_changes_the_owner_or_themselves(cast: Cast) -> None:
    answer = send(signed_in(cast.asha), "patch", f"members/{cast.asha.pk}", {"role": "analyst"})
    assert (answer.status_code, answer.json()["code"]) == (409, "refused")


def test_no_key_changes_members(cast: Cast) -> None:
    assert as_member(cast.asha).patch(f"members/{cast.ben.pk}", {"role": "analyst"}).status_code == 403


def test_somebody_is_invited_once_and_the_invitation_taken_back(cast: Cast) -> None:
    client, body = signed_in(cast.asha), {"email": "Nina@New.example", "role": "creator", "message": "Welcome"}
    made = send(client, "post", "invitations", body)
    assert made.status_code == 201, made.content
    assert "token" not in made.content.decode()
    assert send(client, "post", "invitations", body).status_code == 409
    assert send(client, "post", f"invitations/{made.json()['id']}/resend").status_code == 409
    assert client.delete(f"/api/v1/invitations/{made.json()['id']}").status_code == 204
    assert client.get("/api/v1/invitations?open=true").json()["results"] == []
    assert len(client.get("/api/v1/invitations?open=false").json()["results"]) == 1
    assert mail.outbox == []  # the worker mails it


def test_clients_are_added_changed_archived_and_taken_up_again(cast: Cast) -> None:
    api = as_member(cast.asha)
    made = api.post("clients", {"name": "Tea House", "brand_colors": ["#112233", "#445566", "#ffffff"]}).json()
    assert made["slug"] == "tea-house"
    address = f"clients/{made['id']}"
    assert api.patch(address, {"contact_name": "Mira"}).json()["contact_name"] == "Mira"
    assert api.patch(address, {"brand_colors": ["red", "#445566", "#ffffff"]}).status_code == 422
    assert api.delete(address).status_code == 204
    assert [each["name"] for each in api.get("clients", archived="true").json()["results"]] == ["Tea House"]
    assert api.post(f"{address}/restore").json()["deleted_at"] is None
    assert as_member(cast.dev).post("clients", {"name": "No agency"}).status_code == 409


def test_a_brand_is_changed_as_on_its_page(cast: Cast) -> None:
    api, address = as_member(cast.asha), f"brands/{cast.brand.pk}"
    told = api.patch(address, {"keywords": ["rain"], "preferred_platforms": ["bluesky"], "tone": "hinglish"}).json()
    assert (told["keywords"], told["preferred_platforms"], told["tone"]) == (["rain"], ["bluesky"], "hinglish")
    assert api.patch(address, {"client": str(cast.client.pk)}).json()["client"] == str(cast.client.pk)
    assert api.delete(address).status_code == 409
    assert as_member(cast.dev).patch(address, {"name": "Mine"}).status_code == 404


def test_a_brand_of_another_organisations_client_cannot_be_made(cast: Cast) -> None:
    assert as_member(cast.dev).post("brands", {"name": "x", "client": str(cast.client.pk)}).status_code == 422


def test_a_text_is_held_against_the_samples(cast: Cast) -> None:
    api = as_member(cast.asha)
    check = f"brands/{cast.brand.pk}/voice-check"
    assert api.post(check, {"text": "Rain is here, so keep it simple."}).status_code == 409
    texts = [f"Rain day {n}. Keep it simple, keep it kind, and keep your barrier calm tonight." for n in range(8)]
    for text in texts:
        made = api.post("voice-samples", {"brand": str(cast.brand.pk), "text": text})
        assert made.status_code == 201, made.content
    assert api.post("voice-samples", {"brand": str(cast.brand.pk), "text": texts[0]}).status_code == 409
    assert api.post("voice-samples", {"brand": str(cast.brand.pk), "text": "?!"}).status_code == 422
    told = api.post(check, {"text": "Rain day. Keep it simple and keep it kind tonight, please."}).json()
    assert 0 <= told["score"] <= 100
    assert told["nearest"][0]["text"] in texts
    assert told["count"] == len(texts)
    assert api.delete(f"voice-samples/{made.json()['id']}").status_code == 204


def test_an_audience_has_its_ages_in_order(cast: Cast) -> None:
    api = as_member(cast.asha)
    body = {"brand": str(cast.brand.pk), "name": "Students", "age_from": 18, "age_to": 24, "interests": ["rain"]}
    made = api.post("audiences", body)
    assert made.status_code == 201, made.content
    answer = api.patch(f"audiences/{made.json()['id']}", {"age_to": 17})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "age_to")
    assert api.delete(f"audiences/{made.json()['id']}").status_code == 204


def test_notifications_are_read(cast: Cast) -> None:
    with tenancy.operator():
        for number in range(3):
            Notification.objects.create(
                organization=cast.kesar, user=cast.ben.user, kind="content_ready", title=f"Ready {number}"
            )
    api = as_member(cast.ben)
    first = api.get("notifications", unread="true").json()["results"][0]
    assert api.post(f"notifications/{first['id']}/read").json()["read_at"]
    assert api.post("notifications/read-all").json() == {"count": 2}
    assert api.get("notifications", unread="true").json()["results"] == []
    assert as_member(cast.asha).get(f"notifications/{first['id']}").status_code == 404


def test_one_says_how_one_wants_to_be_told(cast: Cast) -> None:
    api = as_member(cast.ben)
    body = {"digest_hour": 20, "kinds": [{"kind": "post_published", "mail": "off", "in_app": True}]}
    told = api.patch("preferences", body).json()
    assert told["digest_hour"] == 20
    assert {"kind": "post_published", "mail": "off", "in_app": True, "is_fixed": False} in told["kinds"]
    assert api.patch("preferences", {"kinds": [{"kind": "security", "mail": "off", "in_app": True}]}).status_code == 200
    fixed = next(each for each in api.get("preferences").json()["kinds"] if each["kind"] == "security")
    assert fixed["mail"] == "now"


@pytest.mark.parametrize(("asked", "count"), [({"action": "brand.created"}, 1), ({"action": "none.such"}, 0)])
def test_the_log_is_read_by_who_may(cast: Cast, asked: dict[str, str], count: int) -> None:
    as_member(cast.asha).post("brands", {"name": "Logged"})
    assert len(as_member(cast.asha).get("audit", **asked).json()["results"]) == count
    assert as_member(cast.ben).get("audit").status_code == 403
