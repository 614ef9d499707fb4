"""How sources look through the API."""

from trenddrop.core.rest.serializers import Described
from trends.models import TrendSource


class SourceSerializer(Described[TrendSource]):
    """A feed, and how it has answered lately."""

    words = {
        "kind": "Which kind.",
        "name": "What it is called.",
        "region": "Its country; empty is the world.",
        "language": "Its language.",
        "category": "What it is about.",
        "health": "How it is.",
        "last_polled_at": "When it was last asked.",
        "last_success_at": "When it last answered.",
        "last_item_count": "How much it answered.",
        "is_example": "Whether it is example data.",
    }

    class Meta:
        model = TrendSource
        fields = [
            "id", "kind", "name", "region", "language", "category", "health", "last_polled_at", "last_success_at",
            "last_item_count", "is_example",
        ]  # fmt: skip
        read_only_fields = fields
