"""Recurring revenue: what stands, how it moved, what was lost; the movements and the sum always agree."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import tenancy
from accounts.models import User
from accounts.services import organizations
from billing.models import Payment, Subscription, SubscriptionChange
from billing.queries import revenue
from tests.cast import Cast, person
from tests.world_of_billing import paid, sold, subscribed

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
Change = SubscriptionChange


def moved(row: Subscription, kind: str, at: dt.datetime, before: str, after: str) -> None:
    Change.objects.create(
        organization_id=row.organization_id, subscription=row, kind=kind, at=at,
        mrr_before=Decimal(before), mrr_after=Decimal(after),
    )  # fmt: skip


@pytest.fixture
def books(cast: Cast) -> Any:
    """Kesar grew from 2,999 to 7,999 in November; Lisbon left in November; somebody pays by the year."""
    with tenancy.operator():
        kesar = subscribed(cast.kesar, sold(), now=NOW)
        moved(kesar, "start", dt.datetime(2026, 9, 10, tzinfo=dt.UTC), "0", "2999")
        moved(kesar, "upgrade", dt.datetime(2026, 11, 2, tzinfo=dt.UTC), "2999", "7999")
        lisbon = subscribed(cast.lisbon, sold("small", amount="999.00", rank=1), now=NOW)
        moved(lisbon, "start", dt.datetime(2026, 10, 3, tzinfo=dt.UTC), "0", "999")
        moved(lisbon, "end", dt.datetime(2026, 11, 5, tzinfo=dt.UTC), "999", "0")
        Subscription.objects.filter(pk=lisbon.pk).update(status="expired", ended_at=NOW)
        yearly = organizations.create(name="Yearly", owner=person("Yu", "yu@yearly.example")).organization
        row = subscribed(yearly, sold("small"), now=NOW)
        Subscription.objects.filter(pk=row.pk).update(interval="year", amount=Decimal("9990.00"), gateway="stripe")
        moved(row, "start", dt.datetime(2026, 11, 9, tzinfo=dt.UTC), "0", "832.50")
        yield


def test_what_recurs_stands_by_plan_and_gateway_and_a_year_counts_a_twelfth(books: None) -> None:
    found = {(row.plan, row.gateway): (row.customers, row.monthly) for row in revenue.standing()}
    assert found == {
        ("World-Plan", "test"): (1, Decimal("7999.00")),
        ("Small", "stripe"): (1, Decimal("832.50")),
    }


def test_movements_lead_from_month_to_month_without_a_gap(books: None) -> None:
    november, october, september = revenue.movements(months=3, now=NOW)
    assert (november.end, november.start) == (Decimal("8831.50"), Decimal(3998))
    assert (november.new, november.more, november.less, november.lost) == (
        Decimal("832.50"), Decimal(5000), Decimal(0), Decimal(999),
    )  # fmt: skip
    assert (october.end, october.start, october.new) == (november.start, Decimal(2999), Decimal(999))
    assert (september.end, september.start, september.new) == (october.start, Decimal(0), Decimal(2999))
    assert [each.customers_start for each in (november, october, september)] == [2, 1, 0]


def test_churn_is_what_was_lost_of_what_stood_at_the_months_start(books: None) -> None:
    november, _october, september = revenue.movements(months=3, now=NOW)
    assert november.churn == Decimal(999) / Decimal(3998)
    assert november.customer_churn == Decimal("0.5")
    assert (september.churn, september.customer_churn) == (None, None)


def test_a_month_begins_at_midnight_in_india(cast: Cast) -> None:
    with tenancy.operator():
        row = subscribed(cast.kesar, sold(), now=NOW)
        moved(row, "start", dt.datetime(2026, 10, 31, 18, 30, tzinfo=dt.UTC), "0", "7999")  # 1 November, 00:00 IST
        november, october = revenue.movements(months=2, now=NOW)
    assert (november.new, october.new) == (Decimal(7999), Decimal(0))


def test_money_is_told_by_month_and_never_added_over_currencies(cast: Cast) -> None:
    with tenancy.operator():
        row = subscribed(cast.kesar, sold(), now=NOW)
        paid(row, now=NOW)
        Payment.objects.filter(pk=paid(row, now=NOW, total="10.00").pk).update(currency="USD")
        found = {(each.currency, each.came, each.payments) for each in revenue.taken(months=1, now=NOW)}
    assert found == {("INR", Decimal("9438.82"), 1), ("USD", Decimal("10.00"), 1)}


def test_operators_read_it_in_the_admin_in_a_few_questions(
    books: None, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    User.objects.filter(pk=cast.dev.user_id).update(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(User.objects.get(pk=cast.dev.user_id))
    with django_assert_max_num_queries(25):
        page = client.get(reverse("admin:billing_subscription_revenue"))
    assert page.status_code == 200
    assert "₹8,831.50" in page.content.decode()
