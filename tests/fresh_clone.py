"""What a newcomer meets: clone, `make run`, sign-in page, Ctrl-C, and again. Prints minutes and megabytes.

    python3 tests/fresh_clone.py                 as whoever calls it
    python3 tests/fresh_clone.py --user asha     as an ordinary user (made when absent; root only)

The clone lies below a directory nobody else may enter. Standard library only: nothing is installed yet.
"""

import argparse
import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SIGN_IN = "/accounts/login/"
FIRST_WITHIN = 15 * 60.0
AGAIN_WITHIN = 120.0
STOP_WITHIN = 30.0
# How this machine reaches the package registry is its own affair; the rest of the environment stays behind.
KEPT_PREFIXES = ("PIP_", "SSL_", "HTTP", "NO_PROXY", "http", "no_proxy", "REQUESTS_", "CURL_", "LANG", "LC_", "TERM")


def newcomers_environment(home: Path, port: int, *, path: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name.startswith(KEPT_PREFIXES)}
    return kept | {"HOME": str(home), "PATH": path, "PORT": str(port)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def account(name: str) -> pwd.struct_passwd:
    """An ordinary user of this machine, made when absent."""
    try:
        return pwd.getpwnam(name)
    except KeyError:
        subprocess.run(["useradd", "--create-home", "--shell", "/bin/bash", name], check=True)
        return pwd.getpwnam(name)


def clone(home: Path) -> Path:
    """The committed state, as another person would get it."""
    target = home / "Trend Drop"
    subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "clone", "--quiet", "--no-local", f"file://{ROOT}", str(target)],
        check=True,
        env={**os.environ, "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"},
    )
    return target


class Run:
    """One `make run` in a clone."""

    def __init__(self, folder: Path, environment: dict[str, str], who: pwd.struct_passwd | None, name: str) -> None:
        self.log = folder.parent / f"{name}.log"
        self.began = time.monotonic()
        self.port = environment["PORT"]
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                ["make", "run"],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=who.pw_uid if who else None,
                group=who.pw_gid if who else None,
                extra_groups=[] if who else None,
            )

    def seconds_until_sign_in(self, *, within: float) -> float:
        """Until the sign-in page is there and everything was announced."""
        while not ("TrendDrop is ready" in self.log.read_text() and self._shows_sign_in()):
            if self.process.poll() is not None or time.monotonic() - self.began > within:
                self.stop()
                fail(f"no sign-in page after {time.monotonic() - self.began:.0f} s:\n{self.log.read_text()[-6000:]}")
            time.sleep(0.25)
        return time.monotonic() - self.began

    def _shows_sign_in(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{SIGN_IN}", timeout=10) as answer:
                return answer.status == 200 and b'name="password"' in answer.read()
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return False

    def stop(self) -> float:
        """Ctrl-C in the newcomer's terminal; seconds until everything has ended."""
        began = time.monotonic()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGINT)
        try:
            self.process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            fail(f"still running {STOP_WITHIN:.0f} s after Ctrl-C:\n{self.log.read_text()[-3000:]}")
        return time.monotonic() - began


def fail(message: str) -> None:
    sys.stderr.write(f"fresh clone: {message}\n")
    sys.exit(1)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def megabytes(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_symlink()) // 1_000_000


def left_running(folder: Path) -> list[str]:
    """Command lines of processes that still work in the clone."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdecimal() and str((entry / "cwd").readlink()).startswith(str(folder)):
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def check(home: Path, who: pwd.struct_passwd | None) -> None:
    """First start, end, second start; sizes and times on standard output."""
    folder = clone(home)
    if who:
        subprocess.run(["chown", "-R", f"{who.pw_uid}:{who.pw_gid}", str(home)], check=True)
    home.chmod(0o700)
    path = "/usr/local/bin:/usr/bin:/bin" if who else os.environ["PATH"]
    environment = newcomers_environment(home, free_port(), path=path)
    first = Run(folder, environment, who, "first")
    seconds = first.seconds_until_sign_in(within=FIRST_WITHIN)
    sizes = f"{megabytes(folder / '.venv')} MB of packages, {megabytes(folder / 'var')} MB of data"
    say(f"first start to the sign-in page: {seconds / 60:.1f} minutes, {sizes}")
    say(f"stopped in {first.stop():.1f} s")
    if left := left_running(folder):
        fail(f"still running after the end: {left}")
    second = Run(folder, environment, who, "second")
    say(f"second start to the sign-in page: {second.seconds_until_sign_in(within=AGAIN_WITHIN):.1f} s")
    second.stop()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--user")
    asked = parser.parse_args()
    who = account(asked.user) if asked.user else None
    home = Path(tempfile.mkdtemp(prefix="newcomer-", dir=who.pw_dir if who else None)).resolve()
    try:
        check(home, who)
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
