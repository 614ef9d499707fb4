"""A subscription's life: tried, bought, renewed, changed, unpaid, asked for, held, ended, and taken up again."""

import itertools
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts import tenancy
from accounts.models import Notification
from accounts.services import organizations
from billing import ledger, metering
from billing.gateways.facts import (
    MandateFact,
    MandateState,
    NoticeFact,
    OutcomeKind,
    PaymentState,
    RefundFact,
    RefundState,
    SubscriptionState,
)
from billing.life import changing, clock, trials
from billing.models import Checkout, DunningStep, Invoice, Payment, Refund, Subscription, SubscriptionChange
from billing.services import checkouts, subscribing
from billing.signals import payment_succeeded, refund_succeeded
from publishing.models import PlatformConnection, PostingHold
from tests.billing.living import (
    DAY,
    T0,
    buy,
    completed,
    failed,
    opened,
    paid,
    plan_of,
    price,
    stands,
    tell,
)
from tests.cast import Cast

Status = Subscription.Status


@pytest.fixture(autouse=True)
def sold(settings: Any) -> None:
    settings.BILLING_ENABLED = True


@pytest.fixture
def told() -> Iterator[list[tuple[str, Any]]]:
    """What is announced of money."""
    found: list[tuple[str, Any]] = []

    def hear(payment: Any = None, refund: Any = None, **_kwargs: Any) -> None:
        found.append(("paid", payment.amount) if payment else ("back", refund.amount))

    payment_succeeded.connect(hear)
    refund_succeeded.connect(hear)
    yield found
    payment_succeeded.disconnect(hear)
    refund_succeeded.disconnect(hear)


def holds(cast: Cast) -> int:
    with tenancy.of_organization(cast.kesar.pk):
        return PostingHold.objects.filter(organization=cast.kesar, cause="plan", ended_at=None).count()


def notices(cast: Cast, **which: Any) -> int:
    with tenancy.operator():
        return Notification.objects.filter(user=cast.asha.user, **which).count()


def days_told(cast: Cast) -> list[int]:
    with tenancy.of_organization(cast.kesar.pk):
        rows = DunningStep.objects.filter(organization=cast.kesar).exclude(done_at=None)
        return sorted(rows.values_list("day", flat=True))


def test_a_new_organisation_tries_the_trial_plan_once_and_is_told_before_it_ends(cast: Cast) -> None:
    price()
    row = trials.begin(cast.kesar.pk, now=T0)
    assert row is not None
    assert (row.status, row.version.plan.key) == (Status.TRIAL, "pro")
    assert trials.begin(cast.kesar.pk, now=T0) is None
    clock.tick(now=T0 + 12 * DAY)
    assert notices(cast, kind="plan", title__contains="trial") == 1
    clock.tick(now=T0 + 14 * DAY)
    clock.tick(now=T0 + 15 * DAY)
    assert plan_of(cast.kesar).status == Status.EXPIRED
    assert holds(cast) == 1
    assert trials.begin(cast.kesar.pk, now=T0 + 20 * DAY) is None


def test_those_who_were_here_before_plans_were_sold_get_their_trial(cast: Cast) -> None:
    assert clock.tick(now=T0)["begun"] == 2
    assert clock.tick(now=T0)["begun"] == 0


def test_nothing_moves_while_billing_is_off(cast: Cast, settings: Any) -> None:
    settings.BILLING_ENABLED = False
    assert clock.tick(now=T0) == {}
    assert trials.begin(cast.kesar.pk, now=T0) is None


