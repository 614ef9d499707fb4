"""Answering one question: by the language model where there is one, else by what its words plainly ask for.

An answer that held other numbers than the tools' is not kept, also after its one repair: the tools' own figures stand
in its place, and it says so.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from accounts import tenancy
from accounts.models import Membership
from accounts.permissions import may
from accounts.queries import working_memberships
from analytics.advisor import asking, checking, matching, reader
from analytics.advisor.asking import Question, Said, Session
from analytics.advisor.questions import READY, Call
from analytics.advisor.reader import Nowhere
from analytics.advisor.tools import look
from analytics.models import AdvisorQuestion
from content import credits as costs
from content.models import Generation
from trenddrop.core import llm, rounds
from trenddrop.core.claims import claim_one, write_fenced
from trenddrop.core.limits import LimitReached
from trenddrop.core.llm import LLMError, LLMUnavailable

LEASE = dt.timedelta(minutes=4)
SWEPT = dt.timedelta(minutes=1)
BEFORE, MOST_SHOWN, MOST_DUE = 3, 3, 20
MADE_BY = "TrendDrop tools"
Status = AdvisorQuestion.Status


@dataclass
class Answered:
    """What is kept of an answer. `parts`: its paragraphs; none where the tools' figures speak for themselves."""

    status: str
    session: Session
    parts: Sequence[str] = ()
    shown: Sequence[int] = ()
    model: str = ""
    error: str = ""
    asked: costs.Asked | None = None

    def stored(self, now: dt.datetime) -> dict[str, Any]:
        """As columns."""
        looks = self.session.looks
        return {
            "status": self.status,
            "answer": "\n\n".join(self.parts),
            "calls": [each.stored() for each in looks],
            "charts": [{"look": number} for number in self.shown],
            "numbers": checking.origins(self.parts, checking.known(looks)),
            "model": self.model,
            "error": self.error,
            "answered_at": now,
            "lease_until": None,
        }


def answer_due(*, now: dt.datetime) -> int:
    """Answer questions whose worker was lost; return how many."""
    with tenancy.operator():
        rows = AdvisorQuestion.objects.filter(status=Status.WAITING, asked_at__lt=now - SWEPT)
        free = rows.filter(Q(lease_until=None) | Q(lease_until__lt=now)).order_by("asked_at")
        due = list(free.values_list("pk", "organization_id")[:MOST_DUE])
    return sum(rounds.each(due, lambda one: answer(one[0], organization_id=one[1], now=now)))


def answer(key: uuid.UUID, *, organization_id: uuid.UUID, now: dt.datetime) -> bool:
    """Answer one question; no transaction is open while a model is asked. Return whether this worker did."""
    with tenancy.of_organization(organization_id):
        row = claim_one(_waiting(key, now), now=now, lease=LEASE, changes={})
        if row is None:
            return False
        row = AdvisorQuestion.objects.select_related("conversation__user").get(pk=row.pk)
        member = _member(row)
    if member is None:
        with tenancy.of_organization(organization_id):
            return write_fenced(row, status=Status.FAILED, answered_at=now, lease_until=None, error="not a member")
    found = answered(row, member, now=now)
    with tenancy.of_organization(organization_id):
        if not write_fenced(row, **found.stored(now)):
            return False
        if found.asked is not None:
            costs.count(_subject(row), asking.estimate(row.question), found.asked, by=row.conversation.user)
    return True


def _waiting(key: uuid.UUID, now: dt.datetime) -> QuerySet[AdvisorQuestion]:
    rows = AdvisorQuestion.objects.filter(pk=key, status=Status.WAITING)
    return rows.filter(Q(lease_until=None) | Q(lease_until__lt=now))


def _member(row: AdvisorQuestion) -> Membership | None:
    """Return who asked, as they are now, looking at what they looked at then; None where they may no longer look."""
    with tenancy.enter(tenancy.Scope(row.organization_id, None, row.conversation.user_id)):
        mine = working_memberships().filter(organization_id=row.organization_id, user=row.conversation.user)
        member = mine.select_related("organization", "client", "user").first()
    if member is None or not may(member, "analytics.view"):
        return None
    if member.client_id is None:
        member.narrowed_to = row.conversation.client_id
    return member


