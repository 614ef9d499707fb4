"""The gateway inside the product: bought, declined, confirmed, renewed, failed, given back, with no key at all."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client

from accounts import tenancy
from billing.collection import reconciling, refunding
from billing.gateways.base import Buyer, Change, Interval, Known, Order, RefundOrder
from billing.gateways.errors import Gone, Refused
from billing.gateways.facts import NoticeFact, PaymentFact, SubscriptionFact
from billing.models import Payment, Refund, SandboxEvent, SandboxObject
from billing.sandbox import books
from billing.sandbox import clock as sandbox_clock
from tests.billing.collection.house import House
from tests.billing.gateways.bench import DAY

MINUTE = dt.timedelta(minutes=1)


def press(url: str, **fields: str) -> str:
    """Send a form of a hosted page; where it leads, or the page."""
    answer = Client().post(url.replace("http://127.0.0.1:8000", ""), fields)
    return answer.headers.get("Location") or answer.content.decode()


def bought(house: House, card: str = "4242") -> str:
    """Buy the plan; the gateway's name of the subscription."""
    _row, page = house.begin()
    assert press(page.url, act="pay", card=card) == "https://testserver/back"
    settle(house)
    return str(house.subscription().gateway_subscription_id)


def settle(house: House) -> None:
    """Let what is due happen, be told and applied."""
    for _round in range(3):
        sandbox_clock.tick(now=house.clock())
        house.send()
        house.apply()


def test_a_plan_is_bought_without_any_key(sandbox: House) -> None:
    bought(sandbox)
    assert sandbox.subscription().status == "active"
    assert [(each.status, each.amount, each.method) for each in sandbox.payments()] == [
        ("success", Decimal("1178.82"), "Visa •••• 4242")
    ]


def test_a_declined_card_charges_nothing_and_another_is_taken(sandbox: House) -> None:
    _row, page = sandbox.begin()
    shown = press(page.url, act="pay", card="0002")
    assert "The bank declined the payment." in shown
    assert press(page.url, act="pay", card="4242") == "https://testserver/back"
    settle(sandbox)
    assert sorted(each.status for each in sandbox.payments()) == ["failed", "success"]
    assert sandbox.subscription().status == "active"


@pytest.mark.parametrize(("says", "ends"), [("agree", "active"), ("refuse", None)])
def test_a_card_may_ask_who_is_there(sandbox: House, says: str, ends: str | None) -> None:
    _row, page = sandbox.begin()
    asked = press(page.url, act="pay", card="3155")
    assert "/billing/test-gateway/payments/" in asked
    settle(sandbox)
    assert [each.status for each in sandbox.payments()] == ["pending"]
    press(asked, act=says)
    settle(sandbox)
    found = sandbox.subscription()
    assert (found.status if found else None) == ends


def test_a_mandate_waits_for_the_bank_and_announces_every_debit(sandbox: House) -> None:
    _row, page = sandbox.begin()
    press(page.url, act="pay", card="upi")
    settle(sandbox)
    assert sandbox.payments() == []
    sandbox.clock.go(2 * MINUTE)
    settle(sandbox)
    found = sandbox.subscription()
    assert (found.status, found.mandate) == ("active", "active")
    name = found.gateway_subscription_id
    sandbox.clock.go(29 * DAY)
    settle(sandbox)
    assert len(sandbox.payments()) == 1
    facts = sandbox.gateway.look(Known(subscription_id=name), now=sandbox.clock())
    assert [fact for fact in facts if isinstance(fact, NoticeFact)]
    assert sandbox.subscription().notice_sent_at is not None
    sandbox.clock.go(DAY + MINUTE)
    settle(sandbox)
    assert [each.status for each in sandbox.payments()] == ["success", "success"]


def test_a_month_later_it_renews_by_itself(sandbox: House) -> None:
    bought(sandbox)
    first = sandbox.subscription().current_period_end
    sandbox.clock.go(30 * DAY + MINUTE)
    settle(sandbox)
    assert sandbox.subscription().current_period_end > first
    assert len(sandbox.payments()) == 2