def test_where_nobody_needs_a_plan_no_trial_runs_and_nothing_is_limited(cast: Cast, settings: Any) -> None:
    settings.BILLING_TRIALS = False
    assert clock.tick(now=T0)["begun"] == 0
    assert trials.begin(cast.kesar.pk, now=T0) is None
    with tenancy.of_organization(cast.kesar.pk):
        assert not metering.entitlement_of(cast.kesar.pk, now=T0).is_enforced
    metering.require(cast.kesar.pk, "uploads", 10**6, now=T0)
    buy(cast.kesar, price(), at=T0)  # who chooses one has what it sells, and no more
    with tenancy.of_organization(cast.kesar.pk):
        assert metering.entitlement_of(cast.kesar.pk, now=T0).limit("uploads").most == 200
        Subscription.objects.update(status="canceled", ended_at=T0)
        assert metering.entitlement_of(cast.kesar.pk, now=T0).is_ended


def test_a_trial_that_is_paid_for_becomes_active_with_a_period_of_a_month(cast: Cast, told: list[Any]) -> None:
    trials.begin(cast.kesar.pk, now=T0 - 3 * DAY) if price() else None
    _checkout, row = buy(cast.kesar, price(), at=T0)
    assert (row.status, row.version.plan.key, row.gateway_subscription_id) == (Status.ACTIVE, "agency", "sub_1")
    assert (row.current_period_start, row.current_period_end) == (T0, T0.replace(month=2, day=28))
    assert row.anchor_day == 31
    assert told == [("paid", Decimal("9438.82"))]
    with tenancy.of_organization(cast.kesar.pk):
        assert list(SubscriptionChange.objects.filter(kind="start").values_list("mrr_before", "mrr_after")) == [
            (Decimal(0), Decimal(7999))
        ]


def test_the_same_payment_told_three_times_is_one_payment(cast: Cast, told: list[Any]) -> None:
    checkout, _row = buy(cast.kesar, price(), at=T0)
    outcomes = tell(*[paid(checkout, "pay_1", T0)] * 3, now=T0 + DAY)
    assert {each.kind for each in outcomes} == {OutcomeKind.IGNORED}
    assert len(told) == 1
    with tenancy.of_organization(cast.kesar.pk):
        assert Payment.objects.count() == 1


@pytest.mark.parametrize(("amount", "currency"), [(943881, "INR"), (943883, "INR"), (943882, "USD")])
def test_a_sum_that_is_off_by_a_paisa_or_in_another_currency_buys_nothing(
    cast: Cast, told: list[Any], amount: int, currency: str
) -> None:
    checkout = opened(cast.kesar, price())
    (outcome,) = tell(paid(checkout, "pay_1", T0, amount=amount, currency=currency), now=T0)
    assert outcome.words.startswith("kept and not taken")
    with tenancy.of_organization(cast.kesar.pk):
        assert not Subscription.objects.exists()
        assert Payment.objects.get().failure_reason
    assert told == []


def test_a_period_that_ends_when_it_begins_is_none_and_the_payment_counts(cast: Cast) -> None:
    checkout, row = buy(cast.kesar, price(), at=T0)
    end = row.current_period_end
    tell(paid(checkout, "pay_2", end, period_start=end, period_end=end), now=end)
    after = plan_of(cast.kesar)
    assert (after.status, after.current_period_start) == (Status.ACTIVE, end)
    assert after.current_period_end > end + 27 * DAY


def test_what_is_of_nobody_here_changes_nothing(cast: Cast) -> None:
    checkout = opened(cast.kesar, price())
    with tenancy.operator():
        Checkout.objects.filter(pk=checkout.pk).delete()
    (outcome,) = tell(paid(checkout, "pay_1", T0), now=T0)
    assert outcome.kind == OutcomeKind.UNMATCHED


def test_another_accounts_event_is_of_nobody_here(cast: Cast) -> None:
    checkout, _row = buy(cast.kesar, price(), at=T0)
    (outcome,) = tell(paid(checkout, "pay_9", T0 + 30 * DAY, account="acct_of_somebody"), now=T0 + 30 * DAY)
    assert outcome.kind == OutcomeKind.UNMATCHED


