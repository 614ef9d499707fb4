"""What a worker of billing does, step by step, and what must be so afterwards, whoever died on the way."""

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts import tenancy
from accounts.models import Membership, Notification
from billing.collection import ending, events, reconciling, refunding
from billing.documents import files, mailing
from billing.life import clock, dunning
from billing.models import (
    Checkout,
    CreditNote,
    DunningStep,
    GatewayEvent,
    Invoice,
    InvoiceCounter,
    Payment,
    PlanPrice,
    Refund,
    SandboxObject,
    Subscription,
    SubscriptionChange,
)  # fmt: skip
from billing.sandbox import books
from billing.sandbox.cards import CARDS
from billing.services import agreeing, paying

HOUR = dt.timedelta(hours=1)
APPLYING = (
    "billing.collection.hearing:keep",
    "billing.collection.hearing:told_of",
    "billing.collection.events:_facts",
    "billing.life.applying:apply",
    "billing.services.numbering:take",
    "billing.collection.events:_done",
)


@dataclass(frozen=True)
class Life:
    """A way through billing: what stands before it, what is done, its steps, and what holds in the end."""

    prepare: Callable[[], None]
    act: Callable[[], Any]
    steps: tuple[str, ...]
    check: Callable[[], None]


def asha() -> Membership:
    """Kesar's owner."""
    with tenancy.operator():
        return Membership.objects.select_related("user", "organization").get(user__email="asha@kesar.example")


def price(plan: str) -> PlanPrice:
    rows = PlanPrice.objects.select_related("version__plan")
    return rows.get(version__plan__key=plan, interval="month", currency="INR")


def plan() -> Subscription:
    with tenancy.operator():
        return Subscription.objects.select_related("version__plan", "price").exclude(price=None).latest("started_at")


def hear(now: dt.datetime | None = None) -> None:
    """Hear what the gateway has to tell, and apply it."""
    now = now or timezone.now()
    reconciling.hourly(now=now)
    while events.apply_due(clock=lambda: now):
        pass


def recover() -> None:
    """What the next passes do, once the dead one's leases are over."""
    later = timezone.now() + HOUR
    with tenancy.operator():
        GatewayEvent.objects.update(lease_until=None)
        SandboxObject.objects.update(lease_until=None)
        Refund.objects.update(updated_at=timezone.now() - HOUR)
    refunding.send_due(now=later)
    with tenancy.operator():
        for row in SandboxObject.objects.filter(kind="refund", due_at__isnull=False):
            books.settle_refund(books.find(row.name, "refund", lock=True), now=later)
    hear(later)
    ending.end_over(now=later)
    agreeing.agree_due(now=later)
    files.draw_missing(now=later)
    mailing.mail_issued(now=later)


def nothing() -> None:
    """Begin with a trial."""


# A plan is bought


def buy() -> Checkout:
    return paying.buy(price("pro"), gateway="test", by=asha(), now=timezone.now())


def has_one_page() -> None:
    """Whoever presses again is led to the one page there is; paid, it is one payment with one invoice."""
    try:
        page = buy()
    except paying.AlreadyOpen as error:
        page = error.checkout
    with tenancy.operator():
        name = SandboxObject.objects.get(kind="checkout").name
        assert Checkout.objects.filter(status="open").count() == 1
        assert page.url
    pay(name)
    hear()
    is_bought_once()


def pay(name: str) -> None:
    books.pay(name, CARDS["4242"], now=timezone.now())


def paid_for() -> None:
    """Somebody paid; nobody heard of it yet."""
    buy()
    with tenancy.operator():
        name = SandboxObject.objects.get(kind="checkout").name
    pay(name)


def is_bought_once() -> None:
    with tenancy.operator():
        assert list(Payment.objects.values_list("status", "purpose")) == [("success", "first")]
        assert set(GatewayEvent.objects.values_list("state", flat=True)) <= {"applied", "ignored"}
        assert SandboxObject.objects.filter(kind="payment").count() == 1
        assert Invoice.objects.count() == 1
        assert [row.last for row in InvoiceCounter.objects.all()] == [1]


# Its invoice is drawn and mailed


def bought() -> None:
    paid_for()
    hear()


def draw() -> None:
    files.draw_missing(now=timezone.now() + HOUR)


def is_drawn() -> None:
    with tenancy.operator():
        row = Invoice.objects.get()
    with tenancy.of_organization(row.organization_id):
        assert files.pdf_of(row).startswith(b"%PDF-")
    assert row.pdf


def drawn() -> None:
    bought()
    draw()


def post() -> None:
    mailing.mail_issued(now=timezone.now() + HOUR)


def is_mailed_at_most_once() -> None:
    begun = Path(settings.EMAIL_FILE_PATH).glob("*")  # type: ignore[misc]
    letters = [text for each in begun if (text := each.read_text())]  # who only opened a conversation sent nothing
    assert sum(text.count("Subject: Invoice") for text in letters) <= 1
    with tenancy.operator():
        assert Invoice.objects.get().sent_at is not None


# Money goes back


def refund_asked() -> None:
    bought()
    with tenancy.operator():
        payment = Payment.objects.get()
        Refund.objects.create(
            organization_id=payment.organization_id, payment=payment, amount=Decimal(100), currency="INR",
            status="approved", reason="asked",
        )  # fmt: skip


