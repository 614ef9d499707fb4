"""Sources, topics and their names, observations, forecasts, fit to brands, watches, an organisation's own part."""

from trends.models.alerts import FiredAlert, TrendAlert
from trends.models.forecasts import ForecastModel, TrendForecast
from trends.models.names import BlockedTerm, TopicAlias
from trends.models.opportunities import TrendOpportunity
from trends.models.own import OwnHashtag, TrendRide
from trends.models.relevance import TrendRelevance
from trends.models.sources import TrendSource
from trends.models.topics import TrendDay, TrendObservation, TrendTopic

__all__ = [
    "BlockedTerm",
    "FiredAlert",
    "ForecastModel",
    "OwnHashtag",
    "TopicAlias",
    "TrendAlert",
    "TrendDay",
    "TrendForecast",
    "TrendObservation",
    "TrendOpportunity",
    "TrendRelevance",
    "TrendRide",
    "TrendSource",
    "TrendTopic",
]
