"""What topics can be narrowed by."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from trenddrop.core.rest.filters import Filters, instant, key, one_of, words
from trends import queries
from trends.models import TrendRelevance, TrendTopic
from trends.queries.search import FACETS
from trends.queries.wishes import LEAST

SOURCES = [(each, each) for each in settings.TREND_SOURCES]
LIVE = [each for each in TrendTopic.Status.choices if each[0] != TrendTopic.Status.EXPIRED]


class TopicFilter(Filters):
    """Of topics."""

    q = words("Only topics that are called so, in any way they are spelt; the beginnings of words are enough.")
    status = one_of(LIVE, "Only topics of this status.")
    kind = one_of(TrendTopic.Kind.choices, "Only topics of this kind.")
    source = one_of(SOURCES, "Only topics seen there.")
    platform = words("Only topics of this platform; `general` is of no one platform.")
    region = words("Only topics told in this country, whichever others tell them too, e.g. `IN`.")
    language = words("Only topics in this language, e.g. `hi`.")
    since = instant("first_detected_at", "gte", "Only topics that were first seen then or later.")
    least = one_of([(each, each) for each in LEAST], "Only topics that fit the brand that is asked for this well.")

    class Meta:
        model = TrendTopic
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Ask the index for words and facets together."""
        given = dict(self.form.cleaned_data)
        asked = {name: given.get(name) or "" for name in FACETS}
        rows: QuerySet[Any] = queries.narrowed(queryset, given.get("q") or "", asked)
        if given.get("status"):
            rows = rows.filter(status=given["status"])
        if given.get("since"):
            rows = rows.filter(first_detected_at__gte=given["since"])
        return rows if not given.get("least") else rows.filter(fit_score__gte=int(given["least"]))


class RelevanceFilter(Filters):
    """Of what fits."""

    brand = key("brand_id", "Only what fits this brand.")
    topic = key("topic_id", "Only how this topic fits.")

    class Meta:
        model = TrendRelevance
        fields: list[str] = []
