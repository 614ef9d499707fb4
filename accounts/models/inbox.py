"""Notifications, and how far their mails are."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.base import BaseModel, TenantModel, TenantQuerySet
from trenddrop.core.claims import Claimable


class Notification(TenantModel, Claimable):
    """One thing a person should know, in the app, by mail, or in the day's digest.

    A mail is on its way while `mail_began_at` stands and `mailed_at` does not: the server may have taken it,
    so it is never sent again without looking (see accounts.mailing).
    """

    class Kind(models.TextChoices):
        CONTENT_READY = "content_ready", _("Content ready")
        CONTENT_FAILED = "content_failed", _("Content failed")
        POST_PUBLISHED = "post_published", _("Post published")
        PUBLISH_FAILED = "publish_failed", _("Publishing failed")
        POST_UNCONFIRMED = "post_unconfirmed", _("Post unconfirmed")
        POST_BY_HAND = "post_by_hand", _("Post it yourself")
        CONNECTION_LOST = "connection_lost", _("Connection lost")
        TREND_ALERT = "trend_alert", _("Trend alert")
        APPROVAL_NEEDED = "approval_needed", _("Approval needed")
        PAYMENT_FAILED = "payment_failed", _("Payment failed")
        PLAN = "plan", _("Plan and limits")
        GOAL_REACHED = "goal_reached", _("Goal reached")
        MEMBERSHIP = "membership", _("Members and roles")
        SECURITY = "security", _("Security of my account")
        DATA = "data", _("Exports, imports and erasure")
        REPORT = "report", _("What became of my reports")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=24, choices=Kind.choices)
    title = models.CharField(max_length=200)
    message = models.TextField(blank=True)
    link = models.CharField(max_length=300, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mail_wanted = models.BooleanField(default=False)
    in_app = models.BooleanField(default=True)
    in_digest = models.BooleanField(default=False)
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_began_at = models.DateTimeField(null=True, blank=True, editable=False)
    mail_after = models.DateTimeField(null=True, blank=True, editable=False)
    mail_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    mail_error = models.CharField(max_length=200, blank=True, editable=False)

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


class Digest(BaseModel, Claimable):
    """How far a person's daily digests are: `day` is the last day, in their own zone, that is settled."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="digest")
    day = models.DateField(null=True, blank=True)
    began_at = models.DateTimeField(null=True, blank=True, editable=False)
    try_after = models.DateTimeField(null=True, blank=True, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    error = models.CharField(max_length=200, blank=True, editable=False)

    def __str__(self) -> str:
        return f"{self.user_id} {self.day}"
