"""Forecasts on real topics, in the formats their scorer reads: the models of the product, learned from files."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from trends.forecasting import starts, states, wordings
from trends.forecasting.learning import Listing, learn_breakout, learn_states
from trends.forecasting.panel import Panel
from trends.forecasting.states import IN_AN_HOUR, STATES

BREAKOUT = 500_000.0


class BadReadings(ValueError):
    """A folder whose files are no readings of topics."""


def breakout(train: Path, data: Path, out: Path) -> None:
    """Learn from `train`, write the chance to break out of every new topic of `data`."""
    model = learn_breakout([load(train)]).model
    listing = load(data)
    found = starts.cases(listing.panel)
    texts = wordings.of_topics(listing.texts, found.topics)
    chances = model.breakout(starts.table(listing.panel, found), texts)
    told = zip(found.topics.tolist(), found.begins.tolist(), (f"{one:.9f}" for one in chances), strict=True)
    _write(out / "breakout.csv", ["id", "t0", "probability"], told)


def lifecycle(train: Path, data: Path, out: Path) -> None:
    """Learn from `train`, write the state an hour ahead of every live topic of `data`."""
    model = learn_states([load(train)], IN_AN_HOUR).model
    listing = load(data)
    panel, live = listing.panel, states.cases(listing.panel, IN_AN_HOUR)
    topics = panel.topics[live.rows]
    texts, moments = wordings.of_topics(listing.texts, topics), panel.times[live.rows]
    told, _ = model.states(states.table(panel, live), texts, moments=moments)
    names = (STATES[one].value for one in told)
    _write(out / "lifecycle.csv", ["id", "t", "state"], zip(topics, moments, names, strict=True))


def load(folder: Path) -> Listing:
    """Read a folder's readings, the moments the list was looked at, and the topics' words."""
    place = folder / "weibo"
    readings = _columns(place / "heat.csv", ("id", "t", "count"))
    looked = _columns(place / "snapshots.csv", ("t",))
    with (place / "topics.csv").open(encoding="utf-8", newline="") as file:
        texts = {int(row["id"]): row["text"] for row in csv.DictReader(file)}
    panel = Panel.of(
        readings[:, 0].astype(np.int64),
        readings[:, 1].astype(np.int64),
        readings[:, 2],
        breakout=BREAKOUT,
        snapshots=looked[:, 0].astype(np.int64),
    )
    return Listing(panel, texts)


def _columns(path: Path, names: Sequence[str]) -> Any:
    with path.open(encoding="utf-8", newline="") as file:
        try:
            rows = [[float(row[name]) for name in names] for row in csv.DictReader(file)]
        except (KeyError, TypeError, ValueError) as error:
            raise BadReadings(f"{path.name}: {error}") from error
    return np.array(rows, dtype=np.float64).reshape(-1, len(names))


def _write(path: Path, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(head)
        lines.writerows(rows)