def _subject(row: AdvisorQuestion) -> costs.Subject:
    """What is counted: not the words, for others see what models are asked for."""
    return costs.Subject(row.organization_id, row.conversation.client_id, Generation.Purpose.ADVISOR, of=row.pk)


def answered(row: AdvisorQuestion, member: Membership, *, now: dt.datetime) -> Answered:
    """Return the answer to a question; nothing is written."""
    with tenancy.of_member(member):
        session = Session(reader.of_member(member, now=now))
        session.reader.read_names()
        before = [] if row.guided else _before(row)
    if row.guided or not llm.available():
        return plainly(row.question, row.guided, session)
    try:
        with tenancy.of_member(member):
            costs.require(row.organization_id, asking.estimate(row.question))
    except LimitReached as error:
        found = plainly(row.question, "", session)
        found.error = str(error)
        return found
    return _by_model(row, session, before, language=member.user.language)


def _before(row: AdvisorQuestion) -> list[str]:
    rows = AdvisorQuestion.objects.filter(conversation=row.conversation_id, asked_at__lt=row.asked_at)
    return [each.question for each in rows.order_by("-asked_at")[:BEFORE]][::-1]


def _by_model(row: AdvisorQuestion, session: Session, before: Sequence[str], *, language: str) -> Answered:
    try:
        found = asking.ask(Question(row.question, before, language), session)
    except LLMError as error:
        kept = _instead(row.question, session, error)
        tried = [one.stored() for one in error.tried]
        kept.asked = costs.Asked(MADE_BY, tried, error.input_tokens, error.output_tokens, is_fallback=True)
        return kept
    tried = [one.stored() for one in found.tried]
    asked = costs.Asked(
        "language model", tried, found.input_tokens, found.output_tokens, found.model, asking.prompt_name()
    )
    return _kept(found.output, session, model=found.model, asked=asked)


def _kept(said: Said, session: Session, *, model: str, asked: costs.Asked) -> Answered:
    looks = session.looks
    shown = [number for number in dict.fromkeys(said.show) if 1 <= number <= len(looks)][:MOST_SHOWN]
    if not shown:
        shown = [at for at, each in enumerate(looks, 1) if each.chart and not each.is_empty][-1:]
    parts = [text.strip() for text in (said.answer, *said.paragraphs) if text.strip()]
    marked = (("→ ", said.try_next), ("? ", said.cannot_say))
    parts += [f"{mark}{text.strip()}" for mark, text in marked if text.strip()]
    status = Status.UNKNOWN if said.is_outside else Status.ANSWERED
    return Answered(status, session, parts, [] if said.is_outside else shown, model, asked=asked)


def _instead(words: str, session: Session, error: LLMError) -> Answered:
    """What stands where no answer of a model could be kept: what it looked up, or what the words plainly ask for."""
    is_down = isinstance(error, LLMUnavailable)
    if session.looks and not is_down:
        looks = [at for at, each in enumerate(session.looks, 1) if each.tool != "calculate"]
        return Answered(Status.REFUSED, session, shown=looks[:MOST_SHOWN], error=str(error))
    session.looks.clear()
    found = plainly(words, "", session)
    found.error = str(error)
    if not is_down and found.status == Status.ANSWERED:
        found.status = Status.REFUSED
    return found


def plainly(words: str, guided: str, session: Session) -> Answered:
    """Answer a ready question, or one whose every telling word is understood, by the tools alone."""
    ready = READY.get(guided)
    with tenancy.of_member(session.reader.membership):
        if ready:
            return _looked(ready.calls, session)
        found = matching.plan(words, session.reader)
        if not found.calls:
            return Answered(Status.UNKNOWN, session, error=", ".join(found.unknown[:6]))
        return _looked(found.calls, session)


def _looked(calls: Sequence[Call], session: Session) -> Answered:
    problems = []
    for name, given in calls:
        try:
            session.looks.append(look(session.reader, name, given))
        except Nowhere as error:
            problems.append(str(error))
    if not session.looks:
        return Answered(Status.UNKNOWN, session, error=" ".join(problems))
    shown = [at for at, each in enumerate(session.looks, 1) if not each.is_empty][:MOST_SHOWN]
    return Answered(Status.ANSWERED, session, shown=shown)
