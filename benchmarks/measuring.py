"""What the benchmarks share: sides that take turns, medians, and one line of JSON for each figure."""

import json
import statistics
import time
from collections.abc import Callable, Sequence

Side = Callable[[], object]


def turns(sides: Sequence[Side], rounds: int, *, before: Side = lambda: None) -> list[list[float]]:
    """Run the sides in turn, `rounds` times after one warm-up; return each side's seconds, round by round.

    `before` prepares each round, and is not counted.
    """
    spent: list[list[float]] = [[] for _side in sides]
    for _round in range(rounds + 1):
        before()
        for side, seconds in zip(sides, spent, strict=True):
            started = time.perf_counter()
            side()
            seconds.append(time.perf_counter() - started)
    return [seconds[1:] for seconds in spent]


def ratio(ours: Sequence[float], limit: Sequence[float]) -> float:
    """Return the median of the rounds' ratios: what disturbs a round disturbs both of its sides."""
    return statistics.median(one / other for one, other in zip(ours, limit, strict=True))


def share(values: Sequence[float], part: float) -> float:
    """Return the value below which `part` of the values lie (0.5 the median, 0.95 the slow ones)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(part * (len(ordered) - 1)))]


def report(
    name: str,
    ours: float,
    limit: float | None = None,
    *,
    unit: str,
    n: int,
    ratio: float | None = None,
    aim: float | None = None,
) -> bool:
    """Print a figure; `ok` says whether the ratio (or, without one, the value) is at most the aim."""
    measured = ratio if ratio is not None else ours
    ok = aim is None or measured <= aim
    figure = {
        "name": name, "ours": round(ours, 2), "limit": None if limit is None else round(limit, 2),
        "ratio": None if ratio is None else round(ratio, 3), "unit": unit, "n": n, "aim": aim, "ok": ok,
    }  # fmt: skip
    print(json.dumps(figure), flush=True)
    return ok
