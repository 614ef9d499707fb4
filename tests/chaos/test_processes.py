"""The product's own processes are killed, its broker emptied, its database restarted: every post goes out once."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
import redis
from django.db import connections
from environ import Env
from psycopg import sql

from accounts import tenancy
from publishing.models import PlatformConnection, ScheduledPost
from publishing.platforms.base import Token
from tests import databases
from tests.api.asking import key_of
from tests.browser.product import empty_queue
from tests.cast import Cast, gather
from tests.chaos.fast_clock import FastClock
from tests.chaos.processes import ROOT
from tests.chaos.traps import Trap, held_after, lay, nothing
from tests.peers.fake_practice import TOKEN, FakePractice
from tests.publishing.conftest import make_connection, make_piece, make_post
from trenddrop.runtime.places import Places
from trenddrop.runtime.ports import free_port
from trenddrop.runtime.postgres import programs
from trenddrop.runtime.services import Services, running, throw_away

pytestmark = pytest.mark.chaos

ROUNDS = max(1, int(os.environ.get("RUNS", "200")) // 400)
POSTS = 5
PATIENCE = 60.0
STILL = 2.5


@dataclass
class House:
    """Worker, beat and web as they run in production, beside one platform."""

    cast: Cast
    clock: FastClock
    server: FakePractice
    connection: PlatformConnection
    folder: Path
    queue: str
    port: int = field(default_factory=free_port)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    planned: int = 0
    database: Mapping[str, str] = field(default_factory=dict)

    def start(self, kind: str) -> None:
        """Start one of the processes."""
        told = {
            "database": connections["default"].settings_dict["NAME"],
            "clock": str(self.clock.path),
            "port": self.port,
            "PUBLISHING_PLATFORMS": {"practice": "publishing.platforms.practice.Practice"},
            "PRACTICE_URL": self.server.url,
        }
        command = [sys.executable, "-m", "tests.chaos.started", kind, json.dumps(told)]
        env = {**os.environ, **self.database, "REDIS_URL": self.queue, "PYTHONWARNINGS": "ignore"}
        with (self.folder / f"{kind}.log").open("a") as log:
            self.running[kind] = subprocess.Popen(
                command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, kind: str) -> None:
        """Kill -9, with all children."""
        process = self.running.pop(kind)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def plan(self) -> list[ScheduledPost]:
        """Plan some posts, due now."""
        with tenancy.of_organization(self.cast.kesar.pk):
            made = []
            for _ in range(POSTS):
                self.planned += 1
                piece = make_piece(self.cast.kesar)
                text = f"Saffron harvest, post{self.planned:05d}x"
                made.append(make_post(piece, self.connection, at=self.clock(), text=text))
        return made

    def left(self) -> list[ScheduledPost]:
        """The posts that are not live."""
        with tenancy.of_organization(self.cast.kesar.pk):
            return list(ScheduledPost.objects.exclude(status="published"))

    def settle(self) -> float:
        """Wait until all posts are live; seconds of the fast clock, which jumps over leases of the dead and waits."""
        begun, until = self.clock(), time.monotonic() + PATIENCE
        while left := self.left():
            assert time.monotonic() < until, f"{[(post.status, post.error) for post in left]}; {self.words()}"
            time.sleep(STILL)
            now = self.clock()
            waits = [wait for post in self.left() if (wait := post.lease_until or post.next_try_at)]
            if waits and min(waits) > now:
                self.clock.go_to(min(waits))
        return (self.clock() - begun).total_seconds()

    def words(self) -> str:
        """The last lines of the logs."""
        return "\n".join(path.read_text()[-1500:] for path in sorted(self.folder.glob("*.log")))

    def copies(self) -> list[int]:
        """How often each planned post stands on the platform."""
        standing = [post["text"] for post in self.server.posts.values()]
        return [sum(f"post{number + 1:05d}x" in text for text in standing) for number in range(self.planned)]

    def stop(self) -> None:
        """End everything."""
        for kind in list(self.running):
            self.kill(kind)


@pytest.fixture
def house(transactional_db: None, tmp_path: Path) -> Iterator[House]:
    with moved_in(tmp_path) as made:
        yield made
    databases.end_sessions(str(connections["default"].settings_dict["NAME"]))


@contextmanager
def moved_in(tmp_path: Path, **database: str) -> Iterator[House]:
    """Everything runs, on the test's database or on one of its own."""
    queue = empty_queue(os.environ["REDIS_URL"])
    cast = gather()
    with FakePractice() as server:
        with tenancy.of_organization(cast.kesar.pk):
            connection = make_connection(cast.kesar, access_token=Token(TOKEN).access, extra={})
        made = House(cast, FastClock(tmp_path / "clock"), server, connection, tmp_path, queue, database=database)
        try:
            for kind in ("worker", "beat", "web"):
                made.start(kind)
            yield made
        finally:
            made.stop()
            with redis.Redis.from_url(queue) as emptied:
                emptied.flushdb()


@contextmanager
def held(house: House) -> Iterator[Trap]:
    """Posts are planned, and a worker stands between a post's acceptance and its answer."""
    trap = Trap(1, held_after)
    lay([house.server], trap)
    house.plan()
    assert trap.reached.wait(PATIENCE), house.words()
    try:
        yield trap
    finally:
        trap.released.set()
        lay([house.server], Trap(-1, nothing))


def kill_worker(house: House) -> None:
    """The whole worker dies in the middle of a post."""
    with held(house):
        house.kill("worker")
    house.start("worker")


