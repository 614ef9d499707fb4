"""Approvals, reviews and plans are kept apart: by organisation, and for a client's member by client."""

from django.db import migrations

from accounts.guarding import NOTHING, guard, own, referable, same_organization, through
from accounts.tenancy import isolate

ACCOUNT, BRAND, MEMBER = "accounts_clientaccount", "accounts_brandprofile", "accounts_membership"
PIECE, CONNECTION, POST = (
    "content_generatedcontent",
    "publishing_platformconnection",
    "publishing_scheduledpost",
)
WORKFLOW, STAGE, APPROVER = (
    "publishing_approvalworkflow",
    "publishing_approvalstage",
    "publishing_stageapprover",
)
REQUEST, ASK, DECISION = (
    "publishing_approvalrequest",
    "publishing_approvalask",
    "publishing_approvaldecision",
)
REVISION, ABSENCE, QA = "publishing_revision", "publishing_absence", "publishing_qarequest"
LINK, DEVICE, COMMENT = "publishing_reviewlink", "publishing_reviewdevice", "publishing_reviewcomment"
SLOT, BEST, SERIES, HOLD = (
    "publishing_postingslot",
    "publishing_besttime",
    "publishing_recurringpost",
    "publishing_postinghold",
)
IMPORT, CALENDAR, ENTRY = "publishing_planimport", "publishing_contentcalendar", "publishing_calendarentry"

OF_A_CLIENT = [WORKFLOW, REQUEST, LINK, SLOT, SERIES, HOLD, IMPORT, CALENDAR, QA]
OTHERS = [STAGE, APPROVER, ASK, DECISION, REVISION, ABSENCE, DEVICE, COMMENT, BEST, ENTRY]


class Migration(migrations.Migration):
    dependencies = [("publishing", "0010_approve_and_plan")]

    operations = [
        *[isolate(table, client=True) for table in OF_A_CLIENT],
        *[isolate(table) for table in OTHERS],
        *referable(WORKFLOW, STAGE, REQUEST, ASK, LINK, COMMENT, SLOT, SERIES, IMPORT, CALENDAR),
        *[guard(table, own()) for table in OF_A_CLIENT if table != QA],
        guard(QA, NOTHING),
        guard(ABSENCE, NOTHING),
        guard(STAGE, through(STAGE, "workflow_id", WORKFLOW)),
        guard(APPROVER, through(APPROVER, "stage_id", STAGE)),
        guard(ASK, through(ASK, "request_id", REQUEST)),
        guard(DECISION, through(DECISION, "request_id", REQUEST)),
        guard(REVISION, through(REVISION, "request_id", REQUEST)),
        guard(DEVICE, through(DEVICE, "link_id", LINK)),
        guard(COMMENT, through(COMMENT, "request_id", REQUEST, more=f"NOT {COMMENT}.is_internal")),
        guard(BEST, through(BEST, "connection_id", CONNECTION)),
        guard(ENTRY, through(ENTRY, "calendar_id", CALENDAR)),
        *[step for table in OF_A_CLIENT for step in same_organization(table, [("client_id", ACCOUNT)])],
        *same_organization(STAGE, [("workflow_id", WORKFLOW)]),
        *same_organization(APPROVER, [("stage_id", STAGE), ("member_id", MEMBER)]),
        *same_organization(REQUEST, [("piece_id", PIECE), ("workflow_id", WORKFLOW)]),
        *same_organization(ASK, [("request_id", REQUEST), ("member_id", MEMBER), ("instead_of_id", MEMBER)]),
        *same_organization(DECISION, [("request_id", REQUEST), ("link_id", LINK)]),
        *same_organization(REVISION, [("request_id", REQUEST)]),
        *same_organization(ABSENCE, [("member_id", MEMBER), ("deputy_id", MEMBER)]),
        *same_organization(QA, [("piece_id", PIECE)]),
        *same_organization(LINK, [("request_id", REQUEST)]),
        *same_organization(DEVICE, [("link_id", LINK)]),
        *same_organization(COMMENT, [("request_id", REQUEST), ("parent_id", COMMENT), ("link_id", LINK)]),
        *same_organization(SLOT, [("brand_id", BRAND), ("connection_id", CONNECTION)]),
        *same_organization(BEST, [("connection_id", CONNECTION)]),
        *same_organization(SERIES, [("piece_id", PIECE), ("connection_id", CONNECTION)]),
        *same_organization(HOLD, [("connection_id", CONNECTION)]),
        *same_organization(CALENDAR, [("brand_id", BRAND)]),
        *same_organization(
            ENTRY,
            [("calendar_id", CALENDAR), ("connection_id", CONNECTION), ("piece_id", PIECE), ("post_id", POST)],
        ),
        *same_organization(
            POST,
            [("approval_id", REQUEST), ("slot_id", SLOT), ("series_id", SERIES), ("plan_import_id", IMPORT)],
        ),
    ]
