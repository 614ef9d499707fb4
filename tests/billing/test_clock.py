"""The clock of billing: what breaks for one organisation, or in one step, keeps no other waiting, and is told."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.dispatch import Signal

from accounts import tenancy
from accounts.models import Organization
from billing import signals
from billing.life import clock, dunning, trials
from billing.models import CreditGrant, PlanVersion, Subscription, SubscriptionChange
from billing.services import subscribing
from tests.billing.living import DAY, T0, failed, opened, paid, plan_of, price, subscribe, tell
from tests.cast import Cast

Status = Subscription.Status


@pytest.fixture(autouse=True)
def enabled(settings: Any) -> None:
    settings.BILLING_ENABLED = True


@contextmanager
def breaking(signal: Signal, organization: Organization) -> Iterator[None]:
    """Something above cannot do its part for one organisation."""

    def refuse(organization_id: uuid.UUID, **_told: Any) -> None:
        if organization_id == organization.pk:
            raise RuntimeError(organization.name)

    signal.connect(refuse)
    try:
        yield
    finally:
        signal.disconnect(refuse)


def both(cast: Cast) -> list[Organization]:
    """The one for which it breaks comes first."""
    return [cast.kesar, cast.lisbon]


def broken(call: Callable[[], Any]) -> list[str]:
    """Run it, and return what was told of those for which it broke."""
    with pytest.raises(ExceptionGroup) as told:
        call()
    return [str(each) for each in told.value.exceptions]


def test_a_trial_that_cannot_be_ended_keeps_no_other_and_no_later_step_waiting(cast: Cast) -> None:
    price()
    trials.begin(cast.kesar.pk, now=T0)
    trials.begin(cast.lisbon.pk, now=T0 + DAY)
    at = T0 + 16 * DAY
    late = opened(cast.lisbon, price(), expires_at=at)
    with breaking(signals.held, cast.kesar):
        assert broken(lambda: clock.tick(now=at)) == ["1 of 2 broke (1 sub-exception)"]
    assert [plan_of(each).status for each in both(cast)] == [Status.TRIAL, Status.EXPIRED]
    with tenancy.operator():
        late.refresh_from_db()
    assert late.status == "expired"
    clock.tick(now=at)
    assert plan_of(cast.kesar).status == Status.EXPIRED


def bought(cast: Cast) -> None:
    for number, each in enumerate(both(cast)):
        own = {"subscription_id": f"sub_{number}", "customer_id": f"cus_{number}"}
        tell(paid(opened(each, price()), f"pay_{number}", T0, **own), now=T0)


def test_a_step_down_that_cannot_be_made_keeps_no_other_waiting(cast: Cast) -> None:
    bought(cast)
    for by in (cast.asha, cast.dev):
        with tenancy.of_member(by):
            subscribing.downgrade(plan_of(by.organization), price("creator"), by=by, now=T0)
    end = plan_of(cast.kesar).current_period_end
    with breaking(signals.plan_changed, cast.kesar):
        assert broken(lambda: clock.turn_changes(now=end)) == ["Kesar Naturals"]
    assert [plan_of(each).version.plan.key for each in both(cast)] == ["agency", "creator"]
    with tenancy.operator():
        assert SubscriptionChange.objects.get(status="scheduled").organization == cast.kesar


def test_asking_one_for_a_payment_keeps_no_other_waiting(cast: Cast) -> None:
    bought(cast)
    end = plan_of(cast.kesar).current_period_end
    for number, each in enumerate(both(cast)):
        own = {"subscription_id": f"sub_{number}", "customer_id": f"cus_{number}"}
        tell(failed(opened(each, price()), f"failed_{number}", end, **own), now=end)
    with breaking(signals.held, cast.kesar):
        assert broken(lambda: dunning.step_due(now=end + 7 * DAY)) == ["Kesar Naturals"]
    assert [plan_of(each).is_held for each in both(cast)] == [False, True]
    assert dunning.step_due(now=end + 7 * DAY) == 1


@pytest.mark.parametrize("is_first", [True, False])
def test_credits_that_cannot_be_granted_or_ended_keep_no_other_waiting(cast: Cast, is_first: bool) -> None:
    one, other = both(cast) if is_first else reversed(both(cast))
    rows = [subscribe(each, T0, ai_credits=300) for each in (one, other)]
    assert clock.grant_credits(now=T0) == 2
    unreadable = {"ai_credits": {"limit": [300], "hard": True}}
    version = PlanVersion.objects.create(
        plan=rows[0].version.plan, number=90, limits=unreadable, sold_from=T0, features=[]
    )
    with tenancy.operator():
        Subscription.objects.filter(pk=rows[0].pk).update(version=version)
    at = T0 + 32 * DAY
    assert len(broken(lambda: clock.grant_credits(now=at))) == 1
    assert len(broken(lambda: clock.end_credits(now=at))) == 1
    with tenancy.operator():
        grants = CreditGrant.objects.order_by("starts_at")
        assert list(grants.filter(organization=other).values_list("amount", "remaining")) == [(300, 0), (300, 300)]
        assert list(grants.filter(organization=one).values_list("amount", "remaining")) == [(300, 300)]
