"""The shell: settings, addresses, processes. It knows every app; none imports it."""

from trenddrop.celery import app as celery_app

__all__ = ["celery_app"]
