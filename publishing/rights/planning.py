"""Of slots, recurring posts, holds, calendars and plans brought as files."""

from accounts.rights.registry import Answer, Fate

_NAMELESS = Fate.POINTS_TO_A_NAMELESS_ROW

ANSWERS = (
    Answer(
        "publishing.PostingSlot",
        organization="organization",
        exports="client brand connection weekday at timezone is_active",
    ),
    Answer("publishing.BestTime", organization="organization", not_exported="made again from what posts did"),
    Answer(
        "publishing.RecurringPost",
        organization="organization",
        person="created_by",
        exports="client piece connection frequency interval weekdays day_of_month at timezone starts_on ends_on times"
        " made skipped next_on is_active error created_by",
        on_import={"is_active": False, "next_on": None},
        people={"created_by": _NAMELESS},
    ),
    Answer(
        "publishing.PostingHold",
        organization="organization",
        person="held_by ended_by",
        exports="client connection reason cause held_by ended_at ended_by",
        on_import={"cause": "person"},
        people={"held_by": _NAMELESS, "ended_by": _NAMELESS},
        words="reason",
    ),
    Answer(
        "publishing.PlanImport",
        organization="organization",
        person="asked_by",
        exports="client name as_drafts timezone status rows read landed refused refusals error asked_by finished_at",
        files="file refused_file",
        leaves_out={
            "lease_until": "a state of this installation's own work",
            "fence": "a state of this installation's own work",
        },
        on_import={"status": "done"},
        people={"asked_by": _NAMELESS},
        words="name refusals",
    ),
    Answer(
        "publishing.ContentCalendar",
        organization="organization",
        person="created_by",
        exports="client brand name description starts_on ends_on origin reasoning created_by deleted_at",
        people={"created_by": _NAMELESS},
        words="name description reasoning",
    ),
    Answer(
        "publishing.CalendarEntry",
        organization="organization",
        exports="calendar date at timezone platform connection title notes tags reason topic piece post",
        on_import={"topic": None},
        words="title notes tags reason",
    ),
)
