"""Goals, findings, advice, questions and reports are kept apart: by organisation, by client, by person."""

from django.db import migrations

from accounts.guarding import all_of, guard, of_person, own, referable, same_organization, through
from accounts.tenancy import isolate

CLIENT, BRAND = "accounts_clientaccount", "accounts_brandprofile"
CONNECTION, POST, PIECE = "publishing_platformconnection", "publishing_scheduledpost", "content_generatedcontent"
ACCOUNT = "analytics_trackedaccount"
GOAL, MILESTONE = "analytics_goal", "analytics_goalmilestone"
RUN, INSIGHT = "analytics_insightrun", "analytics_insight"
ANOMALY, CAUSE = "analytics_anomaly", "analytics_anomalycause"
ARM, SUGGESTION, BACKTEST = "analytics_suggestionarm", "analytics_suggestion", "analytics_backtest"
CONVERSATION, QUESTION = "analytics_advisorconversation", "analytics_advisorquestion"
SCHEDULE, REPORT = "analytics_reportschedule", "analytics_optimizationreport"

OF_A_CLIENT = [GOAL, RUN, INSIGHT, ANOMALY, ARM, SUGGESTION, BACKTEST, CONVERSATION, SCHEDULE, REPORT]
OTHERS = [MILESTONE, CAUSE, QUESTION]


class Migration(migrations.Migration):
    dependencies = [("analytics", "0012_insights")]

    operations = [
        *[isolate(table, client=True) for table in OF_A_CLIENT],
        *[isolate(table) for table in OTHERS],
        *referable(GOAL, INSIGHT, ANOMALY, CONVERSATION, SCHEDULE),
        *[guard(table, own()) for table in OF_A_CLIENT if table != CONVERSATION],
        guard(CONVERSATION, all_of(own(), of_person())),
        guard(MILESTONE, through(MILESTONE, "goal_id", GOAL)),
        guard(CAUSE, through(CAUSE, "anomaly_id", ANOMALY)),
        guard(QUESTION, through(QUESTION, "conversation_id", CONVERSATION)),
        *[step for table in OF_A_CLIENT for step in same_organization(table, [("client_id", CLIENT)])],
        *same_organization(GOAL, [("account_id", ACCOUNT)]),
        *same_organization(MILESTONE, [("goal_id", GOAL)]),
        *same_organization(INSIGHT, [("account_id", ACCOUNT), ("connection_id", CONNECTION), ("goal_id", GOAL)]),
        *same_organization(ANOMALY, [("account_id", ACCOUNT), ("connection_id", CONNECTION)]),
        *same_organization(CAUSE, [("anomaly_id", ANOMALY), ("post_id", POST)]),
        *same_organization(ARM, [("connection_id", CONNECTION)]),
        *same_organization(
            SUGGESTION,
            [
                ("connection_id", CONNECTION),
                ("brand_id", BRAND),
                ("insight_id", INSIGHT),
                ("piece_id", PIECE),
                ("post_id", POST),
            ],
        ),
        *same_organization(BACKTEST, [("connection_id", CONNECTION)]),
        *same_organization(QUESTION, [("conversation_id", CONVERSATION)]),
        *same_organization(SCHEDULE, [("brand_id", BRAND)]),
        *same_organization(REPORT, [("brand_id", BRAND), ("schedule_id", SCHEDULE)]),
    ]
