"""What publishing does when something happens below it."""

import uuid
from typing import Any

from django.dispatch import receiver

from accounts.models import ClientAccount, Membership
from accounts.signals import client_archived
from content.signals import assets_moved
from publishing.services import clients, imports
from publishing.signals import plan_rung


@receiver(assets_moved)
def take_the_posts_along(keys: list[uuid.UUID], client_id: uuid.UUID | None, by: Membership, **_kwargs: Any) -> None:
    """Posts go with what they were made of."""
    clients.move(keys, client_id=client_id, by=by)


@receiver(client_archived)
def send_nothing_more(client: ClientAccount, by: Membership, **_kwargs: Any) -> None:
    """What was planned for the client is not sent."""
    clients.stop(client, by=by)


@receiver(plan_rung)
def land_the_plan(key: uuid.UUID, organization_id: uuid.UUID, **_kwargs: Any) -> None:
    """Rows of a file become posts by the commands that people use."""
    imports.run(key, organization_id=organization_id)
