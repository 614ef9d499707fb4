"""How accounts' days, who the people are, and files of days look through the API."""

from typing import Any

from rest_framework import serializers

from accounts.models import BrandProfile, ClientAccount
from accounts.rest_fields import VisibleField
from analytics.documents import DOCUMENTS, files
from analytics.models import AudienceSnapshot, DailyMetrics, MetricImport, TrackedAccount
from trenddrop.core.rest.serializers import Described

COUNTED_PLATFORMS = [(key, key) for key in DOCUMENTS]


class TrackedAccountSerializer(Described[TrackedAccount]):
    """An account whose days are counted."""

    words = {
        "id": "The account.",
        "client": "The client it is counted for.",
        "brand": "The brand it belongs to.",
        "connection": "The connection it is counted through; null where there is none.",
        "platform": "Where.",
        "external_id": "The platform's own identifier of it.",
        "name": "What it is called.",
        "url": "Its page.",
        "way": "How its days are counted.",
        "settings": "What is watched: `countries` of charts, links of `playlists`.",
        "is_active": "Whether it is asked; false when it is paused.",
        "next_at": "When it is asked next; null for never.",
        "last_at": "When it last answered.",
        "error": "Why it did not answer.",
        "backfilled_from": "The first day that was asked for.",
        "gone_at": "Since when its platform knows it no more.",
        "is_simulated": "Whether its numbers are made up (practice network).",
        "created_at": "When counting began.",
    }

    class Meta:
        model = TrackedAccount
        fields = [
            "id", "client", "brand", "connection", "platform", "external_id", "name", "url", "way", "settings",
            "is_active", "next_at", "last_at", "error", "backfilled_from", "gone_at", "is_simulated", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class NewTrackedAccountSerializer(serializers.Serializer[Any]):
    """An account to count: by its `address`, or, with a `name` alone, by hand."""

    platform = serializers.ChoiceField(COUNTED_PLATFORMS, help_text="Where.")
    address = serializers.CharField(
        required=False, default="", max_length=500, help_text="The link or identifier of a public account."
    )
    name = serializers.CharField(
        required=False, default="", max_length=180, help_text="What it is called, where its days are brought by hand."
    )
    url = serializers.URLField(required=False, default="", max_length=500, help_text="Its page, if you like.")
    client = VisibleField(
        queryset=ClientAccount.objects.filter(deleted_at=None), required=False, allow_null=True, default=None,
        help_text="The client it is counted for.",
    )  # fmt: skip
    brand = VisibleField(
        queryset=BrandProfile.objects.all(), required=False, allow_null=True, default=None,
        help_text="The brand it belongs to.",
    )  # fmt: skip

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the two ways is needed."""
        if bool(attrs["address"]) == bool(attrs["name"].strip()):
            raise serializers.ValidationError("Send an address to count it by, or a name to bring its days by hand.")
        return attrs


class WatchedSerializer(serializers.Serializer[Any]):
    """What is watched of a music account."""

    countries = serializers.ListField(
        child=serializers.RegexField(r"^[A-Za-z]{2}$"), required=False, max_length=20, help_text="Of charts: IN, US."
    )
    playlists = serializers.ListField(
        child=serializers.URLField(max_length=500), required=False, max_length=20, help_text="Links of playlists."
    )


class TrackedAccountChangeSerializer(serializers.Serializer[Any]):
    """What an account is called, whose it is, and what is watched of it."""

    name = serializers.CharField(required=False, max_length=200, help_text="What it is called.")
    brand = VisibleField(
        queryset=BrandProfile.objects.all(), required=False, allow_null=True, help_text="The brand it belongs to."
    )
    settings = WatchedSerializer(required=False, help_text="What is watched of it.")


class DailyMetricsSerializer(Described[DailyMetrics]):
    """An account's day. What nobody told is null, never zero; `missing` says why."""

    words = {
        "id": "The day.",
        "account": "The account.",
        "client": "The client it was counted for.",
        "platform": "Where.",
        "date": "The day, as the platform cuts it.",
        "followers": "Followers, subscribers or fans at its end.",
        "change_24h": "Of followers since the day before; null where that day is missing.",
        "change_7d": "The same since seven days before.",
        "change_30d": "The same since thirty days before.",
        "engagement": "All that people did that day, as far as it is told.",
        "content_count": "Posts, videos or tracks at its end.",
        "document": "Every figure by its name; `reckoned` and `entered` name those we reckoned and people entered.",
        "missing": "Why figures are null, by their names.",
        "origin": "Where the day came from.",
        "is_settled": "False while its platform may still correct it.",
        "taken_at": "When it was last written.",
    }

    class Meta:
        model = DailyMetrics
        fields = [
            "id", "account", "client", "platform", "date", "followers", "change_24h", "change_7d", "change_30d",
            "engagement", "content_count", "document", "missing", "origin", "is_settled", "taken_at",
        ]  # fmt: skip
        read_only_fields = fields


class EnteredDaySerializer(serializers.Serializer[Any]):
    """A day as somebody knows it."""

    date = serializers.DateField(help_text="The day, as the platform cuts it.")
    figures = serializers.DictField(
        child=serializers.JSONField(allow_null=True),
        allow_empty=False,
        help_text="By the names of the platform's document; null takes one out, one that is not named stays.",
    )


class AudienceSnapshotSerializer(Described[AudienceSnapshot]):
    """Who an account's people are."""

    words = {
        "id": "The snapshot.",
        "account": "The account.",
        "kind": "What they are parted by.",
        "date": "On which day it was told.",
        "shares": "Shares, 0 to 1, by ISO country, city, age or gender.",
        "of": "Of whom: followers, viewers or listeners.",
        "counted": "How many people it speaks of.",
        "origin": "Where it came from.",
    }

    class Meta:
        model = AudienceSnapshot
        fields = ["id", "account", "kind", "date", "shares", "of", "counted", "origin"]
        read_only_fields = fields


class MetricImportSerializer(Described[MetricImport]):
    """A file of days."""

    words = {
        "id": "The file.",
        "account": "Whose days it tells.",
        "client": "The client they are counted for.",
        "file_name": "What it is called.",
        "recognised": "Which export it is.",
        "columns": "Which of its columns are which figures (`known`), and which mean nothing here (`unknown`).",
        "errors": "What could not be read: line, column, and what is wrong.",
        "row_count": "How many days it tells.",
        "first_day": "The first of them.",
        "last_day": "The last of them.",
        "status": "How it stands.",
        "created_at": "When it was brought.",
    }
    recognised = serializers.ChoiceField([(key, key) for key in files.NAMES], help_text="Which export it is.")

    class Meta:
        model = MetricImport
        fields = [
            "id", "account", "client", "file_name", "recognised", "columns", "errors", "row_count", "first_day",
            "last_day", "status", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class NewMetricImportSerializer(serializers.Serializer[Any]):
    """A file of an account's days."""

    account = VisibleField(queryset=TrackedAccount.objects.all(), help_text="Whose days it tells.")
    name = serializers.CharField(max_length=200, help_text="What it is called.")
    content = serializers.CharField(
        max_length=files.MOST_BYTES, trim_whitespace=False, help_text="The CSV as it is: a line for each day."
    )


class LookedCellSerializer(serializers.Serializer[Any]):
    """A figure before and after."""

    figure = serializers.CharField(source="key", help_text="Its name.")
    before = serializers.JSONField(allow_null=True, help_text="What stands there; null is not given.")
    after = serializers.JSONField(help_text="What the file says.")


class LookedDaySerializer(serializers.Serializer[Any]):
    """What a day of a file would do."""

    date = serializers.DateField(help_text="The day.")
    is_new = serializers.BooleanField(help_text="Whether nothing is known of it yet.")
    changes = serializers.BooleanField(help_text="Whether anything becomes different.")
    figures = LookedCellSerializer(source="cells", many=True, help_text="Its figures.")


class TakenBackSerializer(serializers.Serializer[Any]):
    """What became of the days of a file that was taken back."""

    days = serializers.IntegerField(help_text="Days that are as they were before.")
    kept = serializers.IntegerField(help_text="Days of which something stays, because another file brought it since.")
