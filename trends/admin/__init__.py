"""Trends for operators."""

from trends.admin import opportunities, own, relevance, sources, topics

__all__ = ["opportunities", "own", "relevance", "sources", "topics"]
