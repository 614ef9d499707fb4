"""What can be counted in a reading: the figures that scores are made of. Shares are 0..1 of the sentences."""

from collections.abc import Sequence

from content.understanding.cues import has_number, holds, stands_alone
from content.understanding.moments import EARLY, STRONG_FEELING, Passage, hooks
from content.understanding.results import Moment
from trenddrop.core.text.sentences import Sentence
from trenddrop.core.text.tidy import is_question
from trenddrop.core.text.tokens import normal_words, stem

CUED = {"contrast", "second person", "claim", "instruction", "cause", "reveal", "invitation"}
GOOD = 45  # of 100: a moment worth showing
Measures = dict[str, float | None]


def measure(
    sentences: Sequence[Sentence],
    passages: Sequence[Passage],
    feelings: Sequence[int] | None,
    keywords: Sequence[tuple[str, float]],
    language: str,
    *,
    has_cues: bool,
) -> Measures:
    """Return every figure by its name; None where this language has no word lists, or the text no seconds."""
    told = [sentence.text for sentence in sentences]
    count = len(told)
    words = sum(len(normal_words(text)) for text in told)
    found: Measures = {
        "words": words,
        "sentences": count,
        "words_per_sentence": round(words / count, 1),
        "words_per_minute": _pace(sentences),
        "questions": _share(sum(map(is_question, told)), count),
        "numbers": _share(sum(map(has_number, told)), count),
        "opening": _opening(passages),
    }
    found |= {name: _cued(told, name, language) if has_cues else None for name in sorted(CUED)}
    alone = sum(stands_alone(text, language) for text in told)
    found["stand_alone"] = _share(alone, count) if has_cues else None
    strong = None if feelings is None else sum(abs(value) >= STRONG_FEELING for value in feelings)
    found["strong_feeling"] = None if strong is None else _share(strong, count)
    return found | _focus(told, keywords)


def good(moments: Sequence[Moment]) -> int:
    """How many moments are worth showing."""
    return sum(one.score >= GOOD for one in moments)


def _share(count: int, of: int) -> float:
    return round(count / of, 3)


def _cued(told: Sequence[str], cue: str, language: str) -> float:
    return _share(sum(holds(text, cue, language) for text in told), len(told))


def _pace(sentences: Sequence[Sentence]) -> float | None:
    """Words a minute while somebody speaks: pauses between sentences are not counted."""
    spoken = [one for one in sentences if one.start is not None and one.end is not None]
    seconds = sum((one.end or 0.0) - (one.start or 0.0) for one in spoken)
    words = sum(len(normal_words(one.text)) for one in spoken)
    return round(60 * words / seconds, 1) if seconds > 0 else None


def _opening(passages: Sequence[Passage]) -> float:
    """The score of the best hook among what comes first."""
    first = [one for one in passages if one.first == 0 or one.place <= EARLY]
    return float(max((one.score for one in hooks(first, 1)), default=0))


def _focus(told: Sequence[str], keywords: Sequence[tuple[str, float]]) -> Measures:
    """Share of the sentences that say the main word, and whether the first tenth does."""
    main = {stem(word) for word in normal_words(keywords[0][0])} if keywords else set[str]()
    says = [bool(main & {stem(word) for word in normal_words(text)}) for text in told]
    early = says[: max(1, round(len(says) * EARLY))]
    return {"main_word": _share(sum(says), len(says)), "main_word_early": 1.0 if any(early) else 0.0}
