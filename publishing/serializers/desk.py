"""Looks of the quality desk."""

from typing import Any

from rest_framework import serializers

from accounts.models import Membership
from accounts.rest_fields import VisibleField
from content.models import GeneratedContent
from publishing.models import QARequest
from trenddrop.core.rest.serializers import Described

MOST = 2000
WORKER = "A member who works at the desk."


class DeskLookSerializer(Described[QARequest]):
    """A look by a copywriter, a video editor or an expert, against a clock."""

    words = {
        "client": "The client whose piece it is; null: the house's own.",
        "piece": "The piece.",
        "version": "The version it was asked about; of what is done, the one that was looked at.",
        "kind": "Who should look.",
        "priority": "How urgent: 1 is urgent, 4 is low.",
        "status": "How it stands.",
        "brief": "What to look at, with what was answered since.",
        "requested_by": "Who asked.",
        "assignee": "Who has it; null: free.",
        "sla_hours": "Hours to do it in.",
        "due_at": "When the hours are over; it moves on by as long as the clock stood.",
        "paused_at": "Since when the clock stands; null: it runs.",
        "question": "What is waited for.",
        "started_at": "When it was taken in hand.",
        "completed_at": "When it was done.",
        "feedback": "What was seen.",
        "quality_score": "0 to 100.",
    }

    class Meta:
        model = QARequest
        fields = [
            "id", "client", "piece", "version", "kind", "priority", "status", "brief", "requested_by", "assignee",
            "sla_hours", "due_at", "paused_at", "question", "started_at", "completed_at", "feedback", "quality_score",
            "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields


class NewDeskLookSerializer(serializers.Serializer[Any]):
    """What should be looked at, by whom, how soon."""

    piece = VisibleField(queryset=GeneratedContent.objects.filter(deleted_at=None), help_text="The piece.")
    kind = serializers.ChoiceField(QARequest.Kind.choices, help_text="Who should look.")
    priority = serializers.ChoiceField(QARequest.Priority.choices, default=3, help_text="How urgent.")
    hours = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=720,
        help_text="Hours to do it in; null: 4 when urgent, 8 when high, 24 usually, 72 when low.",
    )  # fmt: skip
    assignee = VisibleField(
        queryset=Membership.objects.all(), required=False, allow_null=True, help_text=f"{WORKER} Null: anybody."
    )
    brief = serializers.CharField(required=False, allow_blank=True, max_length=MOST, help_text="What to look at.")


class AssignLookSerializer(serializers.Serializer[Any]):
    """Who should have it."""

    to = VisibleField(queryset=Membership.objects.all(), allow_null=True, help_text=f"{WORKER} Null: the desk.")


class AskBackSerializer(serializers.Serializer[Any]):
    """What must be known first."""

    question = serializers.CharField(max_length=MOST, help_text="The question; the clock stands until it is answered.")


class AnswerDeskSerializer(serializers.Serializer[Any]):
    """The answer."""

    words = serializers.CharField(max_length=MOST, help_text="The answer; it becomes part of the brief.")


class FinishLookSerializer(serializers.Serializer[Any]):
    """How good it is, and why."""

    score = serializers.IntegerField(min_value=0, max_value=100, help_text="0 to 100.")
    feedback = serializers.CharField(max_length=MOST, help_text="What was seen.")


class HurryLookSerializer(serializers.Serializer[Any]):
    """How soon."""

    priority = serializers.ChoiceField(QARequest.Priority.choices, help_text="How urgent; its hours stay.")


class DeskMonthSerializer(serializers.Serializer[Any]):
    """How the last thirty days went."""

    done = serializers.IntegerField(help_text="Looks that were finished.")
    in_time = serializers.IntegerField(help_text="Of these, within their hours.")
    span = serializers.DurationField(allow_null=True, help_text="From taken to done: the median.")
    quality = serializers.FloatField(allow_null=True, help_text="The median of the scores given.")
