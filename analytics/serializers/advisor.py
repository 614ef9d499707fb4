"""How questions to the advisor look through the API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.rest_fields import VisibleField
from analytics.advisor.looked import restored
from analytics.advisor.questions import READY
from analytics.models import AdvisorConversation, AdvisorQuestion
from analytics.wording.sentences import together
from trenddrop.core.rest.serializers import Described


class AdvisorConversationSerializer(Described[AdvisorConversation]):
    """Questions in a row, of the member who asks."""

    words = {"client": "The client whose numbers they are about.", "title": "The first question.",
             "last_at": "When something was last asked."}  # fmt: skip

    class Meta:
        model = AdvisorConversation
        fields = ["id", "client", "title", "last_at", "created_at"]
        read_only_fields = fields


class AdvisorQuestionSerializer(Described[AdvisorQuestion]):
    """A question, its answer, and every look into the numbers it rests on."""

    said = serializers.SerializerMethodField(help_text="The answer, paragraph by paragraph.")
    words = {
        "conversation": "The questions it belongs to.",
        "question": "What was asked.",
        "guided": "The ready question it is, where it is one.",
        "status": "waiting, answered, unknown (not in the data), refused (a model's answer was not kept: the looked up "
        "figures stand in its place), failed.",
        "calls": "Each look: tool, what it was asked, columns with units, rows, facts.",
        "charts": "Which looks are drawn.",
        "numbers": "Each number of the answer with the looks it is from.",
        "model": "Who put it in words; empty: no language model.",
        "is_helpful": "What the member said of it.",
        "asked_at": "When it was asked.",
        "answered_at": "When it was answered; null while it is looked up.",
    }

    class Meta:
        model = AdvisorQuestion
        fields = [
            "id", "conversation", "question", "guided", "status", "said", "calls", "charts", "numbers", "model",
            "asked_at", "answered_at", "is_helpful",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_said(self, row: AdvisorQuestion) -> list[str]:
        """Return it."""
        looks = [restored(each) for each in row.calls]
        return row.answer.split("\n\n") if row.answer else together(looks)


class NewQuestionSerializer(serializers.Serializer[Any]):
    """A question in plain words, or a ready one."""

    question = serializers.CharField(
        max_length=500, required=False, allow_blank=True, default="", help_text="In plain words."
    )
    guided = serializers.ChoiceField(
        choices=[(key, key) for key in READY], required=False, default="", allow_blank=True,
        help_text="Or a ready question, answered without a language model.",
    )  # fmt: skip
    conversation = VisibleField(
        queryset=AdvisorConversation.objects.all(), required=False, allow_null=True, default=None,
        help_text="To go on with; none begins a new one.",
    )  # fmt: skip


class JudgedSerializer(serializers.Serializer[Any]):
    """Whether an answer was of use."""

    is_helpful = serializers.BooleanField(allow_null=True, help_text="Null takes it back.")
