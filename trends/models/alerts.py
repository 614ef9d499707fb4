"""A brand's watches on topics, whom they tell, what they told, and what was sent to webhooks."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import BrandProfile, Membership, TenantModel, TenantQuerySet
from trenddrop.core.claims import Claimable
from trenddrop.core.fields import EncryptedTextField
from trends.models.topics import TrendTopic


class TrendAlert(TenantModel):
    """A watch: tell somebody once of each topic that says one of these words, or fits this well."""

    CLIENT_PATH = "brand__client_id"

    class Channel(models.TextChoices):
        APP = "app", _("In the app")
        MAIL = "mail", _("By mail")
        WEBHOOK = "webhook", _("To a webhook")

    brand = models.ForeignKey(BrandProfile, models.CASCADE, related_name="watches")
    name = models.CharField(_("name"), max_length=120)
    keywords = ArrayField(
        models.CharField(max_length=100),
        default=list,
        blank=True,
        verbose_name=_("keywords"),
        help_text=_("as people typed them; a leading minus leaves out"),
    )
    minimum_relevance = models.PositiveSmallIntegerField(_("minimum relevance"), default=0, help_text=_("0–100"))
    minimum_score = models.PositiveSmallIntegerField(_("minimum score"), default=0, help_text=_("0–100"))
    statuses = ArrayField(models.CharField(max_length=9), default=list, blank=True, verbose_name=_("states"))
    regions = ArrayField(models.CharField(max_length=8), default=list, blank=True, verbose_name=_("countries"))
    channels = ArrayField(
        models.CharField(max_length=7, choices=Channel.choices), default=list, verbose_name=_("channels")
    )
    webhook_url = models.URLField(_("webhook"), max_length=500, blank=True)
    webhook_secret = EncryptedTextField(blank=True, default="")
    webhook_failures = models.PositiveSmallIntegerField(default=0, help_text=_("deliveries given up in a row"))
    webhook_paused_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    tells_existing = models.BooleanField(default=False, help_text=_("also of what was live when it was armed"))
    armed_at = models.DateTimeField(null=True, blank=True, help_text=_("since when it is compared with topics"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    last_fired_at = models.DateTimeField(null=True, blank=True)
    digested_at = models.DateTimeField(null=True, blank=True, help_text=_("when it last told of many at once"))

    objects = TenantQuerySet["TrendAlert"].as_manager()

    if TYPE_CHECKING:
        brand_id: uuid.UUID
        created_by_id: uuid.UUID | None

    class Meta:
        indexes = [models.Index(fields=["brand"], name="alert_active", condition=models.Q(is_active=True))]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(keywords=[]) | models.Q(minimum_relevance__gt=0),
                name="a_watch_watches_something",
                violation_error_message=_("Give at least one keyword, or a minimum relevance above 0."),
            ),
            models.CheckConstraint(
                condition=models.Q(minimum_relevance__lte=100, minimum_score__lte=100),
                name="a_watch_minimum_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class WatchFollower(TenantModel):
    """A member whom a watch tells, beside whoever made it."""

    CLIENT_PATH = "alert__brand__client_id"

    alert = models.ForeignKey(TrendAlert, models.CASCADE, related_name="followers")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")

    objects = TenantQuerySet["WatchFollower"].as_manager()

    if TYPE_CHECKING:
        alert_id: uuid.UUID
        membership_id: uuid.UUID

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alert", "membership"], name="a_watch_is_followed_once")]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.membership_id}"


class FiredAlert(TenantModel):
    """A watch met a topic: once, whatever channels."""

    CLIENT_PATH = "alert__brand__client_id"

    class How(models.TextChoices):
        ALONE = "alone", _("Told by itself")
        DIGEST = "digest", _("Told together with others")
        KNOWN = "known", _("Live before the watch")  # kept so that it is not told later

    alert = models.ForeignKey(TrendAlert, models.CASCADE, related_name="fired")
    topic = models.ForeignKey(TrendTopic, models.CASCADE, related_name="+")
    fired_at = models.DateTimeField()
    relevance = models.FloatField(null=True, blank=True)
    score = models.FloatField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    how = models.CharField(max_length=6, choices=How.choices, default=How.ALONE)
    told_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["FiredAlert"].as_manager()

    if TYPE_CHECKING:
        alert_id: uuid.UUID
        topic_id: uuid.UUID

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alert", "topic"], name="an_alert_fires_once_per_topic")]
        indexes = [
            models.Index(fields=["alert"], name="alert_to_tell", condition=models.Q(told_at=None)),
            models.Index(fields=["alert", "-fired_at"], name="alert_history"),
            models.Index(fields=["organization", "-fired_at"], name="alert_feed", condition=~models.Q(how="known")),
        ]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.topic_id}"


class AlertDelivery(Claimable, TenantModel):
    """One message to a watch's webhook, its key the idempotency id: sent until taken, for a day at most."""

    CLIENT_PATH = "alert__brand__client_id"

    class Kind(models.TextChoices):
        ALERT = "alert", _("Alert")
        DIGEST = "digest", _("Several alerts")
        TEST = "test", _("Test")

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Failed")

    alert = models.ForeignKey(TrendAlert, models.CASCADE, related_name="deliveries")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    body = models.TextField(help_text=_("the very text that is sent and signed"))
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    tried = models.JSONField(default=list, help_text=_("each try: at, seconds, status, said"))
    next_try_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["AlertDelivery"].as_manager()

    if TYPE_CHECKING:
        alert_id: uuid.UUID

    class Meta:
        verbose_name_plural = "alert deliveries"
        indexes = [
            models.Index(fields=["next_try_at"], name="delivery_due", condition=models.Q(status="waiting")),
            models.Index(fields=["alert", "-created_at"], name="delivery_log"),
            models.Index(fields=["created_at"], name="delivery_age"),
        ]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.kind}"
