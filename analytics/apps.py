"""App configuration."""

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    """Measure, explain, improve."""

    name = "analytics"
    verbose_name = "Measure, explain, improve"
