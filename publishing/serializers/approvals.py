"""Workflows, requests for approval and what is said about them."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.models import ClientAccount, Membership
from accounts.rest_fields import VisibleField
from content.models import GeneratedContent
from publishing.models import (
    Absence,
    ApprovalAsk,
    ApprovalDecision,
    ApprovalRequest,
    ApprovalStage,
    ApprovalWorkflow,
    ReviewComment,
    Revision,
    StageApprover,
)
from publishing.services.approvals.commenting import Anchor
from publishing.services.approvals.workflows import StageDraft, Who
from trenddrop.core.rest.serializers import Described

SEEN = "The request's `seen_as` of when you looked: a decision is of exactly that."
STATES = [
    ("done", "Done"),
    ("skipped", "Passed by"),
    ("open", "Open"),
    ("stopped", "Stopped"),
    ("next", "Later"),
]


# Workflows


class ApproverSerializer(serializers.Serializer[Any]):
    """One who decides at a stage: a member, everybody of a role, or the client."""

    kind = serializers.ChoiceField(StageApprover.Kind.choices, help_text="Who it is.")
    member = VisibleField(
        queryset=Membership.objects.all(), required=False, allow_null=True, help_text="The member, of `member`."
    )
    role = serializers.ChoiceField(
        Membership.Role.choices, required=False, allow_blank=True, help_text="The role, of `role`."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Take exactly what the kind needs."""
        kind, member, role = attrs["kind"], attrs.get("member"), attrs.get("role") or ""
        if (kind == "member") != (member is not None) or (kind == "role") != bool(role):
            raise serializers.ValidationError(_("Name a member, a role or the client."))
        return {"kind": kind, "member": member, "role": role}


class StageSerializer(serializers.Serializer[Any]):
    """One step of a workflow."""

    name = serializers.CharField(max_length=80, help_text="Its name.")
    needs = serializers.ChoiceField(
        ApprovalStage.Needs.choices, default="any", help_text="Whether any one of them decides, or all must agree."
    )
    hours = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=2000, help_text="Hours to decide; null: no deadline."
    )
    approvers = ApproverSerializer(many=True, allow_empty=False, help_text="Who decides.")


class WorkflowSerializer(Described[ApprovalWorkflow]):
    """Ordered stages that a piece must pass, or may."""

    stages = StageSerializer(many=True, help_text="Its stages, in their order.")
    client = VisibleField(
        queryset=ClientAccount.objects.filter(deleted_at=None), required=False, allow_null=True,
        help_text="The client whose pieces pass it; null: the house's own. Never changes.",
    )  # fmt: skip
    words = {
        "name": "Its name.",
        "is_active": "Whether it is in use.",
        "is_required": "Whether nothing goes out without it; else people may ask for it, piece by piece.",
        "for_all_clients": "Of the house's: whether it is also for clients without one of their own.",
        "auto_publish": "Whether posts go out by themselves after the last stage; else they become drafts.",
    }

    class Meta:
        model = ApprovalWorkflow
        fields = [
            "id", "client", "name", "is_active", "is_required", "for_all_clients", "auto_publish", "stages",
            "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = ["id", "created_at", "updated_at"]
        validators: list[Any] = []  # the service says it in words

    def validate_stages(self, value: list[dict[str, Any]]) -> list[StageDraft]:
        """Return the stages as the command takes them."""
        return [
            StageDraft(
                name=stage["name"],
                needs=stage["needs"],
                hours=stage.get("hours"),
                approvers=[Who(**who) for who in stage["approvers"]],
            )
            for stage in value
        ]

    def to_representation(self, instance: ApprovalWorkflow) -> dict[str, Any]:
        """Show the stages with who decides."""
        shown = super().to_representation(_Shown(instance))  # type: ignore[arg-type]
        return dict(shown)


class _Shown:
    """A workflow whose `stages` is a list, as its serializer reads it."""

    def __init__(self, workflow: ApprovalWorkflow) -> None:
        self._workflow = workflow
        self.stages = [
            {
                "name": stage.name,
                "needs": stage.needs,
                "hours": stage.hours,
                "approvers": list(stage.approvers.all()),
            }
            for stage in workflow.stages.all()
        ]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._workflow, name)


# Requests