def test_renewals_go_on_from_the_31st(cast: Cast) -> None:
    checkout, row = buy(cast.kesar, price(), at=T0)
    for number in range(2, 5):
        at = row.current_period_end
        tell(paid(checkout, f"pay_{number}", at), now=at)
        row = plan_of(cast.kesar)
    assert row.current_period_end == T0.replace(month=5, day=31)
    assert row.status == Status.ACTIVE


def test_a_failed_renewal_is_asked_for_on_our_days_held_after_seven_and_recovered_by_a_payment(cast: Cast) -> None:
    checkout, row = buy(cast.kesar, price(), at=T0)
    end = row.current_period_end
    tell(failed(checkout, "pay_2", end), now=end)
    assert plan_of(cast.kesar).status == Status.PAST_DUE
    assert days_told(cast) == [0]
    for day in (1, 2, 3, 4, 5, 6):
        clock.tick(now=end + day * DAY)
    assert days_told(cast) == [0, 1, 3, 5]
    assert holds(cast) == 0
    clock.tick(now=end + 7 * DAY)
    row = plan_of(cast.kesar)
    assert row.is_held
    assert row.held_at == end + 7 * DAY
    assert holds(cast) == 1
    tell(paid(checkout, "pay_2", end + 8 * DAY), now=end + 8 * DAY)
    row = plan_of(cast.kesar)
    assert (row.status, row.held_at, row.past_due_since) == (Status.ACTIVE, None, None)
    assert row.current_period_start == end
    assert holds(cast) == 0
    assert notices(cast, kind="payment_failed") == 5


def test_a_plan_that_is_never_paid_ends_after_fourteen_days_and_lives_again_when_the_debt_is_paid(cast: Cast) -> None:
    checkout, row = buy(cast.kesar, price(), at=T0)
    end = row.current_period_end
    tell(failed(checkout, "pay_2", end), now=end)
    clock.tick(now=end + 14 * DAY)
    row = plan_of(cast.kesar)
    assert (row.status, row.ended_at) == (Status.CANCELED, end + 14 * DAY)
    assert holds(cast) == 1
    tell(failed(checkout, "pay_2", end), stands(checkout, SubscriptionState.HALTED, end + 2 * DAY), now=end + 15 * DAY)
    assert plan_of(cast.kesar).status == Status.CANCELED
    tell(paid(checkout, "pay_2", end + 16 * DAY), now=end + 16 * DAY)
    assert plan_of(cast.kesar).status == Status.ACTIVE
    assert holds(cast) == 0


def test_silence_for_two_days_after_a_period_is_a_payment_that_did_not_come(cast: Cast) -> None:
    _checkout, row = buy(cast.kesar, price(), at=T0)
    clock.tick(now=row.current_period_end + 1 * DAY)
    assert plan_of(cast.kesar).status == Status.ACTIVE
    clock.tick(now=row.current_period_end + 2 * DAY)
    assert plan_of(cast.kesar).past_due_since == row.current_period_end


def test_a_days_notice_is_no_failure_and_a_large_debit_waits_for_the_customer(cast: Cast) -> None:
    checkout, row = buy(cast.kesar, price(interval="year"), at=T0)
    end = row.current_period_end
    assert end == T0.replace(year=2027)
    common: dict[str, Any] = {"gateway": "test", "subscription_id": "sub_1"}
    tell(
        MandateFact(at=T0, state=MandateState.ACTIVE, most=1500000, currency="INR", **common),
        NoticeFact(at=end - 2 * DAY, amount=9438820, currency="INR", **common),
        now=end - 2 * DAY,
    )
    row = plan_of(cast.kesar)
    assert (row.status, row.renewal, row.mandate, row.mandate_limit) == ("active", "notice", "active", Decimal(15000))
    clock.tick(now=end - DAY)
    assert plan_of(cast.kesar).renewal == "action"
    waiting = paid(checkout, "pay_2", end, state=PaymentState.ACTION, action_url="https://bank.example/confirm")
    tell(waiting, now=end)
    row = plan_of(cast.kesar)
    assert (row.status, row.renewal, row.action_url) == ("active", "action", "https://bank.example/confirm")
    tell(paid(checkout, "pay_2", end + DAY), now=end + DAY)
    row = plan_of(cast.kesar)
    assert (row.status, row.renewal, row.action_url) == ("active", "none", "")


