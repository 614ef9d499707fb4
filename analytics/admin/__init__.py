"""Everything of analytics that operators see; each part registers itself."""

from analytics.admin import events, metrics

__all__ = ["events", "metrics"]
