"""What published posts did, over time."""

from analytics.models.metrics import MeasuredPost, PostMetrics

__all__ = ["MeasuredPost", "PostMetrics"]