def kill_child(house: House) -> None:
    """One of the worker's children dies, as by lack of memory."""
    parent = house.running["worker"].pid
    with held(house):
        for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
            os.kill(int(child), signal.SIGKILL)


def kill_beat(house: House) -> None:
    """Nobody rings for a while."""
    house.kill("beat")
    house.plan()
    time.sleep(0.5)
    house.start("beat")


def empty_broker(house: House) -> None:
    """All messages vanish, again and again."""
    with held(house) as trap, redis.Redis.from_url(house.queue) as broker:
        for _ in range(5):
            broker.flushdb()
            time.sleep(0.1)
        trap.released.set()
        for _ in range(5):
            broker.flushdb()
            time.sleep(0.1)


def restart_database(house: House) -> None:
    """All sessions end, and for a second nobody is let in."""
    name = sql.Identifier(str(connections["default"].settings_dict["NAME"]))
    door = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    with held(house), psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute(door.format(name, sql.SQL("false")))
        try:
            databases.end_sessions(str(connections["default"].settings_dict["NAME"]))
            time.sleep(1)
        finally:
            owner.execute(door.format(name, sql.SQL("true")))


def kill_web(house: House) -> None:
    """The web server dies while people plan posts: what was answered as planned is, and goes out once."""
    key = key_of(house.cast.asha)
    with tenancy.of_organization(house.cast.kesar.pk):
        house.planned += 1
        piece = make_piece(house.cast.kesar, text=f"Saffron harvest, post{house.planned:05d}x")
    asked = {"piece": str(piece.pk), "connection": str(house.connection.pk), "timezone": "UTC"}
    address, answers = f"http://127.0.0.1:{house.port}/api/v1/posts/now", list[int]()

    def ask() -> None:
        with suppress(httpx.HTTPError):
            head = {"Authorization": f"Bearer {key}"}
            answers.append(httpx.post(address, json=asked, headers=head, trust_env=False, timeout=30).status_code)

    wait_for_web(house)
    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(0.05)
    house.kill("web")
    asking.join()
    house.start("web")
    wait_for_web(house)
    ask()
    assert answers[-1] in {201, 409}, f"{answers} {house.words()}"


def wait_for_web(house: House) -> None:
    """Wait until pages are served."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(httpx.HTTPError):
            if httpx.get(f"http://127.0.0.1:{house.port}/healthz", trust_env=False).status_code < 500:
                return
        time.sleep(0.1)
    raise AssertionError(house.words())


FAULTS: list[Callable[[House], None]] = [
    kill_worker, kill_child, kill_beat, empty_broker, restart_database, kill_web,
]  # fmt: skip


def test_whatever_dies_every_post_goes_out_once(house: House, record_property: Any) -> None:
    slowest = 0.0
    for fault in FAULTS * ROUNDS:
        fault(house)
        slowest = max(slowest, house.settle())
        assert house.copies() == [1] * house.planned, f"{fault.__name__}: {house.copies()}"
    record_property("chaos", ["processes", len(FAULTS) * ROUNDS, {"published": house.planned}, 0, round(slowest, 1)])


# A server of its own, which really ends and starts again


@pytest.fixture
def restarting(
    django_db_setup: None, django_db_blocker: Any, tmp_path: Path
) -> Iterator[tuple[Services, dict[str, str]]]:
    """PostgreSQL as `make run` starts it, with all our tables; what the test asks, it asks there."""
    connection, places = connections["default"], Places(tmp_path, "restarted")
    with running(places, {"REDIS_URL": os.environ["REDIS_URL"]}) as (services, values), django_db_blocker.unblock():
        pour(databases.migrated(), values["DATABASE_OWNER_URL"])
        usual = dict(connection.settings_dict)
        connection.close()
        connection.settings_dict.update(Env.db_url_config(values["DATABASE_URL"]))
        try:
            yield services, {name: values[name] for name in ("DATABASE_URL", "DATABASE_OWNER_URL")}
        finally:
            connection.close()
            connection.settings_dict.update(usual)
    throw_away(places)


def pour(name: str, target: str) -> None:
    """Copy a database of the tests' server to another server: its tables, and what anybody may see."""
    source = urlsplit(os.environ["DATABASE_OWNER_URL"])._replace(path=f"/{name}").geturl()
    out = [str(programs() / "pg_dump"), "--enable-row-security", source]
    into = [str(programs() / "psql"), "-q", target]
    tables = subprocess.run(out, check=True, capture_output=True).stdout
    subprocess.run(into, input=tables, check=True, capture_output=True)


def test_whatever_the_database_server_goes_through_every_post_goes_out_once(
    restarting: tuple[Services, dict[str, str]], tmp_path: Path, record_property: Any
) -> None:
    services, database = restarting
    slowest, how = 0.0, [signal.SIGINT, signal.SIGKILL]  # shut down in order, then as when the power fails
    with moved_in(tmp_path, **database) as house:
        for end in how:
            restart(house, services, end)
            slowest = max(slowest, house.settle())
            assert house.copies() == [1] * house.planned, f"{end.name}: {house.copies()}"
    assert services.restarts == len(how)
    record_property("chaos", ["database server", len(how), {"published": house.planned}, 0, round(slowest, 1)])


def restart(house: House, services: Services, end: signal.Signals) -> None:
    """The server ends between a post's acceptance and its answer, stays away for a second, and is started again."""
    server = services.postgres
    assert server is not None
    assert server.process is not None
    with held(house) as trap:
        os.kill(server.process.pid, end)
        server.process.wait()
        trap.released.set()
        time.sleep(1)
        services.tend()
    connections["default"].close()
