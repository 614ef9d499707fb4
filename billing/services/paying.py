"""Paying: what was begun in our books is opened at a gateway, and what a gateway has to know is told to it.

A checkout stands in our books before its gateway is asked, so that nothing is lost when somebody dies in between; the
gateway is asked under the checkout's own name, so that asking twice opens one page. That it was paid is believed only
when the gateway tells it. No transaction is open while a gateway is spoken to.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import tenancy
from accounts.models import Membership
from billing import periods, tasks
from billing.collection import ending, hearing, opening
from billing.collection.adapters import gateway as adapter
from billing.collection.adapters import set_up
from billing.collection.events import LOOK
from billing.collection.opening import Page
from billing.gateways.amounts import to_minor
from billing.gateways.base import Known, Told
from billing.gateways.capabilities import ABILITIES, INDIA
from billing.gateways.errors import GatewayError, Gone, OutcomeUnknown
from billing.life import changing, rows
from billing.life.changing import Step
from billing.models import BillingDetails, Checkout, CreditPack, PlanPrice, Subscription, SubscriptionChange
from billing.services import checkouts, invoicing, subscribing
from billing.services.checkouts import AlreadyOpen, Bill

__all__ = ["AlreadyOpen", "CannotPay"]
Kind = SubscriptionChange.Kind


class CannotPay(Exception):
    """Nothing was begun or changed; the message says why."""


def missing(details: BillingDetails | None, currency: str) -> str:
    """Return what has to be known of the buyer before anything is sold; nothing when all is known."""
    if details is None:
        return _("For the invoice we need your name and address, in India with state and PIN.")
    if details.country == INDIA and currency == "INR" and not (details.state and details.postal_code):
        return _("For a GST invoice we need your state and PIN.")
    return ""


# What is bought


def buy(price: PlanPrice, *, gateway: str, by: Membership, now: dt.datetime) -> Checkout:
    """Open the page for a plan. Raise AlreadyOpen, CannotPay."""
    with tenancy.of_member(by):
        require_bought(rows.living(by.organization_id))
        if _has_paid_plan(by):
            raise CannotPay(_("You have a plan already: change that one. Nothing was begun."))
        bill = _bill(price.amount, price.currency, gateway, by=by, now=now)
        row = _taken_up(lambda: checkouts.open_buy(price, bill, by=by, now=now), bill, price)
        _remember(row)
    return _send(row, Page(price=price, amount=row.total), by=by)


def buy_credits(pack: CreditPack, *, gateway: str, by: Membership, now: dt.datetime) -> Checkout:
    """Open the page for a pack of credits. Raise CannotPay."""
    with tenancy.of_member(by):
        bill = _bill(pack.amount, pack.currency, gateway, by=by, now=now)
        row = checkouts.open_credits(pack, bill, by=by, now=now)
    return _send(row, Page(title=f"{pack.credits} AI credits", amount=row.total), by=by)


def upgrade(
    subscription: Subscription, price: PlanPrice, *, gateway: str, by: Membership, now: dt.datetime
) -> Checkout:
    """Open the page for a step up, which holds once it is paid. Raise AlreadyOpen, CannotPay."""
    with tenancy.of_member(by):
        require_bought(subscription)
        step = changing.preview(subscription, price, now=now)
        if step.kind not in {Kind.UPGRADE, Kind.INTERVAL}:
            raise CannotPay(_("This is no step up. It can be had from the next period on."))
        bill = _bill(step.to_pay, price.currency, gateway, by=by, now=now)
        row = _taken_up(lambda: checkouts.open_upgrade(subscription, price, bill, step, by=by, now=now), bill, price)
        _remember(row)
        then = _bill(price.amount, price.currency, gateway, by=by, now=now).total
    starts = renews_at(subscription, price, step)
    return _send(row, Page(price=price, amount=then, upfront=row.total, starts_at=starts), by=by)


def renews_at(subscription: Subscription, price: PlanPrice, step: Step) -> dt.datetime:
    """Return when the whole price falls due after a step up: one to another interval begins a period of its own."""
    if step.kind != Kind.INTERVAL:
        return subscription.current_period_end
    return periods.next_end(step.at, price.interval, anchor_day=periods.day_of(step.at).day)


def pay_due(subscription: Subscription, *, gateway: str, by: Membership, now: dt.datetime) -> str:
    """Return where what is due is paid: the bank's own page, or one for it and for a new mandate. Raise as `buy`."""
    price = subscription.price
    if price is None or not subscription.is_due:
        raise CannotPay(_("Nothing is due."))
    if subscription.action_url and subscription.renewal == Subscription.Renewal.ACTION:
        return subscription.action_url
    with tenancy.of_member(by):
        bill = _bill(subscription.amount, subscription.currency, gateway, by=by, now=now)
        row = _taken_up(lambda: checkouts.open_due(subscription, bill, by=by, now=now), bill, price)
        _remember(row)
    paid_until = periods.next_end(
        subscription.current_period_end, subscription.interval, anchor_day=subscription.anchor_day
    )
    return _send(row, Page(price=price, amount=row.total, upfront=row.total, starts_at=paid_until), by=by).url


