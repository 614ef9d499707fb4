"""How search numbers look through the API."""

from typing import Any

from rest_framework import serializers

from accounts.rest_fields import VisibleField
from analytics.models import SearchDay, SearchProperty, SeoMetrics
from content.models import GeneratedContent
from trenddrop.core.rest.serializers import Described


class SearchPropertySerializer(Described[SearchProperty]):
    """A site whose search numbers are known."""

    is_connected = serializers.SerializerMethodField(help_text="Whether Search Console is asked for it every day.")
    words = {
        "client": "The client whose site it is.",
        "brand": "The brand whose site it is.",
        "url": "As Search Console names it: `https://example.com/` or `sc-domain:example.com`.",
        "last_at": "When it last answered.",
        "error": "Why it is not asked, or did not answer.",
    }

    class Meta:
        model = SearchProperty
        fields = ["id", "client", "brand", "url", "is_connected", "last_at", "error", "created_at", "updated_at"]
        read_only_fields = fields

    def get_is_connected(self, row: SearchProperty) -> bool:
        """Return it."""
        return row.next_at is not None


class NewSearchPropertySerializer(serializers.Serializer[Any]):
    """A site by its address or its domain."""

    url = serializers.CharField(max_length=300, help_text="`https://example.com/` or `example.com`.")


class SearchFileSerializer(serializers.Serializer[Any]):
    """An export of Search Console."""

    file = serializers.CharField(
        max_length=28_000_000, help_text="The zip, or one CSV file of it, in Base64: up to 20 MB."
    )
    first = serializers.DateField(required=False, allow_null=True, help_text="Its first day, where it does not say it.")
    last = serializers.DateField(required=False, allow_null=True, help_text="Its last day, where it does not say it.")


class SearchImportedSerializer(serializers.Serializer[Any]):
    """What became of it."""

    kept = serializers.IntegerField(help_text="How many rows were kept.")
    passed_over = serializers.IntegerField(help_text="How many could not be read.")


class SearchDaySerializer(Described[SearchDay]):
    """How a site was found on a day; with a page or a keyword: how that was."""

    words = {
        "property": "The site.",
        "date": "The day, on the clock of California.",
        "days": "Of how many days up to that one it is the sum; more than one where a file tells no single days.",
        "page": "The page; empty: the whole site.",
        "query": "What was searched for; empty: anything.",
        "clicks": "How often it was followed.",
        "impressions": "How often it was shown.",
        "position": "Its average place, 1 is the first.",
        "origin": "`api`, `csv` or `hand`.",
    }

    class Meta:
        model = SearchDay
        fields = ["id", "property", "date", "days", "page", "query", "clicks", "impressions", "position", "origin"]
        read_only_fields = fields


class SeoMetricsSerializer(Described[SeoMetrics]):
    """What a piece is to be found for, and how it is found."""

    words = {
        "piece": "The piece.",
        "page": "Its address.",
        "property": "The site it stands on.",
        "target_keywords": "What it is to be found by.",
        "rankings": "By keyword: `position`, `before`, `at`, and `origin` (search or hand).",
        "organic_traffic": "Visits from search in 28 days.",
        "backlinks": "Links to it, entered by hand.",
        "authority_impact": "Change of the site's authority, entered by hand.",
        "measured_at": "When it was last measured or entered.",
    }

    class Meta:
        model = SeoMetrics
        fields = [
            "id", "piece", "page", "property", "target_keywords", "rankings", "organic_traffic", "backlinks",
            "authority_impact", "measured_at", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields


class SeoNoteSerializer(serializers.Serializer[Any]):
    """What is to be noted of a piece; what is left out stays."""

    piece = VisibleField(queryset=GeneratedContent.objects.filter(deleted_at=None), help_text="The piece.")
    page = serializers.URLField(max_length=500, required=False, allow_blank=True, help_text="Its address.")
    target_keywords = serializers.ListField(
        child=serializers.CharField(max_length=100), max_length=30, required=False, help_text="What to be found by."
    )
    places = serializers.DictField(
        child=serializers.FloatField(min_value=1, max_value=1000), required=False,
        help_text="Places that were looked up, by keyword; 1 is the first.",
    )  # fmt: skip
    organic_traffic = serializers.IntegerField(
        min_value=0,
        max_value=2_000_000_000,
        required=False,
        allow_null=True,
        help_text="Visits from search in 28 days.",
    )
    backlinks = serializers.IntegerField(
        min_value=0, max_value=2_000_000_000, required=False, allow_null=True, help_text="Links to it from elsewhere."
    )
    authority_impact = serializers.FloatField(
        min_value=-100, max_value=100, required=False, allow_null=True, help_text="Change of the site's authority."
    )
