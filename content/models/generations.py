"""What was asked of language models and voices, what it cost, and who answered in the end."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet


class Generation(TenantModel):
    """One asking. `tried`: list of {"provider", "model", "outcome", "seconds"} in the order they were asked."""

    class Purpose(models.TextChoices):
        PIECE = "piece", _("A piece")
        VARIANTS = "variants", _("Variants of a piece")
        SCRIPT = "script", _("A script")
        VOICE_OVER = "voice_over", _("A voice-over")
        ADVISOR = "advisor", _("A question to the advisor")

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    of = models.UUIDField(null=True, blank=True, help_text=_("the piece or script it was for"))
    version = models.PositiveIntegerField(null=True, blank=True, help_text=_("the version it became"))
    about = models.CharField(max_length=200, blank=True, help_text=_("its title or platform when it was asked"))
    estimated_tokens = models.PositiveIntegerField(default=0)
    estimated_credits = models.PositiveIntegerField(default=0)
    input_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    credits = models.PositiveIntegerField(default=0)
    tried = models.JSONField(default=list)
    made_by = models.CharField(max_length=80)
    model = models.CharField(max_length=120, blank=True)
    prompt = models.CharField(max_length=40, blank=True, help_text=_("the prompt file and its fingerprint"))
    is_fallback = models.BooleanField(default=False)

    objects = TenantQuerySet["Generation"].as_manager()

    if TYPE_CHECKING:
        client_id: uuid.UUID | None

    class Meta:
        indexes = [
            models.Index(fields=["organization", "-created_at"], name="generation_recent"),
            models.Index(fields=["of", "-created_at"], name="generation_of"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} by {self.made_by}"
