"""Workers to be killed: python -m tests.chaos.worker DATABASE CLOCK SOCKET.

The parent only forks: each connection to SOCKET gets a child of its own. The first line of the connection is JSON,
the settings of this child; then each line names a task, which is done as beat and a Celery worker would do it
together, and answered with "done". A child that dies closes the connection.
"""

import gc
import json
import os
import signal
import socket
import sys
import time
from functools import cache
from pathlib import Path
from typing import Any, TextIO

import django
from django.conf import settings
from django.utils import timezone

from tests.chaos.fast_clock import FastClock


def begin(database: str, clock: FastClock) -> None:
    """Set Django up on the test's database, in the test's time."""
    timezone.now, time.sleep = clock, clock.sleep  # type: ignore[assignment]
    settings.DATABASES["default"]["NAME"] = database
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    settings.CELERY_TASK_ALWAYS_EAGER = True
    django.setup()


def keep_forking(place: str) -> None:
    """Give every connection a worker."""
    from trenddrop.celery import app  # noqa: PLC0415 (only after setup)

    app.loader.import_default_modules()
    app.finalize()
    warm_up()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(place)
        listening.listen(64)
        while True:
            connection, _address = listening.accept()
            if os.fork() == 0:
                listening.close()
                work(connection.makefile("rw"))
            connection.close()


def warm_up() -> None:
    """Make once what every child would make for itself: the table of addresses, the certificates."""
    import ssl  # noqa: PLC0415

    from django.db import connections  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    from publishing import tasks  # noqa: PLC0415
    from publishing.platforms import http_client  # noqa: PLC0415

    ssl.create_default_context = cache(ssl.create_default_context)  # type: ignore[assignment]
    http_client().close()
    reverse("posts")
    tasks.publish_due()
    connections.close_all()
    gc.freeze()


def work(orders: TextIO) -> None:
    """Do what is asked until the end, or until killed."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    told: dict[str, Any] = json.loads(orders.readline())
    be_impatient(float(told.pop("patience")))
    for name, value in told.items():
        setattr(settings, name, value)
    settings.STORAGES["default"] = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": Path(told["MEDIA_ROOT"])},
    }
    answer(orders, str(os.getpid()))
    for line in orders:
        ring(line.strip())
        answer(orders, "done")
    os._exit(0)


def answer(orders: TextIO, words: str) -> None:
    """Tell the test."""
    orders.write(f"{words}\n")
    orders.flush()


def be_impatient(seconds: float) -> None:
    """Wait no longer than this for any answer, whatever the adapter would."""
    import httpx  # noqa: PLC0415

    usual = httpx.HTTPTransport.handle_request

    def hurried(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        given = request.extensions.get("timeout", {})
        limits = {name: min(value or seconds, seconds) for name, value in given.items()}
        request.extensions = {**request.extensions, "timeout": limits}
        return usual(self, request)

    httpx.HTTPTransport.handle_request = hurried  # type: ignore[method-assign]


def ring(order: str) -> None:
    """Do one task, as a worker: what it raises ends the task, not the worker."""
    from django.db import close_old_connections  # noqa: PLC0415

    from trenddrop.celery import app  # noqa: PLC0415

    name, _, argument = order.partition(" ")
    close_old_connections()
    app.tasks[name].apply(kwargs=json.loads(argument or "{}"))
    close_old_connections()


if __name__ == "__main__":
    begin(sys.argv[1], FastClock(Path(sys.argv[2])))
    keep_forking(sys.argv[3])
