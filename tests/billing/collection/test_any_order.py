"""In whatever order, however often, with whatever lost: the same plan, the same money."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as chance
from hypothesis import strategies as st

from billing.collection import reconciling
from billing.gateways.base import RefundOrder
from tests.billing.collection.house import House
from tests.billing.gateways.bench import DAY
from tests.peers.gateway import Delivery

PHASES = [Phase.explicit, Phase.generate]  # an example takes a second: the first that fails is told as it is


class Undo(Exception):
    """What an example wrote is taken back."""


def lived(house: House) -> list[Delivery]:
    """A quarter in two days: bought, renewed, failed, recovered, some of it given back. All that was told, in order."""
    _row, page = house.begin()
    server = house.bench.server
    first = server.pay(page.id)
    name = house.bench.subscription(page)
    house.clock.go(DAY / 2)
    server.renew(name)
    house.clock.go(DAY / 2)
    server.renew(name, does="declines")
    house.clock.go(DAY)
    server.recover(name)
    sum_back = 100_00 if house.currency == "INR" else 1_00
    house.gateway.refund(RefundOrder("back-000001", first, sum_back, house.currency, "", name))
    house.clock.go(5 * DAY)  # longer than any list of what was told lately
    found: list[Delivery] = house.bench.server.deliveries()
    return found


def outcome(house: House, told: Sequence[Delivery], *, by_one: bool, looks: bool) -> Any:
    """What stands in the books after these deliveries; everything written is taken back."""
    found = None
    try:
        with transaction.atomic():
            for each in told:
                house.tell(each)
                if by_one:
                    house.apply()
            house.apply()
            if looks:
                reconciling.nightly(now=house.clock())
                house.apply()
            found = house.books()
            raise Undo
    except Undo:
        return found


def unless_told(house: House, expected: Any, told: Sequence[Delivery]) -> Any:
    """What can be known: Cashfree lists no refunds of a subscription, so one made there by hand has to be told."""
    if house.gateway.key != "cashfree" or any(each.kind == "SUBSCRIPTION_REFUND_STATUS" for each in told):
        return expected
    plans, payments, _refunds, pages = expected
    nothing_back = [(*each[:5], Decimal(0), *each[6:]) for each in payments]
    return plans, nothing_back, [], pages


def check(house: House, examples: int, *, unaided: bool = True) -> None:
    deliveries = lived(house)
    expected = outcome(house, deliveries, by_one=True, looks=True)
    assert [each[0] for each in expected[0]] == ["active"]
    assert sum(each[1] in {"success", "refunded"} for each in expected[1]) == 3
    assert len(expected[2]) == 1
    assert outcome(house, [], by_one=False, looks=True) == unless_told(house, expected, [])

    places = st.integers(0, len(deliveries) - 1)

    @chance(max_examples=examples, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
    @given(
        order=st.permutations(range(len(deliveries))),
        more=st.lists(places, max_size=5),
        lost=st.sets(places),
        by_one=st.booleans(),
    )
    def holds(order: list[int], more: list[int], lost: set[int], by_one: bool) -> None:
        told = [deliveries[place] for place in [*order, *more] if place not in lost]
        assert outcome(house, told, by_one=by_one, looks=True) == unless_told(house, expected, told)

    @chance(max_examples=examples, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
    @given(order=st.permutations(range(len(deliveries))), more=st.lists(places, max_size=5), by_one=st.booleans())
    def holds_unaided(order: list[int], more: list[int], by_one: bool) -> None:
        told = [deliveries[place] for place in [*order, *more]]
        assert outcome(house, told, by_one=by_one, looks=False) == expected

    holds()
    if unaided:
        holds_unaided()


def test_any_order_doubling_and_loss_ends_the_same(stripe: House) -> None:
    check(stripe, 2, unaided=False)


@pytest.mark.chaos
def test_any_order_doubling_and_loss_ends_the_same_at_every_gateway(house: House) -> None:
    check(house, 3)


@pytest.mark.chaos
@pytest.mark.long
def test_any_order_doubling_and_loss_ends_the_same_in_many_tries(house: House) -> None:
    check(house, 40)


@pytest.mark.chaos
def test_a_tenth_that_is_lost_is_found_in_one_pass(stripe: House) -> None:
    deliveries = lived(stripe)
    for lost in range(0, len(deliveries), 4):
        told = [each for place, each in enumerate(deliveries) if place % 10 != lost % 10]
        assert outcome(stripe, told, by_one=False, looks=True) == outcome(stripe, deliveries, by_one=False, looks=True)


def test_a_night_in_which_nothing_happened_changes_nothing(stripe: House) -> None:
    stripe.tell(*lived(stripe))
    stripe.apply()
    before = stripe.books()
    for _night in range(2):
        stripe.clock.go(dt.timedelta(days=1))
        reconciling.nightly(now=stripe.clock())
        stripe.apply()
    assert stripe.books() == before
