"""What analytics does when something happens below it."""

import uuid
from typing import Any

from django.dispatch import receiver

from analytics.models import MeasuredPost
from analytics.services import measuring, riding
from publishing.models import ScheduledPost
from publishing.signals import post_published, posts_moved
from trends.services import own


@receiver(post_published)
def measure_from_now_on(post: ScheduledPost, **_kwargs: Any) -> None:
    """Start the ladder."""
    measuring.begin(post)


@receiver(post_published)
def note_the_ride(post: ScheduledPost, **_kwargs: Any) -> None:
    """Remember the trends it rides."""
    riding.note(post)


@receiver(posts_moved)
def take_the_numbers_along(keys: list[uuid.UUID], client_id: uuid.UUID | None, **_kwargs: Any) -> None:
    """Numbers go with their posts."""
    MeasuredPost.objects.filter(post_id__in=keys).update(client_id=client_id)
    own.move(keys, client_id=client_id)
