"""App configuration."""

from django.apps import AppConfig


class ContentConfig(AppConfig):
    """Upload, understand, generate."""

    name = "content"
    verbose_name = "Upload, understand, generate"
