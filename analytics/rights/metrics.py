"""Posts under measurement and their snapshots."""

from accounts.rights.registry import Answer

ANSWERS = (
    Answer(
        "analytics.MeasuredPost",
        organization="organization",
        exports="client post platform published_at last_at failures error is_simulated views likes comments shares"
        " saves",
        leaves_out={
            "next_at": "nothing of an archive is asked for by itself",
            "lease_until": "a state of this installation's own work",
            "fence": "a state of this installation's own work",
            "learned_at": "a state of this installation's own work",
        },
    ),
    Answer(
        "analytics.PostMetrics",
        organization="organization",
        exports="post taken_at hour views impressions reach likes comments shares saves clicks is_simulated",
    ),
)
