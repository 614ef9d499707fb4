"""localstripe: a Stripe somebody else wrote, as a program of its own."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.peers.processes import PeerDidNotStart, Program
from tests.peers.wire import free_port

HERE = Path(__file__).parent
FOLDER = HERE.parents[2] / "var" / "peers" / "localstripe"


def install(folder: Path = FOLDER) -> Path:
    """Install it once, in an environment of its own; returns its Python."""
    done, wanted = folder / "installed", (HERE / "requirements.txt").read_bytes()
    python = folder / "venv" / "bin" / "python"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (done.exists() and done.read_bytes() == wanted and python.exists()):
            _run([sys.executable, "-m", "venv", "--clear", str(folder / "venv")])
            _run([str(python), "-m", "pip", "install", "-q", "-r", str(HERE / "requirements.txt")])
            done.write_bytes(wanted)
    return python


def _run(command: list[str]) -> None:
    result = subprocess.run(command, check=False, capture_output=True, text=True, timeout=600)
    if result.returncode:
        raise PeerDidNotStart((result.stdout + result.stderr)[-2000:])


@contextmanager
def localstripe(folder: Path) -> Iterator[str]:
    """Run a server on a free port until the block ends; yields its address."""
    python, port = install(), free_port()
    command = [str(python), "-m", "localstripe.server", "--port", str(port), "--from-scratch"]
    program = Program(command, log=folder / "localstripe.log", env={**os.environ, "TMPDIR": str(folder)}, folder=folder)
    try:
        program.wait_for(f"http://127.0.0.1:{port}/", seconds=60)
        yield f"http://127.0.0.1:{port}"
    finally:
        program.stop()
