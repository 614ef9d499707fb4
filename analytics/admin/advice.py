"""What was advised, what is believed, and the weekly back-tests, for operators."""

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from analytics.models import ArmPrior, BackTest, Suggestion, SuggestionArm
from trenddrop.core.admin import Kept, by_days, by_text


class Learned(Kept, ModelAdmin):  # type: ignore[misc]
    """Rows that are reckoned from results: looked at, not written."""

    list_select_related = ["organization", "client", "connection"]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Nobody enters them here."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Nobody rewrites what was learned."""
        return False


@admin.register(ArmPrior)
class ArmPriorAdmin(Learned):
    """What is usual on a platform."""

    list_display = ["platform", "dimension", "value", "mean", "variance", "posts", "organizations", "made_at"]
    list_filter = ["platform", "dimension"]
    list_select_related: list[str] = []


@admin.register(SuggestionArm)
class SuggestionArmAdmin(Learned):
    """What is believed of each choice."""

    list_display = [
        "connection", "organization", "dimension", "value", "posts", "others", "mean", "variance", "evidence",
        "is_claim", "last_at",
    ]  # fmt: skip
    list_filter = [by_text("dimension"), "is_claim", "is_simulated"]
    list_filter_submit = True
    search_fields = ["value", "organization__name"]


@admin.register(Suggestion)
class SuggestionAdmin(Learned):
    """Next posts that were advised."""

    list_display = [
        "sentence", "organization", "client", "connection", "status", "is_control", "expected", "outcome", "offered_at",
    ]  # fmt: skip
    list_filter = ["status", "is_control", "is_trial", "is_simulated", by_days("offered_at")]
    list_filter_submit = True
    search_fields = ["sentence", "organization__name"]


@admin.register(BackTest)
class BackTestAdmin(Learned):
    """Whether it was better."""

    list_display = ["week", "organization", "client", "connection", "advised", "own", "ratio", "low", "high", "verdict"]
    list_filter = ["verdict", "is_simulated", by_days("week")]
    list_filter_submit = True
