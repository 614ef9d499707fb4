"""What the processes are told: variables from the shell, `.env`, and the embedded services."""

import os
from collections.abc import Mapping
from pathlib import Path

from trenddrop.runtime.files import write_private
from trenddrop.runtime.places import Places

MARK = "TRENDDROP_RUN"  # every process of a start carries it, so that orphans are recognised
TRUE = {"1", "true", "yes", "on", "y", "ok", "t"}


def read_dotenv(path: Path) -> dict[str, str]:
    """`NAME=value` lines; quotes around a value are dropped, comments and blanks skipped."""
    if not path.exists():
        return {}
    values = {}
    for line in path.read_text().splitlines():
        name, separator, value = line.strip().removeprefix("export ").partition("=")
        if separator and not name.lstrip().startswith("#"):
            values[name.strip()] = unquote(value.strip())
    return values


def unquote(value: str) -> str:
    """A value without its surrounding pair of quotes."""
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value


def configured(root: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The shell's variables, and what `.env` says where the shell is silent."""
    return read_dotenv(root / ".env") | dict(environ)


def write_embedded(places: Places, values: Mapping[str, str]) -> None:
    """Leave the services' addresses where settings.py finds them, private to the owner."""
    lines = [f"{name}={value}" for name, value in values.items()]
    write_private(places.embedded_env, "# Written at every start; do not edit.\n" + "\n".join(lines) + "\n")


def for_processes(places: Places, values: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of a child: its Python first on the path, its addresses, its mark."""
    path = f"{places.root / '.venv' / 'bin'}{os.pathsep}{environ.get('PATH', os.defpath)}"
    told = {
        **environ,
        **values,
        MARK: str(places.base),
        "PATH": path,
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "trenddrop.settings",
    }
    if os.geteuid() == 0:
        told.setdefault("PYTHONWARNINGS", "ignore::Warning:celery.platforms")
    return told


def is_true(value: str | None) -> bool:
    """A switch as django-environ reads it."""
    return (value or "").strip().lower() in TRUE