def give_back() -> None:
    refunding.send_due(now=timezone.now())


def is_given_back_once() -> None:
    with tenancy.operator():
        assert SandboxObject.objects.filter(kind="refund").count() == 1
        assert list(Refund.objects.values_list("status", "amount")) == [("success", Decimal(100))]
        assert Payment.objects.get().refunded_amount == Decimal(100)
        assert CreditNote.objects.count() == 1


# Another plan


def upgrade() -> Checkout:
    return paying.upgrade(plan(), price("agency"), gateway="test", by=asha(), now=timezone.now())


def has_one_upgrade() -> None:
    with suppress(paying.AlreadyOpen):
        upgrade()
    with tenancy.operator():
        assert Checkout.objects.filter(status="open", purpose="upgrade").count() == 1
        name = SandboxObject.objects.filter(kind="checkout", state="open").get().name
    pay(name)
    hear()
    is_upgraded_once()


def upgrade_paid() -> None:
    bought()
    upgrade()
    with tenancy.operator():
        name = SandboxObject.objects.get(kind="checkout", state="open").name
    pay(name)


def hear_and_end() -> None:
    hear()
    ending.end_over(now=timezone.now())


def is_upgraded_once() -> None:
    ending.end_over(now=timezone.now())
    with tenancy.operator():
        assert sorted(Payment.objects.values_list("purpose", flat=True)) == ["first", "upgrade"]
        assert SubscriptionChange.objects.filter(kind="upgrade", status="done").count() == 1
        states = sorted(SandboxObject.objects.filter(kind="subscription").values_list("state", flat=True))
        assert [row.last for row in InvoiceCounter.objects.all()] == [2]
    assert plan().version.plan.key == "agency"
    assert states == ["active", "canceled"]


def downgrade() -> None:
    paying.downgrade(plan(), price("creator"), keeps={}, by=asha(), now=timezone.now())


def is_agreed() -> None:
    """Either nobody noted it, or it stands and the gateway will charge it."""
    with tenancy.operator():
        noted = list(SubscriptionChange.objects.filter(kind="downgrade"))
        charged = SandboxObject.objects.get(kind="subscription").data.get("next_amount")
    assert all(each.agreed_at for each in noted)
    assert charged == (1178_82 if noted else None)


# A renewal that fails


def unpaid() -> None:
    bought()
    due = plan().current_period_end
    with tenancy.operator():
        row = SandboxObject.objects.get(kind="subscription")
        row.data["card"] = "0341"
        row.save()
        Subscription.objects.update(status="active")
        books.charge_period(books.find(row.name, "subscription", lock=True), now=due)


def due_at() -> dt.datetime:
    return plan().current_period_end + HOUR


def hear_of_failure() -> None:
    hear(due_at())


def fall_due() -> None:
    unpaid()
    hear(due_at())


def ask() -> None:
    clock.tick(now=plan().current_period_end + dt.timedelta(days=7, hours=2))


def is_asked_once() -> None:
    """Whatever died: each day is told once, and what is unpaid for a week is held once."""
    hear(due_at())
    ask()
    with tenancy.operator():
        assert plan().held_at is not None
        assert DunningStep.objects.count() == len(dunning.DAYS)
        assert SubscriptionChange.objects.filter(kind="hold").count() == 1
        titles = list(Notification.objects.filter(kind="payment_failed").values_list("title", flat=True))
    assert len(titles) == len(set(titles))


LIVES = {
    "buying": Life(
        nothing,
        buy,
        (
            "billing.services.checkouts:_open",
            "billing.collection.opening:open_page",
            "billing.services.checkouts:opened",
        ),
        has_one_page,
    ),
    "paid": Life(paid_for, hear, APPLYING, is_bought_once),
    "drawn": Life(bought, draw, ("billing.documents.drawing:invoice_pdf", "billing.documents.files:draw"), is_drawn),
    "mailed": Life(
        drawn, post, ("billing.documents.mailing:_take", "trenddrop.core.mail:hand_over"), is_mailed_at_most_once
    ),
    "refund": Life(
        refund_asked,
        give_back,
        (
            "billing.collection.refunding:_take",
            "billing.gateways.sandbox:TestGateway.refund",
            "billing.collection.refunding:_write",
        ),
        is_given_back_once,
    ),
    "upgrading": Life(
        bought,
        upgrade,
        (
            "billing.services.checkouts:open_upgrade",
            "billing.collection.opening:open_page",
            "billing.services.checkouts:opened",
        ),
        has_one_upgrade,
    ),
    "upgraded": Life(
        upgrade_paid,
        hear_and_end,
        ("billing.life.applying:apply", "billing.life.changing:carry_out", "billing.collection.ending:_end"),
        is_upgraded_once,
    ),
    "downgrading": Life(
        bought,
        downgrade,
        (
            "billing.services.subscribing:downgrade",
            "billing.gateways.sandbox:TestGateway.change",
            "billing.life.changing:agreed",
        ),
        is_agreed,
    ),
    "failing": Life(
        unpaid, hear_of_failure, ("billing.life.dunning:begin", "billing.collection.events:_done"), is_asked_once
    ),
    "asking": Life(fall_due, ask, ("billing.life.dunning:_take", "billing.life.dunning:_hold"), is_asked_once),
}  # fmt: skip
