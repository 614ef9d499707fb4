"""A checkout of the runtime with a product small enough to start in a second: the runtime knows no app."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

MANAGE = """
import os, sys, psycopg
command = sys.argv[1]
if command == "migrate":
    with psycopg.connect(os.environ["DATABASE_URL"]) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS visit (at timestamptz DEFAULT now())")
        owner.execute("GRANT SELECT, INSERT ON visit TO " + os.environ["DATABASE_APP_ROLE"])
if command == "demo" and "--print-sign-in" in sys.argv:
    print("Sign in: asha@kesar.example")
"""

WEB = """
import http.server, os, psycopg

class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with psycopg.connect(os.environ["DATABASE_URL"]) as app:
            if self.path == "/visit":
                app.execute("INSERT INTO visit DEFAULT VALUES")
            count = app.execute("SELECT count(*) FROM visit").fetchone()[0]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"{count} {os.getpid()}".encode())

    def log_message(self, *words):
        pass

http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Page).serve_forever()
"""

PROCFILE = "web: python web.py\nworker: sleep 1000\n"


class Start:
    """One `run` of a stand-in checkout."""

    def __init__(self, root: Path, port: int) -> None:
        self.root = root
        self.port = port
        self.output = root / f"output-{port}-{time.monotonic_ns()}"
        environ = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
        with self.output.open("w") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "trenddrop.runtime", "run"],
                cwd=root,
                env={**environ, "PORT": str(port), "DEBUG": "1"},
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.output.read_text()

    def until(self, holds: Callable[[], bool], *, within: float = 40) -> None:
        deadline = time.monotonic() + within
        while not holds():
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def until_ready(self) -> "Start":
        self.until(lambda: "TrendDrop is ready" in self.said() or self.process.poll() is not None)
        assert self.process.poll() is None, self.said()
        return self

    def get(self, path: str) -> tuple[int, int]:
        """Visits so far, and the web process's number."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path)
        visits, pid = connection.getresponse().read().split()
        connection.close()
        return int(visits), int(pid)

    def stop(self, signum: signal.Signals = signal.SIGINT) -> float:
        """Seconds until everything had ended."""
        began = time.monotonic()
        self.process.send_signal(signum)
        self.process.wait(40)
        return time.monotonic() - began


NOT_OURS = {"DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_APP_URL", "REDIS_URL", "SITE_URL", "HOST", "TRENDDROP_RUN"}


class Checkout:
    """A folder as `git clone` would leave it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.starts: list[Start] = []
        shutil.copytree(ROOT / "trenddrop" / "runtime", root / "trenddrop" / "runtime")
        (root / "trenddrop" / "__init__.py").touch()
        (root / "manage.py").write_text(MANAGE)
        (root / "web.py").write_text(WEB)
        (root / "Procfile").write_text(PROCFILE)
        (root / "requirements.txt").touch()
        (root / ".venv").symlink_to(sys.prefix)

    def start(self, port: int) -> Start:
        self.starts.append(Start(self.root, port))
        return self.starts[-1]

    def stop_all(self) -> None:
        for start in self.starts:
            if start.process.poll() is None:
                start.stop(signal.SIGTERM)
        subprocess.run([sys.executable, "-m", "trenddrop.runtime", "stop"], cwd=self.root, check=False)

    def state(self) -> dict[str, object]:
        found = json.loads((self.root / "var" / "run" / "state.json").read_text())
        assert isinstance(found, dict)
        return found

    def processes(self) -> list[str]:
        """Command lines of everything that runs for this checkout, servers included."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdecimal():
                continue
            try:
                here = str((entry / "cwd").readlink())
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if here.startswith(str(self.root)) and words:
                found.append(words)
        return found