def another_method(subscription: Subscription, *, by: Membership, now: dt.datetime) -> str:
    """Return where another card or account is given: the gateway's page, or one for a new mandate. Raise CannotPay."""
    price, name = subscription.price, subscription.gateway
    require_bought(subscription)
    if price is None or not name:
        raise CannotPay(_("There is no payment method yet. Choose a plan first."))
    if subscription.is_living and subscription.cancel_at_period_end:
        raise CannotPay(_("The plan ends with what is paid, so nothing more is charged. Keep it first."))
    with tenancy.of_member(by):
        customer = opening.customer_of(subscription.organization_id, name)
    url = _asked(
        lambda: adapter(name).manage(
            subscription.gateway_subscription_id, customer_id=customer, back=opening.plan_address()
        )
    )
    if url:
        return url
    with tenancy.of_member(by):
        change = changing.coming(subscription)
    if change is not None and change.to_price is not None:  # a mandate for what falls due then
        return _new_mandate(subscription, change.to_price, change.to_price.amount, by=by, now=now, change=change).url
    return _new_mandate(subscription, price, subscription.amount, by=by, now=now).url


def _new_mandate(
    subscription: Subscription,
    price: PlanPrice,
    amount: Decimal,
    *,
    by: Membership,
    now: dt.datetime,
    change: SubscriptionChange | None = None,
) -> Checkout:
    """Open a page that takes nothing now: it gives a mandate for what falls due from the period's end on."""
    with tenancy.of_member(by):
        bill = _bill(amount, price.currency, subscription.gateway, by=by, now=now)
        row = checkouts.open_method(subscription, price, bill, by=by, now=now, change=change)
        _remember(row)
    starts = subscription.current_period_end
    return _send(row, Page(price=price, amount=row.total, starts_at=starts), by=by)


# What is changed


def downgrade(
    subscription: Subscription,
    price: PlanPrice,
    *,
    keeps: Mapping[str, Sequence[str]],
    by: Membership,
    now: dt.datetime,
) -> str:
    """Have a smaller plan from the next period on; return where a new mandate is given, if one is needed."""
    require_bought(subscription)
    with tenancy.of_member(by):
        change = _changed(lambda: subscribing.downgrade(subscription, price, by=by, now=now, keeps=keeps))
    known = ABILITIES.get(subscription.gateway)
    if known is None or not subscription.gateway_subscription_id:
        return ""
    try:
        if not known.changes_amount:
            return _new_mandate(subscription, price, price.amount, by=by, now=now, change=change).url
        url = _tell_amount(subscription, price, f"change-{change.pk}", by=by, now=now)
        with tenancy.of_member(by):
            changing.agreed(change, now=now)
        return url
    except (CannotPay, AlreadyOpen):
        with tenancy.of_member(by):
            subscribing.undo(change, by=by)
        raise


def undo(change: SubscriptionChange, *, by: Membership, now: dt.datetime) -> str:
    """Take back a change that waits for its day; return where the payer agrees to the former sum, if need be.

    Raise CannotPay.
    """
    subscription, url = change.subscription, ""
    known = ABILITIES.get(subscription.gateway)
    if known and known.changes_amount and subscription.gateway_subscription_id and subscription.price:
        url = _tell_amount(subscription, subscription.price, f"undo-{change.pk}", by=by, now=now)
    with tenancy.of_member(by):
        subscribing.undo(change, by=by)
    if known and not known.changes_amount and change.agreed_at and subscription.price:
        return _new_mandate(subscription, subscription.price, subscription.amount, by=by, now=now).url
    return url


def _tell_amount(subscription: Subscription, price: PlanPrice, name: str, *, by: Membership, now: dt.datetime) -> str:
    with tenancy.of_member(by):
        heads, _supply = invoicing.quote(by.organization_id, price.amount, price.currency, now=now)
    return _asked(lambda: opening.tell_amount(subscription, price, heads.total, name=name))


def cancel(subscription: Subscription, *, reason: str, by: Membership, now: dt.datetime) -> None:
    """End the plan with what is paid. Raise CannotPay."""
    require_bought(subscription)
    if subscription.gateway_subscription_id:
        at_end = subscription.status == Subscription.Status.ACTIVE
        _asked(
            lambda: adapter(subscription.gateway).cancel(
                subscription.gateway_subscription_id, at_period_end=at_end, key=_name("cancel", subscription)
            ),
            gone_is_fine=True,
        )
    with tenancy.of_member(by):
        _changed(lambda: subscribing.cancel(subscription, by=by, now=now, reason=reason))


def resume(subscription: Subscription, *, by: Membership, now: dt.datetime) -> None:
    """Keep a plan that was to end. Raise CannotPay."""
    if subscription.gateway_subscription_id:
        name = _name("resume", subscription)
        _asked(lambda: adapter(subscription.gateway).resume(subscription.gateway_subscription_id, key=name))
    with tenancy.of_member(by):
        _changed(lambda: subscribing.resume(subscription, by=by, now=now))


