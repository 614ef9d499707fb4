"""Models from history: learned on the earlier part, judged on the latest beside the rule, then learned on all of it.

Only training needs scikit-learn; it is loaded here when it is called, so that the web never carries it.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trends.forecasting import judging, rule, starts, states, telling, wordings
from trends.forecasting.forest import Forest
from trends.forecasting.model import Model, calibrated, with_words
from trends.forecasting.panel import HOUR, Flags, Floats, Ints, Panel, Table, columns, rows, stacked
from trends.forecasting.states import Ahead
from trends.forecasting.wordings import Wording

HELD_OUT = 0.25  # the latest part of the examples judges
SCALES = (0.5, 0.7, 1.0)  # breaking out at lower levels too: more cases, and lists grow hotter than they were
WORDED_AT = 0.7
TRAIN_GAP, TRAIN_WARM_UP = 4 * HOUR, 6 * HOUR
THINNED = (0.6, 0.5, 0.4, 0.6, 0.5, 0.4)  # the list as it looks when it is looked at less often
MOST_EXAMPLES = 80_000
SMALLEST_LEAF, LEAVES = 20, 100  # a short history has smaller leaves, or it would learn nothing
FOLDS = 5
SEEDS = (0, 1, 2)
BREAKOUT_TREES: dict[str, Any] = {
    "max_iter": 250, "learning_rate": 0.03, "max_leaf_nodes": 8, "min_samples_leaf": 200, "l2_regularization": 5.0,
    "max_features": 0.3, "early_stopping": False,
}  # fmt: skip
STATE_TREES: dict[str, Any] = {
    "max_iter": 110, "learning_rate": 0.08, "max_leaf_nodes": 20, "min_samples_leaf": 100, "l2_regularization": 3.0,
    "max_features": 0.35, "max_bins": 127, "early_stopping": False,
}  # fmt: skip


class TooLittle(Exception):
    """Too few examples to learn anything from."""


@dataclass(frozen=True)
class Listing:
    """One list's history: its panel, the topics' texts, and the kind of source it comes from."""

    panel: Panel
    texts: Mapping[int, str]
    kind: str = ""


@dataclass(frozen=True)
class Examples:
    """Cases with what came of them, and when that was settled. `topics` are told apart between lists."""

    table: Table
    truth: Ints
    decided: Ints
    settled: Ints
    topics: Ints
    texts: list[str]

    def where(self, chosen: Flags) -> "Examples":
        """Return some of them."""
        return self.at(np.flatnonzero(chosen))

    def at(self, places: Ints) -> "Examples":
        """Return those in these places."""
        return Examples(
            rows(self.table, places),
            self.truth[places],
            self.decided[places],
            self.settled[places],
            self.topics[places],
            [self.texts[place] for place in places],
        )

    def __len__(self) -> int:
        return int(self.truth.size)


@dataclass(frozen=True)
class Learned:
    """A model with its figures on the part held out, and whether they beat the rule's."""

    model: Model
    figures: dict[str, Any]
    beats_rule: bool
    examples: int
    positives: int | None


def learn_breakout(listings: Sequence[Listing]) -> Learned:
    """Return a model of which new topics break out; raises TooLittle."""
    strict = breakout_examples(listings)
    wide = {scale: breakout_examples(listings, scale=scale, strict=False) for scale in SCALES}
    cut = _cut(strict)
    held = strict.where(strict.decided > cut)
    tried = _fit_breakout({scale: one.where(one.settled <= cut) for scale, one in wide.items()})
    raw = tried.chances(held.table, held.texts)[:, 1]
    truth = held.truth.astype(bool)
    half = held.decided <= np.median(held.decided)
    fitted = _calibration(truth[half], raw[half])
    figures = _breakout_figures(truth[~half], calibrated(raw[~half], fitted), rule.breakout(held.table)[~half])
    model = _fit_breakout(wide)
    kept = Model(model.columns, model.forests, model.wording, (), _calibration(truth, raw), _levels(listings))
    beats = figures["ap"] > figures["rule"]["ap"] and figures["brier"] < figures["rule"]["brier"]
    return Learned(kept, figures, beats, len(strict), int(strict.truth.sum()))


def learn_states(listings: Sequence[Listing], ahead: Ahead) -> Learned:
    """Return a model of what live topics do next; raises TooLittle."""
    full = state_examples(listings, ahead)
    thin = [state_examples(listings, ahead, share=share, seed=seed) for seed, share in enumerate(THINNED, start=1)]
    wide = joined([one for one in thin if len(one)] or [full])
    cut = _cut(full)
    held, held_thin = full.where(full.decided > cut), wide.where(wide.decided > cut)
    tried = _fit_states(wide.where(wide.settled <= cut))
    weights = _weights(held_thin.truth, tried.chances(held_thin.table, held_thin.texts))
    weighted = Model(tried.columns, tried.forests, None, weights)
    told, chances = weighted.states(held.table, held.texts, moments=held.decided)
    figures = _state_figures(held.truth, told, chances, rule.states(held.table))
    model = _fit_states(wide)
    kept = Model(model.columns, model.forests, None, weights, levels=_levels(listings))
    return Learned(kept, figures, figures["macro_f1"] > figures["rule"]["macro_f1"], len(full), None)


