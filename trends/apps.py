"""App configuration."""

from importlib import import_module

from django.apps import AppConfig


class TrendsConfig(AppConfig):
    """What is rising, and for whom."""

    name = "trends"
    verbose_name = "What is rising, and for whom"

    def ready(self) -> None:
        """Listen to what happens below."""
        import_module("trends.receivers")
