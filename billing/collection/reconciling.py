"""Looking for what nobody told: every hour what moves, every night all that lives, through the same code as events.

A gateway that lists its events is asked for those of the last hours, told or not. Beyond that each subscription, open
page and payment is looked at by its name; what is found becomes an event of our own making, applied like any other.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import asdict

import structlog
from django.db.models import Q

from accounts import tenancy
from billing.collection import hearing
from billing.collection.adapters import gateway, set_up
from billing.collection.events import LOOK
from billing.gateways.base import Known, Told
from billing.gateways.errors import GatewayError
from billing.models import Checkout, Payment, Refund, Subscription

log = structlog.get_logger(__name__)

SPAN = dt.timedelta(hours=3)  # asked for every hour, so that an hour without us loses nothing
NIGHTLY = dt.timedelta(days=3)  # asked for every night, so that a weekend without us loses nothing
AROUND = (dt.timedelta(days=3), dt.timedelta(days=2))  # of a period's end: what moves
# A page of a gateway lives longer than our patience: one that we gave up may still be paid there.
OPEN_FOR = {False: dt.timedelta(days=4), True: dt.timedelta(days=14)}  # by the hour, by night
REMEMBERED = dt.timedelta(days=40)
MOST_PAYMENTS = 20


def hourly(*, now: dt.datetime) -> int:
    """Ask for the events of the last hours, and look at what moves; return how many events are new."""
    return _each(now=now, nightly=False)


def nightly(*, now: dt.datetime) -> int:
    """The same for the last days, and look at all that lives."""
    return _each(now=now, nightly=True)


def _each(*, now: dt.datetime, nightly: bool) -> int:
    """Go from gateway to gateway; one that does not answer holds up no other."""
    new = 0
    for key in set_up():
        try:
            found = list(gateway(key).recent(since=now - (NIGHTLY if nightly else SPAN), until=now))
            new += hearing.polled(key, found, now=now)
        except GatewayError as error:
            log.warning("gateway_events_not_listed", gateway=key, error=str(error))
        new += hearing.polled(key, _looks(known_at(key, now=now, nightly=nightly), now=now), now=now)
    return new


def _looks(known: Iterable[Known], *, now: dt.datetime) -> Iterator[Told]:
    """Make events that say: look at this. One an hour of each, however often we are asked."""
    for each in known:
        name = each.subscription_id or each.checkout_id
        yield Told(f"{LOOK}:{name}:{now:%Y-%m-%dT%H}", LOOK, name, now, data=asdict(each))


def known_at(key: str, *, now: dt.datetime, nightly: bool) -> list[Known]:
    """Return what we hold at a gateway: subscriptions that live or ended lately, pages, single payments and refunds."""
    with tenancy.operator():
        return [*_subscriptions(key, now=now, nightly=nightly), *_pages(key, now=now, nightly=nightly)]


def _subscriptions(key: str, *, now: dt.datetime, nightly: bool) -> Iterator[Known]:
    rows = Subscription.objects.filter(gateway=key).exclude(gateway_subscription_id="")
    rows = rows.filter(Q(status__in=Subscription.LIVING) | Q(ended_at__gte=now - REMEMBERED))
    if not nightly:
        near = Q(current_period_end__range=(now - AROUND[0], now + AROUND[1]))
        moving = Q(status=Subscription.Status.PAST_DUE) | Q(mandate=Subscription.Mandate.PENDING)
        refunds = Q(payments__refunds__status=Refund.Status.PENDING)
        rows = rows.filter(near | moving | refunds | Q(payments__status=Payment.Status.PENDING)).distinct()
    for row in rows.only("gateway_subscription_id").iterator():
        payments = Payment.objects.filter(subscription=row).order_by("-created_at")[:MOST_PAYMENTS]
        yield Known(
            subscription_id=row.gateway_subscription_id,
            payment_ids=[each.gateway_payment_id for each in payments if each.gateway_payment_id],
            refund_ids=_refunds(Refund.objects.filter(payment__subscription=row)),
        )


def _refunds(rows: "Iterable[Refund]") -> list[str]:
    return [each.gateway_refund_id for each in rows if each.gateway_refund_id and each.status == Refund.Status.PENDING]


def _pages(key: str, *, now: dt.datetime, nightly: bool) -> Iterator[Known]:
    """Yield hosted pages that may have been paid, and those whose refunds are on their way."""
    rows = Checkout.objects.filter(gateway=key).exclude(gateway_session_id="")
    unpaid = ~Q(status=Checkout.Status.COMPLETED) & Q(created_at__gte=now - OPEN_FOR[nightly])
    rows = rows.filter(unpaid | Q(payments__refunds__status=Refund.Status.PENDING)).distinct()
    for row in rows.iterator():
        payments = [each for each in row.payments.all() if each.gateway_payment_id]
        yield Known(
            subscription_id=row.gateway_subscription_id,
            checkout_id=row.gateway_session_id,
            reference=str(row.pk),
            payment_ids=[each.gateway_payment_id for each in payments],
            refund_ids=_refunds(Refund.objects.filter(payment__in=payments)),
        )
