"""Background work of analytics."""

from celery import shared_task
from django.utils import timezone

from analytics import collection, learning


@shared_task
def measure_due() -> None:
    """Take the snapshots that are due."""
    collection.measure_due(now=timezone.now())


@shared_task
def learn_due() -> None:
    """Tell content what its pieces did."""
    learning.learn_due(now=timezone.now())
