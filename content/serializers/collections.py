"""How folders look through the API."""

from typing import Any

from rest_framework import serializers

from content.models import Collection
from trenddrop.core.rest.serializers import Described


class CollectionSerializer(Described[Collection]):
    """A folder of the library."""

    asset_count = serializers.IntegerField(read_only=True, help_text="How many assets lie in it.")
    words = {"name": "What it is called.", "client": "The client it is for; null is the organisation itself."}

    class Meta:
        model = Collection
        fields = ["id", "name", "client", "asset_count", "created_at", "updated_at"]
        read_only_fields = ["id", "client", "asset_count", "created_at", "updated_at"]
        validators: list[Any] = []  # the command tells of a name that is taken


class AssetsSerializer(serializers.Serializer[Any]):
    """Some assets."""

    assets = serializers.ListField(child=serializers.UUIDField(), max_length=500, help_text="Which assets.")


class PutSerializer(serializers.Serializer[Any]):
    """What a folder took."""

    changed = serializers.ListField(child=serializers.UUIDField(), help_text="The assets that lie elsewhere now.")
    stayed = serializers.IntegerField(help_text="How many stayed, since the folder belongs to another client.")
