"""What speaks for a clip and against it, in points that add up to its score and words that say why."""

from collections.abc import Sequence
from itertools import pairwise

from content.understanding.clipping.laying import Part
from content.understanding.cues import has_number, holds, stands_alone
from content.understanding.results import Reason
from trenddrop.core.text.tidy import is_question
from trenddrop.core.text.tokens import normal_words, stem

WORTH, ANSWERS = 40, 60  # points at most for what was learned: without and with a wish
TOPIC = 10
QUIET_SHARE = 0.35  # of a clip in which nobody speaks
STOPPING = 1.5  # seconds between sentences that count as nobody speaking
Weights = list[tuple[str, float, bool]]


def reasons(
    part: Sequence[Part], *, learned: float, wish: str, rests: bool, topics: Sequence[str], language: str
) -> list[Reason]:
    """Why this stretch of parts was taken; `learned` is 0..1 by the ranking."""
    opening, whole = part[0].text, " ".join(one.text for one in part)
    answered = "answers what was wished for" if wish else "about what the whole dwells on"
    weights = [(answered, round((ANSWERS if wish else WORTH) * learned, 1), True)]
    weights += _opening(opening, 0.5 if wish else 1.0, language)
    weights += [
        ("ends where the speaker pauses", 8, rests),
        ("gives a reason", 6, holds(whole, "cause", language)),
        ("greeting or housekeeping", -25, holds(opening, "housekeeping", language)),
        ("long pauses", -12, _quiet(part) >= QUIET_SHARE),
    ]
    weights += [(f"speaks of {topic}", TOPIC, True) for topic in topics[:1] if topic]
    return [Reason(name, weight) for name, weight, applies in weights if applies and weight]


def _opening(text: str, share: float, language: str) -> Weights:
    alone = stands_alone(text, language)
    return [
        ("opens with a question", 10 * share, is_question(text)),
        ("opens with a promise", 12 * share, holds(text, "reveal", language)),
        ("opens with a figure", 8 * share, has_number(text)),
        ("opens against expectation", 8 * share, holds(text, "contrast", language)),
        ("speaks to the viewer", 6 * share, holds(text, "second person", language)),
        ("understood without what was said before", 12 * share, alone),
        ("needs what was said before", -12 * share, not alone),
    ]


def spoken_of(part: Sequence[Part], topics: Sequence[str]) -> list[str]:
    """The topics all of whose words are said, in the order given."""
    said = {stem(word) for one in part for word in normal_words(one.text)}
    return [topic for topic in topics if (words := {stem(word) for word in normal_words(topic)}) and words <= said]


def points(found: Sequence[Reason]) -> int:
    """The score, 0..100."""
    return max(0, min(100, round(sum(reason.weight for reason in found))))


def _quiet(part: Sequence[Part]) -> float:
    length = (part[-1].end or 0.0) - (part[0].start or 0.0)
    gaps = [(two.start or 0.0) - (one.end or 0.0) for one, two in pairwise(part)]
    return sum(gap for gap in gaps if gap >= STOPPING) / length if length > 0 else 0.0
