"""Trends for operators."""

from trends.admin import relevance, sources, topics

__all__ = ["relevance", "sources", "topics"]
