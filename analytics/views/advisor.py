"""The advisor: questions in plain words, and ready ones."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, requires
from analytics.advisor import asking
from analytics.models import AdvisorConversation, AdvisorQuestion
from analytics.screens import advisor as screen
from analytics.services import advisor as commands
from trenddrop.core import csvs, llm


@require_safe
@requires("analytics.view")
def index(request: MemberRequest) -> HttpResponse:
    """Show what can be asked, and what was asked before."""
    return render(request, "analytics/advisor/index.html", _frame(request))


def _frame(request: MemberRequest, **more: Any) -> dict[str, Any]:
    shown = {
        "topics": screen.topics(request.membership),
        "talks": screen.talks(request.membership),
        "has_model": llm.available(),
        "cost": asking.estimate("").credits,
        "longest": commands.LONGEST,
    }
    return shown | more


@require_POST
@requires("analytics.view")
def ask(request: MemberRequest) -> HttpResponse:
    """Ask a question; it is answered at once, or looked up in the background."""
    key = request.POST.get("conversation", "")
    conversation = get_object_or_404(_mine(request), pk=_key(key)) if key else None
    words, guided = request.POST.get("question", ""), request.POST.get("guided", "")
    try:
        row = commands.ask(words, by=request.membership, now=timezone.now(), guided=guided, conversation=conversation)
    except commands.CannotAsk as error:
        shown = _frame(request, problem=str(error), asked=words)
        return render(request, "analytics/advisor/index.html", shown, status=422)
    return redirect(f"{reverse('numbers_advisor_talk', args=[row.conversation_id])}#q{row.pk}")


@require_safe
@requires("analytics.view")
def one(request: MemberRequest, key: UUID) -> HttpResponse:
    """Show a conversation; `?csv=` gives one of its tables."""
    conversation = get_object_or_404(_mine(request), pk=key)
    told = [screen.talk(row) for row in conversation.questions.order_by("asked_at")]
    if "csv" in request.GET:
        question, _dash, name = request.GET["csv"].partition(".")
        of = next((each for each in told if str(each.row.pk) == question), None)
        found = next((screen.table(each) for each in of.looks if each.file == name), None) if of else None
        if found is None:
            raise Http404(_("There is no such table."))
        return csvs.answer(f"trenddrop-{found.name}", found.header, found.rows)
    return render(request, "analytics/advisor/talk.html", _frame(request, conversation=conversation, told=told))


@require_safe
@requires("analytics.view")
def question(request: MemberRequest, key: UUID) -> HttpResponse:
    """Show one question with its answer: what a page that waits asks for."""
    row = get_object_or_404(_questions(request), pk=key)
    return render(request, "analytics/advisor/question.html", {"talk": screen.talk(row)})


@require_POST
@requires("analytics.view")
def judge(request: MemberRequest, key: UUID) -> HttpResponse:
    """Note whether an answer was of use."""
    row = get_object_or_404(_questions(request), pk=key)
    said = {"yes": True, "no": False}.get(request.POST.get("helpful", ""))
    commands.judge(row, by=request.membership, is_helpful=said)
    messages.success(request, _("Noted."))
    return redirect(f"{reverse('numbers_advisor_talk', args=[row.conversation_id])}#q{row.pk}")


@require_POST
@requires("analytics.view")
def forget(request: MemberRequest, key: UUID) -> HttpResponse:
    """Remove a conversation."""
    commands.forget(get_object_or_404(_mine(request), pk=key), by=request.membership)
    messages.success(request, _("The conversation is removed."))
    return redirect("numbers_advisor")


@require_POST
@requires("analytics.view")
def forget_all(request: MemberRequest) -> HttpResponse:
    """Remove all conversations of the member."""
    commands.forget_all(by=request.membership)
    messages.success(request, _("All your conversations are removed."))
    return redirect("numbers_advisor")


def _mine(request: MemberRequest) -> Any:
    return AdvisorConversation.objects.visible_to(request.membership).filter(user=request.user)


def _questions(request: MemberRequest) -> Any:
    rows = AdvisorQuestion.objects.visible_to(request.membership)
    return rows.filter(conversation__user=request.user).select_related("conversation")


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404(_("There is no such conversation.")) from error
