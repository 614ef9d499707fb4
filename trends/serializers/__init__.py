"""How topics, their fit and their sources look through the API."""

from trends.serializers.relevance import RelevanceSerializer
from trends.serializers.sources import SourceSerializer
from trends.serializers.topics import PastSerializer, ToldSerializer, TopicSerializer

__all__ = ["PastSerializer", "RelevanceSerializer", "SourceSerializer", "ToldSerializer", "TopicSerializer"]
