"""`make run`: services, preparation, processes, one clean end."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from trenddrop.runtime import ports, preparation, processes
from trenddrop.runtime.console import Trouble, complain, say
from trenddrop.runtime.environment import MARK, TRUE, configured, for_processes
from trenddrop.runtime.files import read_json, write_json
from trenddrop.runtime.places import Places
from trenddrop.runtime.services import (
    AskedToEnd,
    Services,
    end_on_signals,
    end_orphans,
    only_once,
    running,
    undisturbed,
)

DEFAULT_PORT = 8000
GROUP_STOPS_WITHIN = 22.0  # seconds; above honcho's own patience
READY_WITHIN = 180.0


class BadPort(Trouble):
    """PORT is not a port number."""


class ProcessesEnded(Trouble):
    """A process could not be kept running."""


def shop(given: Mapping[str, str]) -> dict[str, str]:
    """Plans to try at the product's own test gateway; never in production."""
    return {} if given.get("PRODUCTION", "").lower() in TRUE else {"BILLING_TO_TRY": "1"}


def web_address(given: Mapping[str, str]) -> tuple[str, int]:
    """Interface and port of the web server."""
    text = given.get("PORT") or str(DEFAULT_PORT)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise BadPort(f"PORT={text} is not a port number. For instance: PORT=8001 make run")
    return given.get("HOST") or ports.LOOPBACK, int(text)


class Supervisor:
    """One start of the product."""

    def __init__(self, places: Places, environ: Mapping[str, str]) -> None:
        self.places = places
        self.given = configured(places.root, environ)
        self.environ = dict(environ)
        self.host, self.port = web_address(self.given)
        self.url = f"http://{self.host if self.host != '0.0.0.0' else ports.LOOPBACK}:{self.port}"  # noqa: S104
        self.state = places.run / "state.json"

    def run(self) -> int:
        """Start and stay until told to end; the exit code. Raises Trouble."""
        end_on_signals()
        self.places.prepare()
        with only_once(self.places):
            pass
        end_orphans(self.places)
        ports.claim_web(self.host, self.port)
        try:
            with running(self.places, self.given) as (services, values):
                self._serve(services, values)
        except (KeyboardInterrupt, AskedToEnd):
            say("Stopped. Your data is kept in var/.")
        return 0

    def _serve(self, services: Services, values: Mapping[str, str]) -> None:
        env = for_processes(self.places, {**values, **self._web_values()}, self.environ)
        preparation.prepare(self.places, env)
        say("Starting web, worker, media worker and beat …")
        command = [sys.executable, "-m", "trenddrop.runtime", "processes"]
        told = {name: value for name, value in env.items() if name != "DATABASE_OWNER_URL"}  # only migrations need it
        group = processes.start(command, cwd=self.places.root, env=told)
        try:
            with ThreadPoolExecutor(1) as pool:
                sign_in = pool.submit(preparation.sign_in, self.places, env)
                self._until_ready(group)
                self._announce(sign_in)
            self._watch(group, services)
        finally:
            self._end(group)

    def _web_values(self) -> dict[str, str]:
        memory = Path("/dev/shm")  # noqa: S108  (gunicorn's heartbeat files must not wait for a disk)
        beats = memory if os.access(memory, os.W_OK) else self.places.run
        return {
            "PORT": str(self.port),
            "HOST": self.host,
            "SITE_URL": self.given.get("SITE_URL") or self.url,
            "WEB_TMP_DIR": str(beats),
            **shop(self.given),
        }

    def _until_ready(self, group: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while not self._answers():
            if group.poll() is not None:
                raise ProcessesEnded("A process could not be started; its last words are above.")
            if time.monotonic() > deadline:
                raise ProcessesEnded(f"The web server did not answer within {READY_WITHIN:.0f} s; see above.")
            time.sleep(0.2)

    def _answers(self) -> bool:
        host = self.host if self.host != "0.0.0.0" else ports.LOOPBACK  # noqa: S104
        connection = http.client.HTTPConnection(host, self.port, timeout=5)
        try:
            connection.request("GET", "/healthz", headers={"Host": f"localhost:{self.port}"})
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _announce(self, sign_in: Future[str]) -> None:
        write_json(self.state, {"pid": os.getpid(), "url": self.url})
        rule = "─" * 64
        lines = [
            f"TrendDrop is ready: {self.url}",
            *sign_in.result().splitlines(),
            "To stop: Ctrl-C here, or `make stop` elsewhere",
            f"Only warnings appear below; everything is in {self.places.logs / 'trenddrop.log'}",
        ]
        say("\n".join(["", rule, *(f"  {line}" for line in lines), rule, ""]))

    def _watch(self, group: subprocess.Popen[bytes], services: Services) -> None:
        while group.poll() is None:
            time.sleep(0.5)
            services.tend()
        raise ProcessesEnded("A process ended and could not be kept running; its last words are above.")

    def _end(self, group: subprocess.Popen[bytes]) -> None:
        with undisturbed():
            say("Stopping …")
            processes.end(group, signal.SIGTERM, patience=GROUP_STOPS_WITHIN)
            left = processes.marked(MARK, str(self.places.base))
            processes.end_strangers(left, signal.SIGTERM, patience=5)


def stop(places: Places) -> int:
    """`make stop`: end a running start, or what a killed one left; the exit code."""
    pid = read_json(places.run / "state.json").get("pid")
    supervisor = next((seen for seen in processes.every() if seen.pid == pid), None)
    if supervisor and b"trenddrop.runtime" in processes.arguments_of(supervisor.pid):
        processes.end_strangers([supervisor], signal.SIGTERM, patience=60)
        say("Stopped.")
        return 0
    if not (places.run).exists():
        say("Nothing is running here.")
        return 0
    with only_once(places):
        end_orphans(places)
        complain("Nothing was running.")
    return 0
