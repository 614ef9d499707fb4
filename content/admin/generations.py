"""What was asked of models, for operators."""

from django.contrib import admin

from content.models import Generation
from trenddrop.core.admin import ReadOnlyAdmin, by_text


@admin.register(Generation)
class GenerationAdmin(ReadOnlyAdmin):
    """Every asking: who was asked in turn, with how many tokens, at what cost."""

    list_display = [
        "created_at", "organization", "purpose", "about", "model", "is_fallback", "input_tokens", "output_tokens",
        "credits",
    ]  # fmt: skip
    list_filter = ["purpose", "is_fallback", by_text("model")]
    list_filter_submit = True
    search_fields = ["organization__name", "about", "model", "made_by"]
    list_select_related = ["organization"]
    ordering = ["-created_at"]
