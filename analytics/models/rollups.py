"""Sums that pages read: made from snapshots and days, never the other way round."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet
from publishing.models import PlatformConnection, ScheduledPost


class Gains(models.Model):
    """What was won in a span of time; empty where nobody counts it. A correction downwards counts as less than none."""

    views = models.BigIntegerField(null=True, blank=True)
    impressions = models.BigIntegerField(null=True, blank=True)
    reach = models.BigIntegerField(null=True, blank=True)
    likes = models.BigIntegerField(null=True, blank=True)
    comments = models.BigIntegerField(null=True, blank=True)
    shares = models.BigIntegerField(null=True, blank=True)
    saves = models.BigIntegerField(null=True, blank=True)
    clicks = models.BigIntegerField(null=True, blank=True)
    follows = models.BigIntegerField(null=True, blank=True)
    watch_seconds = models.BigIntegerField(null=True, blank=True)
    engagement = models.BigIntegerField(null=True, blank=True, help_text=_("likes, comments, shares, saves together"))

    class Meta:
        abstract = True


class PostDay(Gains, TenantModel):
    """What a post won on one day of the organisation's zone, and its scores at that day's end."""

    CLIENT_PATH = "post__client_id"

    organization = models.ForeignKey("accounts.Organization", models.CASCADE, related_name="+", db_index=False)
    post = models.ForeignKey(ScheduledPost, models.CASCADE, related_name="days", db_index=False)
    date = models.DateField()
    virality = models.SmallIntegerField(null=True, blank=True)
    quality = models.SmallIntegerField(null=True, blank=True)
    relevance = models.SmallIntegerField(null=True, blank=True)

    objects = TenantQuerySet["PostDay"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization", "date"], name="postday_of_organization")]
        constraints = [models.UniqueConstraint(fields=["post", "date"], name="one_postday")]

    def __str__(self) -> str:
        return f"{self.date}: {self.views}"


class AccountDay(Gains, TenantModel):
    """What all posts of one connected account and brand won on one day: what overview, platforms and clients add up."""

    organization = models.ForeignKey("accounts.Organization", models.CASCADE, related_name="+", db_index=False)
    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    connection = models.ForeignKey(PlatformConnection, models.CASCADE, related_name="+", db_index=False)
    brand = models.ForeignKey("accounts.BrandProfile", models.CASCADE, null=True, blank=True, related_name="+")
    platform = models.CharField(max_length=20)
    date = models.DateField()
    published = models.PositiveIntegerField(default=0, help_text=_("posts that went live that day"))
    is_simulated = models.BooleanField(default=False)

    objects = TenantQuerySet["AccountDay"].as_manager()

    if TYPE_CHECKING:
        connection_id: uuid.UUID
        brand_id: uuid.UUID | None
        client_id: uuid.UUID | None

    class Meta:
        indexes = [models.Index(fields=["organization", "date"], name="accountday_of_organization")]
        constraints = [
            models.UniqueConstraint(fields=["connection", "brand", "date"], name="one_accountday", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.date}"


class AnalyticsSnapshot(TenantModel):
    """What an organisation, or one of its clients, made and won in a day, week or month."""

    class Period(models.TextChoices):
        DAY = "day", _("Day")
        WEEK = "week", _("Week")
        MONTH = "month", _("Month")

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    period = models.CharField(max_length=5, choices=Period.choices)
    start = models.DateField(help_text=_("the first day; weeks begin on Monday"))
    created = models.PositiveIntegerField(default=0, help_text=_("pieces"))
    published = models.PositiveIntegerField(default=0, help_text=_("posts"))
    views = models.BigIntegerField(null=True, blank=True)
    engagement = models.BigIntegerField(null=True, blank=True)
    reach = models.BigIntegerField(null=True, blank=True)
    platforms = models.JSONField(default=dict, blank=True, help_text=_("the same numbers by platform"))

    objects = TenantQuerySet["AnalyticsSnapshot"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "client", "period", "start"], name="one_snapshot", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.start}"


class RollupMark(TenantModel):
    """How far an organisation's sums are, and from which day they must be made again."""

    IS_WORK = False

    name = models.CharField(max_length=20, help_text=_("which sums: posts, events"))
    zone = models.CharField(max_length=64, help_text=_("the zone its days were cut by"))
    reached = models.DateTimeField(null=True, blank=True, help_text=_("what was written until then is in the sums"))
    dirty_from = models.DateField(null=True, blank=True, help_text=_("from this day they are made again"))

    objects = TenantQuerySet["RollupMark"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="one_mark_per_sum")]

    def __str__(self) -> str:
        return f"{self.name} until {self.reached}"
