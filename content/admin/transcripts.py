"""What was heard, for operators."""

from django.contrib import admin

from content.admin.looked import LookedAt
from content.models import Transcript


@admin.register(Transcript)
class TranscriptAdmin(LookedAt):
    """What was heard, and by what."""

    list_display = ["asset", "engine", "language", "confidence", "edited_at", "created_at"]
    list_filter = ["engine", "language"]
    search_fields = ["asset__title"]
    list_select_related = ["asset"]
    exclude = ["words"]
