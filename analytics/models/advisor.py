"""What people asked the advisor, and what it looked up before it answered."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet
from trenddrop.core.claims import Claimable


class AdvisorConversation(TenantModel):
    """One person's questions in a row; nobody else's."""

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    title = models.CharField(max_length=200, blank=True)
    last_at = models.DateTimeField()

    objects = TenantQuerySet["AdvisorConversation"].as_manager()

    if TYPE_CHECKING:
        client_id: uuid.UUID | None
        user_id: uuid.UUID

    class Meta:
        indexes = [models.Index(fields=["organization", "user", "-last_at"], name="conversations_of_person")]

    def __str__(self) -> str:
        return self.title


class AdvisorQuestion(Claimable, TenantModel):
    """A question, the tools that were asked, and the answer, whose every number is one of theirs."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Looking it up")
        ANSWERED = "answered", _("Answered")
        UNKNOWN = "unknown", _("Not in the data")
        REFUSED = "refused", _("The answer was not kept")
        FAILED = "failed", _("Failed")

    CLIENT_PATH = "conversation__client_id"

    conversation = models.ForeignKey(AdvisorConversation, models.CASCADE, related_name="questions")
    question = models.TextField()
    guided = models.CharField(max_length=60, blank=True, help_text=_("which of the ready questions it is"))
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.WAITING)
    answer = models.TextField(blank=True)
    calls = models.JSONField(default=list, blank=True, help_text=_("tools asked, with what, and what they said"))
    charts = models.JSONField(default=list, blank=True)
    numbers = models.JSONField(default=list, blank=True, help_text=_("each number of the answer and where it is from"))
    model = models.CharField(max_length=120, blank=True, help_text=_("who put it in words; empty: no language model"))
    error = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    is_helpful = models.BooleanField(null=True, blank=True)

    objects = TenantQuerySet["AdvisorQuestion"].as_manager()

    if TYPE_CHECKING:
        conversation_id: uuid.UUID

    class Meta:
        indexes = [
            models.Index(fields=["asked_at"], name="questions_waiting", condition=models.Q(status="waiting")),
        ]

    def __str__(self) -> str:
        return self.question
