"""What stands in Kesar Naturals of slots, series, holds; and which address shows which of it."""

import datetime as dt
import uuid
from typing import Any

from publishing.models import PostingHold, PostingSlot, RecurringPost
from tests.cast import Cast

THINGS: dict[str, str] = {
    **dict.fromkeys(("connection_slots", "slot_add", "slots_preset", "slots_zone", "queue_order"), "connection"),
    **dict.fromkeys(("slot", "slot_remove"), "slot"),
    **dict.fromkeys(("queue_add", "good_times", "recurring_new"), "piece"),
    "post_to_slot": "post",
    **dict.fromkeys(("recurring_one", "recurring_pause", "recurring_resume", "recurring_remove"), "series"),
    "hold_release": "hold",
}
RESOURCES: dict[str, str] = {
    "api-posting-slots-": "slot",
    "api-recurring-posts-": "series",
    "api-holds-": "hold",
    "api-queues-": "connection",
}


def planning(cast: Cast, ids: dict[str, uuid.UUID]) -> dict[str, Any]:
    """Give the client's account a slot, a series and a hold that has not ended."""
    on = {"organization": cast.kesar, "client": cast.client, "connection_id": ids["connection"]}
    slot = PostingSlot.objects.create(**on, weekday=0, at=dt.time(9), timezone="Asia/Kolkata")
    series = RecurringPost.objects.create(
        **on,
        piece_id=ids["piece"],
        frequency=RecurringPost.Frequency.WEEKLY,
        at=dt.time(9),
        timezone="Asia/Kolkata",
        starts_on=dt.date(2026, 11, 23),
        error="KESAR waits",
        created_by=cast.ben.user,
    )
    hold = PostingHold.objects.create(**on, reason="KESAR", held_by=cast.asha.user)
    return {"slot": slot.pk, "series": series.pk, "hold": hold.pk}
