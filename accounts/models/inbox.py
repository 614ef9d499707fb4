"""Notifications."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.base import BaseModel, TenantModel, TenantQuerySet


class Notification(TenantModel):
    """One thing a person should know; also mailed when its kind asks for it."""

    class Kind(models.TextChoices):
        CONTENT_READY = "content_ready", _("Content ready")
        CONTENT_FAILED = "content_failed", _("Content failed")
        POST_PUBLISHED = "post_published", _("Post published")
        PUBLISH_FAILED = "publish_failed", _("Publishing failed")
        POST_UNCONFIRMED = "post_unconfirmed", _("Post unconfirmed")
        CONNECTION_LOST = "connection_lost", _("Connection lost")
        TREND_ALERT = "trend_alert", _("Trend alert")
        APPROVAL_NEEDED = "approval_needed", _("Approval needed")
        PAYMENT_FAILED = "payment_failed", _("Payment failed")
        GOAL_REACHED = "goal_reached", _("Goal reached")
        MEMBERSHIP = "membership", _("Members and roles")
        SECURITY = "security", _("Security of my account")
        DATA = "data", _("Exports, imports and erasure")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=24, choices=Kind.choices)
    title = models.CharField(max_length=200)
    message = models.TextField(blank=True)
    link = models.CharField(max_length=300, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mail_wanted = models.BooleanField(default=False)
    in_digest = models.BooleanField(default=False)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["Notification"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["user", "-created_at"], name="notification_inbox"),
            models.Index(
                fields=["created_at"],
                name="notification_to_mail",
                condition=models.Q(mail_wanted=True, mailed_at=None),
            ),
            models.Index(
                fields=["user", "created_at"],
                name="notification_to_digest",
                condition=models.Q(in_digest=True, mailed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class NotificationPreference(BaseModel):
    """How a person wants to hear of one kind; without a row, the kind's default holds."""

    class Mail(models.TextChoices):
        NOW = "now", _("At once")
        DAILY = "daily", _("In the daily digest")
        OFF = "off", _("Never")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notification_preferences")
    kind = models.CharField(max_length=24, choices=Notification.Kind.choices)
    mail = models.CharField(max_length=6, choices=Mail.choices)
    in_app = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="one_preference_per_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_mail_display()}"
