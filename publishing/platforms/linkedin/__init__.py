"""LinkedIn, for people and for the pages they run, over its versioned REST API."""

from publishing.platforms.linkedin.adapter import LinkedIn

__all__ = ["LinkedIn"]
