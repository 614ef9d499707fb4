"""Plans by agreement as people see them: the plan page, the API, and the form at the operators' desk."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.services import keys
from billing import periods
from billing.life import clock
from billing.models import Checkout, Subscription
from tests.billing import paying
from tests.billing.agreeing import REASON, agreed, bought, desk, may_agree, of, own, tick, web
from tests.billing.paying import DAY
from tests.cast import Cast

Status = Subscription.Status


@pytest.fixture
def shop(cast: Cast, settings: Any) -> Cast:
    """Billing is on, and Kesar tries a plan."""
    paying.on_sale(cast, settings)
    return cast


# Pages and the API


def test_the_plan_page_says_until_when_and_that_invoices_come_outside(shop: Cast) -> None:
    agreed(shop.kesar, interval="year", until=dt.date(2099, 3, 31))
    page = paying.owner(shop).get(reverse("billing_plan")).content.decode()
    assert "Enterprise, yearly" in page
    assert "by agreement with us until 31 Mar 2099; invoices come outside of TrendDrop" in page
    assert "Agreement: TD-2026-07" in page
    assert "mailto:" in page
    assert "None here: yours come from us, outside of TrendDrop." in page
    assert "Choose a plan" not in page
    assert reverse("plan_cancel") not in page
    agreed(shop.kesar)
    page = paying.owner(shop).get(reverse("billing_plan")).content.decode()
    assert "by agreement with us; invoices come outside of TrendDrop" in page


def test_the_page_says_that_it_ends_soon_and_after_the_end_that_it_was_no_trial(shop: Cast) -> None:
    now = timezone.now()
    agreed(shop.kesar, now=now, until=periods.day_of(now))
    clock.tick(now=now)
    assert "The agreement on your plan ends on" in paying.owner(shop).get(reverse("billing_plan")).content.decode()
    tick(now + 2 * DAY)
    page = paying.owner(shop).get(reverse("billing_plan")).content.decode()
    assert "The plan has ended." in page
    assert "The trial is over." not in page


def test_nothing_can_be_bought_or_changed_beside_an_agreement(shop: Cast) -> None:
    agreed(shop.kesar)
    client = paying.owner(shop)
    page = client.get(reverse("plan_change")).content.decode()
    assert "Your plan is by agreement with us. Write to us to change or end it." in page
    assert f"{reverse('checkout')}?" not in page
    assert client.get(reverse("checkout"), {"plan": "pro"}, follow=True).redirect_chain[-1][0] == reverse("plan_change")
    client.post(reverse("checkout"), {"plan": "pro", "gateway": "test"})
    client.post(reverse("plan_method"))
    assert client.get(reverse("plan_cancel"))["Location"] == reverse("billing_plan")
    with tenancy.operator():
        assert not Checkout.objects.exists()


def test_a_program_sees_the_agreement_and_is_refused_what_only_we_may_change(shop: Cast) -> None:
    agreed(shop.kesar, until=dt.date(2099, 3, 31))
    with tenancy.of_member(shop.asha):
        scopes = ["account.own", "billing.manage"]
        _key, text = keys.make(name="b", scopes=scopes, expires_at=None, by=shop.asha, now=timezone.now())
    client = Client(headers={"Authorization": f"Bearer {text}"})
    mine = client.get("/api/v1/subscription").json()
    seen = {name: mine[name] for name in ("plan", "is_by_agreement", "agreed_until", "agreement", "gateway", "amount")}
    assert seen == {
        "plan": "enterprise", "is_by_agreement": True, "agreed_until": "2099-03-31", "agreement": "TD-2026-07",
        "gateway": "", "amount": "0.00",
    }  # fmt: skip
    for path, body in {
        "checkouts": {"plan": "pro", "gateway": "test"},
        "subscription/preview": {"plan": "pro"},
        "subscription/upgrade": {"plan": "agency", "gateway": "test"},
        "subscription/downgrade": {"plan": "creator", "keeps": []},
        "subscription/cancel": {"reason": "x"},
        "subscription/method": {},
    }.items():
        answer = client.post(f"/api/v1/{path}", body, content_type="application/json")
        assert answer.status_code == 409, path
        assert "by agreement with us" in answer.json()["detail"], path
    assert of(shop.kesar).cancel_at_period_end is False


# The operators' desk

LIST = "admin:billing_subscription_agree"


def filled(**more: Any) -> dict[str, Any]:
    given = {"version": str(own().pk), "interval": "year", "until": "", "agreement": "TD-9", "reason": REASON}
    return given | {name: str(value) for name, value in more.items()}


def test_an_operator_fills_the_form_in_changes_it_and_ends_it(shop: Cast) -> None:
    client = web(may_agree())
    page = client.get(reverse(LIST)).content.decode()
    assert "Enterprise 1, sold from" in page
    answer = client.post(reverse(LIST), filled(organization=shop.kesar.pk, until="2099-03-31"))
    row = of(shop.kesar)
    assert answer["Location"] == reverse("admin:billing_subscription_change", args=[row.pk])
    assert "end-agreement" in client.get(answer["Location"]).content.decode()
    assert (row.agreed_until, row.interval, row.is_by_agreement) == (dt.date(2099, 3, 31), "year", True)
    change = reverse("admin:billing_subscription_change_agreement", args=[row.pk])
    page = client.get(change).content.decode()
    assert 'value="2099-03-31"' in page
    assert 'value="TD-9"' in page
    client.post(change, filled(agreement="TD-10", interval="month"))
    assert (of(shop.kesar).agreement, of(shop.kesar).agreed_until) == ("TD-10", None)
    over = reverse("admin:billing_subscription_end_agreement", args=[row.pk])
    assert client.post(over, {"reason": ""}).status_code == 200
    client.post(over, {"reason": "they left"})
    assert of(shop.kesar).status == Status.CANCELED
    assert client.get(over).status_code == 403, "there is nothing to end any more"
    assert "end-agreement" not in client.get(answer["Location"]).content.decode()


def test_the_form_says_why_it_was_refused_and_keeps_what_was_filled_in(shop: Cast) -> None:
    bought(shop)
    page = web(may_agree()).post(reverse(LIST), filled(organization=shop.kesar.pk)).content.decode()
    assert "Agency was bought" in page
    assert 'value="TD-9"' in page
    missing = web(may_agree()).post(reverse(LIST), filled(organization=shop.kesar.pk, reason="", version=shop.kesar.pk))
    assert set(missing.context["form"].errors) == {"reason", "version"}


@pytest.mark.parametrize("rights", [(), ("view_subscription",), ("view_subscription", "change_plan", "add_refund")])
def test_only_operators_who_may_change_subscriptions_agree(shop: Cast, rights: tuple[str, ...]) -> None:
    row = agreed(shop.kesar)
    client = web(desk(*rights, email="hari@staff.example"))
    for name, args in ((LIST, []), ("change_agreement", [row.pk]), ("end_agreement", [row.pk])):
        address = reverse(name if ":" in name else f"admin:billing_subscription_{name}", args=args)
        assert client.get(address).status_code == 403, name
        sent = filled(organization=shop.kesar.pk, agreement="no")
        assert client.post(address, sent).status_code == 403, name
    owner = paying.owner(shop).post(reverse(LIST), filled(organization=shop.kesar.pk, agreement="no"))
    assert owner.status_code in {302, 403}
    assert (of(shop.kesar).agreement, of(shop.kesar).status) == ("TD-2026-07", Status.ACTIVE)
