"""Pages that stood open while the plan went on: what is paid there late buys nothing, and is charged once at most."""

import datetime as dt
import html
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import Notification
from billing.life import standing
from billing.models import Checkout, Payment, SandboxObject, Subscription
from billing.services import paying as commands
from billing.services import refunds
from tests.billing import living, paying
from tests.cast import Cast

DAY = dt.timedelta(days=1)
Status = Subscription.Status


@pytest.fixture
def shop(cast: Cast, settings: Any) -> Cast:
    paying.on_sale(cast, settings)
    return cast


def given_up(shop: Cast, row: Checkout) -> Checkout:
    with tenancy.of_member(shop.asha):
        commands.drop(row, by=shop.asha, now=timezone.now())
    return row


def bought(shop: Cast, plan: str, *, now: dt.datetime) -> Checkout:
    return commands.buy(paying.price(plan), gateway="test", by=shop.asha, now=now)


def stepped(shop: Cast, plan: str, *, now: dt.datetime) -> Checkout:
    return commands.upgrade(paying.plan_of(shop), paying.price(plan), gateway="test", by=shop.asha, now=now)


def read(client: Client, name: str, *keys: Any) -> str:
    return html.unescape(client.get(reverse(name, args=keys)).text)


def strange(shop: Cast) -> list[str]:
    with tenancy.operator():
        rows = Payment.objects.filter(organization=shop.kesar, status="success").exclude(failure_reason="")
        return list(rows.values_list("failure_reason", flat=True))


def runs(shop: Cast, row: Checkout) -> bool:
    """Whether the test gateway still charges for what a page made."""
    with tenancy.operator():
        row = Checkout.objects.get(pk=row.pk)
        return SandboxObject.objects.get(name=row.gateway_subscription_id).state == "active"


def test_what_a_second_page_made_beside_a_paid_plan_is_charged_no_further_time(shop: Cast) -> None:
    now = timezone.now()
    first = given_up(shop, bought(shop, "pro", now=now))
    second = bought(shop, "agency", now=now)
    paying.pay(second.url)
    paying.pay(first.url)
    assert len(strange(shop)) == 1
    assert (runs(shop, first), runs(shop, second)) == (False, True)
    paying.pass_time(now + 35 * DAY)
    assert len(strange(shop)) == 1
    assert (paying.plan_of(shop).version.plan.key, paying.plan_of(shop).status) == ("agency", Status.ACTIVE)


def test_who_paid_for_nothing_is_told_so_and_operators_find_it(shop: Cast) -> None:
    now = timezone.now()
    first = given_up(shop, bought(shop, "pro", now=now))
    second = bought(shop, "agency", now=now)
    paying.pay(second.url)
    paying.pay(first.url)
    client, (admin, by) = paying.owner(shop), paying.operator("dev@trenddrop.example")
    assert "Paid, but nothing came of it." in read(client, "checkout_state", first.pk)
    assert "The plan is yours from now on" in read(client, "checkout_state", second.pk)
    assert read(client, "billing_payments").count("We give the money back to you.") == 1
    with tenancy.operator():
        told = Notification.objects.get(user=shop.asha.user, title="A payment of 3538.82 INR bought nothing")
        assert told.link == reverse("billing_payments")
        row = Payment.objects.get(checkout=first)
    listed = admin.get(reverse("admin:billing_payment_changelist"), {"failure_reason__isempty": "0"}).text
    assert "the plan was paid already" in listed
    assert "9438.82" not in listed
    with tenancy.operator():
        refunds.ask(row, amount=row.amount, reason="paid twice", by=by, now=timezone.now())
    paying.pass_time(timezone.now() + dt.timedelta(minutes=5))
    assert "It bought nothing, and was given back to you." in read(client, "billing_payments")


def test_a_step_up_from_a_plan_that_was_changed_meanwhile_is_none(shop: Cast) -> None:
    now = timezone.now()
    paying.pay(bought(shop, "creator", now=now).url)
    smaller = given_up(shop, stepped(shop, "pro", now=now))
    larger = stepped(shop, "agency", now=now)
    paying.pay(larger.url)
    paying.pay(smaller.url)
    assert paying.plan_of(shop).version.plan.key == "agency"
    assert ["changed or renewed" in each for each in strange(shop)] == [True]
    assert (runs(shop, smaller), runs(shop, larger)) == (False, True)


def test_a_step_up_for_the_last_day_is_none_for_the_month_after(cast: Cast, settings: Any) -> None:
    settings.BILLING_ENABLED = True
    checkout, row = living.buy(cast.kesar, living.price("creator"), at=living.T0)
    end = row.current_period_end
    late = _step(cast, row, at=end - DAY, status="expired")
    living.tell(living.paid(checkout, "pay_2", end), now=end)
    living.tell(living.paid(late, "pay_3", end + DAY, subscription_id="sub_2"), now=end + DAY)
    after = living.plan_of(cast.kesar)
    assert (after.version.plan.key, after.gateway_subscription_id) == ("creator", "sub_1")
    in_time = _step(cast, after, at=end + 2 * DAY)
    living.tell(living.paid(in_time, "pay_4", end + 2 * DAY, subscription_id="sub_3"), now=end + 2 * DAY)
    assert living.plan_of(cast.kesar).version.plan.key == "agency"


