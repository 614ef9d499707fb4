"""Trouble at every request of every adapter: exactly one post each, none lost, unconfirmed only what is unknown."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.conf import settings as configured
from django.utils.module_loading import import_string

from publishing.delivery.claiming import LEASE
from publishing.models import ScheduledPost
from publishing.platforms.base import Capability
from tests.cast import gather
from tests.chaos import scenarios
from tests.chaos.fast_clock import FastClock
from tests.chaos.processes import Nursery, nursery
from tests.chaos.row import Row
from tests.chaos.rows import ROWS
from tests.chaos.scenarios import Run, Scenario
from tests.chaos.stage import Stage, setting_out
from tests.chaos.traps import Trap, nothing
from trenddrop.platforms import PLATFORMS

pytestmark = pytest.mark.chaos

RUNS = int(os.environ.get("RUNS", "200"))
GRACE = 15.0
Status = ScheduledPost.Status


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> FastClock:
    return FastClock(tmp_path_factory.mktemp("time") / "clock")


@pytest.fixture(scope="module")
def workers(
    clock: FastClock, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Nursery]:
    with nursery(tmp_path_factory.mktemp("workers"), clock.path) as found:
        yield found


@pytest.fixture
def stage(
    transactional_db: None, row: Row, workers: Nursery, clock: FastClock, tmp_path: Path, settings: Any
) -> Iterator[Stage]:
    settings.PUBLISHING_PLATFORMS = {row.key: row.adapter}
    with row.wire() as server:
        if row.clock:
            setattr(server, row.clock, clock)
        made = setting_out(row, gather(), clock, workers, server, tmp_path / "media")
        yield made
        made.dismiss()
        made.close()


def requests_of(stage: Stage, flow: str) -> int:
    """Run a flow once without trouble, and count what it asks the platform for."""
    post = stage.plan(flow)
    trap = stage.lay(Trap(-1, nothing))
    assert stage.worker().do(scenarios.SCAN)
    found, seen = stage.now(post), trap.seen
    if found.status == Status.HANDED:
        found = stage.rounds(post, until=found.scheduled_for + configured.POST_MAX_LATENESS)
    assert found.status == Status.PUBLISHED, f"{stage.row} does not post {flow}: {found.error}"
    assert set(stage.copies(flow)) == {1}, f"{stage.row} posts {flow} {stage.copies(flow)} times"
    assert found.shortfalls == []
    stage.dismiss()
    return seen


def ended(run: Run) -> tuple[str, float]:
    """Let beat ring until the post rests; how it ended, and seconds since what happened was over.

    What the platform itself takes for a file is not counted.
    """
    clock = run.stage.clock
    over, napped = clock(), clock.napped
    until = max(run.stage.begun, run.stage.now(run.post).scheduled_for) + configured.POST_MAX_LATENESS
    found = run.stage.rounds(run.post, until=until)
    return found.status, (clock() - max(over, found.scheduled_for)).total_seconds() - (clock.napped - napped)


def faults(run: Run, status: str, seconds: float) -> Iterator[str]:
    """What is wrong with how a run ended."""
    copies = run.stage.copies(run.scenario.flow)
    if max(copies) > 1:
        yield f"copies {copies}"
    if status == Status.PUBLISHED:
        yield from faults_of_live(run, copies)
        if seconds > LEASE.total_seconds() + GRACE:
            yield f"took {seconds:.0f} s"
    elif status == Status.UNCONFIRMED:
        if not may_be_unknown(run, copies):
            yield f"unconfirmed with copies {copies}, though it can be known"
    elif status != Status.CANCELLED or any(copies) or not run.scenario.trouble.name.startswith("cancel"):
        yield f"{status} with copies {copies}: {run.stage.now(run.post).error}"


def faults_of_live(run: Run, copies: list[int]) -> Iterator[str]:
    """What is missing of a post that is told as live: all of it must stand, or be told as a shortfall."""
    if copies[0] == 0:
        yield "told as live, and is not there"
    elif 0 in copies and not run.stage.now(run.post).shortfalls:
        yield f"copies {copies}, and nobody is told"


def may_be_unknown(run: Run, copies: list[int]) -> bool:
    """Only what was sent, where a copy would stand twice, and that nobody finds there."""
    if run.scenario.trouble.is_clear:
        return False
    flow = run.scenario.flow
    was_sent = any(attempt.sent_at for attempt in run.stage.attempts(run.post))
    return was_sent and not run.stage.row.is_safe_again(flow) and (0 in copies or not run.stage.row.can_find(flow))


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_whatever_goes_wrong_there_is_one_post_and_none_is_lost(stage: Stage, row: Row, record_property: Any) -> None:
    flows = {flow: requests_of(stage, flow) for flow in row.flows}
    told, wrong, slowest = Counter[str](), [], 0.0
    for scenario in scenarios.chosen(flows, -(-RUNS // len(ROWS)), chance=Random(str(row))):
        status, seconds, found = tried(stage, scenario)
        told[status] += 1
        slowest = max(slowest, seconds if status == Status.PUBLISHED else 0)
        wrong += [f"{scenario}: {one}" for one in found]
    record_property("chaos", [str(row), told.total(), dict(told), len(wrong), round(slowest, 1)])
    assert not wrong, "\n".join(wrong)


def test_every_platform_that_we_publish_to_has_its_chaos() -> None:
    by_hand = {key for key, path in PLATFORMS.items() if Capability.MANUAL in import_string(path).capabilities}
    assert {row.key for row in ROWS} == PLATFORMS.keys() - by_hand


LIAR = replace(next(row for row in ROWS if row.name == "practice, forgetful"), adapter="tests.chaos.forgetful.Liar")


@pytest.mark.parametrize("row", [LIAR], ids=["a liar"])
def test_an_adapter_that_lies_about_its_platform_is_found_out(stage: Stage) -> None:
    [stalled] = [trouble for trouble in scenarios.TROUBLES if trouble.name == "stalled before"]
    _status, _seconds, wrong = tried(stage, Scenario("words", 0, stalled))
    assert wrong == ["copies [2]"]


def tried(stage: Stage, scenario: Scenario) -> tuple[str, float, list[str]]:
    """Play a scenario to its end; how it ended, seconds, what is wrong with that."""
    try:
        run = scenarios.play(stage, scenario)
        status, seconds = ended(run)
        return status, seconds, list(faults(run, status, seconds))
    except AssertionError as error:
        return "failed", 0.0, [str(error)]
    finally:
        stage.dismiss()
