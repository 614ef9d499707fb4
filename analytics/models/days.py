"""Accounts whose days are counted, those days, who the people are, and files that days came from."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet
from publishing.models import PlatformConnection
from trenddrop.core.claims import Claimable


class TrackedAccount(Claimable, TenantModel):
    """An account on a social or music platform whose days are counted: by a connection, by its address, or by hand."""

    class Way(models.TextChoices):
        CONNECTION = "connection", _("through the connected account")
        PUBLIC = "public", _("from its public page")
        HAND = "hand", _("by hand or from files")

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    brand = models.ForeignKey("accounts.BrandProfile", models.SET_NULL, null=True, blank=True, related_name="+")
    connection = models.OneToOneField(
        PlatformConnection,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="tracked",
        help_text=_("who asks"),
    )
    platform = models.CharField(max_length=20)
    external_id = models.CharField(max_length=200, help_text=_("the platform's own id of the account"))
    name = models.CharField(max_length=200)
    url = models.URLField(max_length=500, blank=True)
    way = models.CharField(max_length=10, choices=Way.choices)
    settings = models.JSONField(default=dict, blank=True, help_text=_("country of a chart, playlists to look at …"))
    is_active = models.BooleanField(default=True)
    next_at = models.DateTimeField(null=True, blank=True, help_text=_("when its day is asked for; empty: never"))
    last_at = models.DateTimeField(null=True, blank=True, help_text=_("when it last answered"))
    failures = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    backfilled_from = models.DateField(null=True, blank=True, help_text=_("the first day that was asked for"))
    gone_at = models.DateTimeField(null=True, blank=True, help_text=_("since when the platform knows it no more"))
    is_simulated = models.BooleanField(default=False)

    objects = TenantQuerySet["TrackedAccount"].as_manager()

    if TYPE_CHECKING:
        client_id: uuid.UUID | None
        brand_id: uuid.UUID | None
        connection_id: uuid.UUID | None

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="account_day_due", condition=models.Q(next_at__isnull=False))]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "platform", "external_id"],
                name="one_tracked_account",
                violation_error_message=_("This account is counted already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.platform})"


class DailyMetrics(TenantModel):
    """One account's day. The date is the platform's own day; what it does not tell is empty, with the reason."""

    class Origin(models.TextChoices):
        API = "api", _("the platform")
        BACKFILL = "backfill", _("the platform, filled in later")
        HAND = "hand", _("entered by hand")
        CSV = "csv", _("a file")
        PRACTICE = "practice", _("practice network")

    organization = models.ForeignKey("accounts.Organization", models.CASCADE, related_name="+", db_index=False)
    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    account = models.ForeignKey(TrackedAccount, models.CASCADE, related_name="days", db_index=False)
    platform = models.CharField(max_length=20)
    date = models.DateField()
    followers = models.BigIntegerField(null=True, blank=True)
    change_24h = models.BigIntegerField(null=True, blank=True, help_text=_("of followers, from our own history"))
    change_7d = models.BigIntegerField(null=True, blank=True)
    change_30d = models.BigIntegerField(null=True, blank=True)
    engagement = models.BigIntegerField(null=True, blank=True, help_text=_("all that people did that day"))
    content_count = models.BigIntegerField(null=True, blank=True)
    document = models.JSONField(default=dict, help_text=_("the platform's typed document (analytics.documents)"))
    missing = models.JSONField(default=dict, blank=True, help_text=_("why fields are null, by code"))
    origin = models.CharField(max_length=8, choices=Origin.choices)
    is_settled = models.BooleanField(default=True, help_text=_("no: the platform may still correct this day"))
    taken_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    source_file = models.ForeignKey(
        "analytics.MetricImport", models.SET_NULL, null=True, blank=True, related_name="days"
    )

    objects = TenantQuerySet["DailyMetrics"].as_manager()

    if TYPE_CHECKING:
        account_id: uuid.UUID
        client_id: uuid.UUID | None

    class Meta:
        verbose_name_plural = "daily metrics"
        indexes = [models.Index(fields=["organization", "-date"], name="day_of_organization")]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "date"],
                name="one_row_per_day",
                violation_error_message=_("This day of the account is entered already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.date}"


class AudienceSnapshot(TenantModel):
    """Who an account's followers or viewers are, as its platform told it on a day; shares add up to at most one."""

    class Kind(models.TextChoices):
        COUNTRY = "country", _("Country")
        CITY = "city", _("City")
        AGE = "age", _("Age")
        GENDER = "gender", _("Gender")

    CLIENT_PATH = "account__client_id"

    account = models.ForeignKey(TrackedAccount, models.CASCADE, related_name="audiences")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    date = models.DateField()
    shares = models.JSONField(default=dict, help_text=_("by ISO country, city, 18-24 …, female male other: 0 to 1"))
    of = models.CharField(max_length=10, default="followers", help_text=_("followers, viewers or listeners"))
    counted = models.BigIntegerField(null=True, blank=True, help_text=_("how many people that speaks of"))
    origin = models.CharField(max_length=8, choices=DailyMetrics.Origin.choices)

    objects = TenantQuerySet["AudienceSnapshot"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "kind", "date"], name="one_audience_per_day")]

    def __str__(self) -> str:
        return f"{self.kind} {self.date}"


class MetricImport(TenantModel):
    """A file of numbers that somebody brought: looked at first, then taken in, or taken back."""

    class Status(models.TextChoices):
        CHECKED = "checked", _("Looked at")
        DONE = "done", _("Taken in")
        UNDONE = "undone", _("Taken back")
        REFUSED = "refused", _("Refused")

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    account = models.ForeignKey(TrackedAccount, models.CASCADE, null=True, blank=True, related_name="imports")
    file_name = models.CharField(max_length=200)
    recognised = models.CharField(max_length=40, help_text=_("which export it is: spotify_for_artists …, or plain"))
    columns = models.JSONField(default=dict, blank=True, help_text=_("which of its columns are which fields"))
    rows = models.JSONField(default=list, blank=True, help_text=_("what was read, until it is taken in"))
    errors = models.JSONField(default=list, blank=True, help_text=_("[line, column, what is wrong]"))
    row_count = models.PositiveIntegerField(default=0)
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    replaced = models.JSONField(default=list, blank=True, help_text=_("days as they were before, for taking back"))
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.CHECKED)
    brought_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = TenantQuerySet["MetricImport"].as_manager()

    def __str__(self) -> str:
        return self.file_name
