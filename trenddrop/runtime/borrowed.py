"""A command beside services that live as long as it does: tests, benchmarks, a shell."""

import sys
from collections.abc import Mapping, Sequence

from trenddrop.runtime import preparation, processes
from trenddrop.runtime.environment import configured, for_processes, read_dotenv
from trenddrop.runtime.places import MAIN, Places
from trenddrop.runtime.services import AlreadyRunning, end_on_signals, running

CARELESS = {"test"}
SERVERS = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_APP_URL", "DATABASE_APP_ROLE", "REDIS_URL")


def with_services(places: Places, command: Sequence[str], *, environ: Mapping[str, str], prepared: bool = False) -> int:
    """Start, run, stop; the command's exit code.

    The main set honours the servers named in the environment and is shared with a running start; other sets are
    always embedded, so that no test ever meets real data.
    """
    end_on_signals()
    given = configured(places.root, environ)
    if places.name != MAIN:
        given = {name: value for name, value in given.items() if name not in SERVERS}
    try:
        with running(places, given, careless=places.name in CARELESS) as (_, values):
            env = for_processes(places, values, environ)
            if prepared:
                preparation.migrate(places, env)
                preparation.collect_static(places, env)
            return run_beside(places, command, env)
    except AlreadyRunning:
        if places.name != MAIN:
            raise
        return run_beside(places, command, for_processes(places, read_dotenv(places.embedded_env), environ))


def run_beside(places: Places, command: Sequence[str], env: Mapping[str, str]) -> int:
    """The command in the terminal's foreground."""
    program = [sys.executable, *command[1:]] if command[0] == "python" else list(command)
    return processes.run(program, cwd=places.root, env=env).returncode
