"""Names of topics in pairs, labelled by hand: the same topic or not. "H:" marks a headline, "#" a hashtag.

SAME and DIFFERENT were looked at while the rules and thresholds were made. NEW_SAME and NEW_DIFFERENT were written when
those stood and are only measured: whoever changes a rule because of one of them moves it up and writes another.
"""

from dataclasses import dataclass
from pathlib import Path

from trends.normalise import Kind

HERE = Path(__file__).parent

SAME = (HERE / "pairs_same.txt").read_text()

DIFFERENT = (HERE / "pairs_different.txt").read_text()

NEW_SAME = (HERE / "pairs_new_same.txt").read_text()

NEW_DIFFERENT = (HERE / "pairs_new_different.txt").read_text()


@dataclass(frozen=True)
class Pair:
    """Two names and whether they mean one topic."""

    one: str
    other: str
    same: bool


def read(name: str) -> tuple[str, Kind]:
    """Return a name's title and kind."""
    title = name.strip()
    if title.startswith("H:"):
        return title[2:], Kind.HEADLINE
    return title, {"#": Kind.HASHTAG, "@": Kind.MENTION}.get(title[0], Kind.KEYWORD)


def _lines(text: str, *, same: bool) -> list[Pair]:
    return [
        Pair(one.strip(), other.strip(), same)
        for one, _, other in (line.partition(" = ") for line in text.strip().splitlines())
    ]


TUNED = _lines(SAME, same=True) + _lines(DIFFERENT, same=False)
HELD_OUT = _lines(NEW_SAME, same=True) + _lines(NEW_DIFFERENT, same=False)
