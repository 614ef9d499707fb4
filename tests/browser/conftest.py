"""What a live server needs before its first request."""

from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture(scope="session", autouse=True)
def static_folder() -> None:
    """The static files' middleware looks for this folder as soon as the server starts, before a test's own settings."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
