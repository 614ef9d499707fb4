"""Sources, topics, hourly observations, relevance to brands."""

from trends.models.relevance import TrendRelevance
from trends.models.sources import TrendSource
from trends.models.topics import TrendObservation, TrendTopic

__all__ = ["TrendObservation", "TrendRelevance", "TrendSource", "TrendTopic"]
