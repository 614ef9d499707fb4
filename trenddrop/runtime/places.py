"""Where this checkout keeps what it makes."""

import hashlib
import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from trenddrop.runtime.console import Trouble

MAIN = "main"


class SomebodyElsesData(Trouble):
    """The checkout's data belongs to another user of this machine."""


@dataclass(frozen=True)
class Places:
    """Paths of one set of services: the main one in `var/`, others (tests, benchmarks) in `var/<name>/`."""

    root: Path
    name: str = MAIN

    @property
    def base(self) -> Path:
        return self.root / "var" if self.name == MAIN else self.root / "var" / self.name

    @property
    def run(self) -> Path:
        return self.base / "run"

    @property
    def logs(self) -> Path:
        return self.base / "log"

    @property
    def postgres(self) -> Path:
        return self.base / "postgres"

    @property
    def redis(self) -> Path:
        return self.base / "redis"

    @property
    def keys(self) -> Path:
        return self.base / "keys.json"

    @property
    def ports(self) -> Path:
        return self.base / "ports.json"

    @property
    def embedded_env(self) -> Path:
        return self.base / "embedded.env"

    @property
    def outside(self) -> Path:
        """Where PostgreSQL lives when root's own directories can't hold it (see confinement.py)."""
        digest = hashlib.sha256(str(self.root).encode()).hexdigest()[:12]
        return Path("/var/lib") / f"trenddrop-{digest}" / self.name

    def prepare(self) -> None:
        """Make the folders; refuse to mix two users' files."""
        for folder in (self.root / "var", self.base):
            refuse_somebody_elses(folder)
            folder.mkdir(exist_ok=True)
        for folder in (self.run, self.logs, self.postgres, self.redis):
            folder.mkdir(mode=0o700, exist_ok=True)


def refuse_somebody_elses(folder: Path) -> None:
    """Raise SomebodyElsesData when `folder` exists and another user owns it."""
    if not folder.exists() or folder.stat().st_uid == os.geteuid():
        return
    me, other = user_name(os.geteuid()), user_name(folder.stat().st_uid)
    raise SomebodyElsesData(
        f"{folder} belongs to {other}, and you are {me}. Nothing was touched.\n"
        f"Start as {other}, or hand the data over first: chown -R {me} {folder.parent}/var {folder.parent}/.venv"
    )


def user_name(uid: int) -> str:
    """The login name, or the number where there is none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def checkout() -> Places:
    """The checkout this file stands in."""
    return Places(root=Path(__file__).resolve().parents[2])
