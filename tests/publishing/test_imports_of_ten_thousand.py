"""A plan of ten thousand rows lands whole: of ten bad ones each comes back with its reasons, and memory stays flat."""

import csv
import datetime as dt
import gc
import io
import sys
import time
import tracemalloc
from typing import Any

import pytest
from django.utils import timezone

from accounts import tenancy
from publishing.models import PlanImport, ScheduledPost
from publishing.services import imports
from tests.cast import Cast
from tests.publishing.conftest import make_connection

ZONE = "Asia/Kolkata"
# What each bad row says (date, clock, account, text), and what of its reasons is told.
BAD = (
    ("2099-13-24,09:30,kesar,Rain", "There is no such day"),
    ("{day},noon,kesar,Rain", "is no time we can read"),
    ("{day},09:31,nobody,Rain", "No connected account is called “nobody”."),
    ("{day},09:32,kesar,", "neither text nor file"),
    ("2020-01-01,09:30,kesar,Rain", "is in the past"),
    ("03/04/2099,09:30,kesar,Rain", "can be two days"),
    ("2099-02-30,09:30,kesar,Rain", "There is no such day"),
    ("{day},25:00,nobody,", "is no time we can read"),
    (",09:30,kesar,Rain", "Day and time are both needed."),
    ("{day},,kesar,Rain", "Day and time are both needed."),
)


def _file(count: int) -> bytes:
    """Return so many rows over half a year, of which ten are bad."""
    first, bad = timezone.localdate() + dt.timedelta(days=2), iter(BAD)
    lines = ["date,time,account,text"]
    for number in range(count):
        day = first + dt.timedelta(days=number % 180)
        if number % (count // len(BAD)) == 5:
            lines.append(next(bad)[0].format(day=day))
        else:
            minutes = number // 180 * 5
            lines.append(f"{day},{6 + minutes // 60:02}:{minutes % 60:02},kesar,Line {number}")
    return "\n".join(lines).encode()


def _landed(cast: Cast, count: int) -> tuple[PlanImport, list[int], list[int]]:
    """Bring and land a file; return it, and after each batch how many bytes and how many small blocks Python held."""
    with tenancy.of_member(cast.ben):
        plan = imports.let_in(imports.bring(_file(count), name="year.csv", zone=ZONE, by=cast.ben), by=cast.ben)
    held: list[int] = []
    blocks: list[int] = []

    def clock() -> dt.datetime:
        gc.collect()
        held.append(tracemalloc.get_traced_memory()[0])
        blocks.append(sys.getallocatedblocks())
        return timezone.now()

    tracemalloc.start()
    imports.run(plan.pk, organization_id=cast.kesar.pk, clock=clock)
    tracemalloc.stop()
    with tenancy.of_member(cast.ben):
        return PlanImport.objects.get(pk=plan.pk), held, blocks


@pytest.mark.django_db(transaction=True)  # each batch is committed, as in a worker
@pytest.mark.parametrize("count", [pytest.param(60, id="60"), pytest.param(10_000, id="10000", marks=pytest.mark.long)])
def test_of_many_rows_the_good_land_and_ten_come_back_with_reasons_in_flat_memory(
    cast: Cast, settings: Any, count: int
) -> None:
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}
    with tenancy.of_organization(cast.kesar.pk):
        make_connection(cast.kesar)
    begun = time.monotonic()
    plan, held, blocks = _landed(cast, count)
    print(f"{count} rows in {time.monotonic() - begun:.0f} s; {held[1] >> 10} to {held[-2] >> 10} KB")  # noqa: T201
    assert (plan.status, plan.rows, plan.read) == ("done", count, count)
    assert (plan.landed, plan.refused) == (count - len(BAD), len(BAD))
    with tenancy.of_member(cast.ben):
        assert ScheduledPost.objects.filter(plan_import=plan).count() == count - len(BAD)
    with plan.refused_file.open("rb") as file:
        back = list(csv.DictReader(io.StringIO(file.read().decode("utf-8-sig"))))
    assert [int(row["row"]) for row in back] == [2 + 5 + number * (count // len(BAD)) for number in range(len(BAD))]
    for row, (_line, told) in zip(back, BAD, strict=True):
        assert told in row["reasons"]
    assert len(plan.refusals[7]["reasons"]) == 3
    middle = held[len(held) // 2]
    assert held[-2] < 1.1 * middle + 500_000, held  # what the second half landed is not kept
    assert blocks[-2] - blocks[len(blocks) // 2] < max(count // 4, 500), blocks  # not half a block of a row
