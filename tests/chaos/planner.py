"""Whoever lands plans, to be killed: python -m tests.chaos.planner DATABASE MEDIA.

Each line of its input is JSON: what to do, and with which keys. It is done by a child, whose number is told first; the
parent says "over" when the child has ended, however it ended.
"""

import json
import os
import sys
import traceback
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django
from django.conf import settings


def begin(database: str, media: str) -> None:
    """Set Django up on the test's database."""
    settings.DATABASES["default"]["NAME"] = database
    settings.CELERY_TASK_ALWAYS_EAGER = True
    settings.MEDIA_ROOT = media
    settings.STORAGES["default"] = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": media},
    }
    django.setup()


def propose(told: dict[str, Any]) -> None:
    """Generate a calendar, as the page does."""
    from django.utils import timezone  # noqa: PLC0415 (only after setup)

    from accounts import tenancy  # noqa: PLC0415
    from accounts.models import Membership  # noqa: PLC0415
    from publishing.models import PlatformConnection  # noqa: PLC0415
    from publishing.services import proposals  # noqa: PLC0415

    now = timezone.now()
    with tenancy.operator():
        member = Membership.objects.select_related("user", "organization").get(pk=told["member"])
    with tenancy.of_member(member):
        accounts = list(PlatformConnection.objects.visible_to(member))
        wish = proposals.Wish(
            first=now.date(), last=now.date() + timedelta(days=27), accounts=accounts, a_week=21,
            zone="Asia/Kolkata",
        )  # fmt: skip
        proposals.make(wish, name="Generated", by=member, now=now)


def make(told: dict[str, Any]) -> None:
    """Begin every entry of it as a draft, as the page does."""
    from django.utils import timezone  # noqa: PLC0415

    from accounts import tenancy  # noqa: PLC0415
    from accounts.models import Membership  # noqa: PLC0415
    from publishing.models import ContentCalendar  # noqa: PLC0415
    from publishing.services import calendars  # noqa: PLC0415

    with tenancy.operator():
        member = Membership.objects.select_related("user", "organization").get(pk=told["member"])
    with tenancy.of_member(member):
        entries = calendars.open_entries(ContentCalendar.objects.get(pk=told["calendar"]))
        for made in calendars.make_all(entries, by=member, now=timezone.now()):
            if made.error:
                sys.stderr.write(f"{made.entry}: {made.error}\n")


def read(told: dict[str, Any]) -> None:
    """Land a plan brought as a file, as its worker does."""
    from publishing.services import imports  # noqa: PLC0415

    imports.run(uuid.UUID(told["plan"]), organization_id=uuid.UUID(told["organization"]))


JOBS: dict[str, Callable[[dict[str, Any]], None]] = {"propose": propose, "make": make, "read": read}


def say(words: str) -> None:
    """Tell the test."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def work(told: dict[str, Any]) -> None:
    """Do one job, and end."""
    say(str(os.getpid()))
    try:
        JOBS[told["do"]](told)
    except Exception:  # noqa: BLE001 (told in the log; the child ends all the same)
        traceback.print_exc()
    finally:
        os._exit(0)


def main() -> None:
    """Have a child do each job."""
    from django.db import connections  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    reverse("calendar")  # what pages import is there before the first child
    say("ready")
    for line in sys.stdin:
        told = json.loads(line)
        connections.close_all()
        child = os.fork()
        if child == 0:
            work(told)
        os.waitpid(child, 0)
        say("over")


if __name__ == "__main__":
    begin(*sys.argv[1:])
    main()
