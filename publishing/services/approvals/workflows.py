"""Commands on workflows: make, change, remove. What was asked already keeps the stages it was asked with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, tenancy
from accounts.models import ClientAccount, Membership
from publishing import approving
from publishing.models import ApprovalStage, ApprovalWorkflow, StageApprover

Kind = StageApprover.Kind
MOST_STAGES, MOST_APPROVERS = 10, 20
FIELDS = frozenset({"name", "is_active", "is_required", "for_all_clients", "auto_publish"})


@dataclass(frozen=True)
class Who:
    """One who decides at a stage: a member, everybody of a role, or the client."""

    kind: str
    member: Membership | None = None
    role: str = ""


@dataclass(frozen=True)
class StageDraft:
    """A stage as it is wanted; `hours` to decide, None for no deadline."""

    name: str
    approvers: Sequence[Who]
    needs: str = ApprovalStage.Needs.ANY.value
    hours: int | None = None


class CannotKeep(Exception):
    """The workflow was not kept; the message says why and what to do. `errors`: {field: [words]}."""

    def __init__(self, message: str, errors: dict[str, list[str]] | None = None) -> None:
        self.errors = errors or {"stages": [message]}
        super().__init__(message)


def create(
    *,
    by: Membership,
    name: str,
    stages: Sequence[StageDraft],
    client: ClientAccount | None = None,
    is_active: bool = True,
    is_required: bool = True,
    for_all_clients: bool = False,
    auto_publish: bool = True,
) -> ApprovalWorkflow:
    """Make a workflow of a client, or of the house. Raises CannotKeep."""
    workflow = ApprovalWorkflow(
        organization_id=by.organization_id,
        client=client,
        name=name.strip(),
        is_active=is_active,
        is_required=is_required,
        for_all_clients=for_all_clients,
        auto_publish=auto_publish,
    )
    with tenancy.widened(), transaction.atomic():
        _save(workflow)
        _set_stages(workflow, stages)
        _audit("workflow.created", workflow, by=by)
    return workflow


def change(
    workflow: ApprovalWorkflow, *, by: Membership, stages: Sequence[StageDraft] | None = None, **fields: Any
) -> ApprovalWorkflow:
    """Change a workflow's name, switches or stages (all anew). Raises CannotKeep; TypeError for another field."""
    if unknown := set(fields) - FIELDS:
        raise TypeError(f"not a workflow's own: {', '.join(sorted(unknown))}")
    with tenancy.widened(), transaction.atomic():
        held = ApprovalWorkflow.objects.select_for_update(of=("self",)).get(pk=workflow.pk)
        for name, value in fields.items():
            setattr(held, name, value.strip() if name == "name" else value)
        _save(held)
        if stages is not None:
            _set_stages(held, stages)
        _audit("workflow.changed", held, by=by, fields=sorted(fields) + ["stages"] * (stages is not None))
    return held


def remove(workflow: ApprovalWorkflow, *, by: Membership) -> None:
    """Remove a workflow; what was asked by it goes on as it was asked."""
    with tenancy.widened(), transaction.atomic():
        _audit("workflow.removed", workflow, by=by)
        ApprovalWorkflow.objects.filter(pk=workflow.pk).delete()


def _save(workflow: ApprovalWorkflow) -> None:
    workflow.for_all_clients = workflow.for_all_clients and workflow.client_id is None
    try:
        workflow.full_clean()
    except ValidationError as error:
        told: dict[str, list[str]] = {
            ("name" if key == "__all__" else key): [str(one) for one in words]
            for key, words in error.message_dict.items()
        }
        raise CannotKeep(" ".join(word for words in told.values() for word in words), told) from error
    workflow.save()


def _set_stages(workflow: ApprovalWorkflow, stages: Sequence[StageDraft]) -> None:
    if not stages:
        raise CannotKeep(_("A workflow has at least one stage. Add one; nothing was kept."))
    if len(stages) > MOST_STAGES:
        raise CannotKeep(_("A workflow has at most %(n)s stages. Nothing was kept.") % {"n": MOST_STAGES})
    people = {one.pk for one in approving.deciders(workflow.organization_id, client_id=workflow.client_id)}
    for stage in stages:
        _check(stage, people)
    workflow.stages.all().delete()
    for position, stage in enumerate(stages):
        _keep(workflow, stage, position)


def _check(stage: StageDraft, people: set[Any]) -> None:
    name = stage.name.strip()
    if not name or len(name) > 80:
        raise CannotKeep(_("Give each stage a name of at most 80 letters. Nothing was kept."))
    if not 0 < len(stage.approvers) <= MOST_APPROVERS:
        words = _("Say who decides “%(stage)s”: at least one, at most %(n)s. Nothing was kept.")
        raise CannotKeep(words % {"stage": name, "n": MOST_APPROVERS})
    if stage.needs not in ApprovalStage.Needs.values:
        raise CannotKeep(_("Say whether any one or all of them decide “%(stage)s”.") % {"stage": name})
    if stage.hours is not None and not 1 <= stage.hours <= 2000:
        raise CannotKeep(_("Give “%(stage)s” 1 to 2,000 hours, or none. Nothing was kept.") % {"stage": name})
    for who in stage.approvers:
        if who.kind == Kind.MEMBER and (who.member is None or who.member.pk not in people):
            words = _("%(who)s may not decide “%(stage)s”. Choose somebody else; nothing was kept.")
            raise CannotKeep(words % {"who": who.member.user if who.member else "?", "stage": name})


def _keep(workflow: ApprovalWorkflow, stage: StageDraft, position: int) -> None:
    row = ApprovalStage.objects.create(
        organization_id=workflow.organization_id,
        workflow=workflow,
        position=position,
        name=stage.name.strip(),
        needs=stage.needs,
        hours=stage.hours,
    )
    for who in dict.fromkeys((one.kind, one.member, one.role) for one in stage.approvers):
        approver = StageApprover(
            organization_id=workflow.organization_id, stage=row, kind=who[0], member=who[1], role=who[2]
        )
        try:
            approver.full_clean()
        except ValidationError as error:
            raise CannotKeep(" ".join(error.messages)) from error
        approver.save()


def _audit(action: str, workflow: ApprovalWorkflow, *, by: Membership, **more: Any) -> None:
    audit.record(action, workflow, organization_id=workflow.organization_id, by=by, **more)
