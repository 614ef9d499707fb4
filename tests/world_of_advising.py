"""What was asked of the advisor and reported in Kesar Naturals; and which address shows which of it."""

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from accounts.models import Membership
from analytics.models import AdvisorConversation, AdvisorQuestion, ReportSchedule
from analytics.queries.narrowing import today_of
from analytics.reporting import making
from analytics.span import of_days
from tests.cast import Cast

THINGS: dict[str, str] = {
    **dict.fromkeys(("numbers_advisor_talk", "numbers_advisor_talk_forget"), "advisor_talk"),
    **dict.fromkeys(("numbers_report", "numbers_report_pdf", "numbers_report_remove"), "optimisation"),
    **dict.fromkeys(("numbers_report_schedule", "numbers_report_unschedule"), "report_schedule"),
    **dict.fromkeys(("numbers_advisor_question", "numbers_advisor_judge"), "advisor_question"),
}
RESOURCES: dict[str, str] = {
    "api-advisor-conversations-": "advisor_talk",
    "api-advisor-questions-": "advisor_question",
    "api-optimization-reports-": "optimisation",
    "api-report-schedules-": "report_schedule",
}


def advised(cast: Cast) -> dict[str, Any]:
    """Ask something as the owner."""
    now = timezone.now()
    talk = AdvisorConversation.objects.create(
        organization=cast.kesar, user=cast.asha.user, title="KESAR views?", last_at=now, client=cast.client
    )
    question = AdvisorQuestion.objects.create(
        organization=cast.kesar, conversation=talk, question="KESAR views?", asked_at=now - dt.timedelta(minutes=1),
        status="unknown", answered_at=now,
    )  # fmt: skip
    member = Membership.objects.select_related("organization", "user", "client").get(pk=cast.asha.pk)
    span = of_days(7, today=today_of(cast.kesar, now=now))
    report = making.make(member, span, period="custom", now=now, client=cast.client)
    schedule = ReportSchedule.objects.create(
        organization=cast.kesar, client=cast.client, name="KESAR weekly", period="week", made_by=cast.asha.user,
        recipients=["esha@chaipoint.example"], next_at=now + dt.timedelta(days=3),
    )  # fmt: skip
    found: dict[str, uuid.UUID] = {"advisor_talk": talk.pk, "advisor_question": question.pk}
    return found | {"optimisation": report.pk, "report_schedule": schedule.pk}
