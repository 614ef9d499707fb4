"""Limits of a plan: exact for whoever asks at once, told at 80 and 100 per cent, and everywhere they bite."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import redis
from django.conf import settings as configured
from django.db import connections, transaction
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts import tenancy
from accounts.models import ClientAccount, Membership, Notification, Organization
from accounts.services import clients
from billing import ledger, limits, metering
from billing.models import PlanVersion, Subscription, UsageMark, UsagePeriod
from tests.billing.living import T0, subscribe
from tests.cast import Cast, gather
from trenddrop.core import limits as asked
from trenddrop.core.limits import LimitReached
from trenddrop.core.rates import connection as to_redis

AT_ONCE, TASKS = 12, 100


@pytest.fixture(autouse=True)
def sold(settings: Any) -> Iterator[None]:
    settings.BILLING_ENABLED = True
    yield
    server = to_redis(configured.REDIS_URL)
    for key in server.scan_iter(f"{configured.REDIS_PREFIX}:calls:*"):
        server.delete(key)


def used(organization: Organization, meter: str) -> int:
    with tenancy.of_organization(organization.pk):
        return sum(UsagePeriod.objects.filter(organization=organization).values_list(meter, flat=True))


def passed(do: Callable[[int], None]) -> int:
    """Do it a hundred times, many at once; return how often it was allowed."""

    def one(turn: int) -> bool:
        try:
            do(turn)
        except LimitReached:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(pool.map(one, range(TASKS)))


@pytest.mark.django_db(transaction=True)
def test_of_a_hundred_at_one_below_a_limit_exactly_one_passes() -> None:
    cast = gather()
    now = timezone.now()
    subscribe(cast.kesar, now, uploads=6, clients=3, ai_credits=5, api_calls=7)
    key = cast.kesar.pk
    for _turn in range(5):
        asked.require(key, "uploads")
    assert passed(lambda _turn: asked.require(key, "uploads")) == 1
    assert used(cast.kesar, "uploads") == 6

    def add_client(turn: int) -> None:
        with tenancy.of_member(cast.asha):
            clients.add(ClientAccount(name=f"Client {turn}"), by=cast.asha)

    assert passed(add_client) == 1  # two are there
    ledger.spend(key, 4, reason="a job", reference="first", by=None, now=now)
    spent = passed(lambda turn: ledger.spend(key, 1, reason="a job", reference=str(turn), by=None, now=now))
    assert (spent, ledger.available(key, now=now)) == (1, 0)
    for _turn in range(6):
        asked.require(key, "api_calls")
    assert passed(lambda _turn: asked.require(key, "api_calls")) == 1
    limits.keep_calls(now=now)
    assert used(cast.kesar, "api_calls") == 7


def test_a_warning_is_given_once_at_80_and_once_at_100_percent(cast: Cast) -> None:
    subscribe(cast.kesar, timezone.now(), uploads=10)
    for _turn in range(10):
        asked.require(cast.kesar.pk, "uploads")
    with pytest.raises(LimitReached, match="10 uploads a month"):
        asked.require(cast.kesar.pk, "uploads")
    with tenancy.operator():
        assert list(UsageMark.objects.order_by("percent").values_list("percent", "used")) == [(80, 8), (100, 10)]
        assert Notification.objects.filter(user=cast.asha.user, kind="plan").count() == 2
        assert not Notification.objects.filter(user=cast.ben.user, kind="plan").exists()


def test_a_soft_limit_warns_and_lets_through(cast: Cast) -> None:
    subscribe(cast.kesar, timezone.now(), uploads=-2)
    for _turn in range(4):
        asked.require(cast.kesar.pk, "uploads")
    assert used(cast.kesar, "uploads") == 4
    with tenancy.operator():
        assert UsageMark.objects.count() == 2


def test_what_was_rolled_back_was_not_used(cast: Cast) -> None:
    subscribe(cast.kesar, timezone.now(), uploads=1)
    with tenancy.of_member(cast.asha):
        asked.require(cast.kesar.pk, "uploads")
        transaction.set_rollback(True)
    asked.require(cast.kesar.pk, "uploads")


def test_a_clients_member_asks_for_the_whole_organisation(cast: Cast) -> None:
    subscribe(cast.kesar, timezone.now(), uploads=1)
    with tenancy.of_member(cast.esha):
        asked.require(cast.kesar.pk, "uploads")
        assert tenancy.current().client_id == cast.client.pk
        with pytest.raises(LimitReached):
            asked.require(cast.kesar.pk, "uploads")


def test_asking_takes_nothing(cast: Cast) -> None:
    subscribe(cast.kesar, timezone.now(), uploads=1)
    for _turn in range(3):
        asked.ask(cast.kesar.pk, "uploads")
    with pytest.raises(LimitReached):
        asked.ask(cast.kesar.pk, "uploads", amount=2)
    assert used(cast.kesar, "uploads") == 0


def test_members_of_clients_take_no_place(cast: Cast) -> None:
    subscribe(cast.kesar, timezone.now(), members=4)
    asked.require(cast.kesar.pk, "members")  # Asha, Ben and Chitra are three
    with tenancy.operator():
        Membership.objects.filter(pk=cast.esha.pk).update(role="creator", client=None)
    with pytest.raises(LimitReached, match="4 members"):
        asked.require(cast.kesar.pk, "members")


def test_premium_templates_come_with_plans_that_name_them(cast: Cast) -> None:
    row = subscribe(cast.kesar, timezone.now())
    with pytest.raises(LimitReached):
        asked.require(cast.kesar.pk, "premium_templates")
    with tenancy.of_organization(cast.kesar.pk):
        version = PlanVersion.objects.create(
            plan_id=row.version.plan_id, number=99, features=["premium_templates"], sold_from=T0
        )
        Subscription.objects.filter(pk=row.pk).update(version=version)
    asked.require(cast.kesar.pk, "premium_templates")


@pytest.mark.parametrize("meter", ["uploads", "clients", "connections", "storage_bytes", "ai_credits"])
def test_nothing_is_added_while_a_payment_is_overdue_or_after_the_end(cast: Cast, meter: str) -> None:
    row = subscribe(cast.kesar, timezone.now(), uploads=None, api_calls=5, ai_credits=10)
    asked.require(cast.kesar.pk, meter)
    with tenancy.of_organization(cast.kesar.pk):
        Subscription.objects.filter(pk=row.pk).update(status="past_due", past_due_since=T0, held_at=T0)
    with pytest.raises(LimitReached, match="payment is due"):
        asked.require(cast.kesar.pk, meter)
    asked.require(cast.kesar.pk, "api_calls")
    with tenancy.of_organization(cast.kesar.pk):
        Subscription.objects.filter(pk=row.pk).update(status="canceled")
    with pytest.raises(LimitReached, match="has ended"):
        asked.require(cast.kesar.pk, meter)


def test_while_billing_is_off_all_is_counted_and_nothing_refused(cast: Cast, settings: Any) -> None:
    settings.BILLING_ENABLED = False
    for meter in (*metering.METERS, "premium_templates", "something_new"):
        asked.require(cast.kesar.pk, meter, amount=10**6)
    assert used(cast.kesar, "uploads") == 10**6
    limits.keep_calls(now=timezone.now())
    assert used(cast.kesar, "api_calls") == 10**6


def test_a_call_of_the_api_costs_no_question_to_the_database(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    subscribe(cast.kesar, timezone.now(), api_calls=100)
    asked.require(cast.kesar.pk, "api_calls")
    with django_assert_num_queries(0):
        asked.require(cast.kesar.pk, "api_calls")


def test_another_plan_is_known_to_the_api_at_once(cast: Cast) -> None:
    row = subscribe(cast.kesar, timezone.now(), api_calls=1)
    asked.require(cast.kesar.pk, "api_calls")
    with pytest.raises(LimitReached):
        asked.require(cast.kesar.pk, "api_calls")
    with tenancy.of_organization(cast.kesar.pk):
        version = PlanVersion.objects.create(plan_id=row.version.plan_id, number=99, limits={}, sold_from=T0)
        Subscription.objects.filter(pk=row.pk).update(version=version)
    limits.forget(cast.kesar.pk)
    asked.require(cast.kesar.pk, "api_calls")


def test_without_redis_calls_are_counted_in_the_database(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribe(cast.kesar, timezone.now(), api_calls=2)
    away = redis.Redis(port=1, socket_connect_timeout=0.05)
    monkeypatch.setattr(limits, "_scripts", lambda _url: tuple(away.register_script(text) for text in ("a", "b")))
    for _turn in range(2):
        asked.require(cast.kesar.pk, "api_calls")
    with pytest.raises(LimitReached):
        asked.require(cast.kesar.pk, "api_calls")


def test_a_limit_costs_three_statements_and_no_more_with_use(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    subscribe(cast.kesar, timezone.now(), uploads=10**6, clients=50)
    with tenancy.of_member(cast.asha):
        asked.require(cast.kesar.pk, "uploads")
        with django_assert_num_queries(2):
            asked.require(cast.kesar.pk, "uploads")
        with django_assert_num_queries(3):
            asked.require(cast.kesar.pk, "clients")
