"""The whole product for a journey: the Procfile's own processes on a database, a queue and folders of their own."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg
import redis
from psycopg import sql

from tests import databases
from tests.peers.processes import Program
from tests.peers.wire import free_port
from trenddrop.runtime.places import checkout
from trenddrop.runtime.processes import launched
from trenddrop.runtime.procfile import commands

ROOT = Path(__file__).resolve().parents[2]
SEATS = {"WORKERS": "2", "MEDIA_WORKERS": "1", "WEB_WORKERS": "2", "WEB_THREADS": "6"}


class Broken(Exception):
    """A command of the product failed; its last words follow."""


class Product:
    """Web, workers and beat as `make run` starts them. `told` adds to their environment."""

    def __init__(self, folder: Path, *, told: Mapping[str, str]) -> None:
        self.folder = folder
        self.url = f"http://127.0.0.1:{free_port()}"
        self.database = f"test_journey_{secrets.token_hex(4)}"
        self._owner = os.environ["DATABASE_OWNER_URL"]
        self._queue = empty_queue(os.environ["REDIS_URL"])
        self.env = {**os.environ, **SEATS, **self._environment(), **told}
        self._programs: list[Program] = []

    def _environment(self) -> dict[str, str]:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        return {
            "PATH": path,
            "DJANGO_SETTINGS_MODULE": "trenddrop.settings",
            "DATABASE_URL": on_database(os.environ["DATABASE_URL"], self.database),
            "DATABASE_OWNER_URL": on_database(self._owner, self.database),
            "REDIS_URL": self._queue,
            "DEBUG": "0",
            "SITE_URL": self.url,
            "PORT": self.url.rpartition(":")[2],
            "MEDIA_ROOT": str(self.folder / "media"),
            "UPLOAD_ROOT": str(self.folder / "uploads"),
            "PRIVATE_ADDRESSES_ALLOWED": "127.0.0.1,localhost",
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "ignore",
            "LOG_LEVEL": "WARNING",
        }

    def start(self) -> Self:
        """Make the tables as their owner, then start every process; return when pages are served."""
        self._as_owner(f"CREATE DATABASE {{}} TEMPLATE {databases.migrated()}")
        self.manage("collectstatic", "--noinput", "--verbosity=0")
        for name in commands(checkout()):
            self.start_process(name)
        self._programs[0].wait_for(f"{self.url}/readyz", seconds=180)
        self._until_ready()
        return self

    def start_process(self, name: str) -> Program:
        """Start one of the Procfile's processes; its log is `name.log`."""
        command = f"exec {commands(checkout())[name]}"
        bound = launched(["sh", "-c", command], [], at_our_end="SIGTERM")
        program = Program(bound, log=self.folder / f"{name}.log", env=self.env, folder=ROOT)
        self._programs.append(program)
        return program

    def _until_ready(self) -> None:
        end = time.monotonic() + 180
        while httpx.get(f"{self.url}/readyz", trust_env=False).status_code != httpx.codes.OK:
            if time.monotonic() > end:
                raise Broken(self.words())
            time.sleep(0.2)

    def manage(self, *arguments: str, **told: str) -> str:
        """Run `manage.py` beside the product; its output."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env={**self.env, **told}, capture_output=True, text=True, check=False, timeout=180,
        )  # fmt: skip
        if done.returncode:
            raise Broken(f"manage.py {' '.join(arguments)}\n{done.stdout[-1500:]}\n{done.stderr[-3000:]}")
        return done.stdout

    def operator(self, code: str) -> str:
        """Do something as whoever runs the installation would in its shell, where all rows are seen."""
        lines = "from accounts import tenancy\nwith tenancy.operator():\n" + "".join(
            f"    {line}\n" for line in code.strip().splitlines()
        )
        return self.manage("shell", "--no-imports", "-c", lines)

    def words(self, lines: int = 25) -> str:
        """The last words of every process."""
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(f"--- {log.name}\n" + "\n".join(log.read_text().splitlines()[-lines:]) for log in logs)

    def errors(self) -> list[str]:
        """What the processes logged as an error."""
        lines = [line for log in self.folder.glob("*.log") for line in log.read_text().splitlines()]
        return [line[:2000] for line in lines if '"level": "error"' in line or '"level": "critical"' in line]

    def stop(self) -> None:
        """End everything and leave nothing behind but the logs."""
        for program in reversed(self._programs):
            program.stop()
        self._as_owner("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        with redis.Redis.from_url(self._queue) as queue:
            queue.flushdb()

    def _as_owner(self, statement: str) -> None:
        with psycopg.connect(self._owner, autocommit=True) as owner:
            owner.execute(sql.SQL(statement).format(sql.Identifier(self.database)))


def on_database(address: str, name: str) -> str:
    """The same server and role, another database."""
    return urlunsplit(urlsplit(address)._replace(path=f"/{name}"))


def empty_queue(address: str) -> str:
    """An unused database of the Redis server, taken."""
    for number in range(15, 0, -1):
        url = urlunsplit(urlsplit(address)._replace(path=f"/{number}"))
        with redis.Redis.from_url(url) as queue:
            if not queue.dbsize() and queue.set("taken", "by a journey", nx=True):
                return url
    raise Broken(f"All databases of the Redis server at {address} are in use.")