def _name(what: str, subscription: Subscription) -> str:
    """Name a wish: the same again while nothing else was decided, another one afterwards."""
    return f"{what}-{subscription.pk}-{int(subscription.updated_at.timestamp())}"


# Looking, and giving up


def look(row: Checkout, *, now: dt.datetime) -> None:
    """Have a worker ask the gateway how it stands: a browser that came back proves nothing. At most once a minute."""
    if not row.gateway_session_id:
        return
    known = Known(
        subscription_id=row.gateway_subscription_id, checkout_id=row.gateway_session_id, reference=str(row.pk)
    )
    key = f"{LOOK}:{row.gateway_session_id}:{now:%Y-%m-%dT%H:%M}"[:200]
    if hearing.polled(row.gateway, [Told(key, LOOK, row.gateway_session_id, now, data=asdict(known))], now=now):
        transaction.on_commit(tasks.apply_gateway_events.delay)


def drop(row: Checkout, *, by: Membership, now: dt.datetime) -> None:
    """Give up one that was begun; whichever page is paid all the same counts."""
    checkouts.drop(row, by=by, now=now)


# Together


def require_bought(row: Subscription | None) -> None:
    """Return where a plan can be changed here; raise CannotPay where it is by agreement and lives."""
    if row is not None and row.is_living and row.is_by_agreement:
        raise CannotPay(_("Your plan is by agreement with us: write to us to change or end it. Nothing was changed."))


def _has_paid_plan(by: Membership) -> bool:
    """Say whether a plan is paid and running: another one is a step from it, and bought beside it would be nobody's."""
    found = Subscription.objects.filter(organization_id=by.organization_id, status=Subscription.Status.ACTIVE)
    return found.exclude(price=None).exists()


def _bill(amount: Decimal, currency: str, gateway: str, *, by: Membership, now: dt.datetime) -> Bill:
    """Return what a gateway takes for a price; raise CannotPay where it may not take it, or the buyer is not known."""
    details = BillingDetails.objects.filter(organization_id=by.organization_id).first()
    if why := missing(details, currency):
        raise CannotPay(why)
    country = details.country if details else INDIA
    if gateway not in set_up():
        raise CannotPay(_("This gateway is not set up here. Choose another one."))
    known = ABILITIES[gateway]
    if (why_not := known.why_not(currency=currency, country=country)) is not None:
        raise CannotPay(str(why_not))
    if known.needs_phone and not by.user.phone:
        raise CannotPay(_("This gateway needs your phone number. Add it in your settings first."))
    heads, _supply = invoicing.quote(by.organization_id, amount, currency, now=now)
    if to_minor(heads.total, currency) < known.smallest.get(currency, 1):
        raise CannotPay(_("The sum is smaller than this gateway takes. Choose another one, or wait."))
    tax = heads.total - amount
    return Bill(gateway, currency, amount, tax, heads.total)


def _taken_up(begin: Callable[[], Checkout], bill: Bill, price: PlanPrice) -> Checkout:
    """Begin, or take up the same again where its page was never opened. Raise AlreadyOpen."""
    try:
        return begin()
    except AlreadyOpen as error:
        found = error.checkout
        if found.url:
            raise
        if (found.price_id, found.gateway, found.total) == (price.pk, bill.gateway, bill.total):
            return found
        checkouts.failed(found, error=_("It was begun anew."))
    return begin()


def _remember(row: Checkout) -> None:
    """Note which subscription the new one will take the place of."""
    old = ending.replaces(row.subscription) if row.subscription else {}
    if old and not row.told.get(ending.REPLACES):
        row.told = {**row.told, **old}
        row.save(update_fields=["told", "updated_at"])


def _send(row: Checkout, page: Page, *, by: Membership) -> Checkout:
    """Open the page at the gateway, and keep where it is. Raise CannotPay."""
    try:
        made = opening.open_page(row, page, by=by)
    except OutcomeUnknown as error:  # it may be open: asked again under the same name by whoever begins again
        raise CannotPay(_("The gateway did not answer. Try again in a minute; nothing is charged twice.")) from error
    except (GatewayError, KeyError) as error:
        with tenancy.of_member(by):
            checkouts.failed(row, error=str(error))
        raise CannotPay(str(error)) from error
    with tenancy.of_member(by):
        checkouts.opened(
            row,
            session_id=made.id,
            url=made.url,
            subscription_id=made.subscription_id,
            expires_at=made.expires_at,
        )
    return row


def _asked(call: Callable[[], str | None], *, gone_is_fine: bool = False) -> str:
    """Ask a gateway; what it refuses, or did not answer, is said in words. Raise CannotPay."""
    try:
        return call() or ""
    except Gone as error:
        if gone_is_fine:
            return ""
        raise CannotPay(str(error)) from error
    except OutcomeUnknown as error:
        raise CannotPay(_("The gateway did not answer. Try again in a minute.")) from error
    except GatewayError as error:
        raise CannotPay(str(error)) from error


def _changed(command: Callable[[], "SubscriptionChange | Subscription"]) -> SubscriptionChange:
    try:
        return command()  # type: ignore[return-value]
    except subscribing.CannotChange as error:
        raise CannotPay(str(error)) from error
