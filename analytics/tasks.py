"""Background work of analytics."""

from celery import shared_task
from django.utils import timezone

from analytics import best_times, learning
from analytics.collection import posts


@shared_task
def measure_due() -> None:
    """Take the snapshots that are due."""
    posts.measure_due(now=timezone.now())


@shared_task
def learn_due() -> None:
    """Tell content what its pieces did."""
    learning.learn_due(now=timezone.now())


@shared_task
def find_best_times() -> None:
    """Score the hours of accounts about which something new is known."""
    best_times.find_best_times(now=timezone.now())
