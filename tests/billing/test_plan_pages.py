"""The pages of the plan, from a trial to a credit note, paid at the test gateway; what people read at each step."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from billing import context
from billing.metering import CREDITS, Entitlement
from billing.models import (
    BillingDetails,
    Checkout,
    CreditNote,
    GatewayEvent,
    Invoice,
    Payment,
    Refund,
    Subscription,
    SubscriptionChange,
)
from billing.screens.usage import Use, meters_of
from billing.services import paying as commands
from publishing.models import PlatformConnection
from tests.billing import paying
from tests.cast import Cast

DAY = dt.timedelta(days=1)
BUY = {"plan": "pro", "per": "month", "currency": "INR", "gateway": "test"}


@pytest.fixture
def shop(cast: Cast, settings: Any) -> Cast:
    paying.on_sale(cast, settings)
    return cast


def read(client: Client, name: str, *keys: Any, **query: str) -> str:
    answer = client.get(reverse(name, args=keys), query)
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


def bought(shop: Cast, *, card: str = "4242", **wish: str) -> Client:
    client = paying.owner(shop)
    answer = client.post(reverse("checkout"), BUY | wish)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    paying.pay(answer["Location"], card=card)
    return client


def later(days: float) -> dt.datetime:
    return timezone.now() + days * DAY


# Looking


def test_anybody_reads_what_is_sold_from_the_table(shop: Cast, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(4):
        page = read(Client(), "pricing")
    assert "₹2,999" in page
    assert "$119" in page
    assert "Start 14 days free" in page
    assert "By agreement" in page


def test_a_trial_says_until_when_it_is_free_and_what_is_used(shop: Cast) -> None:
    page = read(paying.owner(shop), "billing_plan")
    assert "Trial" in page
    assert "free until" in page
    assert "of 1,000" in page
    assert "Choose a plan" in page


def test_while_billing_is_off_the_page_says_so_and_counts(cast: Cast, settings: Any) -> None:
    settings.BILLING_ENABLED = False
    page = read(paying.owner(cast), "billing_plan")
    assert "Billing is off in this installation." in page
    assert "no limit" in page
    assert paying.owner(cast).get(reverse("plan_change")).status_code == 302


@pytest.mark.parametrize(("most", "left", "words"), [(None, -1, ""), (None, 5, "5 left"), (100, -1, "−1 left")])
def test_where_there_is_no_limit_nothing_is_missing(most: int | None, left: int, words: str) -> None:
    now = timezone.now()
    held, use = Entitlement(uuid.uuid4(), now, now + DAY), Use(CREDITS, 1, most, is_hard=False, at_end=0, full_on=None)
    (meter,) = meters_of(held, [use], credits_left=left)
    assert meter.more == (f"{words}, with what was bought" if words else "")


def test_only_those_who_manage_billing_come_in(shop: Cast) -> None:
    client = Client()
    client.force_login(shop.ben.user)
    for name in ("billing_plan", "plan_change", "billing_invoices", "billing_payments", "billing_credits", "checkout"):
        assert client.get(reverse(name)).status_code == 403, name


def test_lists_ask_the_same_however_long_they_are(shop: Cast, django_assert_max_num_queries: Any) -> None:
    client = bought(shop)
    read(client, "billing_plan")
    with django_assert_max_num_queries(30):
        read(client, "billing_plan")
    for name, most in (("billing_invoices", 18), ("billing_payments", 18), ("plan_change", 18)):
        with django_assert_max_num_queries(most):
            read(client, name)


def test_no_tax_is_announced_where_the_seller_takes_none(shop: Cast, settings: Any) -> None:
    client = bought(shop)
    assert "plus 18 % GST" in read(Client(), "pricing")
    assert "a month + GST" in read(client, "billing_plan")
    settings.BILLING_SELLER = settings.BILLING_SELLER | {"gstin": ""}
    for page in (read(Client(), "pricing"), read(client, "plan_change")):
        assert "no tax is added" in page
        assert "% GST" not in page
    assert "+ GST" not in read(client, "billing_plan")


# Buying


def test_the_checkout_shows_the_tax_and_who_may_take_the_money(shop: Cast) -> None:
    page = read(paying.owner(shop), "checkout", plan="agency", per="month")
    assert "₹7,999.00" in page
    assert "CGST 9" in page
    assert "₹9,438.82" in page
    assert "Kesar Naturals Private Limited" in page
    assert "Test gateway" in page


def test_above_fifteen_thousand_rupees_the_renewal_has_to_be_confirmed(shop: Cast) -> None:
    assert "confirm every renewal" in read(paying.owner(shop), "checkout", plan="pro", per="year")


def test_without_billing_details_nothing_is_sold_and_the_page_leads_there(shop: Cast) -> None:
    with tenancy.operator():
        BillingDetails.objects.all().delete()
    client = paying.owner(shop)
    page = read(client, "checkout", plan="pro")
    assert "name and address" in page
    assert reverse("billing_details") in page
    answer = client.post(reverse("checkout"), BUY)
    assert answer.status_code == 422
    with tenancy.operator():
        assert not Checkout.objects.exists()


def test_a_gateway_that_may_not_take_it_is_refused(shop: Cast) -> None:
    with pytest.raises(commands.CannotPay):
        commands.buy(paying.price("pro"), gateway="paypal", by=shop.asha, now=timezone.now())


def test_what_is_not_sold_leads_to_what_is(shop: Cast) -> None:
    answer = paying.owner(shop).get(reverse("checkout"), {"plan": "gold"})
    assert answer["Location"] == reverse("plan_change")


def test_paid_means_a_plan_an_invoice_and_its_file(shop: Cast) -> None:
    client = bought(shop)
    page = read(client, "checkout_state", paying.opened(shop.asha, "buy").pk)
    assert "Paid." in page
    assert "The plan is yours" in page
    with tenancy.operator():
        invoice = Invoice.objects.get()
    assert invoice.number is not None
    assert (invoice.total, invoice.cgst, invoice.sgst) == (Decimal("3538.82"), Decimal("269.91"), Decimal("269.91"))
    assert invoice.number in read(client, "billing_plan")
    paper = read(client, "billing_invoice", invoice.pk)
    assert "Karnataka" in paper
    assert "₹3,538.82" in paper
    file = client.get(reverse("billing_invoice_pdf", args=[invoice.pk]))
    assert (file["Content-Type"], file.content[:5]) == ("application/pdf", b"%PDF-")
    assert invoice.number.encode() in client.get(reverse("billing_invoices"), {"csv": "1"}).content
    assert "Visa •••• 4242" in read(client, "billing_payments")


def test_a_browser_that_comes_back_proves_nothing(shop: Cast) -> None:
    client = paying.owner(shop)
    client.post(reverse("checkout"), BUY)
    row = paying.opened(shop.asha, "buy")
    assert "On its way." in read(client, "checkout_state", row.pk)
    assert "You left before it was paid." in read(client, "checkout_state", row.pk, left="1")
    assert paying.plan_of(shop).status == Subscription.Status.TRIAL


def test_a_declined_card_is_told_with_its_reason_and_nothing_is_sold(shop: Cast) -> None:
    client = bought(shop, card="0002")
    page = read(client, "checkout_state", paying.opened(shop.asha, "buy").pk)
    assert "Not paid." in page
    assert "The bank refused the card." in page
    assert "The bank refused the card." in read(client, "billing_payments")
    assert paying.plan_of(shop).status == Subscription.Status.TRIAL


def test_a_bank_that_asks_is_a_state_with_a_way_on(shop: Cast) -> None:
    client = bought(shop, card="3155")
    page = read(client, "checkout_state", paying.opened(shop.asha, "buy").pk)
    assert "Your bank asks you." in page
    assert "Confirm at the bank" in page


def test_the_second_of_two_tabs_is_led_to_the_first(shop: Cast) -> None:
    first, second = paying.owner(shop), paying.owner(shop)
    first.post(reverse("checkout"), BUY)
    row = paying.opened(shop.asha, "buy")
    answer = second.post(reverse("checkout"), BUY | {"plan": "agency"})
    assert answer["Location"] == reverse("checkout_state", args=[row.pk])
    assert "Begin anew" in read(second, "checkout_state", row.pk)
    second.post(reverse("checkout_drop", args=[row.pk]))
    anew = second.post(reverse("checkout"), BUY | {"plan": "agency"})
    assert "/pay/" in anew["Location"]
    paying.pay(anew["Location"])
    assert paying.plan_of(shop).version.plan.key == "agency"


# Changing


def test_an_upgrade_shows_its_price_before_it_is_paid_and_ends_the_old_one(shop: Cast) -> None:
    client = bought(shop)
    before = paying.plan_of(shop)
    wish = {"plan": "agency", "per": "month", "currency": "INR"}
    page = read(client, "plan_review", **wish)
    assert "To pay now" in page
    assert "Left of Pro" in page
    answer = client.post(f"{reverse('plan_review')}?plan=agency&per=month&currency=INR", {"gateway": "test"})
    paying.pay(answer["Location"])
    after = paying.plan_of(shop)
    assert (after.version.plan.key, after.current_period_end) == ("agency", before.current_period_end)
    assert after.gateway_subscription_id != before.gateway_subscription_id
    checkout = paying.opened(shop.asha, "upgrade")
    assert checkout.told["replaces"]["ended_at"]
    with tenancy.operator():
        assert Invoice.objects.count() == 2


def test_a_downgrade_waits_for_its_day_and_keeps_the_accounts_that_were_chosen(shop: Cast) -> None:
    client = bought(shop, plan="pro")
    with tenancy.operator():
        rows = [
            PlatformConnection.objects.create(
                organization=shop.kesar, platform="mastodon", handle=f"@kesar{number}", account_id=str(number),
                service_url="https://mastodon.example",
            )
            for number in range(7)
        ]  # fmt: skip
    address = f"{reverse('plan_review')}?plan=creator&per=month&currency=INR"
    page = " ".join(client.get(address).content.decode().split())
    assert "Which 5 accounts stay" in page
    assert client.post(address, {"keep": [str(row.pk) for row in rows]}).status_code == 422
    chosen = [str(row.pk) for row in rows[2:]]
    assert client.post(address, {"keep": chosen})["Location"] == reverse("billing_plan")
    told = read(client, "billing_plan")
    assert "the plan is Creator" in told
    assert "5 connected accounts stay" in told
    assert paying.plan_of(shop).version.plan.key == "pro"
    client.post(reverse("plan_change_undo"))
    assert "the plan is Creator" not in read(client, "billing_plan")


def test_the_end_of_a_plan_is_told_and_can_be_taken_back(shop: Cast) -> None:
    client = bought(shop)
    assert "You can keep the plan after all until" in read(client, "plan_cancel")
    client.post(reverse("plan_cancel"), {"reason": "too dear"})
    assert "Ends soon" in read(client, "billing_plan")
    client.post(reverse("plan_resume"))
    paying.pass_time(later(0.1))
    row = paying.plan_of(shop)
    assert (row.cancel_at_period_end, row.status) == (False, Subscription.Status.ACTIVE)


def test_a_step_up_that_is_paid_keeps_a_plan_that_was_to_end(shop: Cast) -> None:
    client = bought(shop)
    client.post(reverse("plan_cancel"), {"reason": "too dear"})
    ends = paying.plan_of(shop).current_period_end
    address = f"{reverse('plan_review')}?plan=agency&per=month&currency=INR"
    assert "from" in read(client, "plan_review", plan="agency", per="month", currency="INR")
    paying.pay(client.post(address, {"gateway": "test"})["Location"])
    row = paying.plan_of(shop)
    assert (row.version.plan.key, row.cancel_at_period_end, row.canceled_at) == ("agency", False, None)
    assert "Ends soon" not in read(client, "billing_plan")
    paying.pass_time(ends + DAY)
    assert (paying.plan_of(shop).status, paying.plan_of(shop).current_period_end > ends + DAY) == ("active", True)


def test_how_it_is_paid_or_a_smaller_plan_waits_until_the_plan_is_kept(shop: Cast) -> None:
    client = bought(shop)
    assert "Payment method" in read(client, "billing_plan")
    client.post(reverse("plan_cancel"), {"reason": "too dear"})
    assert "Payment method" not in read(client, "billing_plan")
    assert client.post(reverse("plan_method"))["Location"] == reverse("billing_plan")
    assert "nothing more is charged. Keep it first." in read(client, "billing_plan")
    client.post(f"{reverse('plan_review')}?plan=creator&per=month&currency=INR")
    assert "Keep it first; nothing was changed." in read(client, "billing_plan")
    with tenancy.operator():
        assert not SubscriptionChange.objects.filter(organization=shop.kesar, status="scheduled").exists()
    client.post(reverse("plan_resume"))
    assert client.post(reverse("plan_method"))["Location"] != reverse("billing_plan")


def test_nobody_is_asked_for_a_mandate_of_a_plan_that_ends(shop: Cast) -> None:
    bought(shop)
    row = paying.plan_of(shop)
    row.mandate = Subscription.Mandate.PAUSED
    assert context.told(row, now=timezone.now())
    row.cancel_at_period_end = True
    assert context.told(row, now=timezone.now()) is None


def stepped_down_and_ended(shop: Cast) -> Client:
    client = bought(shop)
    client.post(f"{reverse('plan_review')}?plan=creator&per=month&currency=INR")
    client.post(reverse("plan_cancel"), {"reason": "too dear"})
    return client


def test_who_keeps_a_plan_that_was_to_become_smaller_pays_for_the_smaller_one(shop: Cast) -> None:
    client = stepped_down_and_ended(shop)
    assert "the plan is Creator" not in read(client, "billing_plan")
    client.post(reverse("plan_resume"))
    assert "the plan is Creator" in read(client, "billing_plan")
    paying.pass_time(paying.plan_of(shop).current_period_end + DAY)
    row = paying.plan_of(shop)
    assert (row.status, row.version.plan.key) == (Subscription.Status.ACTIVE, "creator")
    with tenancy.operator():
        renewal = Payment.objects.get(organization=shop.kesar, purpose="renewal")
    assert (renewal.status, renewal.subscription_id) == ("success", row.pk)


def test_a_step_down_ends_with_the_plan_it_was_for(shop: Cast) -> None:
    client = stepped_down_and_ended(shop)
    ends = paying.plan_of(shop).current_period_end
    paying.pass_time(ends + DAY)
    assert paying.plan_of(shop).status == Subscription.Status.CANCELED
    with tenancy.operator():
        assert not SubscriptionChange.objects.filter(organization=shop.kesar, status="scheduled").exists()
    assert "the plan is Creator" not in read(client, "billing_plan")


# Failing and recovering


def test_a_failed_renewal_is_a_banner_on_every_page_then_a_hold_and_a_payment_ends_it(shop: Cast) -> None:
    client = bought(shop, card="0341")
    due = paying.plan_of(shop).current_period_end
    paying.pass_time(due + dt.timedelta(hours=1))
    assert "The last payment failed." in read(client, "today")
    ben = Client()
    ben.force_login(shop.ben.user)
    assert "The last payment failed." not in read(ben, "today")
    assert "Payment due" in read(client, "billing_plan")
    for day in (1, 5, 7, 9):
        paying.pass_time(due + day * DAY)
    assert "Posts are held because a payment failed." in read(client, "today")
    page = read(client, "payment_due")
    assert "₹3,538.82" in page
    answer = client.post(reverse("payment_due"), {"gateway": "test"})
    paying.pay(answer["Location"], now=due + 9 * DAY + dt.timedelta(hours=2))
    row = paying.plan_of(shop)
    assert (row.status, row.held_at) == (Subscription.Status.ACTIVE, None)
    assert "payment failed" not in read(client, "today")


def test_a_trial_that_is_over_says_so_and_leads_to_the_plans(shop: Cast) -> None:
    with tenancy.operator():
        ends = paying.plan_of(shop).trial_ends_at
    assert ends
    paying.pass_time(ends + dt.timedelta(minutes=1))
    page = read(paying.owner(shop), "billing_plan")
    assert "The trial is over." in page
    assert reverse("plan_change") in page


# Giving back


def test_a_refund_over_the_sum_for_one_needs_a_second_person_and_ends_in_a_credit_note(shop: Cast) -> None:
    client = bought(shop, plan="agency", per="year")
    with tenancy.operator():
        payment = Payment.objects.get()
    first, _person = paying.operator("ops1@trenddrop.example")
    second, _other = paying.operator("ops2@trenddrop.example")
    give = reverse("admin:billing_payment_give_back", args=[payment.pk])
    assert first.get(give).status_code == 200
    first.post(give, {"amount": str(payment.amount), "reason": "asked within a week"})
    with tenancy.operator():
        refund = Refund.objects.get()
    assert refund.status == Refund.Status.REQUESTED
    decide = {"action": "agree", "_selected_action": [str(refund.pk)]}
    first.post(reverse("admin:billing_refund_changelist"), decide)
    with tenancy.operator():
        assert Refund.objects.get().status == Refund.Status.REQUESTED
    second.post(reverse("admin:billing_refund_changelist"), decide)
    paying.pass_time(later(0.1))
    paying.pass_time(later(0.2))
    with tenancy.operator():
        assert Refund.objects.get().status == Refund.Status.SUCCESS
        note = CreditNote.objects.select_related("invoice").get()
    assert note.number is not None
    assert note.invoice.number is not None
    page = read(client, "billing_invoices")
    assert note.number in page
    assert "Given back" in page
    assert note.invoice.number in read(client, "billing_credit_note", note.pk)
    assert client.get(reverse("billing_credit_note_pdf", args=[note.pk])).content[:5] == b"%PDF-"


def test_no_more_goes_back_than_came_and_the_parts_count_together(shop: Cast) -> None:
    bought(shop)
    with tenancy.operator():
        payment = Payment.objects.get()
    client, _person = paying.operator("ops@trenddrop.example")
    give = reverse("admin:billing_payment_give_back", args=[payment.pk])
    client.post(give, {"amount": "2000.00", "reason": "half"})
    page = client.post(give, {"amount": "2000.00", "reason": "half again"}).content.decode()
    assert "At most 1538.82 INR" in page
    with tenancy.operator():
        assert Refund.objects.count() == 1


# What operators sell


def test_a_plans_next_version_is_sold_from_now_on_and_what_was_bought_stays(shop: Cast) -> None:
    bought(shop)
    client, _person = paying.operator("ops@trenddrop.example")
    plan = paying.price("pro").version.plan
    sell = reverse("admin:billing_plan_sell", args=[plan.pk])
    page = client.get(sell).content.decode()
    assert 'value="60"' in page
    given = {"trial_days": "14", "note": "more uploads", "limit_uploads": "80", "hard_uploads": "on"}
    given |= {"price_INR_month": "3499", "price_INR_year": "34990"}
    assert client.post(sell, given).status_code == 302
    assert "₹3,499" in read(Client(), "pricing")
    row = paying.plan_of(shop)
    assert (row.amount, row.version.limits["uploads"]["limit"]) == (Decimal("2999.00"), 60)
    assert "more uploads" in client.get(reverse("admin:billing_plan_change", args=[plan.pk])).content.decode()


def test_an_event_is_applied_again_from_the_admin_and_changes_nothing(shop: Cast) -> None:
    bought(shop)
    client, _person = paying.operator("ops@trenddrop.example")
    with tenancy.operator():
        keys = [str(each.pk) for each in GatewayEvent.objects.all()]
    client.post(reverse("admin:billing_gatewayevent_changelist"), {"action": "replay", "_selected_action": keys})
    paying.pass_time(later(0.1))
    with tenancy.operator():
        assert (Payment.objects.count(), Invoice.objects.count()) == (1, 1)


def test_the_banner_of_every_page_costs_one_question(shop: Cast, django_assert_num_queries: Any) -> None:
    with tenancy.of_member(shop.asha), django_assert_num_queries(1):
        context._of(shop.asha, now=timezone.now())


def test_the_plans_page_says_which_members_and_accounts_it_counts(shop: Cast) -> None:
    page = read(paying.owner(shop), "billing_plan")
    assert "clients’ own people and open invitations do not count" in page
    assert "paused accounts and the practice network do not count" in page


def test_the_plans_lines_speak_the_readers_language(shop: Cast) -> None:
    page = Client().get(reverse("pricing"), headers={"accept-language": "hi"}).content.decode()
    assert "आप और आपका फ़ोन" in page
    assert "You, and your phone" not in page
    assert "छोटी टीम वाला ब्रांड" in page