def breakout_examples(listings: Sequence[Listing], *, scale: float = 1.0, strict: bool = True) -> Examples:
    """Return the settled new topics of all lists; `strict` as they are judged, else some more to learn from."""
    parts = []
    for number, one in enumerate(listings):
        panel = one.panel.breaking_at(one.panel.breakout * scale)
        found = starts.cases(panel) if strict else starts.cases(panel, gap=TRAIN_GAP, warm_up=TRAIN_WARM_UP)
        if found.begins.size:
            truth = starts.broke_out(panel, found).astype(np.int64)
            settled = found.begins + starts.WITHIN
            texts = wordings.of_topics(one.texts, found.topics)
            topics = found.topics * len(listings) + number
            parts.append(Examples(starts.table(panel, found), truth, found.decided, settled, topics, texts))
    return joined(parts)


def state_examples(listings: Sequence[Listing], ahead: Ahead, *, share: float = 1.0, seed: int = 0) -> Examples:
    """Return the live readings of all lists with what became of them, with only a share of the looks where asked."""
    parts = []
    for number, one in enumerate(listings):
        panel = one.panel if share == 1.0 else thinned(one.panel, share=share, seed=seed)
        live = states.cases(panel, ahead)
        if live.rows.size:
            decided = panel.times[live.rows]
            topics = panel.topics[live.rows]
            texts = wordings.of_topics(one.texts, topics)
            keys = topics * len(listings) + number
            truth = states.outcomes(panel, live)
            parts.append(Examples(states.table(panel, live), truth, decided, decided + live.horizons, keys, texts))
    return joined(parts)


def thinned(panel: Panel, *, share: float, seed: int) -> Panel:
    """Return a panel as it would be had the list been looked at less often."""
    kept = np.random.default_rng(seed).random(panel.snapshots.size) < share
    rows_kept = kept[panel.snapshot]
    return Panel(
        panel.topics[rows_kept],
        panel.times[rows_kept],
        panel.levels[rows_kept],
        panel.snapshots[kept],
        panel.breakout,
    )


def joined(parts: Sequence[Examples]) -> Examples:
    """Return several lists' examples as one; raises TooLittle without any."""
    if not parts:
        raise TooLittle
    return Examples(
        stacked([one.table for one in parts]),
        np.concatenate([one.truth for one in parts]),
        np.concatenate([one.decided for one in parts]),
        np.concatenate([one.settled for one in parts]),
        np.concatenate([one.topics for one in parts]),
        [text for one in parts for text in one.texts],
    )


def _cut(found: Examples) -> float:
    """Return the moment that parts what is learned from and what judges."""
    if len(found) < 2:
        raise TooLittle
    return float(np.quantile(found.decided, 1 - HELD_OUT))


def _levels(listings: Sequence[Listing]) -> dict[str, float]:
    return {one.kind: one.panel.breakout for one in listings if one.kind}


def _limited(found: Examples) -> Examples:
    if len(found) <= MOST_EXAMPLES:
        return found
    return found.at(np.sort(np.random.default_rng(0).choice(len(found), MOST_EXAMPLES, replace=False)))


def _fit_breakout(wide: Mapping[float, Examples]) -> Model:
    worded = wide[WORDED_AT]
    if min(int(worded.truth.sum()), int((worded.truth == 0).sum())) < FOLDS:
        raise TooLittle
    wording = fit_wording(worded.texts, worded.truth)
    apart = _apart(worded)
    tables = []
    for one in wide.values():
        table = with_words(one.table, one.texts, wording)
        known = [apart.get(topic) for topic in one.topics.tolist()]
        text = np.array([own if fair is None else fair for own, fair in zip(table["text"], known, strict=True)])
        tables.append(table | {"text": text})
    table, truth = stacked(tables), np.concatenate([one.truth for one in wide.values()])
    names = _telling(table)
    return Model(names, tuple(_forest(table, names, truth, BREAKOUT_TREES, seed) for seed in SEEDS), wording)


def _fit_states(found: Examples) -> Model:
    found = _limited(found)
    if len(found) < 2 * len(states.STATES) or np.unique(found.truth).size < len(states.STATES):
        raise TooLittle
    table = with_words(found.table, found.texts, None)
    names = _telling(table)
    ways: tuple[dict[str, str], ...] = (
        {},
        {"class_weight": "balanced"},
    )  # the one is honest, the other knows the rare states better
    forests = (_forest(table, names, found.truth, STATE_TREES | way, seed) for seed, way in enumerate(ways))
    return Model(names, tuple(forests))


