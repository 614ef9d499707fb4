"""Between the services and the first request: tables, static files, the demo workspace."""

import hashlib
import sys
from collections.abc import Mapping

from trenddrop.runtime import processes
from trenddrop.runtime.console import Trouble, say
from trenddrop.runtime.environment import is_true
from trenddrop.runtime.places import Places


class PreparationFailed(Trouble):
    """A management command failed; its output is in the message."""


def manage(places: Places, *arguments: str, env: Mapping[str, str]) -> str:
    """Run `manage.py`; its output. Raises PreparationFailed."""
    done = processes.run([sys.executable, "manage.py", *arguments], cwd=places.root, env=env, capture=True)
    if done.returncode != 0:
        raise PreparationFailed(
            f"{done.stdout.strip()}\n\n`manage.py {' '.join(arguments)}` failed. Nothing was lost; start again when "
            f"the cause above is removed."
        )
    return done.stdout


def migrate(places: Places, env: Mapping[str, str]) -> None:
    """Bring the tables up to date, as their owner."""
    manage(places, "migrate", "--noinput", "--verbosity=0", env={**env, "DATABASE_URL": env["DATABASE_OWNER_URL"]})


def collect_static(places: Places, env: Mapping[str, str]) -> None:
    """Gather, hash and compress static files, if any has changed since the last time."""
    if is_true(env.get("DEBUG")):
        return
    stamp = places.run / "static.stamp"
    seen = fingerprint(places)
    if stamp.exists() and stamp.read_text() == seen and (places.root / "var" / "static").exists():
        return
    say("Collecting static files …")
    manage(places, "collectstatic", "--noinput", "--verbosity=0", env=env)
    stamp.write_text(seen)


def fingerprint(places: Places) -> str:
    """Changes when a static file or a pinned package does."""
    digest = hashlib.sha256((places.root / "requirements.txt").read_bytes())
    for folder in sorted([places.root / "static", *places.root.glob("*/static"), *places.root.glob("*/*/static")]):
        if "var" in folder.relative_to(places.root).parts or not folder.is_dir():
            continue
        for path in sorted(folder.rglob("*")):
            state = path.stat()
            digest.update(f"{path.relative_to(places.root)} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def prepare(places: Places, env: Mapping[str, str]) -> None:
    """Everything a first visitor needs."""
    say("Preparing the database …")
    migrate(places, env)
    collect_static(places, env)
    manage(places, "demo", env=env)


def sign_in(places: Places, env: Mapping[str, str]) -> str:
    """The demo workspace's address and password, as `manage.py demo` tells them."""
    return manage(places, "demo", "--print-sign-in", env=env).strip()
