"""Goals, findings, odd days, advice and its back-tests, the advisor, reports."""

from accounts.rights.registry import Answer, Fate

_NAMELESS = Fate.POINTS_TO_A_NAMELESS_ROW
_NOBODY = Fate.POINTS_TO_NOBODY
_OWN_WORK = "a state of this installation's own work"

ANSWERS = (
    Answer(
        "analytics.Goal",
        organization="organization",
        person="made_by",
        exports="client account name metric measure target starts_on deadline start_value value value_on status outlook"
        " projection checked_at closed_at reached_on note made_by",
        people={"made_by": _NAMELESS},
        words="name note",
    ),
    Answer(
        "analytics.GoalMilestone",
        organization="organization",
        exports="goal percent passed_on value told_at",
    ),
    Answer("analytics.InsightRun", organization="organization", exports="client ran_at asked found thin"),
    Answer(
        "analytics.Insight",
        organization="organization",
        exports="client account connection goal kind question key platform metric sentence basis numbers evidence"
        " advice effect p q sample use is_current is_simulated first_found_at found_at dismissed_at dismissed_by"
        " dismissed_for used_at",
        people={"dismissed_by": _NOBODY},
        not_imported="its key and chart name rows of the installation it was found in; it is found anew",
    ),
    Answer(
        "analytics.Anomaly",
        organization="organization",
        exports="client account connection platform series metric kind date value expected low high score p sentence"
        " is_simulated found_at dismissed_at dismissed_by",
        people={"dismissed_by": _NOBODY},
        not_imported="its series names rows of the installation it was found in; it is found anew",
    ),
    Answer(
        "analytics.AnomalyCause",
        organization="organization",
        exports="anomaly kind post share sentence",
        not_imported="it belongs to an odd day, which is found anew",
    ),
    Answer(
        "analytics.ArmPrior",
        not_exported="What is usual on a platform, pooled so that no organisation can be told from it.",
    ),
    Answer(
        "analytics.SuggestionArm",
        organization="organization",
        not_exported="reckoned again from the results of posts",
    ),
    Answer(
        "analytics.Suggestion",
        organization="organization",
        exports="client connection brand piece post status choices reasons sentence expected low high is_trial"
        " propensity is_control sure basis kept suggested_for offered_at taken_at taken_by dismissed_at dismissed_by"
        " outcome settled_at is_simulated",
        leaves_out={
            "insight": "findings are not taken in elsewhere; what came of one stands here",
            "seed": _OWN_WORK,
            "key": _OWN_WORK,
        },
        people={"taken_by": _NOBODY, "dismissed_by": _NOBODY},
    ),
    Answer(
        "analytics.BackTest",
        organization="organization",
        exports="client connection week advised own advised_result own_result ratio low high p verdict numbers made_at"
        " is_simulated",
    ),
    Answer(
        "analytics.AdvisorConversation",
        organization="organization",
        person="user",
        exports="client user title last_at",
        people={"user": Fate.DELETED},
        words="title",
    ),
    Answer(
        "analytics.AdvisorQuestion",
        organization="organization",
        person="conversation__user",
        exports="conversation question guided status answer calls charts numbers model error asked_at answered_at"
        " is_helpful",
        leaves_out={"lease_until": _OWN_WORK, "fence": _OWN_WORK},
        on_import={"calls": lambda _calls: [], "charts": lambda _charts: []},
        words="question answer error",
    ),
    Answer(
        "analytics.ReportSchedule",
        organization="organization",
        person="made_by",
        exports="client brand name period hour recipients language is_active last_at failures error made_by",
        leaves_out={
            "next_at": "nothing of an archive is sent by itself",
            "lease_until": _OWN_WORK,
            "fence": _OWN_WORK,
        },
        on_import={"is_active": False},
        people={"made_by": _NAMELESS},
        words="name recipients error",
    ),
    Answer(
        "analytics.OptimizationReport",
        organization="organization",
        person="made_by",
        exports="client brand schedule title period first_day last_day status content error made_at made_by sent_at"
        " sent_to",
        people={"made_by": _NAMELESS},
        words="title error sent_to",
    ),
)
