"""How brands sound and to whom they speak, for operators."""

from django.contrib import admin

from accounts.models import AudienceProfile, BrandVoiceSample
from trenddrop.core.admin import ReadOnlyAdmin, by_text


@admin.register(BrandVoiceSample)
class BrandVoiceSampleAdmin(ReadOnlyAdmin):
    """Texts that brands wrote."""

    list_display = ["__str__", "brand", "organization", "source", "language", "embedded_by", "created_at"]
    list_filter = ["source", by_text("language")]
    list_filter_submit = True
    search_fields = ["text", "brand__name", "organization__name"]
    list_select_related = ["brand", "organization"]
    exclude = ["embedding"]


@admin.register(AudienceProfile)
class AudienceProfileAdmin(ReadOnlyAdmin):
    """Groups of people that brands speak to."""

    list_display = ["name", "brand", "organization", "age_from", "age_to", "created_at"]
    search_fields = ["name", "brand__name", "organization__name"]
    list_select_related = ["brand", "organization"]
