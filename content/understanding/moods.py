"""Sentiment and emotions over time: the recording cut into stretches, each felt by itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from trenddrop.core.text import sentiment
from trenddrop.core.text.sentences import Sentence

STRETCHES = 24  # at most
SHORTEST = 10.0  # seconds of a stretch
FEWEST = 3  # sentences of a stretch of a written text
FELT = 5  # of 100, below which a sentence feels nothing


@dataclass(frozen=True)
class Mood:
    """How a stretch feels: −100..100 and the share of each emotion; seconds are None in a written text.

    `place`: where it begins, 0..1 of the whole; `peak`: its strongest sentence, "" when nothing is felt.
    """

    start: float | None
    end: float | None
    place: float
    sentiment: int
    emotions: dict[str, float] = field(default_factory=dict)
    peak: str = ""


def over_time(sentences: Sequence[Sentence], feelings: Sequence[int], language: str) -> list[Mood]:
    """Return the moods in order; [] for a language in which feeling can't be told, or a text too short to move."""
    if not feelings or len(sentences) < 2 * FEWEST:
        return []
    groups = [group for group in _stretches(sentences) if group]
    return [_mood(group, sentences, feelings, language) for group in groups]


def _stretches(sentences: Sequence[Sentence]) -> list[list[int]]:
    """Positions of the sentences of each stretch: equal in seconds when spoken, in sentences when written."""
    begin, end = sentences[0].start, sentences[-1].end
    if begin is None or end is None or end <= begin:
        return _equal(len(sentences))
    count = max(1, min(STRETCHES, int((end - begin) / SHORTEST)))
    found: list[list[int]] = [[] for _ in range(count)]
    for number, one in enumerate(sentences):
        at = one.start if one.start is not None else begin
        found[max(0, min(count - 1, int((at - begin) / (end - begin) * count)))].append(number)
    return found


def _equal(count: int) -> list[list[int]]:
    parts = max(1, min(STRETCHES, count // FEWEST))
    edges = [round(step * count / parts) for step in range(parts + 1)]
    return [list(range(edges[n], edges[n + 1])) for n in range(parts)]


def _mood(group: list[int], sentences: Sequence[Sentence], feelings: Sequence[int], language: str) -> Mood:
    felt = [feelings[n] for n in group if abs(feelings[n]) >= FELT]
    strongest = max(group, key=lambda n: abs(feelings[n]))
    first, last = sentences[group[0]], sentences[group[-1]]
    text = " ".join(sentences[n].text for n in group)
    return Mood(
        start=first.start,
        end=last.end,
        place=round(group[0] / len(sentences), 3),
        sentiment=round(sum(felt) / len(felt) * (0.4 + 0.6 * len(felt) / len(group))) if felt else 0,
        emotions=sentiment.emotions(text, language),
        peak=sentences[strongest].text if abs(feelings[strongest]) >= FELT else "",
    )
