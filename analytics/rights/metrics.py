"""Posts under measurement and their snapshots."""

from accounts.rights.registry import Answer

COUNTS = (
    "views impressions reach likes comments shares quotes saves clicks profile_visits follows watch_seconds"
    " average_watch_seconds completion more"
)

ANSWERS = (
    Answer(
        "analytics.MeasuredPost",
        organization="organization",
        exports="client post connection brand asset platform kind format category language hashtags duration"
        " published_at last_at gone_at failures error origin is_simulated figures virality quality relevance " + COUNTS,
        leaves_out={
            "next_at": "nothing of an archive is asked for by itself",
            "lease_until": "a state of this installation's own work",
            "fence": "a state of this installation's own work",
            "learned_at": "a state of this installation's own work",
            "letters": "counted again in the post's text",
            "settled_views": "looked up again in the snapshots",
            "settled_actions": "looked up again in the snapshots",
        },
    ),
    Answer(
        "analytics.PostMetrics",
        organization="organization",
        exports="post taken_at hour origin is_simulated " + COUNTS,
    ),
    Answer(
        "analytics.PostDay",
        organization="organization",
        not_exported="summed again from the snapshots",
    ),
    Answer(
        "analytics.AccountDay",
        organization="organization",
        not_exported="summed again from the snapshots",
    ),
    Answer(
        "analytics.AnalyticsSnapshot",
        organization="organization",
        not_exported="summed again from the snapshots",
    ),
    Answer(
        "analytics.RollupMark",
        organization="organization",
        not_exported="a state of this installation's own work",
    ),
)
