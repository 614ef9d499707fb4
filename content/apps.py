"""App configuration."""

from importlib import import_module

from django.apps import AppConfig


class ContentConfig(AppConfig):
    """Upload, understand, generate."""

    name = "content"
    verbose_name = "Upload, understand, generate"

    def ready(self) -> None:
        """Listen to what the apps below announce."""
        import_module("content.receivers")
