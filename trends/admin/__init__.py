"""Trends for operators."""

from trends.admin import alerts, forecasts, names, opportunities, own, relevance, sources, topics

__all__ = ["alerts", "forecasts", "names", "opportunities", "own", "relevance", "sources", "topics"]
