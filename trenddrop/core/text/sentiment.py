"""How a text feels. English only (VADER); for other languages the answer is None, not 0."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from trenddrop.core.text.data import lines
from trenddrop.core.text.tokens import normal_words, stem

ENOUGH_EMOTION_WORDS = 2
EMOTION_CONFIDENCE = 0.4  # words without their context; said so wherever it is shown


@dataclass(frozen=True)
class Sentiment:
    """-100 (bitter) to 100 (delighted), and the same per sentence; confidence 0..1."""

    score: int
    per_sentence: tuple[int, ...]
    confidence: float


def score(sentences: Sequence[str], language: str) -> Sentiment | None:
    """The mean over sentences that feel anything, damped by how few do (long texts saturate when read whole)."""
    if not language.startswith("en") or not sentences:
        return None
    each = [100 * float(_analyser().polarity_scores(sentence)["compound"]) for sentence in sentences]
    felt = [value for value in each if abs(value) >= 5]
    share = len(felt) / len(each)
    mean = sum(felt) / len(felt) if felt else 0.0
    confidence = round(min(0.8, 0.35 + 0.05 * len(each)), 2)
    return Sentiment(round(mean * (0.4 + 0.6 * share)), tuple(map(round, each)), confidence)


def emotions(text: str, language: str) -> dict[str, float]:
    """Share 0..1 of each emotion among the emotion words, from a short English lexicon; empty when it can't tell."""
    if not language.startswith("en"):
        return {}
    found = Counter(_lexicon()[word] for raw in normal_words(text) if (word := stem(raw)) in _lexicon())
    total = sum(found.values())
    if total < ENOUGH_EMOTION_WORDS:
        return {}
    return {emotion: round(count / total, 2) for emotion, count in found.most_common()}


@cache
def _lexicon() -> dict[str, str]:
    rows = (line.split("|", 1) for line in lines("emotions_en"))
    return {stem(word): emotion.strip() for emotion, rest in rows for word in rest.split()}


@cache
def _analyser() -> SentimentIntensityAnalyzer:
    return SentimentIntensityAnalyzer()