class RequestSerializer(Described[ApprovalRequest]):
    """A piece that is to be approved, and how that stands."""

    may_decide = serializers.SerializerMethodField(help_text="Whether it is yours to decide now.")
    seen_as = serializers.CharField(read_only=True, help_text="What you see, to name in a decision.")
    words = {
        "client": "The client it is for.",
        "piece": "The piece.",
        "workflow": "The workflow it was asked by, if that is still there.",
        "workflow_name": "That workflow's name.",
        "auto_publish": "Whether its posts go out by themselves after the last stage.",
        "round": "How often it began: changes and edits open it again.",
        "stage": "Which stage is open, from 0.",
        "status": "How it stands.",
        "version": "The version that is asked about.",
        "approved_version": "The version that was approved last.",
        "note": "A word to those who decide.",
        "requested_by": "Who asked.",
        "due_at": "Until when the open stage is to be decided.",
        "nobody": "Whether nobody is there who could decide the open stage.",
        "decided_at": "When it was decided.",
        "reviewed_by": "Who decided last, if a member.",
        "feedback": "The last words of those who decided.",
        "revision_count": "How often changes were asked for.",
    }

    class Meta:
        model = ApprovalRequest
        fields = [
            "id", "client", "piece", "workflow", "workflow_name", "auto_publish", "round", "stage", "status",
            "version", "approved_version", "note", "requested_by", "due_at", "nobody", "decided_at", "reviewed_by",
            "feedback", "revision_count", "seen_as", "may_decide", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_may_decide(self, row: ApprovalRequest) -> bool:
        """Say it from what the list read along, else not."""
        return bool(getattr(row, "is_mine", False))


class NewRequestSerializer(serializers.Serializer[Any]):
    """What is to be approved."""

    piece = VisibleField(queryset=GeneratedContent.objects.filter(deleted_at=None), help_text="The piece.")
    workflow = VisibleField(
        queryset=ApprovalWorkflow.objects.filter(is_active=True), required=False, allow_null=True,
        help_text="By which; what the piece must pass goes before.",
    )  # fmt: skip
    note = serializers.CharField(
        required=False, allow_blank=True, max_length=500, help_text="A word to those who decide."
    )


class NoteSerializer(serializers.Serializer[Any]):
    """A word to those who decide."""

    note = serializers.CharField(
        required=False, allow_blank=True, max_length=500, help_text="A word to those who decide."
    )


class AgreeSerializer(serializers.Serializer[Any]):
    """An agreement."""

    seen_as = serializers.CharField(max_length=100, help_text=SEEN)
    words = serializers.CharField(required=False, allow_blank=True, max_length=4000, help_text="What you say to it.")


class RefuseSerializer(serializers.Serializer[Any]):
    """A wish for changes, or a refusal."""

    seen_as = serializers.CharField(max_length=100, help_text=SEEN)
    words = serializers.CharField(max_length=4000, help_text="What should change, or why not.")


class ToSerializer(serializers.Serializer[Any]):
    """Who decides instead."""

    to = VisibleField(queryset=Membership.objects.all(), help_text="The member.")


class ChooseDecidersSerializer(serializers.Serializer[Any]):
    """Who decides from now on."""

    to = VisibleField(queryset=Membership.objects.all(), many=True, help_text="The members.")


class WhySerializer(serializers.Serializer[Any]):
    """The reason."""

    why = serializers.CharField(max_length=300, help_text="Why.")


class RestoredSerializer(serializers.Serializer[Any]):
    """What came of taking back what was approved."""

    is_whole = serializers.BooleanField(help_text="False: something that went along is gone, so it waits again.")
    request = RequestSerializer(help_text="The request.")


class AskSerializer(Described[ApprovalAsk]):
    """One who is asked at one stage: a member, or the client."""

    words = {
        "request": "What it is about.",
        "round": "Of which round.",
        "stage": "At which stage, from 0.",
        "member": "The member; null: the client.",
        "is_client": "Whether the client is asked: any of its people answers.",
        "instead_of": "In whose place.",
        "status": "How it stands.",
        "due_at": "Until when.",
        "reminded_at": "When they were reminded.",
        "decided_at": "When they decided.",
    }

    class Meta:
        model = ApprovalAsk
        fields = [
            "id", "request", "round", "stage", "member", "is_client", "instead_of", "status", "due_at", "reminded_at",
            "decided_at", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class DecisionSerializer(Described[ApprovalDecision]):
    """What somebody decided, of which version."""

    words = {
        "round": "In which round.",
        "stage": "At which stage, from 0.",
        "stage_name": "That stage's name.",
        "verdict": "What they decided.",
        "words": "What they said.",
        "version": "Of which version.",
        "name": "Who decided.",
        "instead_of": "In whose place.",
    }

    class Meta:
        model = ApprovalDecision
        fields = [
            "id",
            "round",
            "stage",
            "stage_name",
            "verdict",
            "words",
            "version",
            "name",
            "instead_of",
            "created_at",
        ]
        read_only_fields = fields


class ApprovalStepSerializer(serializers.Serializer[Any]):
    """One stage of a request as it stands."""

    position = serializers.IntegerField(help_text="Which, from 0.")
    name = serializers.CharField(help_text="Its name.")
    needs = serializers.ChoiceField(ApprovalStage.Needs.choices, help_text="Whether any one decides, or all.")
    hours = serializers.IntegerField(allow_null=True, help_text="Hours to decide; null: no deadline.")
    state = serializers.ChoiceField(STATES, help_text="How it stands.")
    due_at = serializers.DateTimeField(allow_null=True, help_text="Until when, of the open one.")
    nobody = serializers.BooleanField(help_text="Whether nobody is there who could decide it.")
    asks = AskSerializer(many=True, help_text="Who is asked.")
    decisions = DecisionSerializer(many=True, help_text="What was decided in this round.")


# What is said


class CommentSerializer(Described[ReviewComment]):
    """A remark on a piece that is to be approved."""

    words = {
        "request": "What it is about.",
        "parent": "What it answers.",
        "name": "Who wrote it.",
        "is_internal": "Whether no client sees it.",
        "version": "On which version.",
        "body": "What it says.",
        "moment": "Where in the video or sound, in seconds.",
        "moment_end": "Until where.",
        "field": "In which words: title, text, hashtags, call_to_action, alt_text.",
        "starts_at": "From which letter, from 0.",
        "ends_at": "To which letter.",
        "quote": "The words that are marked.",
        "x": "Where on the picture, from the left, 0 to 1.",
        "y": "Where on the picture, from the top, 0 to 1.",
        "slide": "On which picture, from 1.",
        "resolved_at": "When it was settled.",
    }

    class Meta:
        model = ReviewComment
        fields = [
            "id", "request", "parent", "name", "is_internal", "version", "body", "moment", "moment_end", "field",
            "starts_at", "ends_at", "quote", "x", "y", "slide", "resolved_at", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class NewCommentSerializer(serializers.Serializer[Any]):
    """A remark: on the whole, on a moment, on words, or on a spot."""

    body = serializers.CharField(max_length=4000, help_text="What it says.")
    parent = VisibleField(  # type: ignore[assignment]
        queryset=ReviewComment.objects.filter(deleted_at=None), required=False, allow_null=True,
        help_text="What it answers.",
    )  # fmt: skip
    is_internal = serializers.BooleanField(default=False, help_text="Whether no client sees it.")
    moment = serializers.FloatField(required=False, allow_null=True, help_text="Where in the video, in seconds.")
    moment_end = serializers.FloatField(required=False, allow_null=True, help_text="Until where.")
    field = serializers.CharField(
        required=False, allow_blank=True, max_length=20,
        help_text="In which words: title, text, hashtags, call_to_action, alt_text.",
    )  # fmt: skip
    starts_at = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=2**31 - 1, help_text="From which letter, from 0."
    )
    ends_at = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=2**31 - 1, help_text="To which letter."
    )
    x = serializers.FloatField(required=False, allow_null=True, help_text="From the left, 0 to 1.")
    y = serializers.FloatField(required=False, allow_null=True, help_text="From the top, 0 to 1.")
    slide = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=100, help_text="On which picture, from 1."
    )

    def anchor(self) -> Anchor:
        """Return where it points, once it is valid."""
        names = ("moment", "moment_end", "starts_at", "ends_at", "x", "y", "slide")
        given = self.validated_data
        return Anchor(field=given.get("field") or "", **{name: given.get(name) for name in names})


