"""Trends for operators."""

from trends.admin import alerts, names, opportunities, own, relevance, sources, topics

__all__ = ["alerts", "names", "opportunities", "own", "relevance", "sources", "topics"]
