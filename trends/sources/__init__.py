"""The outside world's trends, one module per source."""

from django.conf import settings
from django.utils.module_loading import import_string

from trends.sources.base import Source


def source(kind: str) -> Source:
    """Return the adapter of a key of TREND_SOURCES; raises KeyError for an unknown one."""
    adapter: Source = import_string(settings.TREND_SOURCES[kind])()
    return adapter
