"""How advice, what is believed and back-tests look through the API."""

import math
from typing import Any

from rest_framework import serializers

from accounts.rest_fields import VisibleField
from analytics.advising import telling
from analytics.advising.posterior import Belief
from analytics.models import BackTest, Suggestion, SuggestionArm
from publishing.models import PlatformConnection
from trenddrop.core.rest.serializers import Described


class ChoiceReasonSerializer(serializers.Serializer[Any]):
    """Why a value was chosen."""

    choice = serializers.CharField(help_text="What is chosen: hook, length, hour, weekday, format, hashtags, call …")
    value = serializers.CharField(help_text="The value.")
    times = serializers.FloatField(help_text="As many times the account's usual, as believed.")
    low = serializers.FloatField(help_text="The lower end of the 95 % interval.")
    high = serializers.FloatField(help_text="The upper end.")
    sure = serializers.FloatField(help_text="How probable it is to do better than the account's habit, 0 to 1.")
    posts = serializers.IntegerField(help_text="The account's posts that chose it.")
    others = serializers.IntegerField(help_text="Those that chose otherwise.")
    share = serializers.FloatField(help_text="How often the account chooses it by itself, 0 to 1.")
    is_habit = serializers.BooleanField(help_text="Whether the account does it anyway.")
    is_trial = serializers.BooleanField(help_text="Whether another value is believed better, and this one is tried.")
    is_claim = serializers.BooleanField(help_text="Whether it stands against everything that was asked.")


class SuggestionSerializer(Described[Suggestion]):
    """A next post that is advised."""

    reasons = ChoiceReasonSerializer(many=True, read_only=True, help_text="Why, what matters most first.")
    choices = serializers.DictField(child=serializers.CharField(), read_only=True, help_text="Value by choice.")
    kept = serializers.DictField(child=serializers.CharField(), read_only=True, help_text="What the post chose.")
    words = {
        "client": "Whose account; null for the house's own.",
        "connection": "The account it is for.",
        "insight": "The finding it came from.",
        "piece": "The draft that was made of it.",
        "post": "Its place in the calendar, later the post.",
        "status": "Where it stands.",
        "sentence": "What to do, in English.",
        "expected": "As many times the account's usual.",
        "low": "The lower end of the 95 % interval.",
        "high": "The upper end.",
        "sure": "How probable it is to do better than usual, 0 to 1.",
        "basis": "The account's posts it rests on.",
        "is_trial": "Whether something of it is tried because too little is known.",
        "is_control": "Whether it follows the account's habit, by lot, so that advice can be tested.",
        "suggested_for": "When to post it.",
        "offered_at": "When it was offered.",
        "taken_at": "When somebody did it.",
        "outcome": "What its post did, as many times the account's usual.",
        "settled_at": "When that was known.",
        "is_simulated": "Whether it rests on the practice network's made-up numbers.",
    }

    class Meta:
        model = Suggestion
        fields = [
            "id", "client", "connection", "insight", "piece", "post", "status", "sentence", "choices", "reasons",
            "expected", "low", "high", "sure", "basis", "is_trial", "is_control", "suggested_for", "offered_at",
            "taken_at", "kept", "outcome", "settled_at", "is_simulated",
        ]  # fmt: skip
        read_only_fields = fields


class NewSuggestionSerializer(serializers.Serializer[Any]):
    """The account to advise."""

    connection = VisibleField(
        queryset=PlatformConnection.objects.exclude(status=PlatformConnection.Status.REMOVED),
        help_text="The account.",
    )


