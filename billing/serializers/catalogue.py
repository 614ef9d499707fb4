"""How plans and packs of credits look through the API."""

from typing import Any

from rest_framework import serializers

from billing.models import CreditPack, PlanPrice, PlanVersion
from trenddrop.core.rest.serializers import Described

CURRENCIES = ["INR", "USD"]


class PlanPriceSerializer(Described[PlanPrice]):
    """What a plan costs, before tax."""

    words = {"currency": "ISO 4217.", "interval": "How often it is paid.", "amount": "For one interval, before tax."}

    class Meta:
        model = PlanPrice
        fields = ["id", "currency", "interval", "amount"]
        read_only_fields = fields


class PlanLimitSerializer(serializers.Serializer[Any]):
    """What a plan holds of one thing."""

    meter = serializers.CharField(help_text="What is counted, such as uploads.")
    limit = serializers.IntegerField(allow_null=True, help_text="How much; null is as much as one likes.")
    is_hard = serializers.BooleanField(help_text="Whether more is refused, or only told.")


class PlanSerializer(Described[PlanVersion]):
    """A plan as it is sold now."""

    key = serializers.CharField(source="plan.key", help_text="The plan's short name: what `plan` means elsewhere.")
    name = serializers.CharField(source="plan.name", help_text="Its name.")
    description = serializers.CharField(source="plan.description", help_text="For whom it is.")
    rank = serializers.IntegerField(source="plan.rank", help_text="A higher rank is an upgrade.")
    is_by_agreement = serializers.BooleanField(
        source="plan.is_by_agreement", help_text="Whether one writes for an offer rather than buy it."
    )
    prices = PlanPriceSerializer(many=True, help_text="By currency and interval.")
    limits = serializers.SerializerMethodField(help_text="What it holds, by meter.")
    words = {
        "number": "Which version of the plan this is; what somebody bought stays as it was.",
        "features": "Keys of what it opens.",
        "trial_days": "How long new organisations try it.",
        "sold_from": "Since when this version is sold.",
    }

    class Meta:
        model = PlanVersion
        fields = [
            "id", "key", "name", "description", "rank", "is_by_agreement", "number", "features", "limits", "prices",
            "trial_days", "sold_from",
        ]  # fmt: skip
        read_only_fields = fields

    def get_limits(self, row: PlanVersion) -> PlanLimitSerializer(many=True):  # type: ignore[valid-type]
        """Return them in the table's order."""
        return [{"meter": name, "limit": of["limit"], "is_hard": of["hard"]} for name, of in row.limits.items()]


class CreditPackSerializer(Described[CreditPack]):
    """Credits to buy beside the plan."""

    words = {
        "key": "Its short name.",
        "credits": "How many.",
        "currency": "ISO 4217.",
        "amount": "Before tax.",
        "valid_days": "For how many days they can be used.",
    }

    class Meta:
        model = CreditPack
        fields = ["id", "key", "credits", "currency", "amount", "valid_days"]
        read_only_fields = fields
