"""How costs and returns look through the API."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from accounts.rest_fields import VisibleField
from analytics.models import AssetCost, RoiCalculation
from analytics.queries import worth
from content.models import ContentAsset
from trenddrop.core.rest.serializers import Described


class AssetCostSerializer(Described[AssetCost]):
    """What an original cost."""

    total = serializers.SerializerMethodField(help_text="Hours times the rate, and the money beside them.")
    words = {
        "asset": "The original.",
        "hours": "Hours of everybody together.",
        "hourly_rate": "What an hour costs.",
        "money": "Money beside the hours.",
        "currency": "ISO 4217.",
        "is_estimated": "Whether the person who entered it only estimated it.",
        "notes": "What it was for.",
    }

    class Meta:
        model = AssetCost
        fields = [
            "id", "asset", "hours", "hourly_rate", "money", "currency", "total", "is_estimated", "notes", "created_at",
            "updated_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_total(self, row: AssetCost) -> Decimal:
        """Return it."""
        return worth.cost_of(row)


class NewAssetCostSerializer(serializers.Serializer[Any]):
    """The cost of an original, in the place of what was entered before: hours at a rate, money, or both."""

    asset = VisibleField(queryset=ContentAsset.objects.filter(deleted_at=None), help_text="The original.")
    hours = serializers.DecimalField(
        max_digits=8, decimal_places=2, min_value=Decimal(0), required=False, allow_null=True,
        help_text="Hours of everybody together.",
    )  # fmt: skip
    hourly_rate = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=Decimal(0), required=False, allow_null=True,
        help_text="What an hour costs.",
    )  # fmt: skip
    money = serializers.DecimalField(
        max_digits=14, decimal_places=2, min_value=Decimal(0), default=Decimal(0), help_text="Money beside the hours."
    )
    currency = serializers.CharField(min_length=3, max_length=3, help_text="ISO 4217.")
    is_estimated = serializers.BooleanField(default=False, help_text="Whether it is only an estimate.")
    notes = serializers.CharField(max_length=300, required=False, allow_blank=True, help_text="What it was for.")


class RoiCalculationSerializer(Described[RoiCalculation]):
    """What an original brought beside what it cost. Null is what nobody told, or what would be divided by nought."""

    cost_per_thousand_reached = serializers.SerializerMethodField(help_text="What a thousand people reached cost.")
    is_made_up = serializers.SerializerMethodField(help_text="Whether only the practice network gave these numbers.")
    words = {
        "asset": "The original.",
        "hours": "Hours that went in.",
        "cost": "What it cost.",
        "currency": "ISO 4217; every amount here is in it.",
        "is_estimated": "Whether the cost is estimated.",
        "pieces": "Pieces made of it.",
        "posts": "Posts of them that are measured.",
        "reach": "Reach, summed over posts.",
        "views": "Views, summed over posts.",
        "engagement": "Likes, comments, shares and saves together.",
        "conversions": "Shares of conversions its posts are credited with.",
        "value": "What they were worth, in this currency alone.",
        "multiplier": "Posts for one original.",
        "roi": "(value - cost) / cost.",
        "cost_per_engagement": "Cost per engagement: a like, comment, share or save.",
        "cost_per_reach": "Cost of one reached.",
        "value_score": "0 to 100.",
        "parts": "What the score was made of, amounts in other currencies, and the rule of an estimate.",
        "calculated_at": "When it was reckoned.",
    }

    class Meta:
        model = RoiCalculation
        fields = [
            "id", "asset", "hours", "cost", "currency", "is_estimated", "pieces", "posts", "reach", "views",
            "engagement", "conversions", "value", "multiplier", "roi", "cost_per_engagement", "cost_per_reach",
            "cost_per_thousand_reached", "value_score", "parts", "is_made_up", "calculated_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_cost_per_thousand_reached(self, row: RoiCalculation) -> Decimal | None:
        """Return it."""
        return worth.per_thousand(row)

    def get_is_made_up(self, row: RoiCalculation) -> bool:
        """Return it."""
        return bool(row.parts.get("is_made_up"))
