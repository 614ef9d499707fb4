"""Background work of trends."""

import uuid
from random import SystemRandom

from celery import shared_task
from django.utils import timezone

from trends.collection import fetching, fitting, keeping, passes


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
def fit_brand(*, brand_id: str) -> None:
    """Fit one brand, which was just made or changed, to the live topics."""
    fitting.fit_brand(uuid.UUID(brand_id))


@shared_task
def keep_partitions() -> None:
    """Make the months ahead, drop the old ones."""
    keeping.keep_partitions(today=timezone.now().date())
