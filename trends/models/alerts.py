"""A brand's watches on topics, and what they told."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import BrandProfile, TenantModel, TenantQuerySet
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
    keywords = ArrayField(models.CharField(max_length=100), default=list, blank=True, verbose_name=_("keywords"))
    minimum_relevance = models.PositiveSmallIntegerField(_("minimum relevance"), default=0, help_text=_("0–100"))
    minimum_score = models.PositiveSmallIntegerField(_("minimum score"), default=0, help_text=_("0–100"))
    statuses = ArrayField(models.CharField(max_length=9), default=list, blank=True, verbose_name=_("states"))
    regions = ArrayField(models.CharField(max_length=8), default=list, blank=True, verbose_name=_("countries"))
    channels = ArrayField(models.CharField(max_length=7, choices=Channel.choices), default=list)
    webhook_url = models.URLField(_("webhook"), max_length=500, blank=True)
    webhook_secret = EncryptedTextField(blank=True, default="")
    is_active = models.BooleanField(_("active"), default=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    last_fired_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["TrendAlert"].as_manager()

    if TYPE_CHECKING:
        brand_id: uuid.UUID

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


class FiredAlert(Claimable, TenantModel):
    """A watch told of a topic: once, whatever channels. The webhook's delivery is kept here too."""

    CLIENT_PATH = "alert__brand__client_id"

    class Delivery(models.TextChoices):
        NONE = "none", _("No webhook")
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Failed")

    alert = models.ForeignKey(TrendAlert, models.CASCADE, related_name="fired")
    topic = models.ForeignKey(TrendTopic, models.CASCADE, related_name="+")
    fired_at = models.DateTimeField()
    relevance = models.FloatField(null=True, blank=True)
    score = models.FloatField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    delivery = models.CharField(max_length=9, choices=Delivery.choices, default=Delivery.NONE)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)

    objects = TenantQuerySet["FiredAlert"].as_manager()

    if TYPE_CHECKING:
        alert_id: uuid.UUID
        topic_id: uuid.UUID

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alert", "topic"], name="an_alert_fires_once_per_topic")]
        indexes = [
            models.Index(fields=["next_try_at"], name="alert_to_deliver", condition=models.Q(delivery="waiting")),
            models.Index(fields=["alert", "-fired_at"], name="alert_history"),
        ]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.topic_id}"
