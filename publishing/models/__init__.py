"""Connected accounts, approvals, plans, posts and every attempt to send them, platforms, and the practice network."""

from publishing.models.approvals import (
    Absence,
    ApprovalAsk,
    ApprovalDecision,
    ApprovalRequest,
    ApprovalStage,
    ApprovalWorkflow,
    QARequest,
    Revision,
    StageApprover,
)
from publishing.models.connections import MastodonApp, PlatformConnection, SignInChoice
from publishing.models.planning import (
    BestTime,
    CalendarEntry,
    ContentCalendar,
    PlanImport,
    PostingHold,
    PostingSlot,
    RecurringPost,
    Weekday,
)
from publishing.models.platforms import Listening, Platform, PlatformEvent, QuotaUse
from publishing.models.posts import PublishAttempt, ScheduledPost
from publishing.models.practice import PracticeAccount, PracticeMedia, PracticePost
from publishing.models.reviews import ReviewComment, ReviewDevice, ReviewLink

__all__ = [
    "Absence",
    "ApprovalAsk",
    "ApprovalDecision",
    "ApprovalRequest",
    "ApprovalStage",
    "ApprovalWorkflow",
    "BestTime",
    "CalendarEntry",
    "ContentCalendar",
    "Listening",
    "MastodonApp",
    "PlanImport",
    "Platform",
    "PlatformConnection",
    "PlatformEvent",
    "PostingHold",
    "PostingSlot",
    "PracticeAccount",
    "PracticeMedia",
    "PracticePost",
    "PublishAttempt",
    "QARequest",
    "QuotaUse",
    "RecurringPost",
    "ReviewComment",
    "ReviewDevice",
    "ReviewLink",
    "Revision",
    "ScheduledPost",
    "SignInChoice",
    "StageApprover",
    "Weekday",
]
