"""Speaking to the person at the terminal."""

import sys


class Trouble(Exception):
    """Something the person at the terminal can put right; the message says how."""


def say(text: str) -> None:
    """One line on standard output, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    """One line on standard error, at once."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
