"""A keeper restarts what dies, gives up on what cannot start, and ends what it is told to end."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

KEEPER = Path(__file__).resolve().parents[2] / "trenddrop" / "runtime" / "keeper.py"


class Kept:
    """A keeper whose output is read line by line."""

    def __init__(self, *command: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-I", str(KEEPER), "worker", "--", *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def end(self) -> int:
        """Its exit code after SIGTERM."""
        self.process.send_signal(signal.SIGTERM)
        with self.process:
            return self.process.wait(10)


def test_what_dies_is_started_again_and_what_is_told_to_end_ends(tmp_path: Path) -> None:
    once = tmp_path / "once"
    kept = Kept("sh", "-c", f'if [ -e "{once}" ]; then echo again; exec sleep 100; fi; touch "{once}"; exit 3')
    assert "ended with code 3; starting it again" in kept.line()
    assert kept.line() == "again\n"
    assert kept.end() == 0


def test_its_main_process_alone_is_told_to_end_and_may_wait_for_its_children(tmp_path: Path) -> None:
    done = tmp_path / "done"
    child = f"sleep 1; touch '{done}'"
    kept = Kept("bash", "-c", f"trap 'wait; exit 0' TERM; ({child}) & echo up; wait")
    assert kept.line() == "up\n"
    assert kept.end() == 0
    assert done.exists()


def test_children_that_outlive_their_main_process_are_cleared_away(tmp_path: Path) -> None:
    alive = tmp_path / "alive"
    forever = f"while true; do date +%s%N > '{alive}'; sleep 0.05; done"
    kept = Kept("bash", "-c", f"({forever}) & echo up; exec sleep 100")
    assert kept.line() == "up\n"
    until = time.monotonic() + 10
    while not alive.exists() and time.monotonic() < until:
        time.sleep(0.02)
    kept.end()
    seen = alive.read_text()
    time.sleep(0.3)
    assert alive.read_text() == seen


@pytest.mark.parametrize("words", [[], ["worker"], ["worker", "--"]])
def test_a_keeper_without_a_command_says_how_it_is_used(words: list[str]) -> None:
    done = subprocess.run([sys.executable, "-I", str(KEEPER), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "usage" in done.stderr
