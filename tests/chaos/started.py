"""The product's own processes on a test's database, in the test's time: python -m tests.chaos.started KIND JSON.

KIND is worker, beat or web; JSON holds the settings, with `database`, `clock` and `port`.
"""

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from tests.chaos.fast_clock import FastClock

OFTEN = {"publish what is due": 2.0, "sweep lost posts": 10.0}


def begin(told: dict[str, Any]) -> None:
    """Take the settings of the test; beat's rounds come often."""
    settings.DATABASES["default"]["NAME"] = told.pop("database")
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    for name, value in told.items():
        setattr(settings, name, value)
    for name, seconds in OFTEN.items():
        settings.CELERY_BEAT_SCHEDULE[name]["schedule"] = timedelta(seconds=seconds)
    settings.CELERY_BEAT_SCHEDULE = {name: settings.CELERY_BEAT_SCHEDULE[name] for name in OFTEN}


def work() -> None:
    """A Celery worker with two hands."""
    from trenddrop.celery import app  # noqa: PLC0415 (only with the test's settings)

    app.worker_main(
        ["-q", "worker", "-Q", "publish", "-c", "2", "-l", "WARNING", "--without-gossip", "--without-mingle"]
    )


def beat() -> None:
    """Celery's beat, with the schedule in the database."""
    from trenddrop.celery import app  # noqa: PLC0415

    app.start(["-q", "beat", "--pidfile=", "-l", "WARNING", "--max-interval", "1"])


def serve(port: int) -> None:
    """The web server."""
    from gunicorn.app.wsgiapp import run  # type: ignore[import-untyped]  # noqa: PLC0415

    sys.argv = ["gunicorn", "trenddrop.wsgi", f"--bind=127.0.0.1:{port}", "--worker-class=gthread", "--threads=4"]
    run()


if __name__ == "__main__":
    kind, words = sys.argv[1], json.loads(sys.argv[2])
    listening = int(words.pop("port"))
    fast = FastClock(Path(words.pop("clock")))
    if kind != "beat":
        timezone.now = fast
    begin(words)
    if kind == "web":
        serve(listening)
    else:
        {"worker": work, "beat": beat}[kind]()