class SuggestionArmSerializer(Described[SuggestionArm]):
    """What is believed of one value of one choice of an account."""

    times = serializers.SerializerMethodField(help_text="As many times the account's usual.")
    low = serializers.SerializerMethodField(help_text="The lower end of the 95 % interval.")
    high = serializers.SerializerMethodField(help_text="The upper end.")
    words = {
        "client": "Whose account; null for the house's own.",
        "connection": "The account.",
        "dimension": "The choice; hashtag, item and look are what posts used.",
        "value": "The value; of item and look the row of the library.",
        "posts": "Posts that chose it.",
        "others": "Posts that chose otherwise.",
        "share": "How often the account chooses it, 0 to 1.",
        "evidence": "E-value: chance reaches 20 in at most one account of twenty, however often one looks.",
        "is_claim": "Whether it stands against everything that was asked of the organisation.",
        "last_at": "When it was reckoned.",
        "is_simulated": "Whether it rests on made-up numbers.",
    }

    class Meta:
        model = SuggestionArm
        fields = [
            "id", "client", "connection", "dimension", "value", "posts", "others", "share", "times", "low", "high",
            "evidence", "is_claim", "last_at", "is_simulated",
        ]  # fmt: skip
        read_only_fields = fields

    def get_times(self, row: SuggestionArm) -> float:
        """Return it."""
        return round(math.exp(row.mean), 4)

    def get_low(self, row: SuggestionArm) -> float:
        """Return it."""
        return round(Belief(row.mean, math.sqrt(row.variance)).low, 4)

    def get_high(self, row: SuggestionArm) -> float:
        """Return it."""
        return round(Belief(row.mean, math.sqrt(row.variance)).high, 4)


class ComparisonSerializer(serializers.Serializer[Any]):
    """Advised posts against others, by one design."""

    advised = serializers.IntegerField(help_text="Posts that came of advice.")
    own = serializers.IntegerField(help_text="The posts they are held against.")
    matched = serializers.IntegerField(help_text="Of both, those that meet within an account and four weeks.")
    ratio = serializers.FloatField(allow_null=True, help_text="Advised over own; null where too few meet.")
    low = serializers.FloatField(allow_null=True, help_text="The lower end of the 95 % interval.")
    high = serializers.FloatField(allow_null=True, help_text="The upper end.")
    better = serializers.FloatField(help_text="E-value for better.")
    worse = serializers.FloatField(help_text="E-value for worse.")
    verdict = serializers.ChoiceField(choices=BackTest.Verdict.choices, help_text="What may be said.")


class BackTestSerializer(Described[BackTest]):
    """A week's answer to whether advice helped; kept whatever it is."""

    said = serializers.SerializerMethodField(help_text="In words.")
    design = serializers.SerializerMethodField(help_text="lot: drawn by lot; matched: against all other posts.")
    lot = serializers.SerializerMethodField(help_text="Advice against habit, drawn by lot.")
    matched = serializers.SerializerMethodField(help_text="Advice against all other posts.")
    words = {
        "client": "Of which client's accounts together; null with no account: of all.",
        "connection": "Of which account; null: of several together.",
        "week": "Its Monday.",
        "advised": "Posts that came of advice.",
        "own": "The posts they are held against.",
        "advised_result": "Geometric mean over the account's usual.",
        "own_result": "The same of the others.",
        "ratio": "Advised over own, within account and four weeks.",
        "low": "The lower end of the 95 % interval.",
        "high": "The upper end.",
        "p": "How often chance alone goes as far.",
        "verdict": "What may be said.",
        "made_at": "When it was reckoned.",
        "is_simulated": "Whether it rests on made-up numbers.",
    }

    class Meta:
        model = BackTest
        fields = [
            "id", "client", "connection", "week", "advised", "own", "advised_result", "own_result", "ratio", "low",
            "high", "p", "verdict", "said", "design", "lot", "matched", "made_at", "is_simulated",
        ]  # fmt: skip
        read_only_fields = fields

    def get_said(self, row: BackTest) -> str:
        """Return it."""
        return telling.outcome(
            row.verdict, ratio=row.ratio, low=row.low, high=row.high, advised=row.advised, own=row.own
        )

    def get_design(self, row: BackTest) -> str:
        """Return it."""
        return str(row.numbers.get("design", ""))

    def get_lot(self, row: BackTest) -> dict[str, Any] | None:
        """Return it."""
        return _compared(row, "lot")

    def get_matched(self, row: BackTest) -> dict[str, Any] | None:
        """Return it."""
        return _compared(row, "matched")


def _compared(row: BackTest, design: str) -> dict[str, Any] | None:
    found = row.numbers.get(design)
    return ComparisonSerializer(found).data if found else None
