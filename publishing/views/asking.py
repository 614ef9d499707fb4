"""Asking for approval of a piece, and letting a post go out without it: parts of the Studio's and the post's pages."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, admit, requires
from content.models import GeneratedContent
from publishing import approving
from publishing.forms.approvals import AskForm, WhyForm
from publishing.models import ScheduledPost
from publishing.screens import inbox
from publishing.services import posts
from publishing.services.approvals import asking, overriding


@require_http_methods(["GET", "HEAD", "POST"])
@requires("approvals.view")
def piece(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """Where a piece stands, and the form to ask."""
    rows = GeneratedContent.objects.visible_to(request.membership).filter(deleted_at=None, asset__deleted_at=None)
    found = get_object_or_404(rows.select_related("asset"), pk=key)
    if request.method == "POST":
        return _ask(request, found)
    return _show(request, found)


def _show(
    request: MemberRequest, found: GeneratedContent, form: AskForm | None = None, *, status: int = 200
) -> HttpResponse:
    standing, is_part = approving.standing(found), bool(request.headers.get("HX-Request"))
    context: dict[str, Any] = {"piece": found, "asset": found.asset, "standing": standing}
    if standing.request:
        context |= {
            "request_": standing.request,
            "steps": inbox.steps_of(standing.request),
            "look_state": inbox.LOOKS[inbox.Status(standing.request.status)],
            "own_ask": approving.ask_of(standing.request, request.membership),
        }
    else:
        workflows = approving.workflows_for(found, request.membership)
        context["form"] = form or AskForm(workflows=workflows, initial={"workflow": standing.workflow})
        context["has_workflow"] = standing.workflow is not None or workflows.exists()
    template = "publishing/approvals/partials/piece.html" if is_part else "publishing/approvals/piece.html"
    return render(request, template, context, status=status)


def _ask(request: MemberRequest, found: GeneratedContent) -> HttpResponse:
    admit(request, "approvals.request")
    form = AskForm(request.POST, workflows=approving.workflows_for(found, request.membership))
    if not form.is_valid():
        return _show(request, found, form, status=422)
    said = form.cleaned_data
    try:
        asked = asking.ask(
            found, by=request.membership, now=timezone.now(), workflow=said["workflow"], note=said["note"]
        )
    except asking.AlreadyAsked as error:
        messages.info(request, str(error))
        return _go(request, error.request.pk)
    except asking.CannotAsk as error:
        form.add_error(None, str(error))
        return _show(request, found, form, status=422)
    messages.success(request, _("Asked. You are told when it is decided."))
    return _go(request, asked.pk)


def _go(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """Go to the review as a whole page; a part of a page is told to, for it would be put in its place."""
    to = redirect("approval", key)
    return (
        HttpResponse(status=204, headers={"HX-Redirect": to["Location"]}) if request.headers.get("HX-Request") else to
    )


@require_POST
@requires("approvals.override")
def send_without(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """Let a post go out though nobody approved it; the post says so for ever."""
    post = get_object_or_404(ScheduledPost.objects.visible_to(request.membership), pk=key)
    form = WhyForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why. Nothing was changed; it still waits for approval."))
        return redirect("post", post.pk)
    try:
        overriding.send_without(post, why=form.cleaned_data["why"], by=request.membership, now=timezone.now())
    except (overriding.CannotOverride, posts.CannotPlan, posts.CannotChange) as error:
        messages.error(request, str(error))
    else:
        messages.warning(request, _("It goes out without approval; that is written down with your name."))
    return redirect("post", post.pk)
