"""A worker to be killed: python -m tests.analytics.an_event_worker DATABASE JSON.

It takes in batches of the events that JSON names, some of them again and again, in an order of its own, and sums in
between, until it is killed or has told everything.
"""

import json
import sys
import uuid
from datetime import datetime, timedelta
from random import Random
from typing import Any

import django
from django.conf import settings
from django.utils import timezone


def work(told: dict[str, Any]) -> None:
    """Take in and sum, in an order that the seed gives."""
    from accounts import tenancy  # noqa: PLC0415 (only after setup)
    from analytics.events import rollup, taking  # noqa: PLC0415
    from analytics.events.identity import key_of  # noqa: PLC0415

    chance = Random(told["seed"])
    organization, connection = uuid.UUID(told["organization"]), uuid.UUID(told["connection"])
    start = datetime.fromisoformat(told["start"])
    numbers = [number for number in range(told["first"], told["last"]) for _again in range(chance.choice((1, 1, 2)))]
    chance.shuffle(numbers)
    for place in range(0, len(numbers), told["batch"]):
        rows = [
            taking.Told(
                id=key_of(organization, "chaos", str(number)),
                organization_id=organization,
                post_id=uuid.UUID(told["posts"][number % len(told["posts"])]),
                connection_id=connection,
                happened_at=start + timedelta(seconds=Random(number).randrange(told["seconds"])),
                received_at=timezone.now(),
                type=("like", "view", "share")[number % 3],
                person=number % 1000,
                country=("IN", "PT", "")[number % 3],
            )
            for number in numbers[place : place + told["batch"]]
        ]
        with tenancy.of_organization(organization):
            taking.take(rows)
        if chance.random() < told["sums"]:
            rollup.roll_up_due(now=timezone.now())


if __name__ == "__main__":
    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    django.setup()
    work(json.loads(sys.argv[2]))
