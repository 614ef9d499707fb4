"""A tagger learned from posts with tags: fitted on some authors, judged on others, then fitted on all of them.

Only training needs scikit-learn; it is loaded here when it is called, so that the web never carries it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from content.writing.tagging.candidates import candidates, read
from content.writing.tagging.features import Floats, rows
from content.writing.tagging.knowledge import Knowledge
from content.writing.tagging.model import Scored, Tagger
from content.writing.tagging.subject import Example, normal_tag
from trends.forecasting.forest import Forest

FEWEST = 300  # examples; with fewer the rule is as good
FEWEST_TAGS = 3
HELD_OUT = 4  # one author of so many judges
SEEDS = (0, 1, 2)
TREES: dict[str, Any] = {
    "max_iter": 250, "learning_rate": 0.06, "max_leaf_nodes": 24, "min_samples_leaf": 60, "l2_regularization": 3.0,
    "max_features": 0.5, "early_stopping": False,
}  # fmt: skip
SMALLEST_LEAF = 20


class TooLittle(Exception):
    """Too few examples to learn anything from."""


@dataclass(frozen=True)
class Figures:
    """Means over posts: the share of five suggestions that are right, and of a post's tags found among ten."""

    precision_at_5: float
    recall_at_10: float
    posts: int


@dataclass(frozen=True)
class Learned:
    """A tagger, and on authors it had not seen: its figures and the rule's."""

    tagger: Tagger
    figures: Figures
    rule: Figures

    @property
    def beats_rule(self) -> bool:
        """Whether it is better on both counts."""
        mine, other = self.figures, self.rule
        return mine.precision_at_5 > other.precision_at_5 and mine.recall_at_10 >= other.recall_at_10


def usable(examples: Sequence[Example]) -> list[Example]:
    """The examples with enough tags to learn from."""
    return [one for one in examples if one.subject.title.strip() and len(set(one.tags)) >= FEWEST_TAGS]


def learn(examples: Sequence[Example]) -> Learned:
    """Learn and judge; raises TooLittle."""
    posts = usable(examples)
    if len(posts) < FEWEST:
        raise TooLittle
    judging = [one for one in posts if held_out(one)]
    learning = [one for one in posts if not held_out(one)]
    if not judging or not learning:
        raise TooLittle
    tried = fit(learning)
    figures = judge(tried, judging), judge(Tagger(tried.examples), judging)
    return Learned(fit(posts), *figures)


def held_out(one: Example, parts: int = HELD_OUT) -> bool:
    """Whether an example's author judges: always the same authors, whatever the order."""
    digest = hashlib.sha256(normal_tag(one.subject.author).encode()).digest()
    return int.from_bytes(digest[:8], "big") % parts == 0


def fit(examples: Sequence[Example]) -> Tagger:
    """Return a tagger of these examples, however few; raises TooLittle where nothing tells them apart.

    Each is learned as the first post of its author, whom no other example then knows; and again with the author's
    other posts, where there are some.
    """
    knowledge = Knowledge(examples)
    tables, truths = [], []
    for one in examples:
        earlier = knowledge.earlier(one.subject)
        for before in ([], earlier) if earlier else ([],):
            reading = read(one.subject, knowledge, earlier=before)
            tags, chosen = candidates(reading), set(one.tags)
            tables.append(rows(tags, reading, knowledge))
            truths.append(np.array([tag in chosen for tag in tags], dtype=bool))
    if not truths or np.unique(truth := np.concatenate(truths)).size < 2:
        raise TooLittle
    table = np.vstack(tables)
    return Tagger(examples, [_forest(table, truth, seed) for seed in SEEDS])


def _forest(table: Floats, truth: Any, seed: int) -> Forest:
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 - heavy, and only training needs it
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    leaf = max(SMALLEST_LEAF, min(TREES["min_samples_leaf"], truth.size // 200))
    learner = HistGradientBoostingClassifier(random_state=seed, **{**TREES, "min_samples_leaf": leaf})
    with threadpool_limits(1, user_api="openmp"):  # beside other work its threads wait for each other
        return Forest.of(learner.fit(table, truth))


def judge(tagger: Tagger, examples: Sequence[Example], *, with_earlier: bool = False) -> Figures:
    """Return how well the first suggestions meet what the makers chose."""
    history = Knowledge(examples)
    ranked = [
        tagger.rank(one.subject, earlier=history.earlier(one.subject) if with_earlier else ()) for one in examples
    ]
    return figures_of(ranked, examples)


def figures_of(ranked: Sequence[Sequence[Scored]], examples: Sequence[Example]) -> Figures:
    """Precision of the first five and recall of the first ten, each the mean over posts."""
    pairs = [([one.tag for one in tags], set(example.tags)) for tags, example in zip(ranked, examples, strict=True)]
    precision = [len(chosen.intersection(tags[:5])) / 5 for tags, chosen in pairs]
    recall = [len(chosen.intersection(tags[:10])) / len(chosen) for tags, chosen in pairs]
    return Figures(float(np.mean(precision)), float(np.mean(recall)), len(pairs))
