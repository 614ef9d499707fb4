"""Of approvals, reviews and the quality desk."""

from accounts.rights.registry import Answer, Fate

_NAMELESS = Fate.POINTS_TO_A_NAMELESS_ROW
_ANEW = "who is asked is said anew where the archive is brought"


def _settled(status: str) -> str:
    """Nobody is asked for what an archive brings."""
    return status if status in {"approved", "rejected"} else "withdrawn"


ANSWERS = (
    Answer(
        "publishing.ApprovalWorkflow",
        organization="organization",
        exports="client name is_active is_required for_all_clients auto_publish",
        on_import={"is_active": False},
        words="name",
    ),
    Answer(
        "publishing.ApprovalStage",
        organization="organization",
        exports="workflow position name needs hours",
        words="name",
    ),
    Answer(
        "publishing.StageApprover",
        organization="organization",
        person="member__user",
        exports="stage kind member role",
        not_imported=_ANEW,
    ),
    Answer(
        "publishing.ApprovalRequest",
        organization="organization",
        person="requested_by reviewed_by",
        exports="client piece workflow workflow_name auto_publish stages round stage status version fingerprint"
        " approved_version approved_fingerprint approved_state note requested_by due_at nobody decided_at"
        " reviewed_by feedback revision_count",
        on_import={"status": _settled, "due_at": None, "approved_state": {}},
        people={"requested_by": _NAMELESS, "reviewed_by": _NAMELESS},
        words="workflow_name stages note feedback",
    ),
    Answer(
        "publishing.ApprovalAsk",
        organization="organization",
        person="member__user",
        exports="request round stage member is_client instead_of status due_at reminded_at overdue_told_at decided_at",
        not_imported=_ANEW,
    ),
    Answer(
        "publishing.ApprovalDecision",
        organization="organization",
        person="user",
        exports="request round stage stage_name verdict words version fingerprint user link name instead_of",
        on_import={"link": None},
        people={"user": _NAMELESS},
        words="words name instead_of",
    ),
    Answer(
        "publishing.Revision",
        organization="organization",
        person="requested_by assigned_to",
        exports="request number requested_by requested_name assigned_to feedback status from_version to_version due_at"
        " completed_at",
        people={"requested_by": _NAMELESS, "assigned_to": _NAMELESS},
        words="feedback requested_name",
    ),
    Answer(
        "publishing.Absence",
        organization="organization",
        person="member__user deputy__user",
        exports="member deputy starts_on ends_on",
        not_imported="people of an archive are not members where it is brought",
    ),
    Answer(
        "publishing.QARequest",
        organization="organization",
        person="requested_by assignee",
        exports="client piece version kind priority status brief requested_by assignee sla_hours due_at paused_at"
        " question started_at completed_at warned_at overdue_told_at feedback quality_score",
        on_import={"status": lambda status: status if status == "done" else "cancelled"},
        people={"requested_by": _NAMELESS, "assignee": _NAMELESS},
        words="brief question feedback",
    ),
    Answer(
        "publishing.ReviewLink",
        organization="organization",
        person="created_by",
        exports="client request name email may_decide expires_at revoked_at created_by last_used_at mail_asked_at"
        " mailed_at",
        leaves_out={
            "token_hash": "a way in is never taken along",
            "code_hash": "a secret never leaves the installation",
            "code_sent_at": "a state of this installation's own work",
            "code_tries": "a state of this installation's own work",
        },
        not_imported="a way in is given anew",
        people={"created_by": _NAMELESS},
        words="name email",
    ),
    Answer("publishing.ReviewDevice", organization="organization", not_exported="a browser's own key, only its hash"),
    Answer(
        "publishing.ReviewComment",
        organization="organization",
        person="user",
        exports="request parent user link name is_internal version body moment moment_end field starts_at ends_at quote"
        " x y slide resolved_at resolved_by deleted_at",
        on_import={"link": None},
        people={"user": _NAMELESS, "resolved_by": _NAMELESS},
        words="body quote name",
    ),
)
