"""The forking parent of the workers, and one worker as the test holds it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from django.db import connections

ROOT = Path(__file__).parents[2]
START_WITHIN = 60.0


@dataclass
class Worker:
    """One child: it does a task at a time, and may be killed at any moment."""

    pid: int
    connection: socket.socket
    lines: TextIO

    def ask(self, task: str, **arguments: Any) -> None:
        """Have it begin a task."""
        self.lines.write(f"{task} {json.dumps(arguments)}\n")
        self.lines.flush()

    def finished(self) -> bool:
        """Wait until the task is done; False when the worker died over it."""
        with suppress(ConnectionError):
            return self.lines.readline() == "done\n"
        return False

    def do(self, task: str, **arguments: Any) -> bool:
        """Have a task done; False when the worker died over it, or was dead before."""
        try:
            self.ask(task, **arguments)
        except (BrokenPipeError, ConnectionError):
            return False
        return self.finished()

    def kill(self) -> None:
        """Kill -9."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def end(self) -> None:
        """Let it go."""
        self.kill()
        with suppress(OSError):
            self.lines.close()
        self.connection.close()


@dataclass(frozen=True)
class Nursery:
    """Where workers come from."""

    place: Path

    def worker(self, told: Mapping[str, Any], *, patience: float) -> Worker:
        """Fork one with settings of its own; it waits `patience` seconds for any answer."""
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(self.place))
        lines = connection.makefile("rw")
        lines.write(json.dumps({**told, "patience": patience}) + "\n")
        lines.flush()
        return Worker(int(lines.readline()), connection, lines)


@contextmanager
def nursery(folder: Path, clock: Path) -> Iterator[Nursery]:
    """Run the forking parent on the test's database and clock."""
    database = str(connections["default"].settings_dict["NAME"])
    place = folder / "workers"
    command = [sys.executable, "-m", "tests.chaos.worker", database, str(clock), str(place)]
    with (folder / "workers.log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait_for(place, process, log=folder / "workers.log")
        yield Nursery(place)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(place: Path, process: subprocess.Popen[bytes], *, log: Path) -> None:
    until = time.monotonic() + START_WITHIN
    while time.monotonic() < until and process.poll() is None:
        with socket.socket(socket.AF_UNIX) as knock, suppress(OSError):
            knock.connect(str(place))
            return
        time.sleep(0.05)
    raise AssertionError(f"the workers' parent did not start:\n{log.read_text()[-2000:]}")
