"""Wallets and token gates."""

from typing import Any

from rest_framework import serializers

from accounts.models import GateCheck, TokenGate, Wallet
from trenddrop.core.rest.serializers import Described

LENDS = ("premium", "creator", "analyst", "manager")
LARGEST = 10**60 - 1


class WalletSerializer(Described[Wallet]):
    """A wallet its holder has proved."""

    words = {
        "address": "Its address, with the checksum of EIP-55.",
        "label": "What its holder calls it.",
        "proved_at": "When the message was signed.",
    }

    class Meta:
        model = Wallet
        fields = ["id", "address", "label", "proved_at"]
        read_only_fields = fields


class OfferSerializer(serializers.Serializer[Any]):
    """Which address wants to prove itself."""

    address = serializers.CharField(max_length=60, help_text="The wallet's address, `0x…`.")
    chain_id = serializers.IntegerField(
        default=1, min_value=1, max_value=2**53, help_text="The chain the wallet is on; 1 is Ethereum."
    )


class OfferedSerializer(serializers.Serializer[Any]):
    """What the wallet is to sign."""

    message = serializers.CharField(help_text="The text to sign (EIP-4361), good for five minutes and for this caller.")


class ProofSerializer(serializers.Serializer[Any]):
    """A message and its signature."""

    message = serializers.CharField(max_length=4000, trim_whitespace=False, help_text="The text that was offered.")
    signature = serializers.CharField(max_length=2200, help_text="What the wallet made of it, `0x…`.")
    label = serializers.CharField(max_length=60, default="", allow_blank=True, help_text="A name for this wallet.")  # type: ignore[assignment]


class GateSerializer(Described[TokenGate]):
    """A gate: what is asked of a wallet, and what it opens."""

    lends = serializers.ChoiceField(LENDS, help_text="What it opens: premium templates, or a role.")
    token_id = serializers.DecimalField(
        max_digits=78, decimal_places=0, required=False, allow_null=True, min_value=0, max_value=2**256 - 1,
        help_text="Which token of the contract; only for ERC-1155.",
    )  # fmt: skip
    minimum = serializers.DecimalField(
        max_digits=78, decimal_places=18, min_value=0, max_value=LARGEST, help_text="At least so many whole tokens."
    )
    words = {
        "name": "Its name.",
        "chain_id": "Which chain is asked; one that the installation can reach.",
        "standard": "What kind of token it is.",
        "contract": "The token's address; empty for the chain's own coin.",
        "active": "Whether it is asked at all.",
    }

    class Meta:
        model = TokenGate
        fields = [
            "id", "name", "lends", "chain_id", "standard", "contract", "token_id", "minimum", "active", "created_at",
        ]  # fmt: skip

    def to_representation(self, instance: TokenGate) -> dict[str, Any]:
        """Say in one word what it opens."""
        instance.lends = instance.role or "premium"  # type: ignore[attr-defined]
        shown: dict[str, Any] = super().to_representation(instance)
        return shown


class HoldingSerializer(serializers.ModelSerializer[GateCheck]):
    """What a wallet held when it was last asked."""

    wallet = serializers.UUIDField(source="wallet_id", help_text="The wallet's identifier.")
    address = serializers.CharField(source="wallet.address", help_text="The wallet's address.")
    member = serializers.CharField(source="wallet.user.email", help_text="Whose wallet it is.")

    class Meta:
        model = GateCheck
        fields = ["wallet", "address", "member", "balance", "is_open", "checked_at", "error"]
        read_only_fields = fields
        extra_kwargs = {
            "balance": {"help_text": "Whole tokens; null was never told."},
            "is_open": {"help_text": "Whether that was enough."},
            "checked_at": {"help_text": "When it was asked."},
            "error": {"help_text": "Why the last question had no answer."},
        }


class AskedWalletSerializer(serializers.Serializer[Any]):
    """With which wallet a gate is tried."""

    wallet = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="One of your own; null is the first of them."
    )


class GateAnswerSerializer(serializers.Serializer[Any]):
    """What the chain said a moment ago."""

    wallet = serializers.UUIDField(source="wallet.pk", help_text="The wallet's identifier.")
    address = serializers.CharField(source="wallet.address", help_text="The wallet's address.")
    balance = serializers.DecimalField(78, 18, help_text="Whole tokens.")
    is_open = serializers.BooleanField(help_text="Whether that is enough.")
