"""Sources, topics and their names, observations, forecasts, fit to brands, watches, an organisation's own part."""

from trends.models.alerts import AlertDelivery, FiredAlert, TrendAlert, WatchFollower
from trends.models.forecasts import ForecastModel, TrendForecast
from trends.models.names import BlockedTerm, TopicAlias, TopicMark
from trends.models.opportunities import IdeaRequest, TrendOpportunity
from trends.models.own import OwnHashtag, TrendRide
from trends.models.relevance import BrandFit, FittedTopic, TrendRelevance
from trends.models.sources import TrendSource
from trends.models.topics import TrendDay, TrendObservation, TrendTopic
from trends.models.vectors import TopicVector
from trends.models.wording import TopicWords

__all__ = [
    "AlertDelivery",
    "BlockedTerm",
    "BrandFit",
    "FiredAlert",
    "FittedTopic",
    "ForecastModel",
    "IdeaRequest",
    "OwnHashtag",
    "TopicAlias",
    "TopicMark",
    "TopicVector",
    "TopicWords",
    "TrendAlert",
    "TrendDay",
    "TrendForecast",
    "TrendObservation",
    "TrendOpportunity",
    "TrendRelevance",
    "TrendRide",
    "TrendSource",
    "TrendTopic",
    "WatchFollower",
]
