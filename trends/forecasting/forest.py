"""Boosted trees as plain arrays: read from a trained model once, kept without code, predicted with numpy."""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from trends.forecasting.panel import Floats

NODES = {
    "value": np.float64,
    "feature": np.int32,
    "threshold": np.float64,
    "left": np.int32,
    "right": np.int32,
    "missing_left": np.bool_,
    "leaf": np.bool_,
}
FROM_SKLEARN = {
    "value": "value",
    "feature": "feature_idx",
    "threshold": "num_threshold",
    "left": "left",
    "right": "right",
    "missing_left": "missing_go_to_left",
    "leaf": "is_leaf",
}


class BadModel(ValueError):
    """Stored parameters that can't be read."""


@dataclass(frozen=True)
class Forest:
    """Trees one after the other: `roots` are their first nodes, `outputs` the column each adds to."""

    nodes: Mapping[str, npt.NDArray[Any]]
    roots: npt.NDArray[np.int64]
    outputs: npt.NDArray[np.int64]
    baseline: Floats

    @classmethod
    def of(cls, trained: Any) -> "Forest":
        """Read a trained HistGradientBoosting model of scikit-learn."""
        trees = [(output, tree.nodes) for turn in trained._predictors for output, tree in enumerate(turn)]  # noqa: SLF001
        sizes = np.array([nodes.size for _, nodes in trees], dtype=np.int64)
        roots = np.r_[0, np.cumsum(sizes)[:-1]].astype(np.int64)
        nodes: dict[str, npt.NDArray[Any]] = {
            name: np.concatenate([part[FROM_SKLEARN[name]] for _, part in trees]).astype(kind)
            for name, kind in NODES.items()
        }
        shift = np.repeat(roots, sizes).astype(np.int32)
        nodes |= {side: nodes[side] + shift for side in ("left", "right")}
        outputs = np.array([output for output, _ in trees], dtype=np.int64)
        return cls(nodes, roots, outputs, np.ravel(trained._baseline_prediction).astype(np.float64))  # noqa: SLF001

    def raw(self, given: Floats) -> Floats:
        """Return the sum of the trees for rows × features: one column, or one per class."""
        total = np.tile(self.baseline, (given.shape[0], 1))
        for root, output in zip(self.roots, self.outputs, strict=True):
            total[:, output] += self._leaves(given, int(root))
        return total

    def chances(self, given: Floats) -> Floats:
        """Return the chance of each class, rows × classes."""
        raw = self.raw(given)
        if raw.shape[1] == 1:
            yes = 1 / (1 + np.exp(-np.clip(raw[:, 0], -500, 500)))
            return np.column_stack([1 - yes, yes])
        grown = np.exp(raw - raw.max(axis=1, keepdims=True))
        return np.asarray(grown / grown.sum(axis=1, keepdims=True))

    def _leaves(self, given: Floats, root: int) -> Floats:
        nodes = self.nodes
        at = np.full(given.shape[0], root, dtype=np.int64)
        moving = np.flatnonzero(~nodes["leaf"][at])
        while moving.size:
            here = at[moving]
            asked = given[moving, nodes["feature"][here]]
            goes_left = np.where(np.isnan(asked), nodes["missing_left"][here], asked <= nodes["threshold"][here])
            at[moving] = np.where(goes_left, nodes["left"][here], nodes["right"][here])
            moving = moving[~nodes["leaf"][at[moving]]]
        return np.asarray(nodes["value"][at], dtype=np.float64)

    def arrays(self, prefix: str) -> dict[str, npt.NDArray[Any]]:
        """Return everything it is made of, by name."""
        told = {f"{prefix}.{name}": column for name, column in self.nodes.items()}
        return told | {
            f"{prefix}.roots": self.roots,
            f"{prefix}.outputs": self.outputs,
            f"{prefix}.baseline": self.baseline,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]], prefix: str) -> "Forest":
        """Put it together again; raises BadModel where its nodes point outside."""
        nodes: dict[str, npt.NDArray[Any]] = {
            name: arrays[f"{prefix}.{name}"].astype(kind) for name, kind in NODES.items()
        }
        size = nodes["value"].size
        roots, outputs = arrays[f"{prefix}.roots"].astype(np.int64), arrays[f"{prefix}.outputs"].astype(np.int64)
        inner = ~nodes["leaf"]
        # A child always comes after its parent, so that walking a tree ends.
        after = np.arange(size)[inner]
        for side in ("left", "right"):
            target = nodes[side][inner]
            if target.size and (np.any(target <= after) or target.max() >= size):
                raise BadModel("a tree that points at no node of its own")
        if roots.size and (roots.min() < 0 or roots.max() >= size):
            raise BadModel("a tree without a root")
        return cls(nodes, roots, outputs, arrays[f"{prefix}.baseline"].astype(np.float64))


def packed(arrays: Mapping[str, npt.NDArray[Any]], told: Mapping[str, Any]) -> bytes:
    """Return arrays and a few words (as JSON) as the bytes of an npz archive without pickles."""
    file = io.BytesIO()
    words = np.frombuffer(json.dumps(dict(told)).encode(), dtype=np.uint8)
    named: dict[str, Any] = {**arrays, "told": words}
    np.savez_compressed(file, **named)
    return file.getvalue()


def unpacked(content: bytes) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    """Return the arrays and the words; raises BadModel for anything else. Nothing in it is ever run."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        told = json.loads(arrays.pop("told").tobytes())
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise BadModel(str(error)) from error
    if not isinstance(told, dict):
        raise BadModel("no words about it")
    return arrays, told
