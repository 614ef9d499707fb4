"""Questions to the advisor, for operators: how they went, not what was said."""

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from analytics.models import AdvisorConversation, AdvisorQuestion
from trenddrop.core.admin import KeptForPeople, by_days, by_text


class Asked(KeptForPeople, ModelAdmin):  # type: ignore[misc]
    """Rows that people and the advisor wrote: looked at only."""

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Nobody asks here."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Nobody rewrites an answer."""
        return False


@admin.register(AdvisorConversation)
class AdvisorConversationAdmin(Asked):
    """Who asks, and when last."""

    list_display = ["last_at", "organization", "client", "user"]
    list_select_related = ["organization", "client", "user"]
    exclude = ["title"]


@admin.register(AdvisorQuestion)
class AdvisorQuestionAdmin(Asked):
    """How questions went."""

    list_display = ["asked_at", "organization", "status", "guided", "model", "answered_at", "is_helpful", "error"]
    list_filter = ["status", "is_helpful", by_text("guided"), by_text("model"), by_days("asked_at")]
    list_filter_submit = True
    list_select_related = ["organization"]
    exclude = ["question", "answer", "calls", "charts", "numbers"]
