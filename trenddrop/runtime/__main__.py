"""`python -m trenddrop.runtime`: the commands behind the Makefile."""

import argparse
import os
import sys

from trenddrop.runtime import checks, procfile, supervisor
from trenddrop.runtime.borrowed import with_services
from trenddrop.runtime.console import Trouble, complain
from trenddrop.runtime.forget import forget
from trenddrop.runtime.places import MAIN, Places, checkout


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m trenddrop.runtime")
    commands = top.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="everything, until Ctrl-C")
    commands.add_parser("stop", help="end a start of this checkout")
    commands.add_parser("processes", help="the Procfile's processes alone")
    commands.add_parser("check", help="linters, types, layers, migrations, deployment settings")
    commands.add_parser("test", help="the checks, then pytest; further words go to pytest")
    forgetting = commands.add_parser("forget", help="delete the data of a set of services")
    forgetting.add_argument("--name", default=MAIN)
    borrowed = commands.add_parser("with-services", help="run a command beside a database and a broker")
    borrowed.add_argument("--name", default=MAIN, help="which set of services; `test` is fast and forgetful")
    borrowed.add_argument("--prepare", action="store_true", help="bring tables and static files up to date first")
    borrowed.add_argument("words", nargs="+", metavar="COMMAND")
    return top


def main(argv: list[str]) -> int:
    """Run one command; the exit code."""
    asked, rest = parser().parse_known_args(argv)
    if rest and asked.command != "test":
        parser().error(f"unknown: {' '.join(rest)}")
    here = checkout()
    if asked.command == "run":
        return supervisor.Supervisor(here, os.environ).run()
    if asked.command == "stop":
        return supervisor.stop(here)
    if asked.command == "processes":
        return procfile.run(here)
    if asked.command == "check":
        return checks.run(here, os.environ)
    if asked.command == "test":
        return checks.run_with_tests(here, os.environ, rest)
    return on_a_set(Places(root=here.root, name=asked.name), asked)


def on_a_set(places: Places, asked: argparse.Namespace) -> int:
    """The commands that take `--name`; the exit code."""
    if asked.command == "forget":
        forget(places)
        return 0
    return with_services(places, asked.words, environ=os.environ, prepared=asked.prepare)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        complain(f"\n{trouble}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
