"""Everything of analytics that operators see; each part registers itself."""

from analytics.admin import metrics

__all__ = ["metrics"]
