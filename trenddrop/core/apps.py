"""The floor as Django sees it: template tags, no tables."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """No tables, no imports of apps."""

    name = "trenddrop.core"
    label = "core"
