"""Who must agree before something goes out: workflows, with their stages in order."""

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import queries
from accounts.access import MemberRequest, requires
from accounts.models import Membership
from publishing.forms.workflows import Stages, WorkflowForm, choices_of
from publishing.models import ApprovalRequest, ApprovalWorkflow
from publishing.screens import inbox
from publishing.services.approvals import workflows as commands

LIVING = Q(requests__status__in=[ApprovalRequest.Status.PENDING, ApprovalRequest.Status.REVISION_REQUESTED])


@require_safe
@requires("approvals.manage")
def index(request: MemberRequest) -> HttpResponse:
    """All workflows, those in use first."""
    rows = ApprovalWorkflow.objects.visible_to(request.membership).select_related("client")
    counted = rows.prefetch_related("stages__approvers__member__user").annotate(
        waiting=Count("requests", filter=LIVING)
    )
    context = {"workflows": counted.order_by("-is_active", "client__name", "name")}
    return render(request, "publishing/workflows/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("approvals.manage")
def new(request: MemberRequest) -> HttpResponse:
    """Make one."""
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("approvals.manage")
def edit(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """Change one; what was asked already keeps the stages it was asked with."""
    rows = ApprovalWorkflow.objects.visible_to(request.membership).select_related("client")
    return _edit(request, get_object_or_404(rows, pk=key))


def _edit(request: MemberRequest, workflow: ApprovalWorkflow | None) -> HttpResponse:
    people = _people(request)
    choices = choices_of(people)
    clients = inbox.clients_of(request.membership)
    form = WorkflowForm(request.POST if request.method == "POST" else None, instance=workflow, clients=clients)
    if request.method != "POST":
        return _show(request, workflow, form, Stages.of(workflow, choices))
    stages, wish = Stages.read(request.POST, choices), request.POST.get("do", "save")
    if wish != "save":
        unjudged = WorkflowForm(initial=_typed(form), instance=workflow, clients=clients)
        return _show(request, workflow, unjudged, stages.rearranged(wish, choices))
    if not (form.is_valid() & stages.is_valid()):
        if not stages.forms:
            form.add_error(None, _("A workflow needs at least one stage."))
        return _show(request, workflow, form, stages, status=422)
    try:
        _save(request, workflow, form, stages.drafts(people))
    except commands.CannotKeep as error:
        form.add_error(None, str(error))
        return _show(request, workflow, form, stages, status=422)
    messages.success(request, _("Saved. It holds for what is asked from now on."))
    return redirect("workflows")


def _typed(form: WorkflowForm) -> dict[str, Any]:
    return {name: form[name].value() for name in form.fields}


def _save(
    request: MemberRequest, workflow: ApprovalWorkflow | None, form: WorkflowForm, stages: list[commands.StageDraft]
) -> None:
    said = dict(form.cleaned_data)
    if workflow is None:
        commands.create(by=request.membership, stages=stages, **said)
        return
    said.pop("client", None)
    stored = ApprovalWorkflow.objects.visible_to(request.membership).get(pk=workflow.pk)
    commands.change(stored, by=request.membership, stages=stages, **said)


def _people(request: MemberRequest) -> list[Membership]:
    rows = queries.working_memberships().filter(organization_id=request.membership.organization_id, client=None)
    return list(rows.select_related("user").order_by("user__full_name"))


def _show(
    request: MemberRequest, workflow: ApprovalWorkflow | None, form: WorkflowForm, stages: Stages, *, status: int = 200
) -> HttpResponse:
    context = {"workflow": workflow, "form": form, "stages": list(stages)}
    return render(request, "publishing/workflows/edit.html", context, status=status)


@require_POST
@requires("approvals.manage")
def remove(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """Take one away; what was asked by it goes on."""
    rows = ApprovalWorkflow.objects.visible_to(request.membership)
    found = get_object_or_404(rows, pk=key)
    try:
        commands.remove(found, by=request.membership)
    except commands.CannotKeep as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Removed. What was asked by it goes on as it was asked."))
    return redirect("workflows")