class RevisionSerializer(Described[Revision]):
    """Changes that were asked for."""

    words = {
        "request": "Of which request.",
        "number": "Which, from 1.",
        "requested_name": "Who asked for them.",
        "assigned_to": "Who is to make them.",
        "feedback": "What should change.",
        "status": "How they stand.",
        "from_version": "The version they were asked of.",
        "to_version": "The version that answers them.",
        "due_at": "Until when.",
        "completed_at": "When they were made.",
    }

    class Meta:
        model = Revision
        fields = [
            "id", "request", "number", "requested_name", "assigned_to", "feedback", "status", "from_version",
            "to_version", "due_at", "completed_at", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields


class AssignSerializer(ToSerializer):
    """Who is to make the changes."""

    due_at = serializers.DateTimeField(required=False, allow_null=True, help_text="Until when.")


class AbsenceSerializer(Described[Absence]):
    """While a member is away, their deputy is asked in their place."""

    deputy = VisibleField(queryset=Membership.objects.all(), help_text="Who decides meanwhile.")
    words = {
        "member": "Who is away.",
        "starts_on": "From which day, in their zone.",
        "ends_on": "To which day, that one too.",
    }

    class Meta:
        model = Absence
        fields = ["id", "member", "deputy", "starts_on", "ends_on", "created_at"]
        read_only_fields = ["id", "member", "created_at"]
