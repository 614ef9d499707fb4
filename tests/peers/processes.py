"""Peers that are programs of their own."""

import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx


class PeerDidNotStart(Exception):
    """A peer ended or stayed silent; its last words follow."""


class Program:
    """A program started for a test; it ends with the test, also when the test is killed (its stdin closes)."""

    def __init__(self, command: Sequence[str], *, log: Path, env: Mapping[str, str], folder: Path) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        self.log = log
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                list(command), stdin=subprocess.PIPE, stdout=out, stderr=subprocess.STDOUT, env=dict(env), cwd=folder
            )

    def wait_for(self, url: str, *, seconds: float = 60) -> None:
        """Return when `url` answers at all."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self._process.poll() is not None:
                break
            try:
                httpx.get(url, timeout=2, trust_env=False)
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
        self.stop()
        raise PeerDidNotStart(self.log.read_text(errors="replace")[-2000:])

    def stop(self) -> None:
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
