"""Make `.venv` and install what is pinned, only when the pins have changed.

A script for whatever Python 3 the machine has (`python3 install.py [--tests]`): standard library only, and syntax old
enough to say politely that Python is too old.
"""

import fcntl
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
BUSY = VENV / ".installing"
REQUIREMENTS = {"run": ROOT / "requirements.txt", "tests": ROOT / "tests" / "requirements.txt"}


def leave(message: str) -> None:
    """End with a message."""
    sys.stderr.write(f"\n{message}\n")
    sys.exit(1)


def administrator() -> str:
    return "" if os.geteuid() == 0 else "sudo "


def refuse_old_python() -> None:
    """Say which package to install when this Python is too old."""
    if sys.version_info >= OLDEST:
        return
    leave(
        f"TrendDrop needs Python 3.11 or newer; {sys.executable} is {sys.version_info[0]}.{sys.version_info[1]}.\n"
        f"On Debian or Ubuntu: {administrator()}apt install python3.11 python3.11-venv, "
        f"then: PYTHON=python3.11 make run"
    )


def refuse_without_venv() -> None:
    """Debian ships Python without the means to make environments."""
    try:
        __import__("ensurepip")
        __import__("venv")
    except ImportError:
        leave(
            f"This Python can't make virtual environments: the package python3-venv is missing.\n"
            f"On Debian or Ubuntu: {administrator()}apt install python3.{sys.version_info[1]}-venv, then start again."
        )


def refuse_somebody_elses() -> None:
    """Two users' files in one environment end in permission errors later."""
    for folder in (VENV, ROOT / "var"):
        if folder.exists() and folder.stat().st_uid != os.geteuid():
            leave(
                f"{folder} belongs to user number {folder.stat().st_uid}, you are {os.geteuid()}. "
                f"Nothing was touched.\nStart as that user, or hand it over first with chown -R."
            )
    if not os.access(str(ROOT), os.W_OK):
        leave(f"{ROOT} is not writable for you, and TrendDrop keeps its data there (in var/).")


def pins(path: Path) -> str:
    """The text of a requirements file and of those it includes."""
    text = path.read_text()
    for included in re.findall(r"^-r (\S+)", text, re.MULTILINE):
        text += pins(path.parent / included)
    return text


def wanted(kind: str) -> str:
    """Changes with the pins and with the place (scripts carry absolute paths)."""
    return hashlib.sha256(f"{pins(REQUIREMENTS[kind])}\n{VENV}".encode()).hexdigest()


def is_done(kind: str) -> bool:
    stamp = VENV / (".installed-" + kind)
    return not BUSY.exists() and stamp.exists() and stamp.read_text() == wanted(kind) and works()


def works() -> bool:
    """Whether the environment's Python starts, is new enough, has pip, and was made for this place."""
    python = VENV / "bin" / "python"
    question = f"import pip, sys; print(sys.version_info >= {OLDEST}, sys.prefix)"
    activate = VENV / "bin" / "activate"
    if not python.exists() or not activate.exists() or str(VENV) not in activate.read_text():
        return False
    asked = subprocess.run([str(python), "-c", question], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # noqa: S603, PLW1510
    return asked.returncode == 0 and asked.stdout.decode().strip() == f"True {VENV}"


def make_environment() -> None:
    """A new `.venv`, unless a whole one is there. A half-made one is thrown away, but nothing behind a link."""
    if works() and not BUSY.exists():
        return
    if VENV.is_symlink():
        leave(
            f"{VENV} is a link to {VENV.resolve()}, which was made for another place. Nothing was touched.\n"
            f"TrendDrop makes an environment of its own: take the link away (rm {VENV}) and start again."
        )
    sys.stdout.write("Making the virtual environment …\n")
    sys.stdout.flush()
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], stdout=subprocess.PIPE)  # noqa: S603, PLW1510
    if made.returncode != 0:
        leave(made.stdout.decode() + "\nThe virtual environment could not be made; see above.")


def install(kind: str) -> None:
    """Bring `.venv` to the pins, leaving a mark while it is half-way."""
    make_environment()
    sys.stdout.write("Installing Python packages; the first time takes a minute or two …\n")
    sys.stdout.flush()
    BUSY.touch()
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]
    options = ["install", "--no-warn-script-location", "--root-user-action=ignore", "-r", str(REQUIREMENTS[kind])]
    done = subprocess.run(pip + options, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # noqa: S603, PLW1510
    if done.returncode != 0:
        said = [line for line in done.stdout.decode().splitlines() if not line.startswith("WARNING")]
        leave("\n".join([*said[-25:], "", "Python packages could not be installed; start again to retry."]))
    (VENV / (".installed-" + kind)).write_text(wanted(kind))
    if kind == "tests":
        (VENV / ".installed-run").write_text(wanted("run"))
    BUSY.unlink()


def main() -> None:
    """Nothing to do in a few milliseconds, or everything, once at a time."""
    kind = "tests" if "--tests" in sys.argv[1:] else "run"
    refuse_old_python()
    refuse_without_venv()
    refuse_somebody_elses()
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_done(kind):
            install(kind)


if __name__ == "__main__":
    main()