def test_an_upgrade_is_paid_by_the_days_that_are_left_and_holds_at_once(cast: Cast) -> None:
    _checkout, row = buy(cast.kesar, price("pro"), at=T0)
    now = T0 + 14 * DAY  # of 28 days, 14 are left
    step = changing.preview(row, price("agency"), now=now)
    assert (step.kind, step.days_left, step.to_pay) == ("upgrade", 14, Decimal("2500.00"))
    with tenancy.of_member(cast.asha):
        bill = checkouts.Bill("test", "INR", step.to_pay, Decimal(450), Decimal(2950))
        begun = checkouts.open_upgrade(row, price("agency"), bill, step, by=cast.asha, now=now)
        with pytest.raises(checkouts.AlreadyOpen):
            checkouts.open_upgrade(row, price("agency"), bill, step, by=cast.asha, now=now)
    assert plan_of(cast.kesar).version.plan.key == "pro"
    tell(paid(begun, "pay_2", now, subscription_id=""), now=now)
    after = plan_of(cast.kesar)
    assert (after.version.plan.key, after.amount) == ("agency", Decimal(7999))
    assert (after.current_period_end, after.gateway_subscription_id) == (row.current_period_end, "sub_1")
    with tenancy.of_organization(cast.kesar.pk):
        change = SubscriptionChange.objects.get(kind="upgrade")
        assert (change.status, change.mrr_before, change.mrr_after) == ("done", Decimal(2999), Decimal(7999))


def test_from_months_to_years_a_new_period_begins_and_what_is_left_is_taken_off(cast: Cast) -> None:
    _checkout, row = buy(cast.kesar, price("pro"), at=T0)
    now, yearly = T0 + 14 * DAY, price("pro", interval="year")
    step = changing.preview(row, yearly, now=now)
    assert (step.kind, step.to_pay) == ("interval", Decimal("28490.50"))
    with tenancy.of_member(cast.asha):
        bill = checkouts.Bill("test", "INR", step.to_pay, Decimal(0), step.to_pay)
        begun = checkouts.open_upgrade(row, yearly, bill, step, by=cast.asha, now=now)
    tell(paid(begun, "pay_2", now), now=now)
    after = plan_of(cast.kesar)
    assert (after.interval, after.current_period_start) == ("year", now)
    assert after.current_period_end == now.replace(year=2027)


def test_a_downgrade_waits_for_the_periods_end_and_pauses_what_the_user_did_not_choose(cast: Cast) -> None:
    checkout, row = buy(cast.kesar, price("agency"), at=T0)
    with tenancy.of_organization(cast.kesar.pk):
        made = [
            PlatformConnection.objects.create(
                organization=cast.kesar, platform="mastodon", account_id=str(n), handle=f"@k{n}",
                service_url="https://m.example",
            )
            for n in range(7)
        ]  # fmt: skip
    kept = [str(row.pk) for row in made[2:]]
    with tenancy.of_member(cast.asha):
        subscribing.downgrade(row, price("creator"), by=cast.asha, now=T0, keeps={"connections": kept})
    clock.tick(now=row.current_period_end - DAY)
    assert plan_of(cast.kesar).version.plan.key == "agency"
    clock.tick(now=row.current_period_end)
    assert (plan_of(cast.kesar).version.plan.key, plan_of(cast.kesar).amount) == ("creator", Decimal(999))
    with tenancy.of_organization(cast.kesar.pk):
        paused = PlatformConnection.objects.filter(status="paused").values_list("account_id", flat=True)
        assert set(paused) == {"0", "1"}
    tell(paid(checkout, "pay_2", row.current_period_end, amount=117882), now=row.current_period_end)
    assert plan_of(cast.kesar).status == Status.ACTIVE