def test_a_renewal_is_declined_tried_again_and_recovers_with_another_card(sandbox: House) -> None:
    name = bought(sandbox, card="0341")
    sandbox.clock.go(30 * DAY + MINUTE)
    settle(sandbox)
    assert sandbox.subscription().status == "past_due"
    sandbox.clock.go(DAY)
    settle(sandbox)
    assert len([each for each in sandbox.payments() if each.status == "failed"]) == 2
    page = sandbox.gateway.manage(name, customer_id="", back="https://testserver/plan")
    assert "Visa •••• 0341" in Client().get(page.replace("http://127.0.0.1:8000", "")).content.decode()
    press(page, act="card", card="4242")
    settle(sandbox)
    assert sandbox.subscription().status == "active"


def test_what_takes_a_month_can_be_had_now(sandbox: House) -> None:
    name = bought(sandbox)
    page = sandbox.gateway.manage(name, customer_id="", back="")
    press(page, act="charge")
    settle(sandbox)
    assert len(sandbox.payments()) == 2
    press(page, act="revoke")
    settle(sandbox)
    facts = sandbox.gateway.look(Known(subscription_id=name), now=sandbox.clock())
    assert [fact.state for fact in facts if isinstance(fact, SubscriptionFact)] == ["canceled"]


def test_it_stops_at_the_periods_end_or_goes_on_after_all(sandbox: House) -> None:
    name = bought(sandbox)
    sandbox.gateway.cancel(name, at_period_end=True, key="1")
    sandbox.gateway.resume(name, key="2")
    sandbox.clock.go(30 * DAY + MINUTE)
    settle(sandbox)
    assert len(sandbox.payments()) == 2
    sandbox.gateway.cancel(name, at_period_end=True, key="3")
    sandbox.clock.go(31 * DAY)
    settle(sandbox)
    assert len(sandbox.payments()) == 2
    with pytest.raises(Refused):
        sandbox.gateway.resume(name, key="4")


def test_another_sum_is_charged_from_the_next_period_on(sandbox: House) -> None:
    name = bought(sandbox)
    sandbox.gateway.change(Change("c1", name, "", "Agency", 2000_00, "INR", Interval.MONTH))
    sandbox.clock.go(30 * DAY + MINUTE)
    sandbox_clock.tick(now=sandbox.clock())
    facts = sandbox.gateway.look(Known(subscription_id=name), now=sandbox.clock())
    assert sorted(fact.amount for fact in facts if isinstance(fact, PaymentFact)) == [1178_82, 2000_00]


def test_money_goes_back_by_a_worker_once(sandbox: House) -> None:
    bought(sandbox)
    paid = sandbox.payments()[0]
    with tenancy.operator():
        wish = Refund.objects.create(
            organization_id=paid.organization_id, payment=paid, amount=Decimal(100), currency="INR", status="approved"
        )
    assert refunding.send_due(now=sandbox.clock()) == 1
    assert refunding.send_due(now=sandbox.clock()) == 0
    sandbox.clock.go(2 * MINUTE)
    settle(sandbox)
    with tenancy.operator():
        wish.refresh_from_db()
        assert wish.status == "success"
        assert Payment.objects.get(pk=paid.pk).refunded_amount == Decimal(100)
        assert SandboxObject.objects.filter(kind="refund").count() == 1
    again = RefundOrder(str(wish.pk), paid.gateway_payment_id, 100_00, "INR")
    assert sandbox.gateway.refund(again).id == wish.gateway_refund_id
    for amount, currency in ((1078_83, "INR"), (0, "INR"), (1_00, "USD")):
        with pytest.raises(Refused):
            sandbox.gateway.refund(RefundOrder(f"more-{amount}", paid.gateway_payment_id, amount, currency))


def test_a_refund_nobody_answered_is_asked_for_again_under_its_key(sandbox: House) -> None:
    bought(sandbox)
    paid = sandbox.payments()[0]
    order = RefundOrder("lost-1", paid.gateway_payment_id, 100_00, "INR")
    first = sandbox.gateway.refund(order)
    with tenancy.operator():
        wish = Refund.objects.create(
            organization_id=paid.organization_id, payment=paid, amount=Decimal(50), currency="INR", status="pending"
        )
        Refund.objects.filter(pk=wish.pk).update(updated_at=sandbox.clock() - dt.timedelta(hours=1))
    assert refunding.send_due(now=sandbox.clock()) == 1
    assert sandbox.gateway.refund(order).id == first.id
    with tenancy.operator():
        assert SandboxObject.objects.filter(kind="refund").count() == 2


