"""Background work of publishing. The schedule stands in the database; a message here is only a doorbell."""

import uuid
from random import SystemRandom

from celery import shared_task
from django.core.files.storage import default_storage
from django.utils import timezone

from publishing.delivery import addresses, claiming, sending, sweeping

DOORBELLS = 200
# A doorbell nobody answered before the next scan is dropped: the scan rings again.
RINGS_FOR = 10


@shared_task
def publish_due() -> None:
    """Ring for every post that is due."""
    for post_id, organization_id in claiming.due(timezone.now(), limit=DOORBELLS):
        deliver.apply_async(
            kwargs={"post_id": str(post_id), "organization_id": str(organization_id)}, expires=RINGS_FOR
        )


@shared_task
def deliver(*, post_id: str, organization_id: str) -> None:
    """Do what is due for one post; nothing when somebody else does."""
    sending.deliver(
        uuid.UUID(post_id), organization_id=uuid.UUID(organization_id), clock=timezone.now, chance=SystemRandom()
    )


@shared_task
def sweep() -> None:
    """Find what was lost."""
    sweeping.sweep(now=timezone.now(), chance=SystemRandom())


@shared_task
def clear_outgoing() -> None:
    """Remove pictures that were made smaller for posts long gone."""
    addresses.clear(now=timezone.now(), storage=default_storage)
