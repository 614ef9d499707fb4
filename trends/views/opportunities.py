"""Ideas for a topic and the chosen brand: asked for, put aside, used."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, requires
from accounts.context import current_brand
from accounts.models import BrandProfile
from trenddrop.core import llm
from trenddrop.core.limits import LimitReached
from trends import queries
from trends.models import IdeaRequest, TrendOpportunity, TrendTopic
from trends.services import opportunities

Status = TrendOpportunity.Status


@dataclass(frozen=True)
class Card:
    """An idea, and where a post is begun with it."""

    idea: TrendOpportunity
    make_url: str


@require_safe
@requires("trends.view")
def ideas(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """The ideas there are; a part of the topic's page, or a page of its own."""
    return _show(request, _topic(pk))


@require_POST
@requires("trends.manage")
def ask(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Have ideas written: at once from templates, or by the model in the background."""
    topic, brand = _topic(pk), current_brand(request)
    if brand is None:
        return _show(request, topic, refused=_("Choose a brand first: ideas are for somebody."))
    try:
        opportunities.generate(topic, brand, by=request.membership, now=timezone.now())
    except (opportunities.NoIdeas, opportunities.AlreadyAsked, LimitReached) as error:
        return _show(request, topic, refused=str(error))
    return _answer(request, topic)


@require_POST
@requires("trends.manage")
def dismiss(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Put an idea aside."""
    idea = _visible(request, pk)
    opportunities.dismiss(idea, by=request.membership)
    return _answer(request, idea.topic)


@require_POST
@requires("trends.manage")
def use(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Note that an idea was used, wherever that was."""
    idea = _visible(request, pk)
    opportunities.use(idea, by=request.membership)
    return _answer(request, idea.topic)


def _topic(pk: uuid.UUID) -> TrendTopic:
    """Return a topic, or what it was merged into."""
    shown = TrendTopic.objects.filter(is_blocked=False).defer("embedding")
    topic = get_object_or_404(shown, pk=pk)
    winner = queries.winner_of(topic)
    return get_object_or_404(shown, pk=winner.pk) if winner else topic


def _visible(request: MemberRequest, pk: uuid.UUID) -> TrendOpportunity:
    rows = TrendOpportunity.objects.visible_to(request.membership).select_related("topic").defer("topic__embedding")
    return get_object_or_404(rows, pk=pk)


def _answer(request: MemberRequest, topic: TrendTopic) -> HttpResponse:
    """Show the part again, or lead whole pages to it."""
    if request.headers.get("HX-Request"):
        return _show(request, topic)
    return redirect("trend_opportunities", topic.pk)


def _show(request: MemberRequest, topic: TrendTopic, *, refused: str = "") -> HttpResponse:
    brand = current_brand(request)
    part = bool(request.headers.get("HX-Request"))
    context: dict[str, Any] = {"topic": topic, "brand": brand, "refused": refused, "writes_itself": llm.available()}
    context |= _of_brand(request, topic, brand) if brand else {"cards": [], "asked": None, "used": []}
    name = "trends/partials/opportunities.html" if part else "trends/opportunities.html"
    return render(request, name, context, status=422 if refused and not part else 200)


def _of_brand(request: MemberRequest, topic: TrendTopic, brand: BrandProfile) -> dict[str, Any]:
    """Return the ideas and how far an asking is: two statements."""
    mine = TrendOpportunity.objects.visible_to(request.membership).filter(topic=topic, brand=brand)
    rows = list(mine.exclude(status=Status.DISMISSED).order_by("platform"))
    asked = IdeaRequest.objects.visible_to(request.membership).filter(topic=topic, brand=brand).first()
    waiting = asked is not None and asked.status == IdeaRequest.Status.WAITING
    is_late = asked is not None and timezone.now() - asked.asked_at > opportunities.PATIENCE
    return {
        "cards": [Card(row, make_url(row)) for row in rows if row.status == Status.OPEN],
        "used": [row for row in rows if row.status == Status.USED],
        "asked": asked,
        "is_working": waiting and not is_late,
        "is_lost": waiting and is_late,
    }


def make_url(idea: TrendOpportunity) -> str:
    """Return where a post is begun with an idea; the page lives above us, so it is only known by its name."""
    try:
        return f"{reverse('asset_new')}?topic={idea.topic_id}&idea={idea.pk}"
    except NoReverseMatch:
        return ""
