"""What must hold before any test runs."""

import os
import secrets
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from trenddrop.runtime import keys, processes
from trenddrop.runtime.console import complain, say
from trenddrop.runtime.places import Places


@dataclass(frozen=True)
class Check:
    """A tool, and what it is told beyond our own environment."""

    name: str
    words: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)


def production() -> dict[str, str]:
    """An environment as an operator would set it, with secrets made up for the occasion."""
    return {
        "PRODUCTION": "1",
        "DEBUG": "0",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "TOKEN_KEYS": keys.Keys().token_keys,
        "ALLOWED_HOSTS": "trenddrop.example",
        "SITE_URL": "https://trenddrop.example",
    }


def every_check() -> list[Check]:
    """In the order of their speed."""
    deploy = ("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    return [
        Check("ruff check", ("-m", "ruff", "check", ".")),
        Check("ruff format", ("-m", "ruff", "format", "--check", ".")),
        Check("layers (lint-imports)", ("-c", "from importlinter.cli import lint_imports_command as c; c()")),
        Check("migrations", ("manage.py", "makemigrations", "--check", "--dry-run")),
        Check("deployment settings", deploy, production()),
        Check("types (mypy)", ("-m", "mypy", ".")),
    ]


def run(places: Places, environ: Mapping[str, str]) -> int:
    """Each check in turn; 0, or the exit code of the first that failed."""
    return _in_turn(every_check(), places, environ)


def _in_turn(checks: Sequence[Check], places: Places, environ: Mapping[str, str]) -> int:
    """Run some, the output of each only when it fails."""
    for check in checks:
        began = time.monotonic()
        done = processes.run(_command(check), cwd=places.root, env={**environ, **check.env}, capture=True)
        if done.returncode != 0:
            return _failed(check, done.stdout, done.returncode)
        say(f"✓ {check.name} ({time.monotonic() - began:.1f} s)")
    return 0


def _command(check: Check) -> list[str]:
    return [sys.executable, *check.words]


def _failed(check: Check, output: str, code: int) -> int:
    complain(f"{output.strip()}\n\n✗ {check.name} failed")
    return code


def run_with_tests(places: Places, environ: Mapping[str, str], words: Sequence[str]) -> int:
    """The checks, then pytest on all cores; the slowest check, which needs one core for long, runs beside the tests.

    Returns the exit code of the first step that failed.
    """
    began = time.monotonic()
    *quick, slow = every_check()
    if code := _in_turn(quick, places, environ):
        complain("The tests were not run.")
        return code
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "check.log"
        beside = processes.start(_command(slow), cwd=places.root, env={**environ, **slow.env}, log=log)
        tests = processes.run(
            [sys.executable, "-m", "pytest", "-n", str((os.cpu_count() or 1) + 1), "--dist", "worksteal", "-q", *words],
            cwd=places.root,
            env=environ,
        ).returncode
        if code := beside.wait():
            _failed(slow, log.read_text(encoding="utf-8"), code)
        else:
            say(f"✓ {slow.name}")
    if tests:
        complain("✗ tests failed")
    if code or tests:
        return code or tests
    say(f"✓ everything passed ({time.monotonic() - began:.0f} s)")
    return 0
