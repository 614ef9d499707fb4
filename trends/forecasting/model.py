"""A trained model: its columns, trees, words, calibration and the levels of breaking out, to bytes and back. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from trends.forecasting import telling
from trends.forecasting.forest import BadModel, Forest, packed, unpacked
from trends.forecasting.panel import Floats, Ints, Table, columns
from trends.forecasting.wordings import BUCKETS, Wording, marks

FORMAT = 1


@dataclass(frozen=True)
class Model:
    """What predicts one task. `weights` multiply the chances of states before one is told.

    `calibration` is (slope, shift) of the log odds; `levels` are the levels of breaking out by kind of source.
    """

    columns: list[str]
    forests: tuple[Forest, ...]
    wording: Wording | None = None
    weights: tuple[float, ...] = ()
    calibration: tuple[float, float] = (1.0, 0.0)
    levels: Mapping[str, float] = field(default_factory=dict)

    def chances(self, table: Table, texts: Sequence[str]) -> Floats:
        """Return the mean chance of each class over the forests, rows × classes, as the trees have it."""
        given = columns(with_words(table, texts, self.wording), self.columns)
        return np.asarray(np.mean([forest.chances(given) for forest in self.forests], axis=0))

    def breakout(self, table: Table, texts: Sequence[str]) -> Floats:
        """Return calibrated chances to break out."""
        return calibrated(self.chances(table, texts)[:, 1], self.calibration)

    def states(self, table: Table, texts: Sequence[str], *, moments: Ints) -> tuple[Ints, Floats]:
        """Return the state told for each row, and the chance of each state; rows are of any moments (unix s)."""
        found = self.chances(table, texts)
        return telling.in_order(found, moments, np.array(self.weights or (1.0,) * found.shape[1])), found

    def to_bytes(self) -> bytes:
        """Return it as plain arrays."""
        arrays: dict[str, npt.NDArray[Any]] = {}
        for number, forest in enumerate(self.forests):
            arrays |= forest.arrays(f"forest{number}")
        told: dict[str, Any] = {
            "format": FORMAT,
            "columns": self.columns,
            "forests": len(self.forests),
            "weights": list(self.weights),
            "calibration": list(self.calibration),
            "levels": dict(self.levels),
        }
        if self.wording:
            arrays |= {"wording.rarity": self.wording.rarity, "wording.weights": self.wording.weights}
            told["base"] = self.wording.base
        return packed(arrays, told)

    @classmethod
    def from_bytes(cls, content: bytes) -> "Model":
        """Read it again; raises BadModel."""
        arrays, told = unpacked(content)
        try:
            if told["format"] != FORMAT:
                raise BadModel("made by another version")
            forests = tuple(Forest.from_arrays(arrays, f"forest{number}") for number in range(int(told["forests"])))
            model = cls(
                [str(name) for name in told["columns"]],
                forests,
                _wording(arrays, told),
                tuple(float(one) for one in told["weights"]),
                (float(told["calibration"][0]), float(told["calibration"][1])),
                {str(kind): float(level) for kind, level in told["levels"].items()},
            )
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise BadModel(str(error)) from error
        if not forests or any(one.nodes["feature"].max(initial=0) >= len(model.columns) for one in forests):
            raise BadModel("trees that ask for columns it has not")
        return model


def with_words(table: Table, texts: Sequence[str], wording: Wording | None) -> Table:
    """Return a table with the columns its texts give; where there is no wording, only how they look."""
    told = {"text": wording.scores(texts)} if wording else {}
    return table | marks(texts) | told


def calibrated(chances: Floats, calibration: tuple[float, float]) -> Floats:
    """Return chances with their log odds stretched and shifted."""
    slope, shift = calibration
    held = np.clip(chances, 1e-6, 1 - 1e-6)
    return np.asarray(1 / (1 + np.exp(-(slope * np.log(held / (1 - held)) + shift))))


def _wording(arrays: Mapping[str, Any], told: Mapping[str, Any]) -> Wording | None:
    if "base" not in told:
        return None
    rarity, weights = arrays["wording.rarity"].astype(np.float64), arrays["wording.weights"].astype(np.float64)
    if rarity.shape != (BUCKETS,) or weights.shape != (BUCKETS,):
        raise BadModel("words of another size")
    return Wording(rarity, weights, float(told["base"]))
