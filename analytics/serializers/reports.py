"""How reports look through the API."""

from typing import Any

from rest_framework import serializers

from accounts.models import BrandProfile, ClientAccount
from accounts.rest_fields import VisibleField
from analytics.models import OptimizationReport, ReportSchedule
from analytics.models.reports import ReportPeriod
from trenddrop.core.rest.serializers import Described

LANGUAGES = [("en", "English"), ("hi", "Hindi")]
MAILED = [choice for choice in ReportPeriod.choices if choice[0] != ReportPeriod.CUSTOM]


class OptimizationReportSerializer(Described[OptimizationReport]):
    """A report as it was made; its `looks` hold every table with the units of its columns."""

    looks = serializers.SerializerMethodField(help_text="Each look into the numbers, by name.")
    words = {
        "client": "The client it is about.",
        "brand": "The brand it is about.",
        "schedule": "The schedule it came of.",
        "title": "Whose it is and of which days.",
        "period": "How long a span.",
        "first_day": "Its first day.",
        "last_day": "Its last day, within it.",
        "status": "making, ready or failed.",
        "made_at": "When it was made; later numbers do not change it.",
        "sent_at": "When it was last mailed.",
        "sent_to": "Whom it was mailed to.",
    }

    class Meta:
        model = OptimizationReport
        fields = [
            "id", "client", "brand", "schedule", "title", "period", "first_day", "last_day", "status", "made_at",
            "sent_at", "sent_to", "looks",
        ]  # fmt: skip
        read_only_fields = fields

    def get_looks(self, row: OptimizationReport) -> dict[str, Any]:
        """Return them."""
        return dict(row.content.get("looks", {}))


class NewReportSerializer(serializers.Serializer[Any]):
    """A report to be made now: of the last whole week, month or quarter, or of chosen days."""

    period = serializers.ChoiceField(choices=ReportPeriod.choices, help_text="How long a span.")
    first = serializers.DateField(required=False, allow_null=True, default=None, help_text="Of chosen days: the first.")
    last = serializers.DateField(required=False, allow_null=True, default=None, help_text="Of chosen days: the last.")
    client = VisibleField(
        queryset=ClientAccount.objects.filter(deleted_at=None), required=False, allow_null=True, default=None,
        help_text="Of this client alone.",
    )  # fmt: skip
    brand = VisibleField(
        queryset=BrandProfile.objects.all(), required=False, allow_null=True, default=None,
        help_text="Of this brand alone.",
    )  # fmt: skip


class ReportScheduleSerializer(Described[ReportSchedule]):
    """A report that comes by mail."""

    words = {
        "client": "The client it is about.",
        "brand": "The brand it is about.",
        "name": "What it is called.",
        "period": "How often, and how long a span.",
        "hour": "At which hour of the organisation's zone.",
        "recipients": "Addresses; each mail has a link to stop them.",
        "language": "In which language.",
        "is_active": "Whether it is mailed.",
        "next_at": "When the next comes.",
        "last_at": "When the last was mailed.",
        "failures": "How often it failed since.",
        "error": "Why it last failed.",
    }

    class Meta:
        model = ReportSchedule
        fields = [
            "id", "client", "brand", "name", "period", "hour", "recipients", "language", "is_active", "next_at",
            "last_at", "failures", "error", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class NewReportScheduleSerializer(serializers.Serializer[Any]):
    """Who is to get which report when."""

    name = serializers.CharField(max_length=120, help_text="What it is called.")
    period = serializers.ChoiceField(choices=MAILED, help_text="How often.")
    hour = serializers.IntegerField(min_value=0, max_value=23, default=9, help_text="Of the organisation's zone.")
    recipients = serializers.ListField(
        child=serializers.EmailField(), min_length=1, max_length=20, help_text="Addresses."
    )
    language = serializers.ChoiceField(choices=LANGUAGES, default="en", help_text="In which language.")
    client = VisibleField(
        queryset=ClientAccount.objects.filter(deleted_at=None), required=False, allow_null=True, default=None,
        help_text="Of this client alone.",
    )  # fmt: skip
    brand = VisibleField(
        queryset=BrandProfile.objects.all(), required=False, allow_null=True, default=None,
        help_text="Of this brand alone.",
    )  # fmt: skip
    is_active = serializers.BooleanField(default=True, help_text="Whether it is mailed.")
