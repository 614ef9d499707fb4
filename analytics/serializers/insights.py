"""How findings and odd days look through the API."""

from typing import Any

from rest_framework import serializers

from analytics.models import Anomaly, AnomalyCause, Insight, InsightRun
from analytics.retelling import retold
from trenddrop.core.rest.serializers import Described


class InsightSerializer(Described[Insight]):
    """A finding in a sentence, the numbers behind it, what its chart shows, and what to do."""

    sentence = serializers.SerializerMethodField(help_text="The finding, in the caller's language.")
    basis = serializers.SerializerMethodField(help_text="What it rests on, in words.")
    dismissed_for = serializers.CharField(
        read_only=True, help_text="Why it was put away: known, useless, wrong; empty: it was not."
    )
    words = {
        "kind": "What it is about.",
        "question": "What was asked.",
        "client": "Of which client.",
        "account": "Of which account.",
        "connection": "Of which connected account.",
        "goal": "Of which goal.",
        "platform": "On which platform.",
        "metric": "What was counted.",
        "numbers": "Effect, low and high end of its interval, sides, p, q, the test.",
        "evidence": "What its chart and its table show.",
        "advice": "What to choose for the next post.",
        "effect": "How many times as much; 1 is no difference.",
        "p": "How often chance alone does as much.",
        "q": "The same, corrected for all that was asked.",
        "sample": "How many of what it rests on.",
        "use": "What the order goes by.",
        "is_current": "Whether it still stood when last asked.",
        "is_simulated": "Whether it rests on practice numbers.",
        "first_found_at": "When it was first found.",
        "found_at": "When it was last found.",
        "dismissed_at": "When it was put away.",
        "used_at": "When somebody did what it says.",
    }

    class Meta:
        model = Insight
        fields = [
            "id", "kind", "question", "client", "account", "connection", "goal", "platform", "metric", "sentence",
            "basis", "numbers", "evidence", "advice", "effect", "p", "q", "sample", "use", "is_current",
            "is_simulated", "first_found_at", "found_at", "dismissed_at", "dismissed_for", "used_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_sentence(self, row: Insight) -> str:
        """Return it."""
        return retold(row.sentence)

    def get_basis(self, row: Insight) -> str:
        """Return it."""
        return retold(row.basis)


class DismissalSerializer(serializers.Serializer[Any]):
    """Why a finding is put away."""

    reason = serializers.ChoiceField(
        choices=Insight.Reason.choices, default=Insight.Reason.USELESS, help_text="Known, useless or wrong."
    )


class InsightDoneSerializer(serializers.Serializer[Any]):
    """What was made of a finding."""

    suggestion = serializers.UUIDField(source="pk", help_text="The advice that was taken.")
    piece = serializers.UUIDField(source="piece_id", allow_null=True, help_text="The drafted piece.")
    post = serializers.UUIDField(source="post_id", allow_null=True, help_text="Its draft in the calendar.")


class InsightRunSerializer(Described[InsightRun]):
    """One look: how much was asked, what came of it, and of what too little is known."""

    words = {
        "client": "Of which client; null of the organisation.",
        "ran_at": "When.",
        "asked": "Tests of all clients together, all of which the correction counts.",
        "found": "Findings that stood.",
        "thin": "Of what too little is known: how much there is, and how much there should be.",
    }

    class Meta:
        model = InsightRun
        fields = ["id", "client", "ran_at", "asked", "found", "thin"]
        read_only_fields = fields


class AnomalyCauseSerializer(Described[AnomalyCause]):
    """What may be behind an odd day."""

    sentence = serializers.SerializerMethodField(help_text="In the caller's language.")
    words = {"kind": "A post, silence, or nothing posted.", "post": "The post.", "share": "Of what was beyond, 0 to 1."}

    class Meta:
        model = AnomalyCause
        fields = ["kind", "post", "share", "sentence"]
        read_only_fields = fields

    def get_sentence(self, row: AnomalyCause) -> str:
        """Return it."""
        return retold(row.sentence)


class AnomalySerializer(Described[Anomaly]):
    """A day that the weeks before did not lead one to expect, or the first of another level."""

    sentence = serializers.SerializerMethodField(help_text="In the caller's language.")
    causes = AnomalyCauseSerializer(many=True, read_only=True, help_text="What may be behind it.")
    words = {
        "client": "Of which client.",
        "account": "Of which account.",
        "connection": "Of which connected account.",
        "platform": "On which platform.",
        "metric": "What was counted.",
        "kind": "Far above, far below, higher or lower from here on.",
        "date": "The day.",
        "value": "What it was.",
        "expected": "What was expected.",
        "low": "The low end of what would be ordinary; of a change, of the new level.",
        "high": "The high end.",
        "score": "How far from the ordinary, 0 to 1.",
        "is_simulated": "Whether it rests on practice numbers.",
        "found_at": "When it was found.",
        "dismissed_at": "When it was put away.",
    }

    class Meta:
        model = Anomaly
        fields = [
            "id", "client", "account", "connection", "platform", "metric", "kind", "date", "value", "expected", "low",
            "high", "score", "sentence", "causes", "is_simulated", "found_at", "dismissed_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_sentence(self, row: Anomaly) -> str:
        """Return it."""
        return retold(row.sentence)
