"""What was asked of the advisor and reported in Kesar Naturals; and which address shows which of it."""

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from analytics.models import AdvisorConversation, AdvisorQuestion
from tests.cast import Cast

THINGS: dict[str, str] = {
    **dict.fromkeys(("numbers_advisor_talk", "numbers_advisor_talk_forget"), "advisor_talk"),
    **dict.fromkeys(("numbers_advisor_question", "numbers_advisor_judge"), "advisor_question"),
}
RESOURCES: dict[str, str] = {
    "api-advisor-conversations-": "advisor_talk",
    "api-advisor-questions-": "advisor_question",
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
    found: dict[str, uuid.UUID] = {"advisor_talk": talk.pk, "advisor_question": question.pk}
    return found
