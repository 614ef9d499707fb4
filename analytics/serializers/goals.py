"""How goals look through the API."""

from typing import Any

from rest_framework import serializers

from accounts.models import ClientAccount
from accounts.rest_fields import VisibleField
from analytics.aims import AIMS
from analytics.models import Goal, GoalMilestone, TrackedAccount
from trenddrop.core.rest.serializers import Described

AIM_CHOICES = [(key, str(aim.name)) for key, aim in AIMS.items()]


class GoalMilestoneSerializer(Described[GoalMilestone]):
    """A share of the way that was passed."""

    words = {"percent": "Of the way, 25 to 100.", "passed_on": "When.", "value": "Where it stood then."}

    class Meta:
        model = GoalMilestone
        fields = ["percent", "passed_on", "value"]
        read_only_fields = fields


class GoalSerializer(Described[Goal]):
    """A goal, where it stands and where it is heading. Null is what nobody counted."""

    milestones = GoalMilestoneSerializer(many=True, read_only=True, help_text="What was passed on the way.")
    words = {
        "name": "What it is called.",
        "metric": "What is to be reached.",
        "measure": "Whether it is a count that stands, a sum since its first day, or a rate of four weeks.",
        "client": "The client it is of; null where it is of everything or of an account.",
        "account": "The account it is of, or null.",
        "target": "The number to reach; a rate is a part of one.",
        "starts_on": "Its first day.",
        "deadline": "Its last day.",
        "start_value": "Where it stood on the first day.",
        "value": "Where it stands.",
        "value_on": "The last day of which something is known.",
        "status": "Open, reached, missed or given up.",
        "outlook": "Where an open goal is heading.",
        "projection": "By day: the middle, and between what eight of ten futures lie; the chance; when it is reached.",
        "reached_on": "When it was reached.",
        "note": "Why it was given up.",
        "checked_at": "When it was last measured.",
    }

    class Meta:
        model = Goal
        fields = [
            "id", "name", "metric", "measure", "client", "account", "target", "starts_on", "deadline", "start_value",
            "value", "value_on", "status", "outlook", "projection", "milestones", "reached_on", "note", "checked_at",
            "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields


class NewGoalSerializer(serializers.Serializer[Any]):
    """What to reach, of whom, by when."""

    metric = serializers.ChoiceField(choices=AIM_CHOICES, help_text="What is to be reached.")
    target = serializers.FloatField(help_text="The number to reach; a rate as a part of one: 0.045.")
    deadline = serializers.DateField(help_text="Its last day.")
    starts_on = serializers.DateField(required=False, help_text="Its first day; today, when left out.")
    name = serializers.CharField(required=False, allow_blank=True, max_length=120, help_text="What to call it.")
    client = VisibleField(
        queryset=ClientAccount.objects.all(), required=False, allow_null=True, help_text="Only of this client."
    )
    account = VisibleField(
        queryset=TrackedAccount.objects.all(), required=False, allow_null=True, help_text="Only of this account."
    )


class ChangedGoalSerializer(serializers.Serializer[Any]):
    """Another name, number or day; what is left out stays."""

    name = serializers.CharField(required=False, max_length=120, help_text="What to call it.")
    target = serializers.FloatField(required=False, help_text="The number to reach.")
    deadline = serializers.DateField(required=False, help_text="Its last day.")


class GivenUpSerializer(serializers.Serializer[Any]):
    """Why a goal is given up."""

    note = serializers.CharField(required=False, allow_blank=True, max_length=300, help_text="Why.")
