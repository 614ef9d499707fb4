"""How the API describes itself: the settings of drf-spectacular."""

from typing import Any

SCHEMA: dict[str, Any] = {
    "TITLE": "TrendDrop",
    "VERSION": "1",
    "DESCRIPTION": (
        "Everything the pages can do, for programs. Send a key as `Authorization: Bearer td_…`; it acts as its member, "
        "within its scopes.\n\n"
        "**Pages** hold `limit` rows and name the `next` page, also as a `Link` header. **Errors** are "
        "`application/problem+json` (RFC 9457). **Repeating** a POST with the same `Idempotency-Key` gives the first "
        "answer again. **Rates** are told in `RateLimit` and `RateLimit-Policy` "
        "(draft-ietf-httpapi-ratelimit-headers-10). Times are UTC."
    ),
    "OAS_VERSION": "3.0.3",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SORT_OPERATIONS": True,
    "ENUM_NAME_OVERRIDES": {
        "PlatformEnum": "publishing.serializers.connections.PLATFORMS",
        "RoleEnum": "accounts.models.Membership.Role",
        "GivenRoleEnum": "accounts.serializers.members.ROLES",
        "MemberStatusEnum": "accounts.models.Membership.Status",
        "NotificationKindEnum": "accounts.models.Notification.Kind",
        "AssetKindEnum": "content.models.ContentAsset.Kind",
        "AssetStatusEnum": "content.models.ContentAsset.Status",
        "StepStatusEnum": "content.models.PipelineStep.Status",
        "PieceKindEnum": "content.models.GeneratedContent.Kind",
        "ClipStateEnum": "content.serializers.templates.CLIP_STATES",
        "PieceFormatEnum": "content.models.PieceFormat",
        "RepurposingKindEnum": "content.models.RepurposingKind",
        "EditToolEnum": "content.models.EditTool",
        "FileOriginEnum": "content.models.PieceFile.Origin",
        "ConnectionStatusEnum": "publishing.models.PlatformConnection.Status",
        "PostStatusEnum": "publishing.models.ScheduledPost.Status",
        "ApprovalStatusEnum": "publishing.models.ApprovalRequest.Status",
        "AskStatusEnum": "publishing.models.ApprovalAsk.Status",
        "VerdictEnum": "publishing.models.ApprovalDecision.Verdict",
        "RevisionStatusEnum": "publishing.models.Revision.Status",
        "QAKindEnum": "publishing.models.QARequest.Kind",
        "QAStatusEnum": "publishing.models.QARequest.Status",
        "QAPriorityEnum": "publishing.models.QARequest.Priority",
        "PlanImportStatusEnum": "publishing.models.PlanImport.Status",
        "WeekdayEnum": "publishing.models.Weekday",
        "SlotFateEnum": "publishing.serializers.slots.FATES",
        "LatePostsEnum": "publishing.serializers.slots.LATE",
        "UsualWeekEnum": "publishing.serializers.slots.USUAL_WEEKS",
        "FrequencyEnum": "publishing.models.RecurringPost.Frequency",
        "CalendarOriginEnum": "publishing.models.ContentCalendar.Origin",
        "ApproverKindEnum": "publishing.models.StageApprover.Kind",
        "LibraryKindEnum": "content.models.LibraryKind",
        "TemplateKindEnum": "content.models.TemplateKind",
        "OfferStatusEnum": "content.models.PublishedItem.Status",
        "OfferAccessEnum": "content.models.PublishedItem.Access",
        "ToneEnum": "accounts.models.BrandProfile.Tone",
        "PictureToneEnum": "content.looks.designs.TONES",
        "FontEnum": "content.looks.designs.FONTS",
        "TokenStandardEnum": "accounts.models.TokenGate.Standard",
        "BrandLanguageEnum": "accounts.models.brands.LANGUAGES",
        "SpokenLanguageEnum": "content.transcripts.tongues.LANGUAGES",
        "IdeaSourceEnum": "content.models.Prompt.Source",
        "ScriptStatusEnum": "content.models.Script.Status",
        "WorkStatusEnum": "content.models.RepurposingJob.Status",
        "EventTypeEnum": "analytics.models.EventType",
        "EventOutcomeEnum": "analytics.serializers.events.STATES",
        "EventBatchStatusEnum": "analytics.models.EventBatch.Status",
        "TopicKindEnum": "trends.models.TrendTopic.Kind",
        "TopicStatusEnum": "trends.models.TrendTopic.Status",
    },
}
