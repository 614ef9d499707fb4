"""Who deletes an organisation or their account is charged no more; what is kept of the books says nothing of people."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from accounts import tenancy
from accounts.models import Membership, Organization
from accounts.services import organizations, people
from accounts.signals import organization_ending
from billing import signals, tasks
from billing.collection import events
from billing.life import trials
from billing.models import GatewayEvent, Payment, SandboxObject, Subscription
from billing.services import leaving, paying
from tests.billing.paying import on_sale, pass_time, pay, plan_of, price
from tests.billing.test_clock import breaking
from tests.cast import Cast

DAY = dt.timedelta(days=1)
Status = Subscription.Status


@pytest.fixture
def paid(cast: Cast, settings: Any) -> Cast:
    """Kesar pays for Pro by month."""
    now = timezone.now()
    on_sale(cast, settings, now=now)
    page = paying.buy(price("pro"), gateway="test", by=cast.asha, now=now)
    pay(page.url, now=now)
    assert plan_of(cast).status == Status.ACTIVE
    return cast


def close(cast: Cast, *, now: dt.datetime) -> None:
    with tenancy.of_member(cast.asha):
        organizations.close(cast.kesar, by=cast.asha, now=now)


def payments(cast: Cast) -> int:
    with tenancy.operator():
        return Payment.objects.filter(organization=cast.kesar, status="success").count()


def at_the_gateway(cast: Cast) -> str:
    with tenancy.operator():
        return str(SandboxObject.objects.get(name=plan_of(cast).gateway_subscription_id).state)


def test_a_deleted_organisation_is_charged_for_no_further_period(paid: Cast) -> None:
    now = timezone.now()
    close(paid, now=now)
    assert leaving.end_deleted(now=now) == 1
    assert leaving.end_deleted(now=now) == 0
    assert plan_of(paid).cancel_at_period_end
    pass_time(plan_of(paid).current_period_end + DAY)
    assert (plan_of(paid).status, payments(paid)) == (Status.CANCELED, 1)


def test_who_opens_it_again_finds_the_plan_ending_and_keeps_it(paid: Cast) -> None:
    now = timezone.now()
    close(paid, now=now)
    leaving.end_deleted(now=now)
    organizations.reopen(paid.kesar, by=paid.asha.user, now=now)
    paying.resume(plan_of(paid), by=paid.asha, now=now)
    pass_time(plan_of(paid).current_period_end + DAY)
    assert (plan_of(paid).status, payments(paid)) == (Status.ACTIVE, 2)


def test_who_opens_it_again_and_keeps_the_plan_has_the_step_down_that_was_noted(paid: Cast) -> None:
    now = timezone.now()
    paying.downgrade(plan_of(paid), price("creator"), keeps={}, by=paid.asha, now=now)
    close(paid, now=now)
    leaving.end_deleted(now=now)
    organizations.reopen(paid.kesar, by=paid.asha.user, now=now)
    paying.resume(plan_of(paid), by=paid.asha, now=now)
    pass_time(plan_of(paid).current_period_end + DAY)
    row = plan_of(paid)
    assert (row.status, row.version.plan.key, payments(paid)) == (Status.ACTIVE, "creator", 2)


def alone(cast: Cast) -> None:
    """Nobody but Asha works at Kesar."""
    with tenancy.operator():
        Membership.objects.filter(organization=cast.kesar).exclude(user=cast.asha.user).delete()


def test_an_organisation_whose_owner_deleted_the_account_is_charged_for_no_further_period(paid: Cast) -> None:
    now = timezone.now()
    alone(paid)
    people.leave(paid.asha.user, now=now)
    assert leaving.end_deleted(now=now) == 1
    assert leaving.end_deleted(now=now) == 0
    assert plan_of(paid).cancel_at_period_end
    pass_time(plan_of(paid).current_period_end + DAY)
    assert (plan_of(paid).status, payments(paid)) == (Status.CANCELED, 1)


def test_an_owner_who_comes_back_finds_the_plan_ending_and_keeps_it(paid: Cast) -> None:
    now = timezone.now()
    alone(paid)
    people.leave(paid.asha.user, now=now)
    leaving.end_deleted(now=now)
    assert people.come_back(paid.asha.user, now=now)
    assert leaving.end_deleted(now=now) == 0
    paying.resume(plan_of(paid), by=paid.asha, now=now)
    assert leaving.end_deleted(now=now) == 0
    pass_time(plan_of(paid).current_period_end + DAY)
    assert (plan_of(paid).status, payments(paid)) == (Status.ACTIVE, 2)


def test_an_erased_organisation_is_charged_no_more_and_its_letters_are_forgotten(paid: Cast) -> None:
    with tenancy.operator():
        assert GatewayEvent.objects.filter(matched_organization=paid.kesar).exists()
    organization_ending.send(sender=None, organization_id=paid.kesar.pk)
    with tenancy.operator():
        assert not GatewayEvent.objects.filter(matched_organization=paid.kesar).exists()
    assert plan_of(paid).status == Status.CANCELED
    pass_time(timezone.now())
    pass_time(timezone.now() + 40 * DAY)
    assert (plan_of(paid).status, payments(paid)) == (Status.CANCELED, 1)
    assert at_the_gateway(paid) in {"canceled", "cancelled", "ended"}


def test_what_a_gateway_tells_of_the_erased_later_does_not_stay(paid: Cast) -> None:
    now = timezone.now()
    with tenancy.operator():
        kept = GatewayEvent.objects.filter(matched_organization=paid.kesar).count()
    assert kept
    assert events.forget(now=now) == 0
    close(paid, now=now)
    assert events.forget(now=now) == 0
    with tenancy.operator():
        type(paid.kesar).objects.filter(pk=paid.kesar.pk).update(erase_after=None)
    assert events.forget(now=now) == kept


def test_a_plan_that_cannot_be_ended_keeps_no_other_from_ending_at_its_gateway(paid: Cast) -> None:
    now = timezone.now()
    page = paying.upgrade(plan_of(paid), price("agency"), gateway="test", by=paid.asha, now=now)
    pay(page.url, now=now)
    trials.begin(paid.lisbon.pk, now=now)
    with tenancy.operator():
        page.refresh_from_db()
        del page.told["replaces"]["ended_at"]  # as if nobody had come by yet
        page.save()
        Organization.objects.filter(pk=paid.lisbon.pk).update(deleted_at=now)
    with breaking(signals.held, paid.lisbon), pytest.raises(ExceptionGroup):
        tasks.end_at_gateways()
    with tenancy.operator():
        page.refresh_from_db()
    assert page.told["replaces"]["ended_at"]