@pytest.mark.parametrize("fails", [False, True])
def test_news_of_the_smaller_plans_renewal_may_be_faster_than_our_clock(cast: Cast, fails: bool) -> None:
    checkout, row = buy(cast.kesar, price("agency"), at=T0)
    end = row.current_period_end
    with tenancy.of_member(cast.asha):
        subscribing.downgrade(row, price("creator"), by=cast.asha, now=T0)
    tell((failed if fails else paid)(checkout, "pay_2", end, amount=117882), now=end)
    clock.tick(now=end + DAY)
    found = plan_of(cast.kesar)
    assert (found.version.plan.key, found.amount) == ("creator", Decimal(999))
    assert found.status == (Status.PAST_DUE if fails else Status.ACTIVE)
    with tenancy.of_organization(cast.kesar.pk):
        assert not SubscriptionChange.objects.filter(status="scheduled").exists()
        renewal = Payment.objects.get(gateway_payment_id="pay_2")
        assert fails or renewal.price == price("creator")


def test_what_a_page_for_what_was_due_made_is_renewed_by_the_smaller_sum_after_a_step_down(cast: Cast) -> None:
    checkout, row = buy(cast.kesar, price("agency"), at=T0)
    end = row.current_period_end
    tell(failed(checkout, "pay_2", end), now=end)
    due = opened(cast.kesar, price("agency"), purpose="due", subscription=row)
    tell(paid(due, "pay_3", end + DAY, subscription_id="sub_2"), now=end + DAY)
    row = plan_of(cast.kesar)
    assert (row.status, row.gateway_subscription_id) == (Status.ACTIVE, "sub_2")
    with tenancy.of_member(cast.asha):
        subscribing.downgrade(row, price("creator"), by=cast.asha, now=end + 2 * DAY)
    then = row.current_period_end
    clock.tick(now=then)
    tell(paid(due, "pay_4", then, subscription_id="sub_2", amount=117882), now=then)
    clock.tick(now=then + 3 * DAY)
    after = plan_of(cast.kesar)
    assert (after.version.plan.key, after.status, after.current_period_start) == ("creator", Status.ACTIVE, then)
    with tenancy.of_organization(cast.kesar.pk):
        assert Payment.objects.get(gateway_payment_id="pay_4").price == price("creator")


def test_a_downgrade_can_be_taken_back_and_an_upgrade_takes_its_place(cast: Cast) -> None:
    _checkout, row = buy(cast.kesar, price("pro"), at=T0)
    with tenancy.of_member(cast.asha):
        change = subscribing.downgrade(row, price("creator"), by=cast.asha, now=T0)
        assert subscribing.undo(change, by=cast.asha)
        assert not subscribing.undo(change, by=cast.asha)
        with pytest.raises(subscribing.CannotChange):
            subscribing.downgrade(row, price("agency"), by=cast.asha, now=T0)


def test_a_cancelled_plan_holds_to_its_end_and_can_be_kept_until_then(cast: Cast) -> None:
    _checkout, row = buy(cast.kesar, price(), at=T0)
    with tenancy.of_member(cast.asha):
        subscribing.cancel(row, by=cast.asha, now=T0 + DAY, reason="too dear")
        subscribing.resume(row, by=cast.asha, now=T0 + 2 * DAY)
        subscribing.cancel(row, by=cast.asha, now=T0 + 3 * DAY)
    assert plan_of(cast.kesar).status == Status.ACTIVE
    clock.tick(now=row.current_period_end)
    row = plan_of(cast.kesar)
    assert (row.status, row.ended_at) == (Status.CANCELED, row.current_period_end)
    assert holds(cast) == 1
    _checkout, again = buy_again(cast)
    assert (again.status, holds(cast)) == (Status.ACTIVE, 0)
    assert again.pk != row.pk


