"""App configuration."""

from importlib import import_module

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    """Connect, schedule, publish."""

    name = "publishing"
    verbose_name = "Connect, schedule, publish"

    def ready(self) -> None:
        """Listen to what the apps below announce."""
        import_module("publishing.receivers")