def _forest(table: Table, names: list[str], truth: Ints, trees: Mapping[str, Any], seed: int) -> Forest:
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 - heavy, and only training needs it
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    leaf = max(SMALLEST_LEAF, min(trees["min_samples_leaf"], truth.size // LEAVES))
    learner = HistGradientBoostingClassifier(random_state=seed, **{**trees, "min_samples_leaf": leaf})
    with threadpool_limits(
        1, user_api="openmp"
    ):  # beside other work its threads wait for each other, many times longer
        return Forest.of(learner.fit(columns(table, names), truth))


def _telling(table: Table) -> list[str]:
    """Return the columns that tell rows apart."""
    return [
        name
        for name, column in table.items()
        if (known := column[np.isfinite(column)]).size > 1 and known.min() < known.max()
    ]


def fit_wording(texts: Sequence[str], truth: Ints) -> Wording:
    """Return what words say of an outcome: a logistic fit over hashed characters."""
    found = [wordings.pieces(text) for text in texts]
    return _wording(found, truth, wordings.rarity_of(found, len(found)))


def _wording(found: Sequence[Ints], truth: Ints, rarity: Floats) -> Wording:
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - as scikit-learn
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    if np.unique(truth).size < 2:
        return Wording(rarity, np.zeros(wordings.BUCKETS), wordings.odds(float(np.mean(truth)) if truth.size else 0.5))
    lengths = [float(np.sqrt(np.sum(rarity[one] ** 2))) or 1.0 for one in found]
    values = np.concatenate([rarity[one] / length for one, length in zip(found, lengths, strict=True)])
    ends = np.r_[0, np.cumsum([one.size for one in found])]
    given = csr_matrix((values, np.concatenate(found), ends), shape=(len(found), wordings.BUCKETS))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it may stop before it has converged: that is as good as a penalty
        fitted = LogisticRegression(C=0.5, max_iter=60).fit(given, truth)
    return Wording(rarity, fitted.coef_[0].astype(np.float64), float(fitted.intercept_[0]))


def _apart(found: Examples) -> dict[int, float]:
    """Return what the words of each topic say to a fit that never saw that topic's outcome."""
    parts = [wordings.pieces(text) for text in found.texts]
    scores: dict[int, float] = {}
    rarity, fold = wordings.rarity_of(parts, len(parts)), found.topics % FOLDS
    for number in range(FOLDS):
        others, mine = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        wording = _wording([parts[place] for place in others], found.truth[others], rarity)
        told = wording.scores([found.texts[place] for place in mine])
        scores |= dict(zip(found.topics[mine].tolist(), told.tolist(), strict=True))
    return scores


def _calibration(truth: Flags, chances: Floats) -> tuple[float, float]:
    """Return the stretch and shift of log odds that make chances come true (Platt)."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    if truth.size == 0 or truth.all() or not truth.any():
        return 1.0, 0.0
    held = np.clip(chances, 1e-6, 1 - 1e-6)
    fitted = LogisticRegression(C=10.0).fit(np.log(held / (1 - held))[:, None], truth)
    slope = float(fitted.coef_[0, 0])
    return (slope, float(fitted.intercept_[0])) if slope > 0 else (1.0, 0.0)


def _weights(truth: Ints, chances: Floats) -> tuple[float, ...]:
    """Return multipliers of the states' chances with which each state is told as often as it happens.

    Precision then equals recall, which is where F1 is best or near it; picking the very best of the examples held
    out gave worse figures later, because lists change and surer models tell the rare states too seldom.
    """
    happened = np.bincount(truth, minlength=chances.shape[1]) / max(1, truth.size)
    return tuple(float(one) for one in telling.matched(chances, happened))


def _breakout_figures(truth: Flags, chances: Floats, by_rule: Floats) -> dict[str, Any]:
    def told(given: Floats) -> dict[str, Any]:
        return {
            "ap": round(judging.average_precision(truth, given), 4),
            "brier": round(judging.brier(truth, given), 5),
            "recall_at_4pct": round(judging.recall_at(truth, given), 4),
        }

    return told(chances) | {
        "rule": told(by_rule),
        "cases": int(truth.size),
        "positives": int(truth.sum()),
        "calibration": judging.calibration(truth, chances),
    }


def _state_figures(truth: Ints, told: Ints, chances: Floats, by_rule: Ints) -> dict[str, Any]:
    number = len(states.STATES)
    each = judging.f1_by_state(truth, told, number)
    right, sure = told == truth, chances[np.arange(truth.size), told]
    return {
        "macro_f1": round(float(each.mean()), 4),
        "accuracy": round(float(right.mean()), 4) if truth.size else 0.0,
        "f1": {state.value: round(float(value), 4) for state, value in zip(states.STATES, each, strict=True)},
        "brier": round(judging.brier(right, sure), 5),
        "rule": {"macro_f1": round(judging.macro_f1(truth, by_rule, number), 4)},
        "cases": int(truth.size),
        "calibration": judging.calibration(right, sure),
    }
