"""Starting, finding and ending processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LAUNCH = Path(__file__).with_name("launch.py")
LOG_LIMIT = 20 * 1024**2


def launched(command: Sequence[str], confine: Sequence[str], *, at_our_end: str) -> list[str]:
    """The command line that binds a program to us through launch.py."""
    bound = ["--parent", str(os.getpid()), "--signal", at_our_end]
    return [sys.executable, "-I", "-S", str(LAUNCH), *bound, *confine, "--", *command]


def start(
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    log: Path | None = None,
    at_our_end: str = "SIGTERM",
    confine: Sequence[str] = (),
) -> subprocess.Popen[bytes]:
    """A program in a session of its own that gets the signal `at_our_end` when we die, even by SIGKILL.

    `confine`: options of launch.py that take root's identity away. Output goes to `log`, else to ours.
    """
    argv = launched(command, confine, at_our_end=at_our_end)
    output = open_log(log) if log else None
    try:
        return subprocess.Popen(  # noqa: S603  (commands are our own)
            argv, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    finally:
        if output is not None:
            os.close(output)


def open_log(path: Path) -> int:
    """A descriptor that appends; a log grown too large starts over, keeping one predecessor."""
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(".old.log"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def run(
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    capture: bool = False,
    confine: Sequence[str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run to the end. With `capture`, output and errors come back together in `stdout`.

    With `confine` (options of launch.py, possibly none) the program does not outlive us.
    """
    argv = list(command)
    if confine is not None:
        argv = launched(argv, confine, at_our_end="SIGTERM")
    output = subprocess.PIPE if capture else None
    return subprocess.run(  # noqa: S603
        argv, cwd=cwd, env=env, stdout=output, stderr=subprocess.STDOUT if capture else None, text=True, check=False
    )


def end(process: subprocess.Popen[bytes], signum: signal.Signals, *, patience: float) -> bool:
    """Ask our child to end, insist after `patience` seconds. Whether asking was enough."""
    if process.poll() is not None:
        return True
    process.send_signal(signum)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False
    return True


@dataclass(frozen=True)
class Seen:
    """A process of this machine, told apart from a later one with the same number by its start time."""

    pid: int
    started: str

    def alive(self) -> bool:
        """A zombie is not alive."""
        return stat_of(self.pid) == self.started

    def tell(self, signum: signal.Signals) -> None:
        """Signal it, if it is still the same process."""
        if self.alive():
            try:
                os.kill(self.pid, signum)
            except ProcessLookupError:
                return


def stat_of(pid: int) -> str | None:
    """Start time in clock ticks since boot; None for a process that is gone or a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in {"Z", "X"} else fields[19]


def every() -> Iterator[Seen]:
    """All processes we may look at, ourselves and our ancestors excepted."""
    excepted = lineage(os.getpid())
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal() or int(entry.name) in excepted:
            continue
        started = stat_of(int(entry.name))
        if started is not None:
            yield Seen(pid=int(entry.name), started=started)


def lineage(pid: int) -> set[int]:
    """A process and all its ancestors."""
    found = set()
    while pid > 1 and pid not in found:
        found.add(pid)
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            break
    return found


def marked(name: str, value: str) -> list[Seen]:
    """Processes started with this variable in their environment."""
    wanted = f"{name}={value}".encode()
    return [seen for seen in every() if wanted in environment_of(seen.pid)]


def environment_of(pid: int) -> list[bytes]:
    """The variables a process was started with; none where we may not look."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except (FileNotFoundError, PermissionError, ProcessLookupError):
        return []


def serving(folder: Path, program: str) -> list[Seen]:
    """Running copies of the server `program` for the data in `folder`: it works there, or was told so."""
    return [seen for seen in every() if name_of(seen.pid) == program and serves(seen.pid, folder)]


def name_of(pid: int) -> str:
    """The program's short name; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def serves(pid: int, folder: Path) -> bool:
    """By working directory, or by argument where another user's directory is hidden from us."""
    try:
        if str(folder).encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
            return True
        return Path(f"/proc/{pid}/cwd").readlink() == folder
    except (FileNotFoundError, PermissionError, ProcessLookupError):
        return False


def end_strangers(
    strangers: Iterable[Seen],
    signum: signal.Signals,
    *,
    patience: float,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Ask processes that are not our children to end; SIGKILL after `patience` seconds. How many there were."""
    asked = list(strangers)
    for seen in asked:
        seen.tell(signum)
    waited = 0.0
    while waited < patience and any(seen.alive() for seen in asked):
        sleep(0.1)
        waited += 0.1
    for seen in asked:
        seen.tell(signal.SIGKILL)
    return len(asked)


def arguments_of(pid: int) -> list[bytes]:
    """The command line of a process; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return []
