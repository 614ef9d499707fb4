"""App configuration."""

from django.apps import AppConfig


class TrendsConfig(AppConfig):
    """What is rising, and for whom."""

    name = "trends"
    verbose_name = "What is rising, and for whom"
