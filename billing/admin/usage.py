"""What organisations use, for operators."""

from django.contrib import admin

from billing.models import UsageMark, UsagePeriod
from trenddrop.core.admin import ReadOnlyAdmin, by_text


@admin.register(UsagePeriod)
class UsagePeriodAdmin(ReadOnlyAdmin):
    """Use by month."""

    list_display = ["organization", "starts_at", "ends_at", "uploads", "ai_credits", "api_calls", "storage_bytes"]
    search_fields = ["organization__name"]
    list_select_related = ["organization"]


@admin.register(UsageMark)
class UsageMarkAdmin(ReadOnlyAdmin):
    """Warnings given."""

    list_display = ["created_at", "organization", "meter", "percent", "used", "limit"]
    list_filter = [by_text("meter"), by_text("percent")]
    list_filter_submit = True
    search_fields = ["organization__name"]
    list_select_related = ["organization"]
