"""Forecasts on real topics, in the formats their scorer reads."""

from pathlib import Path


def breakout(train: Path, data: Path, out: Path) -> None:
    """Learn from `train`, write the chance to break out of every new topic of `data`."""
    raise NotImplementedError((train, data, out))


def lifecycle(train: Path, data: Path, out: Path) -> None:
    """Learn from `train`, write the state an hour ahead of every live topic of `data`."""
    raise NotImplementedError((train, data, out))
