"""Libraries, own and shared."""

from typing import Any

from django.core.exceptions import ValidationError as Invalid
from rest_framework import serializers

from accounts.models import ClientAccount, TokenGate
from accounts.rest_fields import VisibleField
from content.libraries.rules import (
    LANGUAGES,
    LONGEST,
    LONGEST_HASHTAG,
    MOST_HASHTAGS,
    PLATFORMS,
    check_contract,
    check_gate,
    check_item,
)
from content.models import CallKind, GeneratedContent, LibraryItem, LibraryKind, PublishedItem
from content.serializers.pieces import PieceSerializer
from trenddrop.core import platforms
from trenddrop.core.rest.problems import of_model
from trenddrop.core.rest.serializers import Described

OWN = ("body", "hashtags", "call_kind")
SAYS = {
    "name": "What it is called; without one, by its first words.",
    "body": "What it says, with {placeholders}; empty for a set of hashtags.",
    "category": "A category of your own.",
    "usage_count": "In how many pieces it was used.",
}


class LibraryItemSerializer(Described[LibraryItem]):
    """A hook, a caption template, a call to action or a set of hashtags."""

    kind = serializers.ChoiceField(LibraryKind.choices, help_text="What it is; settled when it is made.")
    name = serializers.CharField(max_length=80, required=False, allow_blank=True, help_text=SAYS["name"])
    body = serializers.CharField(
        max_length=LONGEST[LibraryKind.CAPTION], required=False, allow_blank=True, help_text=SAYS["body"]
    )
    hashtags = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_HASHTAG), max_length=MOST_HASHTAGS, required=False,
        help_text="Of a set: the hashtags, without #.",
    )  # fmt: skip
    call_kind = serializers.ChoiceField(
        [("", "none"), *CallKind.choices], required=False, help_text="What a call to action asks people to do."
    )
    platform = serializers.ChoiceField(
        [("", "every platform"), *PLATFORMS], required=False, help_text="The platform it is for; empty is every one."
    )
    language = serializers.ChoiceField(
        [("", "any language"), *LANGUAGES], required=False, help_text="Its language; empty is any."
    )
    client = VisibleField(
        queryset=ClientAccount.objects.filter(deleted_at=None), required=False, allow_null=True,
        help_text="The client it is for; null is for all brands.",
    )  # fmt: skip
    words = SAYS | {
        "taken_from": "The shared item it was taken from.",
        "last_used_at": "When it was last used.",
        "performance": "Engagement of its posts, times the account's own median; null below five measured posts.",
        "measured_posts": "How many posts that was measured on.",
    }

    class Meta:
        model = LibraryItem
        fields = [
            "id", "kind", "name", "body", "hashtags", "call_kind", "platform", "category", "language", "client",
            "taken_from", "usage_count", "last_used_at", "performance", "measured_posts", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = ["taken_from", "usage_count", "last_used_at", "performance", "measured_posts"]

    def validate_hashtags(self, value: list[str]) -> list[str]:
        """Take them as platforms write them, each once."""
        return platforms.unique_hashtags(value)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Hold the parts together, those that stand and those that are given."""
        row = self.instance
        if row is not None:
            attrs.pop("kind", None)
        stands = {name: getattr(row, name) for name in ("kind", *OWN)} if row else {}
        try:
            return attrs | check_item(stands | attrs)
        except Invalid as error:
            raise of_model(error) from error


class UseSerializer(serializers.Serializer[Any]):
    """Which piece an item is put into, and what stands for placeholders nothing is known for."""

    piece = VisibleField(
        queryset=GeneratedContent.objects.filter(deleted_at=None, asset__deleted_at=None), help_text="The piece."
    )
    values = serializers.DictField(
        child=serializers.CharField(max_length=500, allow_blank=True), required=False,
        help_text="Placeholder to words, beside what the product knows.",
    )  # fmt: skip


class UsedSerializer(serializers.Serializer[Any]):
    """A piece with an item in it."""

    piece = PieceSerializer(help_text="The piece as it stands now.")
    left_out = serializers.ListField(child=serializers.CharField(), help_text="Hashtags the platform has no room for.")


class OfferItemSerializer(serializers.Serializer[Any]):
    """To whom an item is offered: everybody, or holders of a token."""

    access = serializers.ChoiceField(["public", "gated"], default="public", help_text="Who may take it.")
    gate_chain = serializers.IntegerField(
        min_value=1, max_value=2**53, required=False, allow_null=True, help_text="The token's chain; 1 is Ethereum."
    )
    gate_standard = serializers.ChoiceField(
        [("", "none"), *TokenGate.Standard.choices], required=False, help_text="The token's standard."
    )
    gate_contract = serializers.CharField(
        max_length=42, required=False, allow_blank=True, help_text="The token's contract, `0x…`."
    )
    gate_token_id = serializers.DecimalField(
        max_digits=78, decimal_places=0, min_value=0, max_value=2**256 - 1, required=False, allow_null=True,
        help_text="Which token of the contract; only for ERC-1155.",
    )  # fmt: skip
    gate_minimum = serializers.DecimalField(
        max_digits=78, decimal_places=18, min_value=0, max_value=10**59, required=False, allow_null=True,
        help_text="How much of the token it takes, in whole tokens.",
    )  # fmt: skip

    def validate_gate_contract(self, value: str) -> str:
        """Write the address with its checksum."""
        try:
            return check_contract(value)
        except Invalid as error:
            raise serializers.ValidationError(error.messages) from error

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for a whole gate, or for none."""
        if attrs["access"] != PublishedItem.Access.GATED:
            return {"access": PublishedItem.Access.PUBLIC}
        try:
            return attrs | check_gate(attrs)
        except Invalid as error:
            raise of_model(error) from error


class SharedItemSerializer(Described[PublishedItem]):
    """An item of the shared library. What is premium or gated shows its words once it is taken."""

    kind = serializers.ChoiceField(LibraryKind.choices, read_only=True, help_text="What it is.")
    body = serializers.SerializerMethodField(help_text="What it says; empty until it is taken where it is not public.")
    hashtags = serializers.SerializerMethodField(help_text="Of a set: the hashtags; empty until taken likewise.")
    call_kind = serializers.ChoiceField(
        [("", "none"), *CallKind.choices], read_only=True, help_text="What a call to action asks people to do, if one."
    )
    gate_standard = serializers.ChoiceField(
        [("", "none"), *TokenGate.Standard.choices], read_only=True, help_text="Of a gated one: the token's standard."
    )
    is_taken = serializers.BooleanField(read_only=True, help_text="Whether your library has a copy.")
    is_own = serializers.BooleanField(read_only=True, help_text="Whether your organisation offered it.")
    my_stars = serializers.IntegerField(
        read_only=True, allow_null=True, min_value=1, max_value=5, help_text="The stars you gave."
    )
    average_stars = serializers.FloatField(read_only=True, allow_null=True, help_text="1 to 5; null before any.")
    words = SAYS | {
        "platform": "The platform it is for; empty is every one.",
        "language": "Its language; empty is any.",
        "status": "How its review stands.",
        "access": "Who may take it.",
        "gate_chain": "Of a gated one: the token's chain.",
        "gate_contract": "Of a gated one: the token's contract.",
        "gate_token_id": "Of a gated one: which token of the contract.",
        "gate_minimum": "Of a gated one: how much of the token it takes.",
        "review_note": "Why it was not taken, where an operator said so.",
        "rating_count": "How many people rated it.",
        "measured_posts": "How many posts of several organisations its results were measured on.",
        "average_engagement": "Their engagement, times each account's own median.",
        "success_rate": "Share of them above their account's median, 0 to 1.",
    }

    class Meta:
        model = PublishedItem
        fields = [
            "id", "kind", "name", "body", "hashtags", "call_kind", "platform", "category", "language", "status",
            "access", "gate_chain", "gate_standard", "gate_contract", "gate_token_id", "gate_minimum", "review_note",
            "usage_count", "average_stars", "rating_count", "my_stars", "is_taken", "is_own", "measured_posts",
            "average_engagement", "success_rate", "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_body(self, row: PublishedItem) -> str:
        """Show the words where they are open."""
        return row.body if self._is_open(row) else ""

    def get_hashtags(self, row: PublishedItem) -> list[str]:
        """Show the hashtags where they are open."""
        return list(row.hashtags) if self._is_open(row) else []

    def _is_open(self, row: Any) -> bool:
        return bool(row.access == PublishedItem.Access.PUBLIC or row.is_taken or row.is_own)


class StarsSerializer(serializers.Serializer[Any]):
    """A rating."""

    stars = serializers.IntegerField(min_value=1, max_value=5, help_text="1 to 5.")


class FilledSerializer(serializers.Serializer[Any]):
    """An item's words for a piece."""

    text = serializers.CharField(help_text="The words, with what is known filled in.")
    missing = serializers.ListField(child=serializers.CharField(), help_text="Placeholders nothing is known for.")
