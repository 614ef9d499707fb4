"""Workers of billing that are to be killed: python -m tests.chaos.billing_worker JSON; each line of stdin is one life.

The parent only forks. A line names a scenario, a function on its way, and whether the child dies just before that
function does its work or just after. The answer is how the child ended: 9 where it was killed, 0 where it came through.
"""

import importlib
import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django
from django.conf import settings


def begin(told: dict[str, Any]) -> None:
    """Set Django up on the test's database, with its folders."""
    settings.DATABASES["default"]["NAME"] = told.pop("database")
    settings.STORAGES["default"] = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": told["MEDIA_ROOT"]},
    }
    for name, value in told.items():
        setattr(settings, name, value)
    django.setup()


def die_at(step: str, when: str) -> None:
    """Have this process be killed at a function of its way."""
    place, _dot, name = step.partition(":")
    holder: Any = importlib.import_module(place)
    *parts, last = name.split(".")
    for part in parts:
        holder = getattr(holder, part)
    was: Callable[..., Any] = getattr(holder, last)

    def dies(*given: Any, **named: Any) -> None:
        if when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        was(*given, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(holder, last, dies)


def live(told: dict[str, Any]) -> None:
    """Be one child."""
    from tests.chaos.billing_lives import LIVES  # noqa: PLC0415 (only after setup)

    die_at(told["step"], told["when"])
    LIVES[told["life"]].act()


def keep_forking() -> None:
    """Give every line a child."""
    from django.db import connections  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    import tests.chaos.billing_lives  # noqa: F401, PLC0415 (once, for all children)

    reverse("billing_plan")
    connections.close_all()
    answer("ready")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            live(json.loads(line))
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        answer(str(os.waitstatus_to_exitcode(status)))


def answer(words: str) -> None:
    """Tell the test."""
    sys.stdout.write(f"\nENDED {words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    begin(json.loads(sys.argv[1]))
    keep_forking()
