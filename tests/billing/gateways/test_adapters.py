"""What every gateway is held to alike, at the wire: bought, renewed, failed, recovered, cancelled, given back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from billing.gateways.base import Change, Interval, Known, RefundOrder
from billing.gateways.errors import Gone, Misconfigured, OutcomeUnknown, Refused, TryLater
from billing.gateways.facts import (
    CheckoutFact,
    CheckoutState,
    CustomerFact,
    MandateState,
    NoticeFact,
    PaymentFact,
    PaymentState,
    RefundFact,
    RefundState,
    SubscriptionFact,
    SubscriptionState,
)
from tests.billing.gateways.bench import BENCHES, DAY, Bench, bench_of
from tests.peers.wire import Response


@pytest.fixture(params=BENCHES)
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    with bench_of(request.param) as made:
        yield made


def of(kind: type, facts: list[Any]) -> list[Any]:
    return [fact for fact in facts if isinstance(fact, kind)]


def test_a_subscription_is_bought_and_told_with_our_reference(bench: Bench) -> None:
    order, page, payment = bench.buy()
    assert page.url.startswith("http")
    facts = bench.facts()
    paid = of(PaymentFact, facts)[-1]
    assert (paid.payment_id, paid.state, paid.amount, paid.currency) == (
        payment,
        PaymentState.PAID,
        order.amount,
        order.currency,
    )
    assert paid.subscription_id == bench.subscription(page)
    assert {fact.reference for fact in of(SubscriptionFact, facts)} == {order.reference}
    assert of(SubscriptionFact, facts)[-1].state == SubscriptionState.ACTIVE
    assert bench.gateway.mandate(paid.subscription_id).state == MandateState.ACTIVE


def test_one_payment_is_bought_without_a_subscription(bench: Bench) -> None:
    order, _page, _payment = bench.buy(interval=None)
    deliveries = bench.server.deliveries()
    facts = bench.facts(deliveries) + bench.facts(bench.server.deliveries()[len(deliveries) :])
    paid = of(PaymentFact, facts)[-1]
    assert (paid.state, paid.amount, paid.reference, paid.subscription_id) == (
        PaymentState.PAID,
        order.amount,
        order.reference,
        "",
    )
    assert CheckoutState.COMPLETED in {fact.state for fact in of(CheckoutFact, facts)}


def test_the_same_order_is_opened_once_however_often_it_is_sent(bench: Bench) -> None:
    order = bench.order()
    first = bench.gateway.checkout(order)
    assert bench.gateway.checkout(order).id == first.id


def test_an_order_whose_answer_was_lost_is_found_again(bench: Bench) -> None:
    order = bench.order()
    bench.server.fault("POST", r"sessions$|/subscriptions$", cut_after=True)
    opens = (OutcomeUnknown,)
    try:
        first = bench.gateway.checkout(order)
    except opens:
        first = bench.gateway.checkout(order)
    assert bench.gateway.checkout(order).id == first.id
    made = getattr(bench.server, "sessions", None) or bench.server.__dict__.get("subscriptions")
    made = bench.server.tables["subscription"] if made is None else made
    assert len(made) == 1


def test_a_renewal_that_is_paid_moves_on(bench: Bench) -> None:
    order, page, first = bench.buy()
    bench.clock.go(30 * DAY)
    second = bench.server.renew(bench.subscription(page))
    paid = {fact.payment_id: fact for fact in of(PaymentFact, bench.facts())}
    assert {first, second} <= set(paid)
    assert paid[second].amount == order.amount
    if paid[second].period_start:
        assert paid[second].period_start == paid[first].period_end


def test_a_renewal_that_fails_says_why_and_recovers(bench: Bench) -> None:
    order, page, _first = bench.buy()
    subscription = bench.subscription(page)
    bench.clock.go(30 * DAY)
    bench.server.renew(subscription, does="declines")
    facts = bench.facts()
    failed = [fact for fact in of(PaymentFact, facts) if fact.state == PaymentState.FAILED][-1]
    assert failed.amount == order.amount
    assert failed.failure_code
    assert of(SubscriptionFact, facts)[-1].state == SubscriptionState.PAST_DUE
    bench.clock.go(DAY)
    paid = bench.server.recover(subscription)
    facts = bench.facts()
    states = {fact.payment_id: fact.state for fact in of(PaymentFact, facts)}
    assert states[paid] == PaymentState.PAID
    assert of(SubscriptionFact, facts)[-1].state == SubscriptionState.ACTIVE


def test_looking_finds_all_that_events_told(bench: Bench) -> None:
    _order, page, first = bench.buy()
    bench.clock.go(30 * DAY)
    second = bench.server.renew(bench.subscription(page))
    known = Known(subscription_id=bench.subscription(page), payment_ids=[first])
    found = bench.gateway.look(known, now=bench.clock())
    assert {fact.payment_id for fact in of(PaymentFact, list(found))} >= {first, second}
    assert of(SubscriptionFact, list(found))[0].state == SubscriptionState.ACTIVE


def test_a_page_is_looked_at_before_and_after_it_is_paid(bench: Bench) -> None:
    order = bench.order(interval=None)
    page = bench.gateway.checkout(order)
    known = Known(checkout_id=page.id, reference=order.reference)
    assert of(PaymentFact, list(bench.gateway.look(known, now=bench.clock()))) == []
    bench.server.pay(page.id)
    paid = of(PaymentFact, list(bench.gateway.look(known, now=bench.clock())))
    assert [(fact.state, fact.reference) for fact in paid] == [(PaymentState.PAID, order.reference)]


def test_it_ends_with_its_period_is_kept_after_all_and_ends_for_good(bench: Bench) -> None:
    _order, page, _first = bench.buy()
    subscription = bench.subscription(page)
    for _twice in range(2):
        bench.gateway.cancel(subscription, at_period_end=True, key="cancel-1")
    for _twice in range(2):
        bench.gateway.resume(subscription, key="resume-1")
    assert state(bench, subscription) == SubscriptionState.ACTIVE
    for _twice in range(2):
        bench.gateway.cancel(subscription, at_period_end=False, key="cancel-2")
    assert state(bench, subscription) == SubscriptionState.CANCELED


def state(bench: Bench, subscription: str) -> SubscriptionState:
    found = bench.gateway.look(Known(subscription_id=subscription), now=bench.clock())
    return SubscriptionState(of(SubscriptionFact, list(found))[0].state)


def test_money_goes_back_once_for_a_key_and_never_more_than_came(bench: Bench) -> None:
    order, page, payment = bench.buy()
    wish = RefundOrder("refund-key-1", payment, order.amount // 2, order.currency, "asked", bench.subscription(page))
    first = bench.gateway.refund(wish)
    assert bench.gateway.refund(wish).id == first.id
    too_much = replace(wish, key="refund-key-2", amount=order.amount)
    with pytest.raises(Refused):
        bench.gateway.refund(too_much)
    facts = of(RefundFact, bench.facts())
    assert {(fact.refund_id, fact.payment_id, fact.amount, fact.state) for fact in facts} == {
        (first.id, payment, order.amount // 2, RefundState.DONE)
    }
    assert {fact.key for fact in facts} == {"refund-key-1"}


def test_a_refund_whose_answer_was_lost_is_not_given_twice(bench: Bench) -> None:
    order, page, payment = bench.buy()
    wish = RefundOrder("refund-key-1", payment, order.amount // 2, order.currency, "", bench.subscription(page))
    bench.server.fault("POST", r"refunds?$", cut_after=True)
    try:
        first = bench.gateway.refund(wish)
    except OutcomeUnknown:
        first = bench.gateway.refund(wish)
    facts = of(RefundFact, bench.facts())
    assert {fact.refund_id for fact in facts} == {first.id}


def test_one_single_payment_goes_back_too(bench: Bench) -> None:
    order, page, payment = bench.buy(interval=None)
    found = bench.gateway.look(Known(checkout_id=page.id), now=bench.clock())
    payment = payment or of(PaymentFact, list(found))[0].payment_id
    made = bench.gateway.refund(RefundOrder("refund-key-3", payment, order.amount, order.currency))
    told = bench.gateway.look(Known(checkout_id=page.id, payment_ids=[payment]), now=bench.clock())
    assert made.id in {fact.refund_id for fact in of(RefundFact, list(told))}


def test_what_was_deleted_at_the_gateway_is_said_to_be_gone(bench: Bench) -> None:
    _order, page, _first = bench.buy()
    subscription = bench.subscription(page)
    bench.server.forget(subscription)
    assert state(bench, subscription) == SubscriptionState.CANCELED
    with pytest.raises(Gone):
        bench.gateway.cancel(subscription, at_period_end=False, key="cancel-3")
    told = [fact for fact in bench.facts() if isinstance(fact, CustomerFact)]
    assert all(fact.is_gone or fact.method for fact in told)


def test_a_change_keeps_the_period_or_asks_for_a_new_mandate(bench: Bench) -> None:
    order, page, _first = bench.buy()
    price = bench.order(amount=order.amount * 2).price_id
    change = Change(
        "change-1", bench.subscription(page), "ref-2", "Agency", order.amount * 2, order.currency, Interval.MONTH, price
    )
    if bench.gateway.key in {"razorpay", "cashfree"}:
        with pytest.raises(Refused) as caught:
            bench.gateway.change(change)
        assert caught.value.code == "new_mandate"
        return
    assert bench.gateway.change(change).subscription_id == change.subscription_id
    bench.clock.go(30 * DAY)
    renewed = bench.server.renew(change.subscription_id)
    amounts = {fact.payment_id: fact.amount for fact in of(PaymentFact, bench.facts())}
    assert amounts[renewed] == order.amount * 2


def test_an_upgrade_takes_the_difference_now_and_the_whole_later(bench: Bench) -> None:
    later = bench.clock() + timedelta(days=12)
    order, _page, payment = bench.buy(starts_at=later, upfront=2_50)
    facts = of(PaymentFact, bench.facts())
    assert {(fact.payment_id, fact.amount) for fact in facts} == {(payment, 2_50)}
    assert order.amount > 2_50
    assert all(fact.period_start is None or fact.period_end > fact.period_start for fact in facts)


def test_a_first_sum_of_nothing_charges_nothing(bench: Bench) -> None:
    bench.buy(starts_at=bench.clock() + timedelta(days=12))
    facts = bench.facts()
    assert of(PaymentFact, facts) == []
    assert of(SubscriptionFact, facts)[-1].state == SubscriptionState.ACTIVE


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Response(401, {}), Misconfigured),
        (Response(429, {}, {"Retry-After": "17"}), TryLater),
        (Response(400, {}), Refused),
        (Response(404, {}), Gone),
        (Response(503, b"<html>maintenance</html>"), OutcomeUnknown),
        (Response(200, b"<html>hello</html>"), OutcomeUnknown),
        (Response(200, b'{"id": "x"'), OutcomeUnknown),
    ],
)
def test_every_refusal_is_one_of_five_errors(bench: Bench, answer: Response, error: type[Exception]) -> None:
    order, page, payment = bench.buy()
    wish = RefundOrder("refund-key-1", payment, order.amount, order.currency, "", bench.subscription(page))
    bench.server.fault("POST", r"refunds?$", answer=answer, times=None)
    if bench.gateway.key == "cashfree" and error in {Refused, Gone, OutcomeUnknown}:
        error = (Refused, OutcomeUnknown)  # type: ignore[assignment]
    with pytest.raises(error) as caught:
        bench.gateway.refund(wish)
    assert "secret" not in str(caught.value)
    if isinstance(caught.value, TryLater):
        assert caught.value.after == timedelta(seconds=17)


def test_a_question_never_leaves_an_outcome_open(bench: Bench) -> None:
    _order, page, _first = bench.buy()
    bench.server.fault("GET", r"subscriptions/", cut_before=True, times=None)
    with pytest.raises(TryLater):
        bench.gateway.look(Known(subscription_id=bench.subscription(page)), now=bench.clock())


def test_names_that_lead_elsewhere_are_never_asked_for(bench: Bench) -> None:
    before = len(bench.server.requests)
    for name in ("../../v1/refunds", "a/b", "a?b=c", "", "x" * 200, "ü"):
        with pytest.raises(Gone):
            bench.gateway.resume(name, key="k")
    assert len(bench.server.requests) == before


def test_nobody_pays_less_without_being_seen(bench: Bench) -> None:
    """What was paid is told as it is, to the hundredth: whoever applies it compares."""
    order, _page, payment = bench.buy(amount=bench.order().amount - 1)
    paid = [fact for fact in of(PaymentFact, bench.facts()) if fact.payment_id == payment]
    assert paid[-1].amount == order.amount


def test_a_notice_before_a_debit_is_no_failure() -> None:
    with bench_of("cashfree") as bench:
        _order, page, _first = bench.buy()
        bench.server.announce(bench.subscription(page))
        notices = of(NoticeFact, bench.facts())
        assert notices
        assert all(fact.debit_at > bench.clock() for fact in notices)


def test_a_card_that_asks_waits_for_its_payer() -> None:
    with bench_of("stripe") as bench:
        _order, page, _first = bench.buy()
        bench.clock.go(30 * DAY)
        payment = bench.server.renew(bench.subscription(page), does="asks")
        waiting = [fact for fact in of(PaymentFact, bench.facts()) if fact.payment_id == payment][-1]
        assert waiting.state == PaymentState.ACTION
        assert waiting.action_url.startswith("http")
        assert waiting.failure_code == "authentication_required"


def test_a_dispute_is_told_open_and_lost() -> None:
    with bench_of("stripe") as bench:
        _order, _page, payment = bench.buy()
        bench.server.dispute(payment)
        first = bench.facts()[-1]
        bench.server.dispute(payment, status="lost")
        last = bench.facts()[-1]
        assert (first.is_open, first.is_lost, last.is_open, last.is_lost) == (True, False, False, True)


@pytest.mark.parametrize("key", ["stripe", "paypal", "razorpay"])
def test_what_was_not_told_is_listed(key: str) -> None:
    with bench_of(key) as bench:
        _order, page, first = bench.buy()
        for _month in range(3):
            bench.clock.go(29 * DAY)  # PayPal keeps thirty of events
            bench.server.renew(bench.subscription(page))
        listed = list(bench.gateway.recent(since=bench.clock() - 200 * DAY, until=bench.clock() + DAY))
        facts = [fact for told in listed for fact in bench.gateway.read(told, now=bench.clock())]
        assert len({fact.payment_id for fact in of(PaymentFact, facts)}) >= (3 if key == "paypal" else 4)
        assert len({told.key for told in listed}) == len(listed)
        assert first or key == "paypal"


@pytest.mark.parametrize(("country", "tax"), [("PT", 180), ("IN", None)])
def test_the_tax_of_another_country_is_stripes_and_told_apart(country: str, tax: int | None) -> None:
    with bench_of("stripe") as bench:
        bench.gateway.collects_tax = True  # type: ignore[attr-defined]
        bench.currency, bench.country = "USD", country
        order, _page, payment = bench.buy()
        found = next(fact for fact in of(PaymentFact, bench.facts()) if fact.payment_id == payment)
        assert (found.amount, found.tax) == (order.amount + (tax or 0), tax)


@pytest.mark.parametrize("is_allowed", [True, False])
def test_paypals_refunds_are_searched_where_the_app_may(is_allowed: bool) -> None:
    with bench_of("paypal") as bench:
        _order, page, first = bench.buy()
        bench.gateway.refund(RefundOrder("refund-key-1", first, 1_00, "USD", "asked", bench.subscription(page)))
        bench.clock.go(40 * DAY)
        bench.server.is_searchable = is_allowed
        found = bench.gateway.look(Known(subscription_id=bench.subscription(page)), now=bench.clock())
        told = [(fact.payment_id, fact.amount, fact.state) for fact in of(RefundFact, list(found))]
        assert told == ([(first, 1_00, RefundState.DONE)] if is_allowed else [])
        assert first in {fact.payment_id for fact in of(PaymentFact, list(found))}
