"""The door of gateways: genuine once, everything else leaves a counter; what was told is applied, once."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import tenancy
from billing.collection import events, hearing, reconciling, refunding
from billing.gateways.base import RefundOrder
from billing.models import GatewayEvent, Payment, Refund, Subscription
from billing.services.checkouts import AlreadyOpen
from tests.billing.collection.house import House, house_at
from tests.billing.gateways.bench import DAY
from tests.cast import Cast
from tests.peers.gateway import Delivery

ACTIVE = "active"


def test_what_a_gateway_tells_is_kept_once_and_applied_once(house: House) -> None:
    row, page = house.begin()
    house.bench.server.pay(page.id)
    told = house.bench.server.deliveries()
    assert set(house.tell(*told, *told)) == {200}
    assert len(house.events()) == len(told)
    house.apply()
    assert {each.state for each in house.events()} <= {"applied", "ignored"}
    assert house.subscription().status == ACTIVE
    paid = house.payments()
    assert [(each.status, each.amount) for each in paid] == [("success", row.total)]
    before = house.books()
    house.tell(*told)
    house.apply()
    assert house.books() == before


def test_a_renewal_failure_and_recovery_are_followed(house: House) -> None:
    _row, page = house.begin()
    server = house.bench.server
    server.pay(page.id)
    name = house.bench.subscription(page)
    house.clock.go(30 * DAY)
    server.renew(name)
    house.clock.go(31 * DAY)
    server.renew(name, does="declines")
    house.tell(*server.deliveries())
    house.apply()
    assert house.subscription().status == "past_due"
    house.clock.go(DAY)
    server.recover(name)
    house.tell(*server.deliveries())
    house.apply()
    assert house.subscription().status == ACTIVE
    assert sum(each.status == "success" for each in house.payments()) == 3


@pytest.mark.parametrize("case", ["forged", "old", "future", "truncated", "not utf-8", "unsigned", "empty"])
def test_what_is_not_genuine_leaves_nothing_but_a_counter(stripe: House, case: str) -> None:
    _row, page = stripe.begin()
    stripe.bench.server.pay(page.id)
    sent = stripe.bench.server.deliveries()[-1]
    if case == "old":
        stripe.clock.go(dt.timedelta(seconds=301))
    elif case == "future":
        stripe.clock.go(dt.timedelta(seconds=-61))
    bodies = {"forged": sent.body + b" ", "truncated": sent.body[:-5], "not utf-8": b"\xff\xfe\x00", "empty": b""}
    headers = {} if case == "unsigned" else sent.headers
    assert stripe.tell(Delivery(bodies.get(case, sent.body), headers)) == [400]
    assert stripe.events() == []
    assert hearing.forged_today("stripe", now=stripe.clock()) == 1


def test_two_megabytes_are_not_read(stripe: House) -> None:
    body = b"x" * 2 * 1024**2
    assert stripe.tell(stripe.bench.server.signed(body)) == [413]
    assert stripe.tell(stripe.bench.server.signed(b" " * 1024**2)) == [400]
    assert stripe.events() == []


def test_a_gateway_nobody_set_up_has_no_door(stripe: House) -> None:
    assert Client().post("/billing/webhooks/paypal/", b"{}", content_type="application/json").status_code == 404
    assert Client().post("/billing/webhooks/nobody/", b"{}", content_type="application/json").status_code == 404
    assert Client().get("/billing/webhooks/stripe/").status_code == 405


def test_hearing_costs_the_same_few_queries_whatever_is_told(stripe: House) -> None:
    _row, page = stripe.begin()
    stripe.bench.server.pay(page.id)
    first, *others = stripe.bench.server.deliveries()
    counts = []
    for each in (first, others[0], others[1]):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            stripe.tell(each)
        counts.append(len(asked))
    assert len(set(counts)) == 1
    assert counts[0] <= 10


def test_another_accounts_and_strangers_events_change_nothing(stripe: House) -> None:
    _row, page = stripe.begin()
    server = stripe.bench.server
    server.pay(page.id)
    other = server.told[0] | {"id": "evt_other", "account": "acct_other"}
    assert stripe.tell(server.delivery(other)) == [400]
    stranger = stripe.bench.buy(reference="0198c000-0000-7000-8000-00000000dead")
    stripe.tell(*server.deliveries())
    stripe.apply()
    assert stranger[2] not in {each.gateway_payment_id for each in stripe.payments()}
    assert "unmatched" in {each.state for each in stripe.events()}


@pytest.mark.parametrize("wrong", ["a paisa less", "a paisa more", "another currency"])
def test_a_sum_that_is_not_what_was_asked_gives_no_plan(stripe: House, wrong: str) -> None:
    row, page = stripe.begin()
    server = stripe.bench.server
    payment = server.pay(page.id)
    invoice = next(iter(server.invoices.values()))
    if wrong == "another currency":
        invoice["currency"] = server.intents[payment]["currency"] = "usd"
    else:
        invoice["amount_paid"] += -1 if wrong == "a paisa less" else 1
    stripe.tell(*server.deliveries())
    stripe.apply()
    assert stripe.subscription() is None or stripe.subscription().status != ACTIVE
    assert [each.status for each in stripe.payments()] == ["success"], "the money is there, and kept in sight"
    assert all(each.subscription_id is None for each in stripe.payments())
    assert row.total > 0


def test_a_card_that_asks_is_no_failure_and_names_the_page(stripe: House) -> None:
    _row, page = stripe.begin()
    server = stripe.bench.server
    server.pay(page.id)
    stripe.clock.go(30 * DAY)
    server.renew(stripe.bench.subscription(page), does="asks")
    stripe.tell(*server.deliveries())
    stripe.apply()
    waiting = next(each for each in stripe.payments() if each.status == "pending")
    assert waiting.action_url.startswith(server.url)


def test_a_customer_deleted_at_the_gateway_ends_the_mandate(stripe: House) -> None:
    _row, page = stripe.begin()
    server = stripe.bench.server
    server.pay(page.id)
    stripe.tell(*server.deliveries())
    stripe.apply()
    server.forget(stripe.bench.subscription(page))
    stripe.tell(*server.deliveries())
    stripe.apply()
    assert stripe.subscription().mandate == "revoked"
    assert all(each.state in {"applied", "ignored"} for each in stripe.events())


def test_two_tabs_buying_at_once_are_charged_once_each_and_seen(stripe: House) -> None:
    stripe.begin()
    with pytest.raises(AlreadyOpen):
        stripe.begin()


def test_a_gateway_that_does_not_answer_is_asked_again(stripe: House) -> None:
    _row, page = stripe.begin()
    server = stripe.bench.server
    server.pay(page.id)
    stripe.tell(*server.deliveries())
    fault = server.fault("GET", "/v1/", cut_before=True, times=None)
    stripe.apply()
    assert {each.state for each in stripe.events()} == {"failed"}
    assert stripe.payments() == []
    fault.times = 0
    stripe.clock.go(dt.timedelta(minutes=10))
    stripe.apply()
    assert {each.state for each in stripe.events()} == {"applied"} | {"ignored"} & {
        each.state for each in stripe.events()
    }
    assert stripe.subscription().status == ACTIVE


def test_an_event_that_failed_for_a_week_waits_for_somebody(stripe: House) -> None:
    _row, page = stripe.begin()
    server = stripe.bench.server
    server.pay(page.id)
    stripe.tell(server.deliveries()[-1])
    server.fault("GET", "/v1/", cut_before=True, times=None)
    event = stripe.events()[0]
    with tenancy.operator():
        GatewayEvent.objects.filter(pk=event.pk).update(attempts=events.TRIES - 1)
    stripe.apply()
    event = stripe.events()[0]
    assert (event.state, event.next_at) == ("failed", None)
    server.faults.clear()
    events.replay(event, now=stripe.clock())
    stripe.apply()
    assert stripe.events()[0].state == "applied"


def test_what_was_never_told_is_found_by_the_hour(house: House) -> None:
    _row, page = house.begin()
    house.bench.server.pay(page.id)
    assert reconciling.hourly(now=house.clock()) > 0
    house.apply()
    assert house.subscription().status == ACTIVE
    house.clock.go(30 * DAY)
    house.bench.server.renew(house.bench.subscription(page))
    house.clock.go(dt.timedelta(minutes=1))
    reconciling.hourly(now=house.clock())
    house.apply()
    assert sum(each.status == "success" for each in house.payments()) == 2
    before = house.books()
    house.clock.go(dt.timedelta(hours=1))
    reconciling.nightly(now=house.clock())
    house.tell(*house.bench.server.deliveries())
    house.apply()
    assert house.books() == before


def test_a_refund_made_at_the_gateway_is_found(house: House) -> None:
    _row, page = house.begin()
    payment = house.bench.server.pay(page.id)
    house.tell(*house.bench.server.deliveries())
    house.apply()
    paid = house.payments()[0]
    name = house.bench.subscription(page)
    wish = RefundOrder("made-there-1", payment, 100_00 if house.currency == "INR" else 1_00, house.currency, "", name)
    house.gateway.refund(wish)
    house.tell(*house.bench.server.deliveries())
    house.apply()
    with tenancy.of_organization(house.cast.kesar.pk):
        assert Payment.objects.get(pk=paid.pk).refunded_amount == Decimal(100 if house.currency == "INR" else 1)


@pytest.mark.parametrize("is_taken", [True, False])
def test_money_goes_back_where_it_came_from_whatever_the_plan_is_paid_by_now(
    cast: Cast, settings: Any, is_taken: bool
) -> None:
    with house_at("cashfree", cast, settings) as cashfree:
        _row, page = cashfree.begin()
        cashfree.bench.server.pay(page.id)
        cashfree.tell(*cashfree.bench.server.deliveries())
        cashfree.apply()
        (paid,) = cashfree.payments()
        assert paid.subscription_id is not None
        with tenancy.operator():
            Subscription.objects.filter(pk=paid.subscription_id).update(gateway_subscription_id="another")
            Payment.objects.filter(pk=paid.pk, status="success").update(
                subscription=paid.subscription_id if is_taken else None
            )
            wish = Refund.objects.create(
                organization_id=paid.organization_id, payment=paid, amount=100, currency="INR", status="approved"
            )
        refunding.send_due(now=cashfree.clock())
        with tenancy.operator():
            wish.refresh_from_db()
        assert (wish.status, wish.error) == ("pending", "")


def test_nobody_reads_what_gateways_told(stripe: House) -> None:
    _row, page = stripe.begin()
    stripe.bench.server.pay(page.id)
    stripe.tell(*stripe.bench.server.deliveries())
    with tenancy.of_organization(stripe.cast.kesar.pk):
        assert not GatewayEvent.objects.exists()


def test_old_news_are_removed_once_they_are_applied(stripe: House) -> None:
    _row, page = stripe.begin()
    stripe.bench.server.pay(page.id)
    stripe.tell(*stripe.bench.server.deliveries())
    stripe.apply()
    assert events.forget(now=stripe.clock() + 300 * DAY) == 0
    assert events.forget(now=stripe.clock() + 401 * DAY) > 0
    assert stripe.events() == []
