"""Credits spent; plans and money come with their own issue."""

from django.conf import settings
from django.db import models

from accounts.models import TenantModel, TenantQuerySet


class CreditEntry(TenantModel):
    """One line of the ledger of AI credits; the balance is the sum. Append-only."""

    APPEND_ONLY = True

    class Kind(models.TextChoices):
        GRANT = "grant", "Grant"
        SPEND = "spend", "Spend"
        REFUND = "refund", "Refund"
        EXPIRY = "expiry", "Expiry"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    amount = models.IntegerField(help_text="credits; spending is negative")
    reason = models.CharField(max_length=120)
    reference = models.CharField(max_length=120, help_text="what it was for; the same reference is booked once")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, related_name="+")

    objects = TenantQuerySet["CreditEntry"].as_manager()

    class Meta:
        verbose_name_plural = "credit entries"
        constraints = [
            models.UniqueConstraint(fields=["organization", "kind", "reference"], name="credit_booked_once"),
            models.CheckConstraint(
                condition=models.Q(kind="spend", amount__lte=0) | (~models.Q(kind="spend")),
                name="spending_is_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount:+d} {self.reason}"
