"""Plans by agreement: an operator writes one down, it is paid outside of here, and ends on the day that was agreed."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from accounts import audit, mailing, tenancy
from accounts.models import AuditEntry, Notification, Organization, User
from billing import ledger, metering, periods, signals
from billing.life import clock
from billing.models import Checkout, CreditGrant, DunningStep, Payment, PlanVersion, Subscription, SubscriptionChange
from billing.services import agreements, leaving, subscribing
from billing.services.agreements import CannotAgree
from tests.billing import paying
from tests.billing.agreeing import (
    REASON,
    agreed,
    bought,
    desk,
    may_agree,
    of,
    own,
    page_to_pay,
    sentence,
    tick,
    told,
    web,
)
from tests.billing.paying import DAY
from tests.cast import Cast

Status = Subscription.Status


@pytest.fixture
def shop(cast: Cast, settings: Any) -> Cast:
    """Billing is on, and Kesar tries a plan; nobody else has one."""
    paying.on_sale(cast, settings)
    return cast


# Written down


def test_an_agreement_takes_the_place_of_a_trial_and_lifts_its_limits(shop: Cast) -> None:
    now = timezone.now()
    row = agreed(shop.kesar, now=now, until=periods.day_of(now + 400 * DAY))
    found = of(shop.kesar)
    assert (found.pk, found.status, found.version.plan.key) == (row.pk, Status.ACTIVE, "enterprise")
    assert (found.price, found.gateway, found.amount, found.agreement) == (None, "", 0, "TD-2026-07")
    with tenancy.of_organization(shop.kesar.pk):
        assert metering.entitlement_of(shop.kesar.pk, now=now).limit("uploads").most is None
        line = SubscriptionChange.objects.get(kind="agreed")
    assert (line.by, line.reason, line.mrr_after) == (may_agree(), REASON, 0)
    clock.tick(now=now + 20 * DAY)
    assert of(shop.kesar).status == Status.ACTIVE, "no trial ends it"


def test_who_had_no_plan_gets_one_and_held_posts_go_on(shop: Cast) -> None:
    now = timezone.now()
    clock.tick(now=now)
    clock.tick(now=now + 20 * DAY)
    assert of(shop.lisbon).status == Status.EXPIRED
    heard: list[Any] = []

    def hear(organization_id: Any, **_more: Any) -> None:
        heard.append(organization_id)

    signals.released.connect(hear)
    try:
        agreed(shop.lisbon, now=now + 20 * DAY)
    finally:
        signals.released.disconnect(hear)
    assert heard == [shop.lisbon.pk]
    with tenancy.operator():
        assert Subscription.objects.filter(organization=shop.lisbon).count() == 2


def test_the_owner_is_told_in_their_language_and_the_log_says_who_and_why(shop: Cast) -> None:
    User.objects.filter(pk=shop.asha.user_id).update(language="hi")
    agreed(shop.kesar, until=dt.date(2099, 3, 31))
    hindi, english = told(shop.asha.user), told(shop.ben.user)
    assert len(hindi) == 1
    assert "Enterprise" in hindi[0]
    assert "31 मार्च 2099" in hindi[0]
    assert "yours" not in hindi[0]
    assert "Mar" not in hindi[0]
    assert english == [], "Ben does not manage the plan"
    said = sentence(shop.kesar, "subscription.agreed")
    assert said == (
        "Gauri Staff, an operator, put the organisation on Enterprise by agreement TD-2026-07: signed on paper"
    )
    with tenancy.operator():
        assert audit.first_fault(shop.kesar.pk) is None


def test_an_agreement_is_changed_in_its_own_row_and_keeps_its_period(shop: Cast) -> None:
    now = timezone.now()
    first = agreed(shop.kesar, now=now, until=periods.day_of(now + 400 * DAY))
    again = agreed(shop.kesar, now=now + DAY, version=own(uploads=7), interval="year", contract="TD-2027-01")
    assert again.pk == first.pk
    found = of(shop.kesar)
    assert (found.current_period_start, found.interval) == (first.current_period_start, "year")
    assert (found.agreed_until, found.agreement) == (None, "TD-2027-01")
    assert found.agreed_at == first.agreed_at
    with tenancy.of_organization(shop.kesar.pk):
        assert metering.entitlement_of(shop.kesar.pk, now=now + DAY).limit("uploads").most == 7
    assert "changed the agreement TD-2027-01 on Enterprise: signed" in sentence(
        shop.kesar, "subscription.agreement_changed"
    )
    assert [each.partition(" | ")[0] for each in told(shop.asha.user)] == [
        "Enterprise is yours by agreement", "The agreement on Enterprise was changed",
    ]  # fmt: skip


def test_an_operator_ends_an_agreement_at_once_and_only_an_agreement(shop: Cast) -> None:
    with pytest.raises(CannotAgree, match="no agreement to end"):
        agreements.end(of(shop.kesar), reason=REASON, by=may_agree(), now=timezone.now())
    row = agreed(shop.kesar)
    agreements.end(row, reason="they left", by=may_agree(), now=timezone.now())
    found = of(shop.kesar)
    assert (found.status, found.cancel_reason) == (Status.CANCELED, "they left")
    with tenancy.of_organization(shop.kesar.pk):
        assert metering.entitlement_of(shop.kesar.pk, now=timezone.now()).is_ended
    assert sentence(shop.kesar, "subscription.agreement_ended").endswith("TD-2026-07 on Enterprise: they left")
    assert told(shop.asha.user)[-1].startswith("The agreement on Enterprise has ended | ")
    with pytest.raises(CannotAgree):
        agreements.end(row, reason=REASON, by=may_agree(), now=timezone.now())


# Refused


def test_a_plan_that_a_gateway_renews_is_refused_with_what_to_do_first(shop: Cast) -> None:
    row = bought(shop)
    with pytest.raises(CannotAgree, match=r"Agency was bought, and .* Have the organisation’s owner end it"):
        agreed(shop.kesar)
    assert of(shop.kesar) == row
    assert of(shop.kesar).is_by_agreement is False


def test_a_plan_that_its_owner_ended_gives_way_without_a_gap_and_is_ended_at_its_gateway(shop: Cast) -> None:
    old = bought(shop)
    paying.owner(shop).post(reverse("plan_cancel"), {"reason": ""})
    now = timezone.now() + DAY
    new = agreed(shop.kesar, now=now)
    with tenancy.operator():
        old.refresh_from_db()
    assert new.pk != old.pk
    assert (old.status, old.ended_at) == (Status.CANCELED, now)
    paying.pass_time(now + 40 * DAY)
    with tenancy.operator():
        assert Payment.objects.filter(organization=shop.kesar).count() == 1, "nothing more is charged"
    assert of(shop.kesar).status == Status.ACTIVE


def test_what_is_paid_on_a_page_that_stood_open_buys_nothing(shop: Cast) -> None:
    page = page_to_pay(shop.asha, "creator")
    row = agreed(shop.kesar)
    with tenancy.operator():
        assert Checkout.objects.get().status == "expired"
    paying.pay(page)
    found = of(shop.kesar)
    assert (found.pk, found.version.plan.key, found.gateway, found.renewal) == (row.pk, "enterprise", "", "none")
    with tenancy.operator():
        assert Payment.objects.get().failure_reason == "the plan is by agreement; give it back"


@pytest.mark.parametrize("why", ["off", "deleted", "unknown", "not yet", "over"])
def test_what_cannot_be_agreed_on_is_refused_and_says_why(shop: Cast, settings: Any, why: str) -> None:
    now, version, until = timezone.now(), own(), None
    if why == "off":
        settings.BILLING_ENABLED, words = False, "Billing is off here"
    elif why == "deleted":
        with tenancy.operator():
            Organization.objects.filter(pk=shop.kesar.pk).update(deleted_at=now)
        words = "was deleted"
    elif why == "unknown":
        version, words = PlanVersion(plan=version.plan, number=9, sold_from=now), "is not sold here"
    elif why == "not yet":
        version = PlanVersion.objects.create(plan=version.plan, number=9, sold_from=now + DAY)
        words = "or not yet"
    else:
        until, words = periods.day_of(now) - DAY, "over already"
    with pytest.raises(CannotAgree, match=words):
        agreed(shop.kesar, now=now, version=version, until=until)
    assert of(shop.kesar).status == Status.TRIAL
    with tenancy.operator():
        assert not AuditEntry.objects.filter(action="subscription.agreed").exists()


def test_a_last_day_of_today_is_no_day_of_the_past(shop: Cast) -> None:
    now = timezone.now()
    agreed(shop.kesar, now=now, until=periods.day_of(now))
    clock.tick(now=now)
    assert of(shop.kesar).status == Status.ACTIVE


# The clock


def test_months_roll_with_their_credits_and_nobody_is_asked_for_a_payment(shop: Cast) -> None:
    start = periods.midnight(dt.date(2099, 1, 31)) + dt.timedelta(hours=9)
    row = agreed(shop.kesar, now=start, version=own(ai_credits=500, uploads=5))
    ends = [row.current_period_end]
    tick(start)
    for day in (dt.date(2099, 2, 28), dt.date(2099, 3, 31)):
        tick(periods.midnight(day) + dt.timedelta(hours=12))
        ends.append(of(shop.kesar).current_period_end)
        with tenancy.of_organization(shop.kesar.pk):
            now = periods.midnight(day) + dt.timedelta(hours=12)
            assert ledger.balance(shop.kesar.pk) == 500, "what was left of the month before has ended"
            assert metering.used_of(metering.entitlement_of(shop.kesar.pk, now=now), "uploads") == 0
    assert [periods.day_of(each) for each in ends] == [dt.date(2099, 2, 28), dt.date(2099, 3, 31), dt.date(2099, 4, 30)]
    assert of(shop.kesar).status == Status.ACTIVE
    with tenancy.operator():
        assert CreditGrant.objects.filter(organization=shop.kesar, source="plan").count() == 3
        assert not DunningStep.objects.filter(organization=shop.kesar).exists()
        assert not Notification.objects.filter(organization=shop.kesar, kind="payment_failed").exists()
        assert not Notification.objects.filter(organization=shop.kesar, title__startswith="Confirm").exists()


def test_a_yearly_agreement_counts_its_allowances_by_the_month(shop: Cast) -> None:
    start = periods.midnight(dt.date(2099, 1, 10))
    agreed(shop.kesar, now=start, version=own(ai_credits=500), interval="year")
    for month in (1, 2, 3):
        tick(periods.midnight(dt.date(2099, month, 11)))
    assert periods.day_of(of(shop.kesar).current_period_end) == dt.date(2100, 1, 10)
    with tenancy.operator():
        assert CreditGrant.objects.filter(organization=shop.kesar, source="plan").count() == 3


def test_owner_and_operators_are_told_once_two_weeks_ahead_and_then_it_ends(shop: Cast) -> None:
    start = periods.midnight(dt.date(2099, 1, 10))
    other = desk("view_subscription", email="hari@staff.example")
    agreed(shop.kesar, now=start, until=dt.date(2099, 3, 31))
    with tenancy.operator():
        Notification.objects.all().delete()
    tick(periods.midnight(dt.date(2099, 3, 16)))
    assert told(shop.asha.user) == []
    tick(periods.midnight(dt.date(2099, 3, 18)))
    tick(periods.midnight(dt.date(2099, 3, 30)))
    assert [each.partition(" | ")[0] for each in told(shop.asha.user)] == [
        "The agreement on Enterprise ends on 31 Mar 2099"
    ]
    assert [each.partition(" | ")[0] for each in told(may_agree(), in_app=False, mail_wanted=True)] == [
        "The agreement with Kesar Naturals on Enterprise ends on 31 Mar 2099"
    ]
    assert told(other) == [], "who cannot renew it is not asked to"
    tick(periods.midnight(dt.date(2099, 3, 31)) + dt.timedelta(hours=23))
    assert of(shop.kesar).status == Status.ACTIVE, "its last day is a whole one"
    tick(periods.midnight(dt.date(2099, 4, 1)) + dt.timedelta(hours=1))
    found = of(shop.kesar)
    assert (found.status, found.ended_at) == (Status.EXPIRED, periods.midnight(dt.date(2099, 4, 1)))
    with tenancy.of_organization(shop.kesar.pk):
        assert metering.entitlement_of(shop.kesar.pk, now=periods.midnight(dt.date(2099, 4, 2))).is_ended
    assert told(shop.asha.user)[-1].startswith("The agreement on Enterprise has ended | ")
    assert not [each for each in told(shop.asha.user) if "trial" in each.lower()]


def test_operators_get_their_mail_with_the_way_to_the_agreement(shop: Cast, mailoutbox: Any) -> None:
    now = timezone.now()
    row = agreed(shop.kesar, now=now, until=periods.day_of(now + 3 * DAY))
    clock.tick(now=now)
    mailing.send_waiting(now=now + DAY)
    to = [each for each in mailoutbox if each.to == ["gauri@staff.example"]]
    assert len(to) == 1
    assert reverse("admin:billing_subscription_change", args=[row.pk]) in to[0].body


def test_another_last_day_is_told_of_again(shop: Cast) -> None:
    now = timezone.now()
    agreed(shop.kesar, now=now, until=periods.day_of(now + 10 * DAY))
    clock.tick(now=now)
    agreed(shop.kesar, now=now + DAY, until=periods.day_of(now + 375 * DAY))
    assert of(shop.kesar).notice_sent_at is None
    tick(now + 12 * DAY)
    assert of(shop.kesar).status == Status.ACTIVE
    tick(now + 365 * DAY)
    assert len([each for each in told(shop.asha.user) if " ends on " in each]) == 2


def test_a_deleted_organisation_s_agreement_ends_with_its_period_and_may_be_kept(shop: Cast) -> None:
    now = timezone.now()
    agreed(shop.kesar, now=now)
    with tenancy.operator():
        Organization.objects.filter(pk=shop.kesar.pk).update(deleted_at=now)
    assert leaving.end_deleted(now=now) == 1
    assert of(shop.kesar).cancel_at_period_end
    with tenancy.operator():
        Organization.objects.filter(pk=shop.kesar.pk).update(deleted_at=None)
    page = paying.owner(shop).get(reverse("billing_plan")).content.decode()
    assert reverse("plan_resume") in page
    paying.owner(shop).post(reverse("plan_resume"))
    assert of(shop.kesar).cancel_at_period_end is False


# Other organisations


def test_an_agreement_is_of_one_organisation_alone(shop: Cast) -> None:
    clock.tick(now=timezone.now())
    before = of(shop.lisbon)
    row = agreed(shop.kesar)
    assert (of(shop.lisbon).pk, of(shop.lisbon).version_id) == (before.pk, before.version_id)
    assert told(shop.dev.user) == []
    with tenancy.of_member(shop.dev):
        assert not Subscription.objects.visible_to(shop.dev).filter(pk=row.pk).exists()
        assert not Subscription.objects.filter(agreement="TD-2026-07").exists(), "the database keeps it too"
    assert "TD-2026-07" not in web(shop.dev.user).get(reverse("billing_plan")).content.decode()


def test_the_system_itself_may_end_one_with_its_period(shop: Cast) -> None:
    now = timezone.now()
    row = agreed(shop.kesar, now=now)
    with tenancy.of_organization(shop.kesar.pk):
        subscribing.cancel(row, by=None, now=now)
    tick(now + 40 * DAY)
    assert of(shop.kesar).status == Status.CANCELED


def test_the_days_in_a_notice_are_in_the_reader_s_language_whoever_wrote_it(shop: Cast) -> None:
    with translation.override("hi"):
        agreed(shop.kesar, until=dt.date(2099, 3, 31))
    assert told(shop.asha.user)[-1].endswith("It holds until 31 Mar 2099. Invoices come from us, outside of TrendDrop.")
