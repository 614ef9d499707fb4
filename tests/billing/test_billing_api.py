"""Billing through the API: what pages can do, with the same permission and the same refusals."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import tenancy
from accounts.services import keys
from billing.models import Subscription
from tests.billing import paying
from tests.cast import Cast

ALL = ("account.own", "billing.manage")


@pytest.fixture
def shop(cast: Cast, settings: Any) -> Cast:
    paying.on_sale(cast, settings)
    return cast


def program(shop: Cast, *scopes: str) -> Client:
    with tenancy.of_member(shop.asha):
        _key, text = keys.make(
            name="billing", scopes=list(scopes or ALL), expires_at=None, by=shop.asha, now=timezone.now()
        )
    return Client(headers={"Authorization": f"Bearer {text}"})


def sent(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"/api/v1/{path}", body, content_type="application/json")


def test_plans_are_open_to_every_member_and_money_to_those_who_manage_it(shop: Cast) -> None:
    client = program(shop, "account.own")
    plans = client.get("/api/v1/plans").json()
    assert [each["key"] for each in plans] == ["creator", "pro", "agency", "enterprise"]
    assert {"meter": "uploads", "limit": 60, "is_hard": True} in plans[1]["limits"]
    assert client.get("/api/v1/credit-packs").status_code == 200
    for path in ("subscription", "usage", "checkouts", "invoices", "payments", "credit-entries", "billing-details"):
        assert client.get(f"/api/v1/{path}").status_code == 403, path


def test_a_program_buys_upgrades_and_ends_a_plan(shop: Cast) -> None:
    client = program(shop)
    begun = sent(client, "checkouts", plan="pro", gateway="test")
    assert begun.status_code == 201
    assert begun.json()["total"] == "3538.82"
    again = sent(client, "checkouts", plan="agency", gateway="test")
    assert again.status_code == 409
    paying.pay(begun.json()["url"])
    assert client.get(f"/api/v1/checkouts/{begun.json()['id']}").json()["status"] == "completed"
    mine = client.get("/api/v1/subscription").json()
    assert (mine["plan"], mine["status"], mine["coming"]) == ("pro", "active", None)
    step = sent(client, "subscription/preview", plan="agency").json()
    assert (step["kind"], step["is_now"], step["to_pay"]) == ("upgrade", True, "5000.00")
    opened = sent(client, "subscription/upgrade", plan="agency", gateway="test")
    assert opened.status_code == 201
    paying.pay(opened.json()["url"])
    down = sent(client, "subscription/downgrade", plan="creator", keeps=[])
    assert (down.status_code, down.json()["plan"]) == (201, "creator")
    assert sent(client, "subscription/undo").json()["coming"] is None
    assert sent(client, "subscription/cancel", reason="done").json()["cancel_at_period_end"] is True
    assert sent(client, "subscription/resume").json()["cancel_at_period_end"] is False
    assert len(client.get("/api/v1/invoices").json()["results"]) == 2
    assert paying.plan_of(shop).status == Subscription.Status.ACTIVE


def test_what_nobody_would_get_anything_for_is_not_sold(shop: Cast) -> None:
    client = program(shop)
    paying.pay(sent(client, "checkouts", plan="pro", gateway="test").json()["url"])
    beside = sent(client, "checkouts", plan="agency", gateway="test")
    assert (beside.status_code, beside.json()["code"]) == (409, "cannot_pay")
    assert sent(client, "subscription/pay", gateway="test").status_code == 409  # nothing is due
    sent(client, "subscription/cancel", reason="done")
    paying.pass_time(paying.plan_of(shop).current_period_end + timedelta(hours=1))
    assert paying.plan_of(shop).status == Subscription.Status.CANCELED
    assert sent(client, "subscription/pay", gateway="test").status_code == 409  # nor after the end
    assert sent(client, "checkouts", plan="pro", gateway="test").status_code == 201


def test_papers_and_use_are_told_as_pages_tell_them(shop: Cast) -> None:
    client = program(shop)
    paying.pay(sent(client, "checkouts", plan="pro", gateway="test").json()["url"])
    invoice = client.get("/api/v1/invoices").json()["results"][0]
    whole = client.get(f"/api/v1/invoices/{invoice['id']}").json()
    assert (whole["total"], len(whole["lines"]), whole["place_of_supply"]) == ("3538.82", 1, "29")
    used = client.get("/api/v1/usage").json()
    assert used["is_enforced"] is True
    assert {each["meter"]: each["most"] for each in used["meters"]}["uploads"] == 60
    assert client.get("/api/v1/payments").json()["results"][0]["status"] == "success"


def test_bad_wishes_are_refused_with_their_reason(shop: Cast) -> None:
    client = program(shop)
    assert sent(client, "checkouts", plan="gold", gateway="test").status_code == 422
    assert sent(client, "checkouts", plan="pro", pack="small", gateway="test").status_code == 422
    refused = sent(client, "checkouts", plan="pro", gateway="paypal")
    assert refused.status_code == 409
    assert sent(client, "subscription/upgrade", plan="agency", gateway="test").status_code == 409  # a trial is bought
    wrong = client.put("/api/v1/billing-details", {"name": "K", "gstin": "29AAGCB7383J1Z5"}, "application/json")
    assert wrong.status_code == 422


def test_who_is_billed_is_changed_by_the_pages_own_rules(shop: Cast) -> None:
    client = program(shop)
    kept = client.put("/api/v1/billing-details", paying.DETAILS | {"name": "Kesar Ltd"}, "application/json")
    assert (kept.status_code, kept.json()["name"]) == (200, "Kesar Ltd")
    assert client.get("/api/v1/billing-details").json()["name"] == "Kesar Ltd"