def test_a_refund_the_gateway_refuses_says_why(sandbox: House) -> None:
    bought(sandbox)
    paid = sandbox.payments()[0]
    with tenancy.operator():
        wish = Refund.objects.create(
            organization_id=paid.organization_id, payment=paid, amount=Decimal(5000), currency="INR", status="approved"
        )
    refunding.send_due(now=sandbox.clock())
    with tenancy.operator():
        wish.refresh_from_db()
    assert (wish.status, "More than is left" in wish.error) == ("failed", True)


def test_a_sum_of_nothing_and_a_page_that_ran_out_are_refused(sandbox: House) -> None:
    buyer = Buyer("o", "asha@kesar.example", country="IN")
    with pytest.raises(Refused):
        sandbox.gateway.checkout(Order("k0", "r0", "Nothing", 0, "INR", buyer, "b", "l"))
    _row, page = sandbox.begin()
    sandbox.clock.go(dt.timedelta(hours=25))
    settle(sandbox)
    assert "paid, or has run out" in press(page.url, act="pay", card="4242")
    assert sandbox.opened[0].pk
    assert [each.status for each in sandbox.payments()] == []


def test_the_same_key_opens_one_page_and_another_wish_under_it_is_refused(sandbox: House) -> None:
    buyer = Buyer("o", "asha@kesar.example", country="IN")
    order = Order("k1", "r1", "Pro", 100_00, "INR", buyer, "https://b.example", "https://l.example")
    assert sandbox.gateway.checkout(order).id == sandbox.gateway.checkout(order).id
    with pytest.raises(Refused):
        sandbox.gateway.checkout(
            Order("k1", "r1", "Pro", 200_00, "INR", buyer, "https://b.example", "https://l.example")
        )


def test_leaving_leads_back_and_charges_nothing(sandbox: House) -> None:
    _row, page = sandbox.begin()
    assert press(page.url, act="leave") == "https://testserver/left"
    assert sandbox.payments() == []


def test_where_it_is_off_its_pages_are_not_there(sandbox: House, settings: object) -> None:
    _row, page = sandbox.begin()
    settings.TEST_GATEWAY = False  # type: ignore[attr-defined]
    assert Client().get(page.url.replace("http://127.0.0.1:8000", "")).status_code == 404


def test_what_could_not_be_delivered_is_sent_again_or_looked_for(sandbox: House) -> None:
    _row, page = sandbox.begin()
    press(page.url, act="pay", card="4242")
    sent = sandbox_clock.send(now=sandbox.clock(), secret="wrong", post=sandbox.post)
    assert (sent, sandbox.events()) == (0, [])
    reconciling.hourly(now=sandbox.clock() + MINUTE)
    sandbox.clock.go(2 * MINUTE)
    sandbox.apply()
    assert sandbox.subscription().status == "active"
    assert sandbox.send() > 0
    sandbox.apply()
    assert len(sandbox.payments()) == 1


def test_unknown_names_are_gone(sandbox: House) -> None:
    with pytest.raises(Gone):
        sandbox.gateway.mandate("tsub_nobody")
    assert Client().get("/billing/test-gateway/pay/tco_nobody/").status_code == 404


def test_its_old_books_are_removed(sandbox: House) -> None:
    bought(sandbox)
    assert sandbox_clock.forget(now=sandbox.clock() + 500 * DAY) > 0
    with tenancy.operator():
        assert not SandboxEvent.objects.exists()


@pytest.mark.parametrize(
    ("anchor", "interval", "count", "expected"),
    [
        (dt.datetime(2028, 1, 31, tzinfo=dt.UTC), "month", 1, dt.date(2028, 2, 29)),
        (dt.datetime(2028, 1, 31, tzinfo=dt.UTC), "month", 2, dt.date(2028, 3, 31)),
        (dt.datetime(2028, 2, 29, tzinfo=dt.UTC), "year", 1, dt.date(2029, 2, 28)),
        (dt.datetime(2028, 2, 29, tzinfo=dt.UTC), "year", 4, dt.date(2032, 2, 29)),
        (dt.datetime(2026, 12, 15, tzinfo=dt.UTC), "month", 1, dt.date(2027, 1, 15)),
    ],
)
def test_periods_keep_their_day(anchor: dt.datetime, interval: str, count: int, expected: dt.date) -> None:
    assert books.later(anchor, interval, count).date() == expected
