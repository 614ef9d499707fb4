"""Alarms on real streams of counts and prices, in the format their scorer reads, by the detector of the product."""

import csv
import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trends.detection.alarms import excesses, first_of
from trends.detection.judging import Judgement, judge, quality
from trends.detection.tuning import COUNTS, PRICES, Watch

KINDS: Mapping[str, Watch] = {"realTweets": COUNTS, "realAdExchange": PRICES}
THRESHOLDS = np.geomspace(0.5, 12, 160)
BLUR = 4.0  # steps of 2 %: a threshold is as good as its neighbours, not as its luck
ALARM = 0.5
BELOW = 0.49


class BadSeries(ValueError):
    """A file that is no series of moments and numbers."""


@dataclass(frozen=True)
class Series:
    """One stream: its moments as written and in seconds, its values, and the windows of rows people marked."""

    name: str
    stamps: list[str]
    moments: npt.NDArray[np.float64]
    values: npt.NDArray[np.float64]
    windows: list[tuple[int, int]]

    @property
    def spacing(self) -> float:
        """Usual seconds between rows."""
        return max(1.0, float(np.median(np.diff(self.moments)))) if self.moments.size > 1 else 1.0


@dataclass(frozen=True)
class Fitting:
    """How each threshold would have done on one series."""

    name: str
    judgements: list[Judgement]


def streams(train: Path, data: Path, out: Path) -> None:
    """Fit thresholds on `train`, write one file of alarm scores per series of `data` into `out`.

    A series is never judged by its own marks: one found in both folders is left out when its threshold is fitted.
    """
    for kind, watch in KINDS.items():
        measure = Measure(watch)
        fitted = [fit(series, measure) for series in load(train, kind)]
        for series in load(data, kind, marks=False):
            threshold = best([one for one in fitted if one.name != series.name], otherwise=watch.threshold)
            write(out / series.name, series, scores(series, measure, threshold))


class Measure:
    """The excesses of series, each worked out once: what is fitted on is often what is predicted."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self._known: dict[bytes, npt.NDArray[np.float64]] = {}

    def of(self, series: Series) -> npt.NDArray[np.float64]:
        """Return each row's excess."""
        key = series.values.tobytes() + np.float64(series.spacing).tobytes()
        if key not in self._known:
            self._known[key] = excesses(series.values, self.watch, spacing=series.spacing)
        return self._known[key]


def scores(series: Series, measure: Measure, threshold: float) -> npt.NDArray[np.float64]:
    """Return a score per row, at least 0.5 where an event is told; row n is made of the rows up to n."""
    found = measure.of(series)
    told = first_of(found, series.moments, measure.watch, threshold=threshold)
    scaled = ALARM * found / threshold
    return np.where(told, np.maximum(scaled, ALARM), np.clip(scaled, 0, BELOW))


def fit(series: Series, measure: Measure) -> Fitting:
    """Judge every threshold on a marked series."""
    found = measure.of(series)
    alarms = (first_of(found, series.moments, measure.watch, threshold=float(one)) for one in THRESHOLDS)
    return Fitting(series.name, [judge(one, series.windows) for one in alarms])


def best(fitted: Sequence[Fitting], *, otherwise: float) -> float:
    """Return the threshold in the best neighbourhood over all these series; `otherwise` without any mark."""
    if not any(one.judgements[0].windows for one in fitted):
        return otherwise
    curve = [quality(one.judgements[place] for one in fitted) for place in range(THRESHOLDS.size)]
    return float(THRESHOLDS[int(np.argmax(_blurred(np.array(curve))))])


def load(folder: Path, kind: str, *, marks: bool = True) -> list[Series]:
    """Read every series of a kind that the folder's list of windows names; without `marks`, only the names are read."""
    listed: dict[str, list[list[str]]] = json.loads((folder / "nab" / "windows.json").read_text("utf-8"))
    names = sorted(name for name in listed if name.startswith(f"{kind}/"))
    return [_read(folder / "nab" / name, name, listed[name] if marks else []) for name in names]


def write(path: Path, series: Series, found: Iterable[float]) -> None:
    """Write a file of predictions."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(["timestamp", "alarm_score"])
        lines.writerows((stamp, f"{score:.6f}") for stamp, score in zip(series.stamps, found, strict=True))


def _read(path: Path, name: str, marked: Iterable[Sequence[str]]) -> Series:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    try:
        stamps = [row["timestamp"] for row in rows]
        moments = np.array([_seconds(stamp) for stamp in stamps])
        values = np.array([float(row["value"]) for row in rows])
    except (KeyError, TypeError, ValueError) as error:
        raise BadSeries(f"{name} is no series of timestamp and value: {error}") from error
    return Series(name, stamps, moments, values, list(_windows(moments, marked)))


def _windows(moments: npt.NDArray[np.float64], marked: Iterable[Sequence[str]]) -> Iterable[tuple[int, int]]:
    for begin, end in marked:
        first, last = (int(np.searchsorted(moments, _seconds(stamp[:19]))) for stamp in (begin, end))
        if first < moments.size:
            yield first, min(last, moments.size - 1)


def _seconds(stamp: str) -> float:
    return dt.datetime.fromisoformat(stamp).replace(tzinfo=dt.UTC).timestamp()


def _blurred(curve: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    wide = int(3 * BLUR)
    kernel = np.exp(-0.5 * (np.arange(-wide, wide + 1) / BLUR) ** 2)
    return np.convolve(np.pad(curve, wide, mode="edge"), kernel / kernel.sum(), mode="valid")
