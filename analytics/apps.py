"""App configuration."""

from importlib import import_module

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    """Measure, explain, improve."""

    name = "analytics"
    verbose_name = "Measure, explain, improve"

    def ready(self) -> None:
        """Listen to what the apps below announce."""
        import_module("analytics.receivers")
