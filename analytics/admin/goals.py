"""Goals, for operators."""

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from analytics.models import Goal, GoalMilestone
from trenddrop.core.admin import Kept, by_days, by_text


class MilestoneInline(TabularInline):  # type: ignore[misc]
    """What was passed on the way."""

    model = GoalMilestone
    extra = 0
    can_delete = False
    fields = ["percent", "passed_on", "value", "told_at"]
    readonly_fields = fields

    def has_add_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Measured, never entered."""
        return False


@admin.register(Goal)
class GoalAdmin(ModelAdmin):  # type: ignore[misc]
    """What people want to reach."""

    list_display = [
        "name", "organization", "client", "metric", "value", "target", "deadline", "status", "outlook", "checked_at",
    ]  # fmt: skip
    list_filter = ["status", "outlook", by_text("metric"), by_days("deadline")]
    list_filter_submit = True
    search_fields = ["name", "organization__name"]
    list_select_related = ["organization", "client"]
    raw_id_fields = ["organization", "client", "account", "made_by"]
    readonly_fields = ["start_value", "value", "value_on", "projection", "checked_at", "reached_on"]
    inlines = [MilestoneInline]


@admin.register(GoalMilestone)
class GoalMilestoneAdmin(Kept, ModelAdmin):  # type: ignore[misc]
    """Milestones, and whether their people were told."""

    list_display = ["goal", "organization", "percent", "passed_on", "value", "told_at"]
    list_select_related = ["goal", "organization"]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Measured, never entered."""
        return False
