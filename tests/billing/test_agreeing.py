"""Steps down: told to the gateway, by the page or by whoever comes after one that died; or with a new mandate."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from accounts import tenancy
from accounts.models import AuditEntry
from billing.models import BillingDetails, Payment, SubscriptionChange
from billing.services import agreeing, paying, subscribing
from tests.billing.collection.conftest import house, sandbox  # noqa: F401 (fixtures)
from tests.billing.collection.house import House, house_at
from tests.billing.living import DAY
from tests.billing.paying import DETAILS, owner
from tests.billing.test_billing_api import sent
from tests.world_of_billing import sold

LATER = dt.timedelta(minutes=6)


def bought(house: House) -> None:  # noqa: F811
    """Kesar pays for Pro, and is heard."""
    _row, page = house.begin()
    house.bench.server.pay(page.id)
    house.tell(*house.bench.server.deliveries())
    house.apply()


def smaller(house: House) -> Any:  # noqa: F811
    found = sold("creator-month", amount="499.00", rank=1)
    if house.currency == "INR":
        return found
    return type(found).objects.create(
        version=found.version, currency=house.currency, interval="month", amount=Decimal("9.00")
    )


def noted(house: House) -> SubscriptionChange:  # noqa: F811
    """A step down in our books, of which no gateway knows: its worker died."""
    row = house.subscription()
    with tenancy.of_member(house.cast.asha):
        return subscribing.downgrade(row, smaller(house), by=house.cast.asha, now=house.clock())


def test_a_step_down_that_no_gateway_heard_of_is_told_by_the_next_pass(house: House) -> None:  # noqa: F811
    bought(house)
    change = noted(house)
    assert agreeing.agree_due(now=house.clock()) == 0  # whoever noted it may still be at it
    told = agreeing.agree_due(now=change.created_at + LATER)
    with tenancy.of_organization(house.cast.kesar.pk):
        change.refresh_from_db()
    is_told = house.gateway.key in {"stripe", "paypal"}
    assert (told, change.agreed_at is not None) == (int(is_told), is_told)
    assert agreeing.agree_due(now=change.created_at + LATER) == 0


@pytest.mark.parametrize("key", ["razorpay", "cashfree"])
def test_where_only_a_new_mandate_will_do_the_page_leads_to_it(key: str, cast: Any, settings: Any) -> None:
    cast.asha.user.phone = "+919812345678"
    cast.asha.user.save()
    with tenancy.operator():
        BillingDetails.objects.create(organization=cast.kesar, **DETAILS)
    with house_at(key, cast, settings) as house:  # noqa: F811
        bought(house)
        price, web = smaller(house), owner(cast)
        review = f"{reverse('plan_review')}?plan={price.version.plan.key}&per=month&currency=INR"
        answer = web.post(review)
        assert answer.status_code == 302
        assert not answer["Location"].startswith("/")
        page = web.get(reverse("billing_plan")).content.decode()
        assert "Give the new mandate" in page
        with tenancy.of_organization(cast.kesar.pk):
            change = SubscriptionChange.objects.get(status="scheduled")
            opened = change.subscription.checkouts.get(purpose="method")
        assert (opened.change_id, opened.amount, change.agreed_at) == (change.pk, price.amount, None)
        seen = len(house.bench.server.told)
        house.bench.server.pay(opened.gateway_session_id)
        house.tell(*house.bench.server.deliveries()[seen:])
        house.apply()
        with tenancy.of_organization(cast.kesar.pk):
            change.refresh_from_db()
        assert change.agreed_at is not None
        assert "Give the new mandate" not in web.get(reverse("billing_plan")).content.decode()
        assert house.subscription().gateway_subscription_id == opened_at(opened)


def test_at_paypal_the_payer_agrees_to_the_smaller_sum_and_to_the_former_one(cast: Any, settings: Any) -> None:
    abroad = {"kind": "person", "name": "Asha Menon", "line1": "Rua Augusta 1", "city": "Lisboa", "country": "PT"}
    with tenancy.operator():
        BillingDetails.objects.create(organization=cast.kesar, **abroad, postal_code="1100-048", currency="USD")
    with house_at("paypal", cast, settings) as house:  # noqa: F811
        bought(house)
        price, row = smaller(house), house.subscription()
        down = paying.downgrade(row, price, keeps={}, by=cast.asha, now=house.clock())
        with tenancy.of_organization(cast.kesar.pk):
            change = SubscriptionChange.objects.select_related("subscription__price").get(status="scheduled")
        back = paying.undo(change, by=cast.asha, now=house.clock())
        assert "/revise/" in down
        assert "/revise/" in back


def test_a_program_is_told_where_the_payer_agrees(cast: Any, settings: Any) -> None:
    abroad = {"kind": "person", "name": "Asha Menon", "line1": "Rua Augusta 1", "city": "Lisboa", "country": "PT"}
    with tenancy.operator():
        BillingDetails.objects.create(organization=cast.kesar, **abroad, postal_code="1100-048", currency="USD")
    with house_at("paypal", cast, settings) as house:  # noqa: F811
        bought(house)
        wish = {"plan": smaller(house).version.plan.key, "currency": "USD"}
        told = [sent(owner(cast), "subscription/downgrade", **wish), sent(owner(cast), "subscription/undo")]
        assert [answer.status_code for answer in told] == [201, 200]
        assert ["/revise/" in answer.json()["url"] for answer in told] == [True, True]
        assert told[1].json()["coming"] is None


def opened_at(checkout: Any) -> str:
    with tenancy.of_organization(checkout.organization_id):
        checkout.refresh_from_db()
    return str(checkout.gateway_subscription_id)


def test_a_renewal_that_is_not_its_price_with_tax_is_told_to_operators(house: House) -> None:  # noqa: F811
    bought(house)
    page = house.opened[0]
    name = page.gateway_subscription_id or house.subscription().gateway_subscription_id
    house.clock.go(30 * DAY)
    seen = len(house.bench.server.told)
    house.bench.server.renew(name)
    house.tell(*house.bench.server.deliveries()[seen:])
    house.apply()
    with tenancy.of_organization(house.cast.kesar.pk):
        renewal = Payment.objects.get(purpose="renewal")
        assert renewal.price == house.price
    with tenancy.operator():
        strange = AuditEntry.objects.filter(action="payment.strange")
        assert strange.count() == 1  # nobody named a seller with a GSTIN here: the price was due, with tax it came