def buy_again(cast: Cast) -> tuple[Checkout, Subscription]:
    checkout = opened(cast.kesar, price())
    at = T0 + 60 * DAY
    tell(paid(checkout, "pay_again", at, subscription_id="sub_2"), now=at)
    return checkout, plan_of(cast.kesar)


def test_what_two_tabs_bought_at_once_is_one_plan_and_one_payment_to_give_back(cast: Cast) -> None:
    _first, row = buy(cast.kesar, price(), at=T0)
    second = opened(cast.kesar, price())
    (outcome,) = tell(paid(second, "pay_other", T0, subscription_id="sub_other"), now=T0)
    assert "give it back" in outcome.words
    assert plan_of(cast.kesar).pk == row.pk
    assert plan_of(cast.kesar).gateway_subscription_id == "sub_1"


def test_a_refund_made_at_the_gateway_is_told_once_and_never_more_than_was_paid(cast: Cast, told: list[Any]) -> None:
    buy(cast.kesar, price(), at=T0)
    back: dict[str, Any] = {"gateway": "test", "payment_id": "pay_1", "currency": "INR", "state": RefundState.DONE}
    one = RefundFact(at=T0 + DAY, refund_id="re_1", amount=900000, **back)
    much = RefundFact(at=T0 + DAY, refund_id="re_2", amount=50000, **back)
    rest = RefundFact(at=T0 + DAY, refund_id="re_3", amount=43882, **back)
    outcomes = tell(one, one, much, rest, now=T0 + DAY)
    assert [each.kind for each in outcomes] == ["applied", "ignored", "applied", "applied"]
    assert "more than was paid" in outcomes[2].words
    with tenancy.of_organization(cast.kesar.pk):
        payment = Payment.objects.get()
        assert (payment.status, payment.refunded_amount) == ("refunded", Decimal("9438.82"))
        assert Refund.objects.count() == 2
    assert told[1:] == [("back", Decimal(9000)), ("back", Decimal("438.82"))]
    assert plan_of(cast.kesar).status == Status.ACTIVE


EVENTS = 9
NAMES = itertools.count()


@settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.permutations(range(EVENTS)), st.lists(st.integers(0, EVENTS - 1), max_size=4))
def test_any_order_and_any_doubling_of_what_was_told_ends_in_the_same_state(
    cast: Cast, order: list[int], doubled: list[int]
) -> None:
    state: list[Any] = []
    for turns in (list(range(EVENTS)), [*order, *doubled]):
        name = f"Order {next(NAMES)}"
        organization = organizations.create(name=name, owner=cast.asha.user).organization
        checkout = opened(organization, price(), gateway_account=name)
        feb, mar = T0.replace(month=2, day=28), T0.replace(month=3, day=31)
        facts = [
            stands(checkout, SubscriptionState.PENDING, T0 - DAY),
            completed(checkout, T0),
            paid(checkout, "pay_1", T0),
            stands(checkout, SubscriptionState.ACTIVE, T0),
            failed(checkout, "pay_2", feb),
            stands(checkout, SubscriptionState.PAST_DUE, feb),
            paid(checkout, "pay_2", feb + DAY),
            paid(checkout, "pay_3", mar),
            failed(checkout, "pay_4", T0.replace(month=4, day=30)),
        ]
        tell(*[facts[turn] for turn in turns], now=T0.replace(month=5, day=1))
        row = plan_of(organization)
        with tenancy.of_organization(organization.pk):
            rows = Payment.objects.order_by("gateway_payment_id")
            payments = list(rows.values_list("gateway_payment_id", "status", "purpose", "amount", "period_end"))
            invoices = Invoice.objects.filter(status="paid").count()
        names = [
            "status",
            "current_period_start",
            "current_period_end",
            "past_due_since",
            "gateway_state",
            "anchor_day",
        ]
        free = ledger.available(organization.pk, now=T0.replace(month=5, day=1))
        state.append([[getattr(row, name) for name in names], payments, invoices, free])
    assert state[0] == state[1]
    assert state[0][0][0] == Status.PAST_DUE
