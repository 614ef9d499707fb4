"""X, over its API v2 with OAuth 2."""

from publishing.platforms.x.adapter import X

__all__ = ["X"]
