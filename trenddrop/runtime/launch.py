"""Become the program named after `--`, bound to its parent and, where asked, without root's identity.

Run as a script (`python -I -S launch.py ...`), with the standard library only: it must start in milliseconds.
"""

import argparse
import ctypes
import os
import signal
import sys

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
CANNOT_CONFINE = 120


def enter_namespace(uid: int, gid: int) -> None:
    """Be `uid` to ourselves while the kernel still sees root: PostgreSQL refuses uid 0, the files stay root's."""
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "user namespaces are not allowed here")
    for name, content in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {outer_uid} 1"),
        ("gid_map", f"{gid} {outer_gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:  # noqa: PTH123  (pathlib would double the start-up time)
            file.write(content)


def become(uid: int, gid: int) -> None:
    """Give root up for good."""
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def die_with_parent(parent: int, signum: int) -> None:
    """Ask the kernel for `signum` when the parent ends, however it ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signum, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), signum)


def main() -> None:
    """Parse, confine, replace ourselves."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--parent", type=int)
    parser.add_argument("--signal", default="SIGTERM")
    parser.add_argument("--namespace", help="uid:gid to appear as")
    parser.add_argument("--user", help="uid:gid to become")
    parser.add_argument("--needs", help="a folder that must be writable afterwards")
    parser.add_argument("command", nargs="+")
    asked = parser.parse_args()
    try:
        if asked.namespace:
            enter_namespace(*map(int, asked.namespace.split(":")))
        if asked.user:
            become(*map(int, asked.user.split(":")))
    except OSError as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(CANNOT_CONFINE)
    if asked.needs and not os.access(asked.needs, os.R_OK | os.W_OK | os.X_OK):
        sys.exit(CANNOT_CONFINE)
    if asked.parent:
        die_with_parent(asked.parent, getattr(signal, asked.signal))
    os.execvp(asked.command[0], asked.command)  # noqa: S606  (this is the whole purpose)


if __name__ == "__main__":
    main()
