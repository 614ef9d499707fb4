"""Keep one process of the Procfile alive: `python -I keeper.py NAME -- COMMAND`.

It restarts a command that dies, gives up on one that cannot start, and on SIGTERM stops the command's main process
alone, so that a Celery parent can let its children finish. A script with the standard library only: four of these run.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

QUICK = 20.0  # seconds: dying sooner counts as "could not start"
PATIENCE = 5  # quick deaths in a row before giving up
STOP_WITHIN = 14.0  # seconds; above Celery's soft shutdown and gunicorn's graceful timeout
LONGEST_PAUSE = 15.0


class Keeper:
    """One command, its restarts and its end."""

    def __init__(self, name: str, command: list[str], *, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = name
        self.command = command
        self.clock = clock
        self.stopping = False
        self.child: subprocess.Popen[bytes] | None = None

    def stop(self, _signum: int, _frame: object) -> None:
        """Ask the main process to end; `run` sees to the rest."""
        self.stopping = True
        if self.child and self.child.poll() is None:
            self.child.terminate()

    def run(self) -> int:
        """The command's last exit code, once it is over."""
        quick = 0
        while True:
            started = self.clock()
            code = self._once()
            if self.stopping:
                return 0
            quick = quick + 1 if self.clock() - started < QUICK else 0
            if quick >= PATIENCE:
                self._tell(f"{self.name} ended {quick} times soon after its start (last code {code}); giving up")
                return code or 1
            self._tell(f"{self.name} ended with code {code}; starting it again")
            if not self._pause(min(2.0**quick / 2, LONGEST_PAUSE)):
                return 0

    def _once(self) -> int:
        self.child = subprocess.Popen(self.command, start_new_session=True)  # noqa: S603  (the Procfile's)
        if self.stopping:
            self.child.terminate()
        code = self._wait(self.child)
        self._clear_away(self.child.pid)
        return code

    def _wait(self, child: subprocess.Popen[bytes]) -> int:
        deadline: float | None = None
        while True:
            try:
                return child.wait(timeout=0.25)
            except subprocess.TimeoutExpired:
                deadline = deadline or (self.clock() + STOP_WITHIN if self.stopping else None)
                if deadline and self.clock() > deadline:
                    child.kill()

    def _clear_away(self, group: int) -> None:
        """Children that outlived their parent would hold its port or its tasks."""
        try:
            os.killpg(group, signal.SIGKILL)
        except ProcessLookupError:
            return

    def _pause(self, seconds: float) -> bool:
        until = self.clock() + seconds
        while not self.stopping and self.clock() < until:
            time.sleep(0.1)
        return not self.stopping

    def _tell(self, text: str) -> None:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def main() -> int:
    """Parse, obey signals, keep."""
    words = sys.argv[1:]
    if len(words) < 3 or words[1] != "--":
        sys.stderr.write("usage: keeper.py NAME -- COMMAND...\n")
        return 2
    keeper = Keeper(words[0], words[2:])
    signal.signal(signal.SIGTERM, keeper.stop)
    signal.signal(signal.SIGINT, keeper.stop)
    return keeper.run()


if __name__ == "__main__":
    sys.exit(main())
