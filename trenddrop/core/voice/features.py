"""What can be measured of how a text is written, whatever it is about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import regex
from numpy.typing import NDArray

from trenddrop.core.text.sentences import BREAK
from trenddrop.core.text.tokens import APOSTROPHES, Token, tokens
from trenddrop.core.voice import lists

EMOJI = regex.compile(r"\p{Extended_Pictographic}(?:[\ufe0f\u200d]|\p{Emoji_Modifier}|\p{Extended_Pictographic})*")
ONE_EMOJI = regex.compile(
    r"\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]*(?:\u200d\p{Extended_Pictographic}\ufe0f?)*"
)
HASHTAG = regex.compile(r"(?<![\w&])#[\p{L}\p{M}\p{N}_]+")
ADDRESS = regex.compile(r"https?://\S+|www\.\S+|@[\w.]+")
PARTS = regex.compile(
    r"(?<=[.!?…।][\"'”’)\]]*)\s+|\s*\n\s*|(?<=\p{Extended_Pictographic}[\ufe0f\u200d\p{Emoji_Modifier}]*)\s+(?=\p{Lu})"
)
CONTRACTED = regex.compile(
    r"\b\p{L}+(?:n't|'re|'ve|'ll|'m|'d)\b|\b(?:it|that|there|he|she|what|who|let|here)'s\b", regex.I
)
LONG_FORM = regex.compile(
    r"\b(?:do|does|did|is|are|was|were|have|has|had|would|could|should|can|will)\s?not\b"
    r"|\b(?:i am|it is|that is|there is|we are|they are|you are|i have|we have|i will|we will)\b",
    regex.I,
)
STRETCHED = regex.compile(r"(\p{L})\1{2,}|[!?]{2,}")
DEVANAGARI = regex.compile(r"\p{Devanagari}")
LOWER_START = regex.compile(r"^[\"'“‘(]*\p{Ll}")
SHORT, LONG_WORD = 3, 7


@dataclass(frozen=True)
class Reading:
    """A text taken apart once."""

    text: str

    @cached_property
    def plain(self) -> str:
        """The text with straight apostrophes, and without hashtags and addresses."""
        return HASHTAG.sub(" ", ADDRESS.sub(" ", self.text.translate(APOSTROPHES))).strip()

    @cached_property
    def tokens(self) -> list[Token]:
        """The words that are not hashtags."""
        return tokens(self.plain)

    @cached_property
    def words(self) -> list[str]:
        """The words in small letters."""
        return [token.normal for token in self.tokens]

    @cached_property
    def sentences(self) -> list[str]:
        """The sentences with at least one word: divided at full stops, emoji before a capital, and ends of lines."""
        parts = [part for whole in BREAK.split(self.plain) if whole for part in PARTS.split(whole) if part]
        return [part for part in parts if tokens(part)] or [self.plain]

    @cached_property
    def emoji(self) -> list[str]:
        """The emoji, each as often as it stands."""
        return ONE_EMOJI.findall(self.text)

    @cached_property
    def hashtags(self) -> list[str]:
        """The hashtags with their sign."""
        return HASHTAG.findall(self.text)

    def share(self, listed: frozenset[str]) -> float:
        """How many of a hundred words are on a list."""
        return 100 * sum(word in listed for word in self.words) / max(1, len(self.words))

    def each(self, pattern: str) -> float:
        """How often a sign stands in a sentence, on average."""
        return len(regex.findall(pattern, self.plain)) / len(self.sentences)

    def hundred(self, count: int) -> float:
        """A count, for each hundred words."""
        return 100 * count / max(1, len(self.words))

    def part(self, test: Callable[[str], bool]) -> float:
        """Which part of the sentences a test holds for."""
        return sum(map(test, self.sentences)) / len(self.sentences)


Measure = Callable[[Reading], float]


def _lengths(reading: Reading) -> list[int]:
    return [len(tokens(sentence)) for sentence in reading.sentences]


def _letters(reading: Reading) -> float:
    return float(np.mean([len(word) for word in reading.words] or [0]))


# Each measure with a power that tames its tail; counts for a hundred words unless said otherwise.
MEASURES: dict[str, tuple[Measure, float]] = {
    "sentence_words": (lambda r: float(np.mean(_lengths(r))), 0.5),
    "sentence_spread": (lambda r: float(np.std(_lengths(r))), 0.5),
    "word_letters": (_letters, 1.0),
    "words": (lambda r: float(len(r.words)), 0.5),
    "exclamations": (lambda r: r.each("!"), 0.5),
    "questions": (lambda r: r.each(r"\?"), 0.5),
    "ellipses": (lambda r: r.each(r"\.\.\.|…"), 0.5),
    "commas": (lambda r: r.hundred(len(regex.findall(",", r.plain))), 0.5),
    "clauses": (lambda r: r.hundred(len(regex.findall("[;:]", r.plain))), 0.5),
    "dashes": (lambda r: r.hundred(len(regex.findall("[–—]| - ", r.plain))), 0.5),
    "brackets": (lambda r: r.hundred(len(regex.findall(r"[(\[\"“]", r.plain))), 0.5),
    "numbers": (lambda r: r.hundred(sum(word[0].isdigit() for word in r.words)), 0.5),
    "emoji": (lambda r: r.hundred(len(r.emoji)), 0.5),
    "hashtags": (lambda r: float(len(r.hashtags)), 0.5),
    "capitals": (lambda r: r.hundred(sum(len(t.text) > 2 and t.text.isupper() for t in r.tokens)), 0.5),
    "lower_starts": (lambda r: r.part(lambda s: bool(LOWER_START.match(s))), 1.0),
    "fragments": (lambda r: r.part(lambda s: len(tokens(s)) <= SHORT), 1.0),
    "lines": (lambda r: len(regex.findall("\n", r.text.strip())) / len(r.sentences), 0.5),
    "stretched": (lambda r: r.each(STRETCHED.pattern), 0.5),
    "contractions": (lambda r: r.hundred(len(CONTRACTED.findall(r.plain))), 0.5),
    "long_forms": (lambda r: r.hundred(len(LONG_FORM.findall(r.plain))), 0.5),
    "i": (lambda r: r.share(lists.I_WORDS), 0.5),
    "we": (lambda r: r.share(lists.WE_WORDS), 0.5),
    "you": (lambda r: r.share(lists.YOU_WORDS), 0.5),
    "hinglish": (lambda r: r.share(lists.hinglish_words()), 0.5),
    "devanagari": (lambda r: r.hundred(sum(bool(DEVANAGARI.search(w)) for w in r.words)), 0.5),
    "casual": (lambda r: r.share(lists.CASUAL), 0.5),
    "formal": (lambda r: r.share(lists.FORMAL), 0.5),
    "hedges": (lambda r: r.share(lists.HEDGES), 0.5),
    "sales": (lambda r: r.share(lists.SALES), 0.5),
    "abstract": (lambda r: r.hundred(sum(w.endswith(lists.ENDINGS) for w in r.words)), 0.5),
    "long_words": (lambda r: r.hundred(sum(len(w) >= LONG_WORD for w in r.words)), 0.5),
    "function_words": (lambda r: r.share(lists.function_words()), 1.0),
}
NAMES = tuple(MEASURES)


def measures(text: str) -> NDArray[np.float64]:
    """The measures as they are told to people, in the order of NAMES."""
    reading = Reading(text)
    return np.array([measure(reading) for measure, _power in MEASURES.values()], dtype=np.float64)


def tamed(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """The measures as they are compared: long tails drawn in."""
    powers = np.array([power for _measure, power in MEASURES.values()])
    return np.asarray(rows**powers, dtype=np.float64)


def masked(text: str) -> str:
    """The text without its subject: words that carry no voice become a star, figures a nought."""
    held = lists.function_words()
    out, at = [], 0
    text = ADDRESS.sub("@", text.translate(APOSTROPHES))
    for token in tokens(text):
        out += [text[at : token.start], token.text.lower() if token.normal in held else _star(token)]
        at = token.end
    return "".join([*out, text[at:]])


def _star(token: Token) -> str:
    if token.text[0].isdigit():
        return "0"
    return "A*" if token.text.isupper() and len(token.text) > 1 else "*"


def rows_of(texts: Sequence[str]) -> NDArray[np.float64]:
    """One row of measures for each text."""
    return np.stack([measures(text) for text in texts]) if texts else np.zeros((0, len(NAMES)))
