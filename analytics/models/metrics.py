"""Snapshots of a post's counts on a falling ladder, and what is known of the post for the pages that compare."""

import uuid
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet
from publishing.models import PlatformConnection, ScheduledPost
from trenddrop.core.claims import Claimable


class Counts(models.Model):
    """What platforms count of a post since it went live; empty is what a platform does not give, never zero."""

    views = models.BigIntegerField(null=True, blank=True)
    impressions = models.BigIntegerField(null=True, blank=True)
    reach = models.BigIntegerField(null=True, blank=True)
    likes = models.BigIntegerField(null=True, blank=True)
    comments = models.BigIntegerField(null=True, blank=True)
    shares = models.BigIntegerField(null=True, blank=True)
    quotes = models.BigIntegerField(null=True, blank=True)
    saves = models.BigIntegerField(null=True, blank=True)
    clicks = models.BigIntegerField(null=True, blank=True, help_text=_("on links of the post"))
    profile_visits = models.BigIntegerField(null=True, blank=True)
    follows = models.BigIntegerField(null=True, blank=True)
    watch_seconds = models.BigIntegerField(null=True, blank=True, help_text=_("of all viewers together"))
    average_watch_seconds = models.FloatField(null=True, blank=True)
    completion = models.FloatField(null=True, blank=True, help_text=_("share of views that saw the end, 0 to 1"))
    more = models.JSONField(default=dict, blank=True, help_text=_("what only some platforms count, by catalogue key"))

    class Meta:
        abstract = True


class MeasuredPost(Claimable, Counts, TenantModel):
    """A published post under measurement: when to look next, its latest numbers, and what it is."""

    class Origin(models.TextChoices):
        API = "api", _("the platform")
        HAND = "hand", _("entered by hand")
        CSV = "csv", _("a file")
        PRACTICE = "practice", _("practice network")

    organization = models.ForeignKey("accounts.Organization", models.CASCADE, related_name="+", db_index=False)
    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    post = models.OneToOneField(ScheduledPost, models.CASCADE, related_name="measured")
    connection = models.ForeignKey(
        PlatformConnection, models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    brand = models.ForeignKey("accounts.BrandProfile", models.SET_NULL, null=True, blank=True, related_name="+")
    asset = models.ForeignKey(
        "content.ContentAsset", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    platform = models.CharField(max_length=20)
    kind = models.CharField(max_length=12, blank=True, help_text=_("the piece's kind: short video, thread …"))
    format = models.CharField(max_length=10, blank=True)
    category = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=8, blank=True)
    hashtags = ArrayField(models.CharField(max_length=100), default=list, blank=True, help_text=_("small letters"))
    duration = models.FloatField(null=True, blank=True, help_text=_("seconds"))
    letters = models.IntegerField(default=0, db_default=0, editable=False)  # of its text
    published_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True, help_text=_("empty when the ladder has ended"))
    last_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    gone_at = models.DateTimeField(null=True, blank=True, help_text=_("since when the platform no longer shows it"))
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.API)
    is_simulated = models.BooleanField(default=False)
    figures = models.JSONField(
        default=dict, blank=True, help_text=_("every metric of the catalogue that can be told of it, by key")
    )
    settled_views = models.BigIntegerField(null=True, blank=True, editable=False)  # as they stood at 48 hours
    settled_actions = models.BigIntegerField(null=True, blank=True, editable=False)
    virality = models.SmallIntegerField(null=True, blank=True, help_text=_("0 to 100"))
    quality = models.SmallIntegerField(null=True, blank=True, help_text=_("0 to 100"))
    relevance = models.SmallIntegerField(null=True, blank=True, help_text=_("0 to 100"))
    learned_at = models.DateTimeField(null=True, blank=True, help_text=_("when its result was told to content"))

    objects = TenantQuerySet["MeasuredPost"].as_manager()

    if TYPE_CHECKING:
        post_id: uuid.UUID
        client_id: uuid.UUID | None
        connection_id: uuid.UUID | None
        brand_id: uuid.UUID | None
        asset_id: uuid.UUID | None

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], name="measurement_due", condition=models.Q(next_at__isnull=False)),
            models.Index(fields=["organization", "-published_at", "-id"], name="measured_recent"),
            models.Index(fields=["connection", "-published_at"], name="measured_of_account"),
            models.Index(fields=["asset"], name="measured_of_asset"),
            models.Index(fields=["organization", "updated_at"], name="measured_changed"),
            models.Index(fields=["organization", "last_at"], name="measured_last"),
            models.Index(fields=["published_at"], name="to_learn_from", condition=models.Q(learned_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.published_at:%Y-%m-%d}"


class PostMetrics(Counts, TenantModel):
    """One snapshot: the counts as they stood."""

    CLIENT_PATH = "post__client_id"

    post = models.ForeignKey(ScheduledPost, models.CASCADE, related_name="snapshots", db_index=False)
    taken_at = models.DateTimeField()
    hour = models.FloatField(help_text=_("hours since publishing"))
    origin = models.CharField(max_length=8, choices=MeasuredPost.Origin.choices, default=MeasuredPost.Origin.API)
    is_simulated = models.BooleanField(default=False)

    objects = TenantQuerySet["PostMetrics"].as_manager()

    class Meta:
        verbose_name_plural = "post metrics"
        constraints = [models.UniqueConstraint(fields=["post", "taken_at"], name="one_snapshot_per_moment")]

    def __str__(self) -> str:
        return f"{self.hour:.0f} h: {self.views} views"
