"""Notifications."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.base import TenantModel, TenantQuerySet


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

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=24, choices=Kind.choices)
    title = models.CharField(max_length=200)
    message = models.TextField(blank=True)
    link = models.CharField(max_length=300, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mail_wanted = models.BooleanField(default=False)
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
        ]

    def __str__(self) -> str:
        return self.title
