"""What we know of gateways: customers, prices made there, and everything they told us."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet
from accounts.models.base import BaseModel
from billing.models.catalogue import PlanPrice
from trenddrop.core.claims import Claimable


class GatewayCustomer(TenantModel):
    """An organisation as a gateway knows it."""

    IS_WORK = False

    gateway = models.CharField(max_length=20)
    gateway_account = models.CharField(max_length=60, blank=True)
    customer_id = models.CharField(max_length=120)
    method = models.CharField(max_length=60, blank=True, help_text=_("such as: Visa •••• 4242, UPI"))
    method_expires_on = models.DateField(null=True, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True, help_text=_("removed at the gateway"))

    objects = TenantQuerySet["GatewayCustomer"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "gateway_account", "customer_id"], name="one_gateway_customer"),
            models.UniqueConstraint(
                fields=["organization", "gateway", "gateway_account"],
                name="one_customer_per_gateway",
                condition=models.Q(gone_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gateway}: {self.customer_id}"


class GatewayPrice(BaseModel):
    """A price as it was made at a gateway (a plan or price there), with its tax: made once."""

    gateway = models.CharField(max_length=20)
    gateway_account = models.CharField(max_length=60, blank=True)
    price = models.ForeignKey(PlanPrice, models.PROTECT, related_name="at_gateways")
    total_minor = models.PositiveBigIntegerField(help_text=_("what the gateway takes, in hundredths"))
    gateway_price_id = models.CharField(max_length=120)
    gateway_product_id = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "gateway_account", "price", "total_minor"], name="one_price_at_a_gateway"
            )
        ]

    def __str__(self) -> str:
        return f"{self.gateway}: {self.gateway_price_id}"


class GatewayEvent(Claimable, BaseModel):
    """What a gateway told, as it came: verified, kept once, applied by a worker. The installation's own until matched.

    Its tenant is not known before it is applied, and what it holds is the gateway's letter to the operator: no
    organisation reads it, whatever it has entered.
    """

    class State(models.TextChoices):
        NEW = "new", _("waits")
        APPLIED = "applied", _("applied")
        IGNORED = "ignored", _("nothing to do")
        UNMATCHED = "unmatched", _("of nobody here")
        FAILED = "failed", _("failed, tried again later")

    class Origin(models.TextChoices):
        WEBHOOK = "webhook", _("told")
        POLL = "poll", _("asked for")

    gateway = models.CharField(max_length=20)
    account = models.CharField(max_length=60, blank=True)
    dedupe_key = models.CharField(max_length=200)
    kind = models.CharField(max_length=80, blank=True, help_text=_("the event's type, in the gateway's words"))
    object_id = models.CharField(max_length=120, blank=True)
    origin = models.CharField(max_length=7, choices=Origin.choices, default=Origin.WEBHOOK)
    body = models.BinaryField(help_text=_("the bytes as they came"))
    headers = models.JSONField(default=dict, blank=True)
    happened_at = models.DateTimeField(null=True, blank=True, help_text=_("by the gateway's clock"))
    received_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.NEW)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    outcome = models.CharField(max_length=200, blank=True, help_text=_("what applying it did"))
    matched_organization = models.ForeignKey(
        "accounts.Organization", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], name="gatewayevent_due", condition=models.Q(state__in=["new", "failed"])),
            models.Index(fields=["gateway", "object_id"], name="gatewayevent_of_object"),
            models.Index(fields=["-received_at"], name="gatewayevent_recent"),
        ]
        constraints = [models.UniqueConstraint(fields=["gateway", "account", "dedupe_key"], name="one_gateway_event")]

    def __str__(self) -> str:
        return f"{self.gateway}: {self.kind}"
