"""The ledger of credits: granted by month, held, spent, expired, bought; never below nothing."""

import datetime as dt
import secrets
from typing import Any

import pytest

from accounts import tenancy
from billing import credits as booking
from billing import ledger
from billing.ledger import Given
from billing.life import clock
from billing.models import CreditAccount, CreditEntry, CreditGrant, CreditPack, Subscription
from tests.billing.living import DAY, T0, buy, opened, paid, price, tell
from tests.cast import Cast
from trenddrop.core.limits import LimitReached


@pytest.fixture
def sold(settings: Any, cast: Cast) -> Cast:
    settings.BILLING_ENABLED = True
    buy(cast.kesar, price("creator"), at=T0)
    return cast


def spend(cast: Cast, amount: int, *, now: dt.datetime = T0, reference: str = "") -> None:
    ledger.spend(
        cast.kesar.pk, amount, reason="a job", reference=reference or secrets.token_hex(6), by=cast.ben.user, now=now
    )


def free(cast: Cast, now: dt.datetime = T0) -> int:
    return ledger.available(cast.kesar.pk, now=now)


def balanced(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        account = CreditAccount.objects.get(organization=cast.kesar)
        left = sum(CreditGrant.objects.filter(organization=cast.kesar).values_list("remaining", flat=True))
        assert account.balance == ledger.balance(cast.kesar.pk) == left >= account.held >= 0


def test_a_plan_grants_its_credits_for_each_month_once_and_what_is_left_expires(sold: Cast) -> None:
    assert free(sold) == 300
    spend(sold, 100)
    assert free(sold) == 200
    in_march = T0 + 40 * DAY
    ledger.expire(sold.kesar.pk, now=in_march)
    assert free(sold, in_march) == 300
    balanced(sold)


def test_the_clock_grants_each_month_what_nobody_has_asked_about(sold: Cast) -> None:
    def granted(now: dt.datetime) -> tuple[int, int, list[int]]:
        done = clock.grant_credits(now=now), clock.grant_credits(now=now)
        with tenancy.of_organization(sold.kesar.pk):
            return *done, list(CreditGrant.objects.order_by("starts_at").values_list("amount", flat=True))

    assert granted(T0) == (1, 0, [300])
    assert granted(T0 + 40 * DAY) == (1, 0, [300, 300])
    balanced(sold)
    with tenancy.of_organization(sold.kesar.pk):
        Subscription.objects.update(status="past_due", past_due_since=T0 + 60 * DAY, held_at=T0 + 70 * DAY)
    assert granted(T0 + 80 * DAY) == (0, 0, [300, 300])
    with tenancy.of_organization(sold.kesar.pk):
        Subscription.objects.update(status="canceled", past_due_since=None, held_at=None, ended_at=T0 + 80 * DAY)
    assert granted(T0 + 80 * DAY) == (0, 0, [300, 300])


def test_the_last_credit_is_spent_and_the_next_refused(sold: Cast) -> None:
    spend(sold, 299)
    with pytest.raises(LimitReached, match="used up"):
        spend(sold, 2)
    spend(sold, 1)
    assert free(sold) == 0
    balanced(sold)


def test_the_same_reference_is_booked_once(sold: Cast) -> None:
    spend(sold, 10, reference="job:1")
    spend(sold, 10, reference="job:1")
    assert free(sold) == 290


def test_what_is_held_is_nobody_elses_and_comes_back(sold: Cast) -> None:
    held = ledger.reserve(sold.kesar.pk, 250, reason="a film", reference="job:1", by=None, now=T0)
    again = ledger.reserve(sold.kesar.pk, 250, reason="a film", reference="job:1", by=None, now=T0)
    assert again.pk == held.pk
    assert free(sold) == 50
    with pytest.raises(LimitReached):
        spend(sold, 51)
    assert ledger.commit(held, 120, now=T0)
    assert not ledger.commit(held, 120, now=T0)
    assert not ledger.release(held, now=T0)
    assert free(sold) == 180
    balanced(sold)


def test_a_released_or_forgotten_hold_costs_nothing(sold: Cast) -> None:
    held = ledger.reserve(sold.kesar.pk, 250, reason="a film", reference="job:1", by=None, now=T0)
    assert ledger.release(held, now=T0)
    ledger.reserve(sold.kesar.pk, 250, reason="a film", reference="job:2", by=None, now=T0)
    assert free(sold) == 50
    balanced(sold)


def test_what_is_held_does_not_expire_under_the_work(sold: Cast) -> None:
    held = ledger.reserve(sold.kesar.pk, 250, reason="a film", reference="job:1", by=None, now=T0)
    later = T0 + 29 * DAY
    ledger.expire(sold.kesar.pk, now=later)
    balanced(sold)
    assert ledger.commit(held, 250, now=later)
    ledger.expire(sold.kesar.pk, now=later)
    assert free(sold, later) == 300
    balanced(sold)


def test_bought_credits_last_longer_and_are_spent_after_the_plans(sold: Cast) -> None:
    given = Given(500, CreditGrant.Source.PACK, "payment:1", "bought", T0, T0 + 365 * DAY)
    assert ledger.give(sold.kesar.pk, given, by=None, now=T0)
    assert not ledger.give(sold.kesar.pk, given, by=None, now=T0)
    spend(sold, 400)
    with tenancy.of_organization(sold.kesar.pk):
        left = dict(CreditGrant.objects.filter(organization=sold.kesar).values_list("source", "remaining"))
    assert left == {"plan": 0, "pack": 400}
    ledger.expire(sold.kesar.pk, now=T0 + 40 * DAY)
    assert free(sold, T0 + 40 * DAY) == 700
    balanced(sold)


def test_a_larger_plan_grants_the_difference_at_once(sold: Cast) -> None:
    spend(sold, 300)
    larger = price("pro")
    with tenancy.of_organization(sold.kesar.pk):
        Subscription.objects.filter(organization=sold.kesar).update(version=larger.version, price=larger)
    assert free(sold) == 700
    balanced(sold)


def test_what_was_used_before_plans_were_sold_is_written_off_once(cast: Cast, settings: Any) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        booking.spend(cast.kesar.pk, 40, reason="a job", reference="before", by=None)
        assert booking.balance(cast.kesar.pk) == -40
    settings.BILLING_ENABLED = True
    buy(cast.kesar, price("creator"), at=T0)
    assert free(cast) == 300
    balanced(cast)


def test_bought_credits_are_taken_back_with_their_price(sold: Cast) -> None:
    pack = CreditPack.objects.get(key="small", currency="INR")
    checkout = opened(sold.kesar, price("creator"), purpose="credits", pack=pack, amount=pack.amount)
    tell(paid(checkout, "pay_9", T0, subscription_id=""), now=T0)
    assert free(sold) == 500
    with tenancy.of_organization(sold.kesar.pk):
        grant = CreditGrant.objects.select_related("payment").get(source="pack")
        assert grant.payment is not None
        assert ledger.take_back(grant.payment, now=T0) == 200
    assert free(sold) == 300
    with tenancy.of_organization(sold.kesar.pk):
        assert CreditEntry.objects.filter(kind="expiry").count() == 1
    balanced(sold)
