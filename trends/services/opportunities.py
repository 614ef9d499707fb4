"""Commands on opportunities: ask for ideas, put them aside, use them."""

import datetime as dt
import uuid

from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import BrandProfile, Membership
from trenddrop.core import limits, llm
from trends import tasks, writing
from trends.collection import ideas
from trends.models import IdeaRequest, TrendOpportunity, TrendTopic

PATIENCE = dt.timedelta(minutes=5)  # after which an asking that nobody answered is given up
Status = TrendOpportunity.Status


class NoIdeas(Exception):
    """No ideas can be written for this topic; the message says why."""


class AlreadyAsked(Exception):
    """The ideas are being written."""

    def __init__(self) -> None:
        super().__init__(_("Ideas for this topic are being written. They come in a moment."))


def generate(topic: TrendTopic, brand: BrandProfile, *, by: Membership, now: dt.datetime) -> IdeaRequest | None:
    """Write ideas: by the model in the background (returns the asking), else from templates at once (None).

    Of a topic that was merged they are for the one it became. Raises AlreadyAsked, NoIdeas, LimitReached.
    """
    topic = ideas.standing(topic)
    if not llm.available():
        try:
            ideas.write_templates(topic, brand)
        except writing.Untouchable as error:
            raise NoIdeas(str(error)) from error
        _tell(topic, brand, by=by)
        return None
    limits.require(by.organization_id, "ai_credits", amount=ideas.CREDITS)
    asked = _ask(topic, brand, by=by, now=now)
    _tell(topic, brand, by=by)
    tasks.write_ideas.delay_on_commit(  # type: ignore[attr-defined]
        request_id=str(asked.pk), organization_id=str(asked.organization_id)
    )
    return asked


def _tell(topic: TrendTopic, brand: BrandProfile, *, by: Membership) -> None:
    audit.record("opportunity.asked", brand, organization_id=by.organization_id, by=by, topic=topic.title)


def _ask(topic: TrendTopic, brand: BrandProfile, *, by: Membership, now: dt.datetime) -> IdeaRequest:
    """Open the asking anew, unless one is under way: of two at the same moment one gets it."""
    fresh = {"organization_id": by.organization_id, "asked_by": by.user, "asked_at": now}
    row, is_new = IdeaRequest.objects.get_or_create(topic=topic, brand=brand, defaults=fresh)
    if is_new:
        return row
    free = ~Q(status=IdeaRequest.Status.WAITING) | Q(asked_at__lt=now - PATIENCE)
    again = {"status": IdeaRequest.Status.WAITING, "message": "", "number": F("number") + 1, "lease_until": None}
    held = IdeaRequest.objects.filter(free, pk=row.pk)
    if not held.update(asked_by=by.user, asked_at=now, fence=F("fence") + 1, **again):
        raise AlreadyAsked
    row.refresh_from_db()
    return row


def dismiss(idea: TrendOpportunity, *, by: Membership) -> TrendOpportunity:
    """Put an idea aside; one that was used stays used."""
    rows = TrendOpportunity.objects.filter(pk=idea.pk, status=Status.OPEN)
    if rows.update(status=Status.DISMISSED):
        audit.record("opportunity.dismissed", idea, organization_id=idea.organization_id, by=by)
    idea.refresh_from_db()
    return idea


def use(idea: TrendOpportunity, *, by: Membership, asset_id: uuid.UUID | None = None) -> TrendOpportunity:
    """Mark an idea as used, for the asset that was begun with it when there is one: its posts ride the topic."""
    rows = TrendOpportunity.objects.filter(pk=idea.pk)
    if asset_id is None:
        rows = rows.exclude(status=Status.USED)
    changed = {"status": Status.USED} | ({"used_for": asset_id} if asset_id else {})
    if rows.update(**changed):
        audit.record("opportunity.used", idea, organization_id=idea.organization_id, by=by)
    idea.refresh_from_db()
    return idea
