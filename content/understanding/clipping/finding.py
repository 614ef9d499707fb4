"""The clips of a recording: the ones worth showing, or the ones that answer a wish in words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from content.understanding.clipping import choosing, cutting, judging, relevance, worth
from content.understanding.clipping.cutting import Span
from content.understanding.clipping.laying import Floats, Laid, Part, Windows
from content.understanding.clipping.ranking import learned
from content.understanding.clipping.wishes import Wish, taken_apart
from content.understanding.results import Reason
from trenddrop.core.text.sentences import Sentence

LONGER = 3  # times as many are judged as are asked for


@dataclass(frozen=True)
class Clip:
    """Seconds of the original, score 0..100 = sum of the reasons' weights, its first sentence, and all of its words."""

    start: float
    end: float
    score: int
    why: list[Reason]
    opening: str
    text: str = ""
    speaker: str = ""


def clips(
    sentences: Sequence[Sentence],
    silences: Sequence[Span] = (),
    *,
    count: int,
    seconds: tuple[float, float] = (15.0, 60.0),
    wish: str = "",
    topics: Sequence[str] = (),
    speakers: Sequence[str] = (),
    language: str = "en",
) -> list[Clip]:
    """At most `count` clips that do not overlap, the best first, cut at sentences and in silence.

    With a `wish` only such as speak of it, so perhaps none; without, spread over the recording. `topics` count in
    favour of clips that name them; `speakers` says who speaks each sentence. Sentences without seconds are passed over.
    """
    named = [*speakers, *[""] * len(sentences)]
    told = zip(sentences, named, strict=False)
    parts = [
        Part(one.text, who, one.start, one.end) for one, who in told if one.start is not None and one.end is not None
    ]
    stretches = cutting.stretches(parts, seconds)
    if not stretches or count < 1:
        return []
    laid = Laid(parts, language)
    windows = laid.windows(stretches)
    asked = (
        taken_apart(wish, speakers, skipped=laid.skipped, usual=learned("relevance").usual) if wish.strip() else None
    )
    scores = _relevant(laid, windows, asked) if asked else _worthy(laid, windows)
    rows = choosing.best(windows, scores, count * LONGER, apart=0.0 if asked else choosing.APART)
    place = _placed(scores)
    found = [_clip(parts, stretches[row], place[row], silences, wish, topics, language) for row in rows]
    return _ordered(found, count, by_score=asked is None)


def _worthy(laid: Laid, windows: Windows) -> Floats:
    scores = learned("worth").scores(worth.features(laid, windows))
    spread: Floats = (scores - scores.mean()) / (scores.std() + 1e-9)
    return spread


def _relevant(laid: Laid, windows: Windows, wish: Wish) -> Floats:
    """The learned scores; −∞ where nothing of the wish is heard."""
    scores: Floats = learned("relevance").scores(relevance.features(laid, windows, wish))
    return np.where(relevance.answered(laid, windows, wish), scores, -np.inf)


def _placed(scores: Floats) -> Floats:
    """0..1 between the least and the best that counts."""
    counted = scores[np.isfinite(scores)]
    if not len(counted):
        return np.zeros(len(scores))
    low, high = float(counted.min()), float(counted.max())
    placed: Floats = np.clip((scores - low) / (high - low), 0, 1) if high > low else np.ones(len(scores))
    return placed


def _clip(
    parts: Sequence[Part],
    stretch: tuple[int, int],
    placed: float,
    silences: Sequence[Span],
    wish: str,
    topics: Sequence[str],
    language: str,
) -> Clip:
    first, last = stretch
    own = parts[first : last + 1]
    start, end = cutting.cut(parts, first, last, silences)
    why = judging.reasons(
        own,
        learned=float(placed),
        wish=wish.strip(),
        rests=cutting.rests(parts, last, silences),
        topics=judging.spoken_of(own, topics),
        language=language,
    )
    text = " ".join(part.text for part in own)
    return Clip(start, end, judging.points(why), why, own[0].text, text, own[0].speaker)


def _ordered(found: Sequence[Clip], count: int, *, by_score: bool) -> list[Clip]:
    """By score where several are as good as each other; a wish keeps the order in which it is answered."""
    return sorted(found, key=lambda clip: (-clip.score, clip.start))[:count] if by_score else list(found[:count])
