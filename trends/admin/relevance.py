"""How topics fit brands, for operators."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from trenddrop.core.admin import ReadOnlyAdmin
from trends.models import TrendRelevance


@admin.register(TrendRelevance)
class TrendRelevanceAdmin(ReadOnlyAdmin):
    """How topics fit brands."""

    list_display = ["topic", "brand", "organization", "score", "why", "updated_at"]
    list_filter = [("brand", AutocompleteSelectFilter)]
    list_filter_submit = True
    search_fields = ["topic__title", "brand__name", "organization__name"]
    list_select_related = ["topic", "brand", "organization"]
    ordering = ["-score"]

    @admin.display(description=_("why"))
    def why(self, row: TrendRelevance) -> str:
        """The reasons in words."""
        return "; ".join(str(reason[-1]) for reason in row.reasons)
