"""What analytics does when something happens below it."""

from typing import Any

from django.dispatch import receiver

from analytics.services import measuring
from publishing.models import ScheduledPost
from publishing.signals import post_published


@receiver(post_published)
def measure_from_now_on(post: ScheduledPost, **_kwargs: Any) -> None:
    """Start the ladder."""
    measuring.start(post)
