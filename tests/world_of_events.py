"""What people did with Kesar's posts: an event, its sums, and a month in a file."""

import datetime as dt
import uuid
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from analytics.events.rollup import recount_reactions
from analytics.models import EngagementDay, EngagementEvent, EngagementHour, EventBatch
from tests.cast import Cast

THINGS: dict[str, str] = {}
RESOURCES: dict[str, str] = {"api-event-archives-": "event_batch"}


def events(cast: Cast, ids: dict[str, uuid.UUID]) -> dict[str, Any]:
    """Let somebody like the client's post, and put an old month into a file."""
    now, of = timezone.now(), {"organization": cast.kesar, "type": "like"}
    on = {"connection_id": ids["connection"]}
    EngagementEvent.objects.create(
        **of, **on, post_id=ids["post"], happened_at=now, received_at=now, person_name="KESAR"
    )
    EngagementHour.objects.create(**of, post_id=ids["post"], hour=now.replace(minute=0, second=0), count=1)
    EngagementDay.objects.create(**of, **on, date=now.date(), count=1)
    recount_reactions(cast.kesar.pk, [now.date()])
    batch = EventBatch(organization=cast.kesar, month=dt.date(2020, 1, 1), rows=0, size=3, sha256="0" * 64)
    batch.file.save(f"{cast.kesar.pk}/2020-01-0.ndjson.gz", ContentFile(b"gz!"), save=False)
    batch.save()
    return {"event_batch": batch.pk}
