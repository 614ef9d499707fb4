"""Background work of trends."""

import uuid
from contextlib import suppress
from random import SystemRandom

from celery import shared_task
from django.utils import timezone

from trends.collection import (
    alerting,
    blocking,
    delivering,
    fetching,
    fitting,
    forecast_training,
    forecasts,
    ideas,
    keeping,
    passes,
    rollup,
)


@shared_task
def collect_due() -> None:
    """Ring for every source that is due, one task each: a slow one holds up nobody."""
    for source_id in fetching.due_ids(timezone.now()):
        collect_source.apply_async(kwargs={"source_id": source_id}, expires=60)


@shared_task
def collect_source(*, source_id: str) -> None:
    """Fetch one source, if it is still due."""
    fetching.collect(source_id, clock=timezone.now, rng=SystemRandom())


@shared_task
def score_topics() -> None:
    """Rate the live topics and fit them to the brands."""
    passes.score(now=timezone.now())


@shared_task
def watch_topics() -> None:
    """Hold the watches against what was just seen, tell what is new, and ring for their webhooks."""
    now = timezone.now()
    if alerting.tell(now=now, seen_since=now - alerting.JUST_NOW):
        deliver_webhooks.delay()


@shared_task
def deliver_webhooks() -> None:
    """Send what waits for webhooks."""
    delivering.deliver_due(clock=timezone.now, rng=SystemRandom())


@shared_task
def forget_deliveries() -> None:
    """Remove what was sent to webhooks a month ago."""
    delivering.forget(now=timezone.now())


@shared_task
def fit_brand(*, brand_id: str) -> None:
    """Fit one brand, which was just made or changed, to the live topics."""
    fitting.fit_brand(uuid.UUID(brand_id))


@shared_task
def keep_partitions() -> None:
    """Make the months ahead, drop the old ones that are rolled up."""
    keeping.keep_partitions(now=timezone.now())


@shared_task
def roll_up_days() -> None:
    """Make days of hours that are over."""
    now = timezone.now()
    rollup.roll_up(now=now, hours_from=keeping.hours_from(now.date()))


@shared_task
def remove_old() -> None:
    """Remove days and topics past their terms."""
    keeping.remove_old(now=timezone.now())


@shared_task
def write_ideas(*, request_id: str, organization_id: str) -> None:
    """Answer somebody who asked for ideas."""
    ideas.write_asked(uuid.UUID(request_id), uuid.UUID(organization_id), now=timezone.now())


@shared_task
def write_best_ideas() -> None:
    """Write ideas for the topics that fit each brand best, without spending anything."""
    ideas.write_best()


@shared_task
def apply_blocklist() -> None:
    """Ask the blocked terms for every live topic, after one was added, changed or switched off."""
    blocking.apply_everywhere(now=timezone.now())


@shared_task
def settle_forecasts() -> None:
    """Fill in what came of forecasts whose time is over."""
    forecasts.settle(now=timezone.now())


@shared_task
def train_forecasts() -> None:
    """Learn from the installation's history anew, unless somebody is at it; forget what is old."""
    now = timezone.now()
    with suppress(forecast_training.UnderWay):
        forecast_training.train(now=now)
        forecast_training.prune(now=now)
