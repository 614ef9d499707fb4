"""PostgreSQL refuses to run as root; here is how root runs it all the same.

An ordinary user needs nothing. Root prefers a user namespace: the server believes to be `nobody`, the kernel still
sees root, so the data stays below the checkout, even in a home nobody else can enter, and no directory's mode is
changed. Where that is forbidden (containers) or does not reach (a checkout inside another user's private home), the
server runs as a system user, with its programs and data in /var/lib.
"""

import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path

from trenddrop.runtime.console import Trouble, say
from trenddrop.runtime.places import Places
from trenddrop.runtime.processes import run

SYSTEM_USER = "trenddrop"
NOBODY = "nobody"


class NoWayToRunPostgres(Trouble):
    """Root on a machine that allows neither namespaces nor /var/lib."""


@dataclass(frozen=True)
class Confinement:
    """Where the server's data and programs are, and the options of launch.py it is started with."""

    data: Path
    programs: Path
    options: tuple[str, ...] = ()
    owner: tuple[int, int] | None = None

    def take(self, path: Path) -> None:
        """Give a file or folder to whom the server runs as."""
        if self.owner:
            os.chown(path, *self.owner)


def find(places: Places, programs: Path) -> Confinement:
    """The way for this user on this machine; existing data stays where it is."""
    inside = places.postgres / "data"
    if os.geteuid() != 0:
        return Confinement(data=inside, programs=programs)
    moved = (places.outside / "data").exists() and not inside.exists()
    if not moved and namespace_works(places.postgres, programs):
        return Confinement(data=inside, programs=programs, options=namespace_options())
    return as_system_user(places, inside, programs)


def namespace_options() -> tuple[str, ...]:
    """Root's files, `nobody`'s name: initdb wants a user that has one."""
    uid, gid = ids_of(NOBODY)
    return ("--namespace", f"{uid}:{gid}")


def ids_of(name: str) -> tuple[int, int]:
    """A user's numbers; those of any ordinary entry where the name is unknown."""
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        entry = next(entry for entry in pwd.getpwall() if entry.pw_uid != 0)
    return entry.pw_uid, entry.pw_gid


def namespace_works(folder: Path, programs: Path) -> bool:
    """Whether a namespaced server could start and reach its folder here: tried, not guessed."""
    options = (*namespace_options(), "--needs", str(folder))
    return run([str(programs / "postgres"), "--version"], cwd=Path("/"), capture=True, confine=options).returncode == 0


def as_system_user(places: Places, inside: Path, programs: Path) -> Confinement:
    """Programs copied and data placed in /var/lib, owned by a system user. No parent's mode is touched."""
    uid, gid = system_user()
    home = places.outside
    try:
        home.mkdir(parents=True, exist_ok=True)
        copied = copy_programs(programs, home.parent)
    except OSError as problem:
        raise NoWayToRunPostgres(
            f"PostgreSQL can't run as root. This machine allows no user namespace, and {home} can't be used "
            f"({problem.strerror}).\nStart as an ordinary user, or name a server: DATABASE_URL=postgres://… make run"
        ) from problem
    os.chown(home, uid, gid)
    home.chmod(0o700)
    confined = Confinement(data=home / "data", programs=copied, options=("--user", f"{uid}:{gid}"), owner=(uid, gid))
    if inside.exists() and not confined.data.exists():
        move_data(inside, confined)
    return confined


def system_user() -> tuple[int, int]:
    """The user `trenddrop`, made when absent; `nobody` where it can't be made."""
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin")
        made = useradd and run(
            [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
            cwd=Path("/"),
            capture=True,
        )
        if not made or made.returncode != 0:
            return ids_of(NOBODY)
        say(f"Made the system user {SYSTEM_USER}: PostgreSQL can't run as root here.")
    return ids_of(SYSTEM_USER)


def copy_programs(programs: Path, home: Path) -> Path:
    """The server's installation (45 MB), copied once per version to where a system user can read it."""
    installation, package = programs.parent, programs.parent.parent
    libraries = package.with_name(f"{package.name}.libs")  # the programs look for them three folders up
    stamp = f"{installation.name}-{int((programs / 'postgres').stat().st_mtime)}"
    target = home / stamp
    if not target.exists():
        fresh = home / f".{stamp}"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(installation, fresh / package.name / installation.name, symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        for folder in (home, fresh, fresh / package.name):
            folder.chmod(0o755)  # whatever root's umask is; these are ours alone
        fresh.rename(target)
    return target / package.name / installation.name / programs.name


def move_data(inside: Path, confined: Confinement) -> None:
    """Take a database made in a namespace along."""
    say(f"Moving the database to {confined.data}: this machine no longer allows user namespaces.")
    fresh = confined.data.with_name("data.moving")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(inside, fresh, symlinks=True)
    for folder, _, names in os.walk(fresh):
        confined.take(Path(folder))
        for name in names:
            confined.take(Path(folder) / name)
    fresh.rename(confined.data)
    inside.rename(inside.with_name("data.moved"))
