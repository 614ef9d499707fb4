"""Background work of billing. The schedule stands in the database; a message here is only a doorbell."""

from collections.abc import Callable
from functools import partial

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from billing import limits
from billing.collection import ending, events, reconciling, refunding, sending
from billing.documents import files, mailing
from billing.life import clock
from billing.signals import agreements_rung, departures_rung
from trenddrop.core import rounds


@shared_task
def apply_gateway_events() -> None:
    """Apply what gateways told."""
    events.apply_due(clock=timezone.now)


@shared_task
def reconcile_hourly() -> None:
    """Look for what nobody told, where something moves."""
    reconciling.hourly(now=timezone.now())
    apply_gateway_events.delay()


@shared_task
def reconcile_nightly() -> None:
    """Look at every subscription that lives."""
    reconciling.nightly(now=timezone.now())
    apply_gateway_events.delay()


@shared_task
def send_refunds() -> None:
    """Send refunds that were agreed to."""
    refunding.send_due(now=timezone.now())


@shared_task
def end_at_gateways() -> None:
    """End at gateways what was replaced, is over here, or is of nobody any more."""
    now = timezone.now()
    steps: list[Callable[[], object]] = [
        partial(departures_rung.send, sender=None, now=now),
        partial(agreements_rung.send, sender=None, now=now),
        partial(ending.end_over, now=now),
    ]
    rounds.each(steps, lambda step: step())


@shared_task
def forget_gateway_events() -> None:
    """Remove what was applied more than a year ago."""
    events.forget(now=timezone.now())


@shared_task
def move_test_gateway() -> None:
    """Let the test gateway's time pass, and have it tell what happened."""
    if settings.TEST_GATEWAY:
        sending.tick(clock=timezone.now)


@shared_task
def send_test_gateway_events() -> None:
    """Have the test gateway tell what just happened."""
    if settings.TEST_GATEWAY:
        sending.send(clock=timezone.now)


@shared_task
def move_plans_on() -> None:
    """Do what time alone does: trials, periods, dunning, credits that end."""
    clock.tick(now=timezone.now())


@shared_task
def keep_api_calls() -> None:
    """Write down what Redis counted."""
    limits.keep_calls(now=timezone.now())


@shared_task
def draw_documents() -> None:
    """Draw invoices and credit notes that have no file yet, and mail those that were not."""
    files.draw_missing(now=timezone.now())
    mailing.mail_issued(now=timezone.now())
