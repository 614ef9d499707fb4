"""What people did with posts, its sums, and the files that old months lie in."""

from typing import Any

from django.db import connection, models

from accounts.rights.registry import Answer


def forget_keys(rows: "models.QuerySet[Any]") -> None:
    """Forget which events of an organisation were counted; called before its events go."""
    owners = rows.order_by().values_list("organization_id", flat=True).distinct()
    with connection.cursor() as cursor:
        for owner in list(owners):
            cursor.execute("SELECT analytics_forget_event_keys_of(%s)", [owner])


ANSWERS = (
    Answer(
        "analytics.TouchedHour",
        organization="organization",
        not_exported="What waits to be summed is a state of this installation's own work.",
    ),
    Answer(
        "analytics.EngagementEvent",
        organization="organization",
        exports="post connection type happened_at received_at person person_name followers value country age_range"
        " gender metadata",
        also_delete=forget_keys,
    ),
    Answer(
        "analytics.EngagementHour",
        organization="organization",
        exports="post hour type count value",
    ),
    Answer(
        "analytics.EngagementDay",
        organization="organization",
        exports="connection date type country age_range gender count people value",
    ),
    Answer(
        "analytics.ReactionDay",
        organization="organization",
        exports="connection date kind key count",
    ),
    Answer(
        "analytics.EventBatch",
        organization="organization",
        exports="month part rows size sha256",
        files="file",
        folder="events/{organization}",
        not_imported="Its rows name posts by keys of the installation they were archived in.",
        leaves_out={
            "status": "whether it was brought back is a state of this installation",
            "restored_until": "whether it was brought back is a state of this installation",
        },
    ),
    Answer(
        "analytics.EventKey",
        not_exported="Hashes by which an event is counted once; they say nothing, and go with the events.",
    ),
)
