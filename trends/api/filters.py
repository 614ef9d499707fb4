"""What topics can be narrowed by."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from trenddrop.core.rest.filters import Filters, key, one_of, words
from trends import queries
from trends.models import TrendRelevance, TrendTopic

SOURCES = [(each, each) for each in settings.TREND_SOURCES]
LIVE = [each for each in TrendTopic.Status.choices if each[0] != TrendTopic.Status.EXPIRED]


class TopicFilter(Filters):
    """Of topics."""

    q = words("Only topics that are called so, in any way they are spelt.", method="say")
    status = one_of(LIVE, "Only topics of this status.")
    kind = one_of(TrendTopic.Kind.choices, "Only topics of this kind.")
    source = one_of(SOURCES, "Only topics seen there.", field_name="source_kinds")
    region = words("Only topics of this country, e.g. `IN`.", field_name="region")

    class Meta:
        model = TrendTopic
        fields: list[str] = []

    def say(self, rows: QuerySet[TrendTopic], _name: str, value: str) -> QuerySet[Any]:
        """Find by any of a topic's names."""
        return rows.filter(queries.says(value))

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Sources stand in a list."""
        source = self.form.cleaned_data.pop("source", "")
        rows = queryset.filter(source_kinds__contains=[source]) if source else queryset
        self.form.cleaned_data["source"] = ""
        found: QuerySet[Any] = super().filter_queryset(rows)
        return found


class RelevanceFilter(Filters):
    """Of what fits."""

    brand = key("brand_id", "Only what fits this brand.")
    topic = key("topic_id", "Only how this topic fits.")

    class Meta:
        model = TrendRelevance
        fields: list[str] = []
