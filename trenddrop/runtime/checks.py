"""What must hold before any test runs."""

import os
import secrets
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

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
    """Each check in turn, its output only when it fails; 0, or the exit code of the first that failed."""
    for check in every_check():
        began = time.monotonic()
        done = processes.run(
            [sys.executable, *check.words], cwd=places.root, env={**environ, **check.env}, capture=True
        )
        if done.returncode != 0:
            complain(f"{done.stdout.strip()}\n\n✗ {check.name} failed")
            return done.returncode
        say(f"✓ {check.name} ({time.monotonic() - began:.1f} s)")
    return 0


def run_with_tests(places: Places, environ: Mapping[str, str], words: Sequence[str]) -> int:
    """The checks, then pytest on all cores; the exit code of the first step that failed."""
    began = time.monotonic()
    code = run(places, environ)
    if code:
        complain("The tests were not run.")
        return code
    code = processes.run(
        [sys.executable, "-m", "pytest", "-n", str((os.cpu_count() or 1) + 1), "-q", *words],
        cwd=places.root,
        env=environ,
    ).returncode
    if code:
        complain("✗ tests failed")
        return code
    say(f"✓ everything passed ({time.monotonic() - began:.0f} s)")
    return 0
