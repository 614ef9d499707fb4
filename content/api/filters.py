"""What assets and pieces can be narrowed by."""

from typing import Any

from django.db.models import QuerySet

from content import search
from content.models import ContentAsset, GeneratedContent, Transcript
from trenddrop.core.platforms import PlatformKey
from trenddrop.core.rest.filters import Filters, instant, key, one_of, words

PLATFORMS = [(each.value, each.value) for each in PlatformKey]


class AssetFilter(Filters):
    """Of assets."""

    q = words("Only assets that say these words, as in the library.", method="say")
    kind = one_of(ContentAsset.Kind.choices, "Only assets of this kind.")
    status = one_of(ContentAsset.Status.choices, "Only assets of this status.")
    brand = key("brand_id", "Only assets for this brand.")
    client = key("client_id", "Only assets for this client.")
    collection = key("collection_id", "Only assets in this folder.")
    tag = words("Only assets with this tag.", method="tagged")
    since = instant("created_at", "gte", "Only assets made from this time on.")
    until = instant("created_at", "lt", "Only assets made before this time.")

    class Meta:
        model = ContentAsset
        fields: list[str] = []

    def tagged(self, rows: QuerySet[ContentAsset], _name: str, value: str) -> QuerySet[Any]:
        """Keep those that have it."""
        return rows.filter(tags__contains=[value.replace("\x00", "")])

    def say(self, rows: QuerySet[ContentAsset], _name: str, value: str) -> QuerySet[Any]:
        """Search."""
        return search.matching(rows, value)


class PieceFilter(Filters):
    """Of pieces."""

    asset = key("asset_id", "Only pieces of this asset.")
    brand = key("brand_id", "Only pieces for this brand.")
    platform = one_of(PLATFORMS, "Only pieces for this platform.")
    category = words("Only pieces of this category, written alike.", method="of_category")

    class Meta:
        model = GeneratedContent
        fields: list[str] = []

    def of_category(self, rows: QuerySet[GeneratedContent], _name: str, value: str) -> QuerySet[Any]:
        """Narrow."""
        return rows.filter(category__iexact=value)


class TranscriptFilter(Filters):
    """Of transcripts."""

    asset = key("asset_id", "Only the transcript of this asset.")
    language = words("Only transcripts in this language, by its code.")

    class Meta:
        model = Transcript
        fields: list[str] = []
