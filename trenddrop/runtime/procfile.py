"""The Procfile's processes under honcho, each with a keeper."""

import os
import shlex
import sys
from pathlib import Path

import honcho.manager
from honcho.environ import parse_procfile

from trenddrop.runtime.console import Trouble
from trenddrop.runtime.environment import is_true
from trenddrop.runtime.journal import Journal
from trenddrop.runtime.places import Places

KEEPER = Path(__file__).with_name("keeper.py")
# Honcho's patience before SIGKILL; the keepers give up a little earlier.
honcho.manager.KILL_WAIT = 16


class NoProcfile(Trouble):
    """The Procfile is missing or names nothing."""


class Group(honcho.manager.Manager):  # type: ignore[misc]  # honcho has no types
    """Honcho's manager, able to be stopped before its last process has reported its start."""

    asked_to_end = False

    def terminate(self) -> None:
        self.asked_to_end = True
        if super()._all_started():
            super().terminate()

    def _all_started(self) -> bool:
        started = bool(super()._all_started())
        if started and self.asked_to_end:
            super().terminate()
        return started


def commands(places: Places) -> dict[str, str]:
    """Process name to command line, in the Procfile's order."""
    try:
        content = (places.root / "Procfile").read_text()
    except FileNotFoundError as problem:
        raise NoProcfile(f"{places.root}/Procfile is missing.") from problem
    return dict(parse_procfile(content).processes)


def kept(name: str, command: str) -> str:
    """The shell line that runs one command under its keeper."""
    return f"exec {shlex.join([sys.executable, '-I', str(KEEPER), name, '--', 'sh', '-c', f'exec {command}'])}"


def run(places: Places) -> int:
    """All processes until one is given up or a signal comes; the exit code."""
    everything = is_true(os.environ.get("VERBOSE"))
    group = Group(Journal(sys.stdout, places.logs / "trenddrop.log", everything=everything))
    for name, command in commands(places).items():
        group.add_process(name, kept(name, command), env=dict(os.environ), cwd=str(places.root))
    group.loop()
    return int(group.returncode or 0)
