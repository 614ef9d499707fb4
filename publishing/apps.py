"""App configuration."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    """Connect, schedule, publish."""

    name = "publishing"
    verbose_name = "Connect, schedule, publish"
