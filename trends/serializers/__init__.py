"""How topics, their fit and their sources look through the API."""

from trends.serializers.relevance import RelevanceSerializer
from trends.serializers.sources import SourceSerializer
from trends.serializers.topics import ObservationSerializer, TopicSerializer

__all__ = ["ObservationSerializer", "RelevanceSerializer", "SourceSerializer", "TopicSerializer"]
