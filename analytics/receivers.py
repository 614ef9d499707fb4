"""What analytics does when something happens below it."""

import uuid
from typing import Any

from django.dispatch import receiver

from analytics.models import MeasuredPost
from analytics.services import measuring, riding
from publishing.models import ScheduledPost
from publishing.signals import posts_moved, posts_published
from trends.services import own


@receiver(posts_published)
def measure_from_now_on(posts: list[ScheduledPost], **_kwargs: Any) -> None:
    """Start the ladder."""
    measuring.begin(posts)


@receiver(posts_published)
def note_the_rides(posts: list[ScheduledPost], **_kwargs: Any) -> None:
    """Remember the trends they ride."""
    riding.note(posts)


@receiver(posts_moved)
def take_the_numbers_along(keys: list[uuid.UUID], client_id: uuid.UUID | None, **_kwargs: Any) -> None:
    """Numbers go with their posts."""
    MeasuredPost.objects.filter(post_id__in=keys).update(client_id=client_id)
    own.move(keys, client_id=client_id)
