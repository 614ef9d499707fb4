"""The terminal stays readable, and nothing is lost."""

import datetime as dt
import io
from pathlib import Path

import pytest
from honcho.printer import Message

from trenddrop.runtime import journal
from trenddrop.runtime.journal import Journal

NOON = dt.datetime(2026, 11, 21, 12, 0, 0, tzinfo=dt.UTC)


class ClosedTerminal(io.StringIO):
    def write(self, _text: str) -> int:
        raise BrokenPipeError


def line(text: str) -> Message:
    return Message(type="line", data=text.encode(), time=NOON, name="web", colour=None)


def test_everyday_lines_go_to_the_file_and_warnings_to_the_terminal_too(tmp_path: Path) -> None:
    terminal = io.StringIO()
    path = tmp_path / "trenddrop.log"
    kept = Journal(terminal, path, everything=False)
    kept.write(line('{"event": "request_finished", "level": "info"}\n'))
    kept.write(line('{"event": "feed is down", "level": "warning"}\n'))
    kept.write(line("Subject: Your code\n"))
    assert "request_finished" not in terminal.getvalue()
    assert "feed is down" in terminal.getvalue()
    assert "Your code" in terminal.getvalue()
    assert len(path.read_text().splitlines()) == 3
    assert path.read_text().startswith("2026-11-21 12:00:00 web|")


def test_who_asks_for_everything_sees_everything(tmp_path: Path) -> None:
    terminal = io.StringIO()
    Journal(terminal, tmp_path / "log", everything=True).write(line('{"level": "info"}\n'))
    assert "info" in terminal.getvalue()


def test_a_closed_terminal_ends_nothing(tmp_path: Path) -> None:
    path = tmp_path / "log"
    Journal(ClosedTerminal(), path, everything=True).write(line("still here\n"))
    assert "still here" in path.read_text()


def test_a_long_journal_starts_over_and_keeps_its_predecessor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "LIMIT", 100)
    path = tmp_path / "trenddrop.log"
    kept = Journal(io.StringIO(), path, everything=False)
    for number in range(5):
        kept.write(line(f"line {number} of a rather talkative process\n"))
    assert "line 4" in (path.read_text() if path.exists() else "") + path.with_suffix(".old.log").read_text()
    assert path.with_suffix(".old.log").stat().st_size <= 200