def test_a_step_up_from_a_plan_that_has_ended_begins_no_other(cast: Cast, settings: Any) -> None:
    settings.BILLING_ENABLED = True
    _checkout, row = living.buy(cast.kesar, living.price("creator"), at=living.T0)
    late = _step(cast, row, at=row.current_period_end - DAY)
    _end(cast, row, unpaid=False)
    (outcome,) = living.tell(living.paid(late, "pay_2", living.T0 + 40 * DAY), now=living.T0 + 40 * DAY)
    assert "give it back" in outcome.words
    after = living.plan_of(cast.kesar)
    assert (after.pk, after.status) == (row.pk, Status.CANCELED)


@pytest.mark.parametrize("unpaid", [True, False])
def test_what_was_due_is_taken_while_it_is_owed(cast: Cast, settings: Any, unpaid: bool) -> None:
    settings.BILLING_ENABLED = True
    _checkout, row = living.buy(cast.kesar, living.price(), at=living.T0)
    due = living.opened(cast.kesar, living.price(), purpose="due", subscription=row)
    _end(cast, row, unpaid=unpaid)
    late = living.T0 + 45 * DAY
    (outcome,) = living.tell(living.paid(due, "pay_2", late, subscription_id="sub_2"), now=late)
    assert ("give it back" in outcome.words) is not unpaid
    assert living.plan_of(cast.kesar).status == (Status.ACTIVE if unpaid else Status.CANCELED)


def test_a_mandate_for_a_sum_the_plan_no_longer_costs_is_not_taken(cast: Cast, settings: Any) -> None:
    settings.BILLING_ENABLED = True
    _checkout, row = living.buy(cast.kesar, living.price("creator"), at=living.T0)
    page = living.opened(cast.kesar, living.price("creator"), purpose="method", subscription=row)
    step = _step(cast, row, at=living.T0 + DAY)
    living.tell(living.paid(step, "pay_2", living.T0 + DAY, subscription_id="sub_2"), now=living.T0 + DAY)
    living.tell(_completed(page, "sub_3"), now=living.T0 + 2 * DAY)
    after = living.plan_of(cast.kesar)
    assert (after.version.plan.key, after.gateway_subscription_id) == ("agency", "sub_2")
    assert _told(page)["unwanted"] == {"gateway": "test", "id": "sub_3"}
    again = living.opened(cast.kesar, living.price("agency"), purpose="method", subscription=row)
    living.tell(_completed(again, "sub_4"), now=living.T0 + 3 * DAY)
    assert living.plan_of(cast.kesar).gateway_subscription_id == "sub_4"
    assert _told(again)["replaces"] == {"gateway": "test", "id": "sub_2"}


def test_what_the_plan_is_paid_by_is_never_unwanted(cast: Cast, settings: Any) -> None:
    settings.BILLING_ENABLED = True
    checkout, row = living.buy(cast.kesar, living.price(), at=living.T0)
    with tenancy.of_organization(cast.kesar.pk):
        standing.unwanted(checkout, row, "sub_1")
        standing.unwanted(checkout, row, "")
    assert "unwanted" not in _told(checkout)


def _step(cast: Cast, row: Subscription, *, at: dt.datetime, status: str = "open") -> Checkout:
    """A page for the step from Creator to Agency."""
    wanted = living.price("agency")
    with tenancy.of_organization(cast.kesar.pk):
        change = row.changes.create(
            organization=cast.kesar, kind="upgrade", status="unpaid", at=at, from_version=row.version,
            from_price=row.price, to_version=wanted.version, to_price=wanted, proration=250,
        )  # fmt: skip
    return living.opened(cast.kesar, wanted, purpose="upgrade", subscription=row, change=change, status=status)


def _end(cast: Cast, row: Subscription, *, unpaid: bool) -> None:
    since = row.current_period_end if unpaid else None
    with tenancy.of_organization(cast.kesar.pk):
        Subscription.objects.filter(pk=row.pk).update(
            status=Status.CANCELED, ended_at=row.current_period_end, past_due_since=since
        )


def _completed(page: Checkout, name: str) -> Any:
    told = living.completed(page, living.T0 + 2 * DAY)
    return type(told)(**vars(told) | {"subscription_id": name})


def _told(page: Checkout) -> dict[str, Any]:
    with tenancy.operator():
        found: dict[str, Any] = Checkout.objects.get(pk=page.pk).told
    return found
