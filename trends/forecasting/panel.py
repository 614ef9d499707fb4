"""Readings of many topics from one list, arranged so that what was known at a moment is a slice. Pure."""

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Table: TypeAlias = dict[str, Floats]

HOUR = 3600
EPISODE_GAP = 12 * HOUR  # a longer silence begins a new episode of the same topic
LEAST = 1e-3  # a reading of nothing still has a logarithm


@dataclass(frozen=True)
class Panel:
    """Readings in order of topic and time (unix seconds), levels above 0, and the moments the list was looked at.

    `breakout` is the level that counts as breaking out; features tell levels relative to it, so lists that count
    differently can share a model.
    """

    topics: Ints
    times: Ints
    levels: Floats
    snapshots: Ints
    breakout: float

    @classmethod
    def of(
        cls, topics: Ints, times: Ints, levels: Floats, *, breakout: float, snapshots: Ints | None = None
    ) -> "Panel":
        """Arrange readings given in any order; without `snapshots`, the list was looked at whenever it was read."""
        order = np.lexsort((times, topics))
        looked = np.unique(times) if snapshots is None else np.unique(np.r_[snapshots, times])
        return cls(
            topics[order].astype(np.int64),
            times[order].astype(np.int64),
            np.maximum(levels[order].astype(np.float64), LEAST),
            looked.astype(np.int64),
            float(breakout),
        )

    def until(self, moment: int) -> "Panel":
        """Return what was known at a moment."""
        known = self.times <= moment
        return Panel(
            self.topics[known],
            self.times[known],
            self.levels[known],
            self.snapshots[self.snapshots <= moment],
            self.breakout,
        )

    def breaking_at(self, level: float) -> "Panel":
        """Return the same readings with another level of breaking out."""
        return Panel(self.topics, self.times, self.levels, self.snapshots, level)

    def __len__(self) -> int:
        return int(self.times.size)

    @cached_property
    def heights(self) -> Floats:
        """Return the logarithm of each level relative to breaking out: 0 is reached."""
        return np.log(self.levels / self.breakout)

    @cached_property
    def snapshot(self) -> Ints:
        """Return the number of the snapshot each reading belongs to."""
        return np.searchsorted(self.snapshots, self.times).astype(np.int64)

    @cached_property
    def opens_topic(self) -> Flags:
        """Say which readings are the first of their topic."""
        return np.asarray(np.r_[True, np.diff(self.topics) != 0][: len(self)])

    @cached_property
    def starts(self) -> Ints:
        """Return the rows that begin an episode."""
        silent = np.r_[True, np.diff(self.times) > EPISODE_GAP][: len(self)]
        return np.flatnonzero(self.opens_topic | silent)

    @cached_property
    def ends(self) -> Ints:
        """Return the row after each episode's last."""
        return np.asarray(np.r_[self.starts[1:], len(self)], dtype=np.int64)

    @cached_property
    def episode(self) -> Ints:
        """Return the number of the episode each reading belongs to."""
        opened = np.zeros(len(self), dtype=np.int64)
        opened[self.starts] = 1
        return np.cumsum(opened) - 1

    def find(self, topics: Ints, snapshots: Ints) -> Ints:
        """Return the row of each topic's reading in a snapshot, -1 where it was not in the list."""
        wide = self.snapshots.size + 1
        keys, wanted = self.topics * wide + self.snapshot, topics * wide + snapshots
        if not keys.size:
            return np.full(wanted.size, -1, dtype=np.int64)
        places = np.minimum(np.searchsorted(keys, wanted), keys.size - 1)
        return np.where(keys[places] == wanted, places, -1)


def columns(table: Table, names: list[str]) -> Floats:
    """Return a table's named columns side by side."""
    return np.column_stack([table[name] for name in names]) if names else np.empty((0, 0))


def rows(table: Table, places: Ints) -> Table:
    """Return some rows of a table."""
    return {name: column[places] for name, column in table.items()}


def stacked(tables: list[Table]) -> Table:
    """Return tables of the same columns one below the other."""
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]} if tables else {}
