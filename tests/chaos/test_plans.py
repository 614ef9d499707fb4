"""Whoever lands a plan is killed over it, again and again: nothing is there twice, nothing is lost."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from accounts import tenancy
from content.models import GeneratedContent
from publishing.delivery import importing
from publishing.models import CalendarEntry, ContentCalendar, PlanImport, ScheduledPost
from publishing.services import imports
from tests import databases
from tests.cast import Cast, gather
from tests.chaos.processes import ROOT
from tests.publishing.conftest import make_connection, make_piece

pytestmark = pytest.mark.chaos
PIECES, ROWS = 40, 160
MOMENTS = (0.05, 0.2, 0.4, 0.8)  # seconds after which a child is killed
LATER = (0.2, 0.5, 1.0, 2.0, 3.0, None)  # the last one lives


@dataclass
class Planner:
    """The process whose children are killed."""

    cast: Cast
    process: "subprocess.Popen[str]"
    log: Path

    def do(self, what: str, *, killed_after: float | None = None, **told: Any) -> None:
        """Have something done; perhaps kill -9 whoever does it."""
        assert self.process.stdin
        assert self.process.stdout
        words = {name: str(value) for name, value in told.items()}
        self.process.stdin.write(json.dumps({"do": what, "member": str(self.cast.ben.pk), **words}) + "\n")
        self.process.stdin.flush()
        child = int(self.process.stdout.readline())
        if killed_after is not None:
            time.sleep(killed_after)
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        assert self.process.stdout.readline() == "over\n"


@pytest.fixture
def planner(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[Planner]:
    settings.MEDIA_ROOT = tmp_path / "media"
    cast = gather()
    name = str(connections["default"].settings_dict["NAME"])
    command = [sys.executable, "-m", "tests.chaos.planner", name, str(settings.MEDIA_ROOT)]
    with (tmp_path / "planner.log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
        )
    assert process.stdout
    assert process.stdout.readline() == "ready\n", (tmp_path / "planner.log").read_text()[-2000:]
    try:
        yield Planner(cast, process, tmp_path / "planner.log")
    finally:
        process.kill()
        process.communicate()
        databases.end_sessions(name)


def test_a_generated_plan_lands_once_however_often_whoever_lands_it_dies(planner: Planner) -> None:
    with tenancy.of_organization(planner.cast.kesar.pk):
        for number in range(3):
            make_connection(planner.cast.kesar, account_id=f"{number}", handle=f"@kesar{number}")
        for number in range(PIECES):
            make_piece(planner.cast.kesar, title=f"Piece {number}", text=f"Said {number}")
    for moment in MOMENTS:
        planner.do("propose", killed_after=moment)
    planner.do("propose")
    with tenancy.of_organization(planner.cast.kesar.pk):
        counts = {row.pk: row.entries.count() for row in ContentCalendar.objects.all()}
        calendar = ContentCalendar.objects.latest("created_at")
    assert set(counts.values()) == {PIECES}  # each calendar is there whole, or not at all
    for moment in MOMENTS:
        planner.do("make", killed_after=moment, calendar=calendar.pk)
    planner.do("make", calendar=calendar.pk)
    planner.do("make", calendar=calendar.pk)  # and once more: nothing is left to do
    with tenancy.of_organization(planner.cast.kesar.pk):
        entries = list(CalendarEntry.objects.filter(calendar=calendar))
        assert len({entry.post_id for entry in entries} - {None}) == PIECES, planner.log.read_text()[-2000:]
        assert ScheduledPost.objects.count() == PIECES
        assert GeneratedContent.objects.count() == PIECES


def test_a_plan_brought_as_a_file_lands_once_however_often_its_worker_dies(planner: Planner) -> None:
    first = timezone.localdate() + dt.timedelta(days=2)
    lines = [f"{first + dt.timedelta(days=n % 60)},{6 + n // 60}:00,kesar,Line {n}" for n in range(ROWS)]
    lines[7] = f"{first},25:00,kesar,Never"
    with tenancy.of_organization(planner.cast.kesar.pk):
        make_connection(planner.cast.kesar)
        data = "\n".join(["date,time,account,text", *lines]).encode()
        plan = imports.bring(data, name="x.csv", zone="Asia/Kolkata", by=planner.cast.ben)
        PlanImport.objects.filter(pk=plan.pk).update(rows=ROWS)

    seen: list[tuple[int, int]] = []
    for moment in LATER:
        planner.do("read", killed_after=moment, plan=plan.pk, organization=planner.cast.kesar.pk)
        with tenancy.of_organization(planner.cast.kesar.pk):
            plan.refresh_from_db()
            seen.append((plan.read, ScheduledPost.objects.filter(plan_import=plan).count()))
            PlanImport.objects.filter(pk=plan.pk, status="reading").update(lease_until=timezone.now() - importing.LEASE)
    assert seen[0][0] < ROWS, seen  # it died at least once
    assert all(posts == read - (read > 7) for read, posts in seen), seen
    assert (plan.read, plan.landed, plan.refused) == (ROWS, ROWS - 1, 1)
    with tenancy.of_organization(planner.cast.kesar.pk):
        numbers = ScheduledPost.objects.filter(plan_import=plan).values_list("import_row", flat=True)
        assert sorted(filter(None, numbers)) == [n for n in range(2, ROWS + 2) if n != 9]
        assert GeneratedContent.objects.count() == ROWS - 1
