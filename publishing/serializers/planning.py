"""Compositions, plans from files, named calendars and their entries."""

from typing import Any

from rest_framework import serializers

from accounts.models import BrandProfile, ClientAccount
from accounts.rest_fields import VisibleField
from content.models import ContentAsset
from publishing.models import CalendarEntry, ContentCalendar, PlanImport, PlatformConnection
from publishing.serializers.connections import PLATFORMS
from publishing.serializers.posts import ZONE, PostSerializer, WallClockField
from trenddrop.core.rest.serializers import Described

THEN = [
    ("draft", "Keep as drafts"),
    ("plan", "Plan for that time"),
    ("queue", "Plan for the next free slots"),
    ("ask", "Ask for approval first"),
]
MOST_LETTERS = 2_000_000


class CompositionSerializer(serializers.Serializer[Any]):
    """One text (and a file, if one goes along) for several accounts at once."""

    text = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=60_000, help_text="What is said."
    )
    title = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=300, help_text="For platforms that have titles."
    )
    hashtags = serializers.ListField(
        child=serializers.CharField(max_length=100), required=False, default=list, max_length=60, help_text="Hashtags."
    )
    call_to_action = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=200, help_text="The line below the text."
    )
    mentions = serializers.ListField(
        child=serializers.CharField(max_length=100), required=False, default=list, max_length=30,
        help_text="Accounts to name.",
    )  # fmt: skip
    alt_text = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=1000, help_text="What can be seen."
    )
    asset = VisibleField(
        queryset=ContentAsset.objects.filter(deleted_at=None), required=False, allow_null=True, default=None,
        help_text="A file of the library that goes along; null for words alone.",
    )  # fmt: skip
    brand = VisibleField(
        queryset=BrandProfile.objects.all(), required=False, allow_null=True, default=None,
        help_text="The brand that speaks; null for none.",
    )  # fmt: skip
    accounts = serializers.ListField(
        child=VisibleField(queryset=PlatformConnection.objects.all(), help_text="An account."),
        min_length=1, max_length=40, help_text="Where to.",
    )  # fmt: skip
    local_time = WallClockField(help_text="What the clock shows when it goes out: `2026-11-27T09:30`.")
    timezone = serializers.CharField(required=False, max_length=64, help_text=ZONE)
    then = serializers.ChoiceField(
        THEN, required=False, default="draft", help_text="What is done with the drafts; what cannot be done is told."
    )


class CompositionOutcomeSerializer(serializers.Serializer[Any]):
    """What became of one account's post."""

    post = PostSerializer(help_text="The post as it stands now.")
    error = serializers.CharField(help_text="Why it is still a draft; empty where nothing went wrong.")


class RefusalSerializer(serializers.Serializer[Any]):
    """A row that came back."""

    row = serializers.IntegerField(help_text="Its number as a spreadsheet shows it; the header is 1.")
    reasons = serializers.ListField(child=serializers.CharField(), help_text="Every reason.")


