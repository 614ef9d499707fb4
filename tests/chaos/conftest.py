"""The counts of all runs, printed at the end."""

from typing import Any

TALLIES: list[list[Any]] = []


def pytest_runtest_logreport(report: Any) -> None:
    """Gather what a test counted, here or in another process."""
    if report.when == "call":
        TALLIES.extend(value for name, value in report.user_properties if name == "chaos")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print a line for each adapter."""
    if not TALLIES:
        return
    terminalreporter.section("chaos: runs, how they ended, what was wrong, slowest recovery in seconds of the clock")
    for name, runs, told, wrong, slowest in sorted(TALLIES):
        ends = ", ".join(f"{status} {count}" for status, count in sorted(told.items()))
        terminalreporter.line(f"{name:24} {runs:5} runs: {ends}; wrong {wrong}; slowest {slowest} s")
    terminalreporter.line(f"{'all':24} {sum(runs for _name, runs, *_rest in TALLIES):5} runs")
