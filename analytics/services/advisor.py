"""Commands on the advisor: ask, forget, say whether an answer was of use."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Membership
from analytics import tasks
from analytics.advisor import answering
from analytics.advisor.questions import READY
from analytics.models import AdvisorConversation, AdvisorQuestion
from trenddrop.core import llm

LONGEST = 500


class CannotAsk(Exception):
    """Nothing was asked; the message says why."""


def ask(
    words: str, *, by: Membership, now: dt.datetime, guided: str = "", conversation: AdvisorConversation | None = None
) -> AdvisorQuestion:
    """Ask a question in plain words, or a ready one by its key. Without a language model it is answered at once.

    Raises CannotAsk.
    """
    ready = READY.get(guided)
    words = str(ready.words) if ready else " ".join(words.split())
    if not words:
        raise CannotAsk(_("Ask something, or choose one of the questions."))
    if len(words) > LONGEST:
        raise CannotAsk(_("A question has at most %(n)s characters.") % {"n": LONGEST})
    row = _keep(words, ready.key if ready else "", conversation, by=by, now=now)
    if ready or not llm.available():
        found = answering.answered(row, by, now=now)
        AdvisorQuestion.objects.filter(pk=row.pk).update(**found.stored(now))
        row.refresh_from_db()
        return row
    names = {"question_id": str(row.pk), "organization_id": str(by.organization_id)}
    tasks.answer_question.delay_on_commit(**names)  # type: ignore[attr-defined]
    return row


def _keep(
    words: str, guided: str, conversation: AdvisorConversation | None, *, by: Membership, now: dt.datetime
) -> AdvisorQuestion:
    with transaction.atomic():
        if conversation is None:
            conversation = AdvisorConversation.objects.create(
                organization_id=by.organization_id,
                client_id=by.works_for_id,
                user=by.user,
                title=words[:200],
                last_at=now,
            )
        else:
            conversation.last_at = now
            conversation.save(update_fields=["last_at", "updated_at"])
        row = AdvisorQuestion.objects.create(
            organization_id=by.organization_id, conversation=conversation, question=words, guided=guided, asked_at=now
        )
        audit.record("advisor.asked", by.organization, organization_id=by.organization_id, by=by)
    return row


def forget(conversation: AdvisorConversation, *, by: Membership) -> None:
    """Remove a conversation with its questions and answers."""
    with transaction.atomic():
        audit.record("advisor.forgotten", by.organization, organization_id=by.organization_id, by=by, count=1)
        conversation.delete()


def forget_all(*, by: Membership) -> int:
    """Remove all conversations of a member; return how many."""
    with transaction.atomic():
        rows = AdvisorConversation.objects.visible_to(by).filter(user=by.user)
        count = rows.count()
        if count:
            audit.record("advisor.forgotten", by.organization, organization_id=by.organization_id, by=by, count=count)
            rows.delete()
    return count


def judge(question: AdvisorQuestion, *, by: Membership, is_helpful: bool | None) -> None:
    """Say whether an answer was of use; None takes it back."""
    with transaction.atomic():
        question.is_helpful = is_helpful
        question.save(update_fields=["is_helpful", "updated_at"])
        audit.record("advisor.judged", by.organization, organization_id=by.organization_id, by=by)
