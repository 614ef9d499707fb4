"""Wallets, and what holding a token opens."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.base import BaseModel, TenantModel, TenantQuerySet
from accounts.models.organizations import Membership


class Wallet(BaseModel):
    """An address a person has proved to hold, by a signed message (EIP-4361)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="wallets")
    address = models.CharField(_("address"), max_length=42, help_text=_("EIP-55 checksummed"))
    label = models.CharField(_("label"), max_length=60, blank=True)
    proved_at = models.DateTimeField()
    message = models.TextField(help_text=_("The text that was signed"))

    if TYPE_CHECKING:
        user_id: uuid.UUID

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["address"], name="wallet_has_one_holder", violation_error_message=_("This wallet is in use.")
            )
        ]

    def __str__(self) -> str:
        return self.label or f"{self.address[:6]}…{self.address[-4:]}"


class TokenGate(TenantModel):
    """Whoever holds enough of a token gets a role, or what is named premium."""

    class Standard(models.TextChoices):
        NATIVE = "native", _("The chain's own coin")
        ERC20 = "erc20", _("ERC-20")
        ERC721 = "erc721", _("ERC-721")
        ERC1155 = "erc1155", _("ERC-1155")

    class Opens(models.TextChoices):
        ROLE = "role", _("A role")
        PREMIUM = "premium", _("Premium templates")

    name = models.CharField(_("name"), max_length=80)
    chain_id = models.PositiveBigIntegerField(_("chain id"))
    standard = models.CharField(_("standard"), max_length=8, choices=Standard.choices, default=Standard.ERC20)
    contract = models.CharField(_("contract"), max_length=42, blank=True)
    token_id = models.DecimalField(_("token id"), max_digits=78, decimal_places=0, null=True, blank=True)
    minimum = models.DecimalField(_("at least"), max_digits=78, decimal_places=18, default=1)
    opens = models.CharField(_("opens"), max_length=8, choices=Opens.choices)
    role = models.CharField(_("role"), max_length=8, choices=Membership.Role.choices, blank=True)
    active = models.BooleanField(_("active"), default=True)

    objects = TenantQuerySet["TokenGate"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opens="role", role__in=["manager", "creator", "analyst"])
                | models.Q(opens="premium", role=""),
                name="gate_opens_a_role_or_premium",
                violation_error_message=_("A gate opens manager, creator or analyst, or premium templates."),
            ),
            models.CheckConstraint(
                condition=models.Q(standard="native", contract="")
                | ~models.Q(standard="native") & ~models.Q(contract=""),
                name="gate_names_its_contract",
                violation_error_message=_("Name the token's contract (the chain's own coin has none)."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GateCheck(TenantModel):
    """What a wallet held when last asked; believed for a while, so that pages do not wait for a chain."""

    gate = models.ForeignKey(TokenGate, models.CASCADE, related_name="checks")
    wallet = models.ForeignKey(Wallet, models.CASCADE, related_name="checks")
    balance = models.DecimalField(max_digits=78, decimal_places=18, null=True)
    is_open = models.BooleanField(default=False)
    block = models.PositiveBigIntegerField(null=True)
    checked_at = models.DateTimeField()
    error = models.CharField(max_length=300, blank=True)

    objects = TenantQuerySet["GateCheck"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gate", "wallet"], name="one_check_per_wallet_and_gate")]

    def __str__(self) -> str:
        return f"{self.gate} · {self.wallet}"
