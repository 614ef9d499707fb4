"""What published pieces taught, and how well predictions held."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet


class FeedbackSignal(TenantModel):
    """A published piece's result. `engagement`: over the account's own median (1 = as usual).

    `features`: name → value as the piece was written; `helped`, `hurt`: names of those that went with more, with less.
    `choices`: what its author could choose (opening, length, hour, format …) and did, name → value.
    """

    CLIENT_PATH = "piece__client_id"

    piece = models.OneToOneField("content.GeneratedContent", models.CASCADE, related_name="feedback")
    platform = models.CharField(max_length=20)
    engagement = models.FloatField()
    features = models.JSONField(default=dict)
    choices = models.JSONField(default=dict, blank=True)
    helped = models.JSONField(default=list)
    hurt = models.JSONField(default=list)
    predicted = models.SmallIntegerField(null=True, blank=True, help_text=_("0–100, before any correction"))
    measured_at = models.DateTimeField()
    is_left_out = models.BooleanField(_("nothing is learned from it"), default=False)

    objects = TenantQuerySet["FeedbackSignal"].as_manager()

    if TYPE_CHECKING:
        piece_id: uuid.UUID

    class Meta:
        indexes = [models.Index(fields=["organization", "platform", "-measured_at"], name="feedback_recent")]

    def __str__(self) -> str:
        return f"{self.piece_id}: {self.engagement:.2f}"


class Calibration(TenantModel):
    """How an organisation's predictions are corrected by its own results: points (predicted → seen), both 0–100."""

    platform = models.CharField(max_length=20)
    points = models.JSONField(default=list)
    posts = models.PositiveIntegerField()
    error_before = models.FloatField(help_text=_("mean absolute error without it, on posts it has not seen"))
    error_after = models.FloatField()
    error_usual = models.FloatField(default=0.0, help_text=_("of saying every time that it goes as usual"))
    is_used = models.BooleanField(default=False, help_text=_("only where it makes predictions better"))
    made_at = models.DateTimeField()

    objects = TenantQuerySet["Calibration"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "platform"], name="one_calibration_per_platform")
        ]

    def __str__(self) -> str:
        return f"{self.platform}: {self.posts} posts"
