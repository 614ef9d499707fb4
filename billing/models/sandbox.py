"""The test gateway's own books: what a gateway would keep on its side. The installation's, and nobody's money."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.base import BaseModel
from trenddrop.core.claims import Claimable


class SandboxObject(Claimable, BaseModel):
    """A hosted page, a subscription, a payment or a refund at the test gateway; `name` is what it is called outside."""

    class Kind(models.TextChoices):
        CHECKOUT = "checkout", _("hosted page")
        SUBSCRIPTION = "subscription", _("subscription")
        PAYMENT = "payment", _("payment")
        REFUND = "refund", _("refund")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=60, unique=True)
    key = models.CharField(max_length=200, blank=True, help_text=_("asked again with it, it is the same"))
    parent = models.CharField(max_length=60, blank=True, help_text=_("the subscription, page or payment it belongs to"))
    state = models.CharField(max_length=12)
    data = models.JSONField(default=dict, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, help_text=_("when it moves on by itself"))

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="sandbox_due", condition=models.Q(due_at__isnull=False)),
            models.Index(fields=["parent", "created_at"], name="sandbox_of_parent"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="sandbox_once", condition=~models.Q(key=""))
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.state}"


class SandboxEvent(Claimable, BaseModel):
    """What the test gateway has to tell: signed when it is sent, sent again until it is answered."""

    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    ids = models.JSONField(default=dict)
    sent_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], name="sandboxevent_due", condition=models.Q(sent_at__isnull=True)),
            models.Index(fields=["at"], name="sandboxevent_at"),
        ]

    def __str__(self) -> str:
        return self.kind