class PlanImportSerializer(Described[PlanImport]):
    """A plan brought as a file; nothing is planned before it is let in."""

    is_let_in = serializers.SerializerMethodField(help_text="Whether somebody had its rows planned.")
    refusals = RefusalSerializer(many=True, read_only=True, help_text="Rows that came back, the first hundred.")
    words = {
        "client": "The client it is for; null is whoever owns the account.",
        "name": "The file's name.",
        "as_drafts": "Whether every row stays a draft.",
        "timezone": "The clock of rows that name none.",
        "status": "How it stands.",
        "rows": "How many rows it has; null before it is let in.",
        "read": "How many of them are done with.",
        "landed": "How many became posts.",
        "refused": "How many came back.",
        "error": "Why it could not be read.",
        "finished_at": "When it ended.",
    }

    class Meta:
        model = PlanImport
        fields = [
            "id", "client", "name", "as_drafts", "timezone", "status", "is_let_in", "rows", "read", "landed", "refused",
            "refusals", "error", "finished_at", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_is_let_in(self, row: PlanImport) -> bool:
        """Say whether its rows are planned, or were."""
        return row.rows is not None


class NewPlanSerializer(serializers.Serializer[Any]):
    """A plan as CSV: the first line names the columns."""

    name = serializers.CharField(max_length=200, help_text="What it is called.")
    content = serializers.CharField(
        max_length=MOST_LETTERS, trim_whitespace=False, help_text="The rows: date, time, account, text … as CSV."
    )
    timezone = serializers.CharField(required=False, max_length=64, help_text="The clock of rows that name none.")
    client = VisibleField(
        queryset=ClientAccount.objects.filter(deleted_at=None), required=False, allow_null=True, default=None,
        help_text="The client it is for; null is whoever owns the account.",
    )  # fmt: skip
    as_drafts = serializers.BooleanField(required=False, default=False, help_text="Whether every row stays a draft.")


class PlannedRowSerializer(serializers.Serializer[Any]):
    """What a row would become."""

    row = serializers.IntegerField(source="row.number", help_text="Its number; the header is 1.")
    local_time = WallClockField(
        source="meant.at_local", allow_null=True, default=None, help_text="When; null where it would come back."
    )
    timezone = serializers.CharField(
        source="meant.zone", allow_null=True, default=None, help_text="On the clock of this zone; null likewise."
    )
    connection = serializers.UUIDField(
        source="meant.account.pk", allow_null=True, default=None, help_text="The account; null likewise."
    )
    reasons = serializers.ListField(child=serializers.CharField(), help_text="Why it would come back; empty: it lands.")


class NamedCalendarSerializer(Described[ContentCalendar]):
    """A named plan over some days."""

    words = {
        "client": "The client it is for; null is the organisation itself.",
        "brand": "The brand whose ideas it may hold.",
        "name": "What it is called.",
        "description": "What it is for.",
        "starts_on": "Its first day.",
        "ends_on": "Its last day.",
        "origin": "Made by hand, or proposed.",
        "reasoning": "Why it was proposed like this.",
        "deleted_at": "When it was put aside; it can be restored.",
    }

    class Meta:
        model = ContentCalendar
        fields = [
            "id", "client", "brand", "name", "description", "starts_on", "ends_on", "origin", "reasoning", "created_at",
            "updated_at", "deleted_at",
        ]  # fmt: skip
        read_only_fields = ["id", "client", "brand", "origin", "reasoning", "created_at", "updated_at", "deleted_at"]


class NewNamedCalendarSerializer(NamedCalendarSerializer):
    """A calendar to be made by hand."""

    client = VisibleField(
        queryset=ClientAccount.objects.filter(deleted_at=None), required=False, allow_null=True, default=None,
        help_text="The client it is for; null is the organisation itself.",
    )  # fmt: skip

    class Meta(NamedCalendarSerializer.Meta):
        read_only_fields = ["id", "brand", "origin", "reasoning", "created_at", "updated_at"]


class ProposeSerializer(serializers.Serializer[Any]):
    """What a proposed calendar is to fill."""

    name = serializers.CharField(max_length=120, help_text="What it is called.")
    starts_on = serializers.DateField(help_text="Its first day.")
    ends_on = serializers.DateField(help_text="Its last day.")
    accounts = serializers.ListField(
        child=VisibleField(queryset=PlatformConnection.objects.all(), help_text="An account."),
        min_length=1, max_length=40, help_text="For these accounts.",
    )  # fmt: skip
    a_week = serializers.IntegerField(
        required=False, default=3, min_value=1, max_value=21, help_text="Posts a week for each account."
    )
    timezone = serializers.CharField(required=False, max_length=64, help_text="Days are of this zone; else of yours.")
    brand = VisibleField(
        queryset=BrandProfile.objects.all(), required=False, allow_null=True, default=None,
        help_text="Only ideas about topics for this brand; null is every brand.",
    )  # fmt: skip


class CalendarEntrySerializer(Described[CalendarEntry]):
    """Something to post on a day; once begun it names its piece and its post."""

    connection = VisibleField(
        queryset=PlatformConnection.objects.all(), required=False, allow_null=True,
        help_text="The account; null while it is not settled.",
    )  # fmt: skip
    platform = serializers.ChoiceField(
        PLATFORMS, required=False, help_text="Where to; the account's own where one is named."
    )
    words = {
        "calendar": "Its calendar.",
        "date": "The day.",
        "at": "What the clock shows; null for any time.",
        "timezone": "On the clock of this zone.",
        "title": "What it is about.",
        "notes": "What to bear in mind.",
        "tags": "Its tags.",
        "reason": "Why this, and why then.",
        "topic": "The topic it rides.",
        "piece": "The piece it became, or is to become.",
        "post": "The post it became; once that is cancelled, it can be begun anew.",
    }

    class Meta:
        model = CalendarEntry
        fields = [
            "id", "calendar", "date", "at", "timezone", "platform", "connection", "title", "notes", "tags", "reason",
            "topic", "piece", "post", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = ["id", "calendar", "reason", "topic", "piece", "post", "created_at", "updated_at"]
        extra_kwargs: dict[str, Any] = {"timezone": {"required": False}}


class NewCalendarEntrySerializer(CalendarEntrySerializer):
    """An entry to be added."""

    calendar = VisibleField(queryset=ContentCalendar.objects.filter(deleted_at=None), help_text="Its calendar.")

    class Meta(CalendarEntrySerializer.Meta):
        read_only_fields = ["id", "reason", "topic", "piece", "post", "created_at", "updated_at"]
