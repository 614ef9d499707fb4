"""Trends for operators."""

from trends.admin import alerts, opportunities, own, relevance, sources, topics

__all__ = ["alerts", "opportunities", "own", "relevance", "sources", "topics"]
