"""What a server does before its first work: load all that is loaded at all, and keep the collector from it."""

import gc

from django.conf import settings
from django.urls import get_resolver
from django.utils import translation


def load_all() -> None:
    """Load every view, and where each stands in every language; then settle the memory."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            get_resolver().reverse_dict  # noqa: B018 (reading it fills it)
    settle()


def settle() -> None:
    """Keep what was loaded at the start out of the collector's rounds: nobody waits while all of it is walked."""
    gc.collect()
    gc.freeze()
