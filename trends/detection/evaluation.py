"""Alarms on real streams of counts and prices, in the format their scorer reads."""

from pathlib import Path


def streams(train: Path, data: Path, out: Path) -> None:
    """Fit thresholds on `train`, write one file of alarm scores per series of `data` into `out`."""
    raise NotImplementedError((train, data, out))
