"""Accounts whose days are counted, those days, who the people are, and files of days."""

from accounts.rights.registry import Answer, Fate

_NAMELESS = Fate.POINTS_TO_A_NAMELESS_ROW
_OWN_WORK = "a state of this installation's own work"

ANSWERS = (
    Answer(
        "analytics.TrackedAccount",
        organization="organization",
        exports="client brand connection platform external_id name url way settings is_active last_at failures error"
        " backfilled_from gone_at is_simulated",
        leaves_out={
            "next_at": "nothing of an archive is asked for by itself",
            "lease_until": _OWN_WORK,
            "fence": _OWN_WORK,
        },
        on_import={"is_active": False},
        words="name error",
    ),
    Answer(
        "analytics.DailyMetrics",
        organization="organization",
        person="entered_by",
        exports="client account platform date followers change_24h change_7d change_30d engagement content_count"
        " document missing origin is_settled taken_at entered_by source_file",
        people={"entered_by": _NAMELESS},
    ),
    Answer(
        "analytics.AudienceSnapshot",
        organization="organization",
        exports="account kind date shares of counted origin",
    ),
    Answer(
        "analytics.MetricImport",
        organization="organization",
        person="brought_by",
        exports="client account file_name recognised columns rows errors row_count first_day last_day status"
        " brought_by",
        leaves_out={"replaced": "an import is taken back only where it was taken in"},
        on_import={"status": "undone"},
        people={"brought_by": _NAMELESS},
        words="file_name errors",
    ),
)
