"""Which candidates become tags: weighed by trees learned from posts with tags, or by a rule until there are enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from content.writing.tagging.candidates import Reading, candidates, read
from content.writing.tagging.features import NAMES, Floats, rows
from content.writing.tagging.knowledge import Knowledge
from content.writing.tagging.subject import Example, Subject
from trends.forecasting.forest import BadModel, Forest, packed, unpacked

__all__ = ["RULE", "BadModel", "Scored", "Tagger"]

RULE = "rule 1"
COLUMN = {name: place for place, name in enumerate(NAMES)}


@dataclass(frozen=True)
class Scored:
    """A candidate with the chance, 0..1, that the post's maker would choose it."""

    tag: str
    chance: float


@dataclass(frozen=True)
class Tagger:
    """What posts with tags taught: the posts, and trees that weigh candidates. Without trees, a rule does."""

    examples: Sequence[Example]
    forests: Sequence[Forest] = ()

    @cached_property
    def knowledge(self) -> Knowledge:
        """The examples, indexed."""
        return Knowledge(self.examples)

    def rank(self, subject: Subject, *, earlier: Sequence[Example] = ()) -> list[Scored]:
        """Every candidate with its chance, the likeliest first; `earlier` are posts of the same author."""
        return self.ranked(read(subject, self.knowledge, earlier=earlier))

    def ranked(self, reading: Reading) -> list[Scored]:
        """As `rank`, of a subject that was taken apart already."""
        tags = candidates(reading)
        if not tags:
            return []
        chances = self.chances(rows(tags, reading, self.knowledge))
        order = np.argsort(-chances, kind="stable")
        return [Scored(tags[place], float(chances[place])) for place in order]

    def chances(self, table: Floats) -> Floats:
        """The chance of each row of candidates × features."""
        if not self.forests:
            return by_rule(table)
        return np.asarray(np.mean([one.chances(table)[:, 1] for one in self.forests], axis=0))

    def packed(self) -> bytes:
        """Everything as the bytes of an archive without code."""
        arrays = {name: array for n, one in enumerate(self.forests) for name, array in one.arrays(f"f{n}").items()}
        return packed(arrays, {"forests": len(self.forests), "columns": NAMES, "examples": _told(self.examples)})

    @classmethod
    def unpacked(cls, content: bytes) -> "Tagger":
        """Put it together again; raises BadModel for anything else, or one that other features made."""
        arrays, told = unpacked(content)
        try:
            if tuple(told["columns"]) != NAMES:
                raise BadModel("made with other features")
            forests = [Forest.from_arrays(arrays, f"f{n}") for n in range(int(told["forests"]))]
            return cls([_example(one) for one in told["examples"]], forests)
        except (KeyError, TypeError, ValueError) as error:
            raise BadModel(str(error)) from error


def by_rule(table: Floats) -> Floats:
    """Chances without anything learned: the author, parts of the title, names in it, what is used and said."""
    column = {name: np.nan_to_num(table[:, place]) for name, place in COLUMN.items()}
    points = (
        -2.6
        + 2.6 * column["is_author"]
        + 1.2 * column["author_run_together"]
        + 1.3 * column["is_part"]
        + 0.5 * column["starts_part"]
        + 0.9 * column["spelled_large"] * (1 - np.minimum(1.0, column["title_shouts"] * 1.4))
        + 1.0 * column["in_title"]
        + 0.5 * np.minimum(3.0, column["in_text"])
        + 1.0 * np.clip(column["in_text"] - 1, 0.0, 2.0) * (column["words"] > 1)
        + 0.5 * np.minimum(2.0, column["capital_in_text"])
        + 1.5 * column["hashtag"]
        + 0.6 * column["known_name"]
        + 0.5 * column["used_by"]
        + 1.6 * column["vote_share"] * (column["vote_authors"] > 1)
        + 3.0 * column["own_share"]
        - 1.4 * column["stops"]
        - 1.0 * column["everyday"]
        - 0.5 * np.maximum(0.0, column["words"] - 2)
    )
    return np.asarray(1 / (1 + np.exp(-points)))


def _told(examples: Sequence[Example]) -> list[list[Any]]:
    return [[*_of(one.subject), list(one.tags)] for one in examples]


def _of(subject: Subject) -> tuple[str, str, str]:
    return subject.title, subject.author, subject.text


def _example(told: Sequence[Any]) -> Example:
    title, author, text, tags = told
    return Example(Subject(str(title), str(author), str(text)), [str(tag) for tag in tags])
