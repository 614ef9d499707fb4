"""Everything of analytics that operators see; each part registers itself."""

from analytics.admin import conversions, days, events, metrics, rollups, worth

__all__ = ["conversions", "days", "events", "metrics", "rollups", "worth"]
