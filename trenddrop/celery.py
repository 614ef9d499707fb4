"""The Celery application; queues and guarantees are settings."""

import os
from typing import Any

import django
from celery import Celery, signals
from django_structlog.celery.steps import DjangoStructLogInitStep

from trenddrop.core import loading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trenddrop.settings")

app = Celery("trenddrop")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)


@signals.setup_logging.connect
def keep_our_logging(**_kwargs: Any) -> None:
    """Celery leaves the logging of settings.py alone."""


@signals.worker_init.connect
def load_before_the_first_task(**_kwargs: Any) -> None:
    """No post of the first minute waits until addresses are known; the processes of a worker share what is loaded."""
    django.setup()
    loading.load_all()
