"""What field a text is about, by a table of words (niches.toml) in English, Hindi and Hinglish."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from trends.normalise import comparison_words

PATH = Path(__file__).with_name("niches.toml")
LONGEST = 3  # words of a phrase
STRONG, WEAK, BESIDES = (
    0.7,
    0.3,
    0.45,
)  # a telling word, one that says little alone, and the share of what is said about
IRREGULAR = {"teeth": "tooth", "feet": "foot", "children": "child", "women": "woman", "men": "man", "mice": "mouse"}
JOINED = 5  # letters of a word found at an end of a longer one, as in #monsoonskincare


@dataclass(frozen=True)
class Niche:
    """A field: how it is called in a sentence, which fields lie near, and whether nothing playful is written of it."""

    key: str
    label: str
    near: frozenset[str]
    is_sensitive: bool = False


Stems = tuple[str, ...]


def stems(text: str) -> Stems:
    """Return the words of a text without their English plural, in order."""
    return tuple(stem(word) for word in comparison_words(text))


@cache
def stem(word: str) -> str:
    """Fold the plural of English words, so that "ceramides" meets "ceramide"; other scripts stay."""
    if word in IRREGULAR:
        return IRREGULAR[word]
    if not word.isascii() or len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word.removesuffix("s")


@cache
def niches() -> Mapping[str, Niche]:
    """Return every field by its key."""
    return {
        key: Niche(key, row["label"], frozenset(row["near"]), row.get("is_sensitive", False))
        for key, row in _table().items()
    }


def of_topic(named: Iterable[Stems], besides: Iterable[Stems] = ()) -> dict[str, float]:
    """Return how far (0–1) a topic is of each field: by what it is called, and less by what is said about it."""
    missing: dict[str, float] = {}
    for texts, share in ((named, 1.0), (besides, BESIDES)):
        for niche, weight in _found(texts):
            missing[niche] = missing.get(niche, 1.0) * (1 - share * weight)
    return {niche: 1 - left for niche, left in missing.items() if left < 1}


def of_brand(industry: str, keywords: Sequence[str], besides: Sequence[str] = ()) -> dict[str, float]:
    """Return how far (0–1) a brand is of each field: by its industry's name, its keywords, what else it says."""
    missing: dict[str, float] = {}
    for niche in _called(stems(industry)):
        missing[niche] = 0.0
    said = [*((stems(text), 0.5) for text in keywords), *((stems(text), 0.25) for text in [industry, *besides])]
    for words, share in said:
        for niche in _names().get(words, ()):
            missing[niche] = missing.get(niche, 1.0) * (1 - share)
        for niche, weight in _found([words]):
            missing[niche] = missing.get(niche, 1.0) * (1 - share * weight)
    return {niche: 1 - left for niche, left in missing.items() if 1 - left >= 0.3}


def named(text: str) -> set[str]:
    """Return the fields that a text calls by their name ("no politics")."""
    return set(_called(stems(text)))


def sensitive(found: Mapping[str, float], *, least: float = 0.6) -> Niche | None:
    """Return the sensitive field a topic is clearly of, if any."""
    clear = [key for key, share in found.items() if share >= least and niches()[key].is_sensitive]
    return niches()[max(clear, key=lambda key: found[key])] if clear else None


def _found(texts: Iterable[Stems]) -> Iterator[tuple[str, float]]:
    """Yield each field's words found, each word once."""
    words = _words()
    seen: set[Stems] = set()
    for text in texts:
        for phrase in _phrases(text):
            if phrase in words and phrase not in seen:
                seen.add(phrase)
                yield from words[phrase]


def _phrases(text: Stems) -> Iterator[Stems]:
    single = _words()
    for start, word in enumerate(text):
        for length in range(LONGEST, 0, -1):
            if start + length <= len(text):
                yield text[start : start + length]
        if len(word) >= JOINED + 3 and (word,) not in single:
            yield from _inside(word)


@cache
def _inside(word: str) -> tuple[Stems, ...]:
    """Return the words found at the ends of a long one, the longest first: hashtags are often written together."""
    words = _words()
    ends = [(cut, side) for cut in range(len(word) - 1, JOINED - 1, -1) for side in (word[:cut], word[-cut:])]
    return tuple((side,) for _cut, side in ends if (side,) in words)[:2]


def _called(text: Stems) -> Iterator[str]:
    """Yield the fields a text calls by name; a name of several fields ("coaching") counts where no other does."""
    called = _names()
    places = [text[start : start + length] for start in range(len(text)) for length in range(1, LONGEST + 1)]
    found = [called[place] for place in dict.fromkeys(places) if place in called]
    clear = [keys for keys in found if len(keys) == 1]
    yield from dict.fromkeys(key for keys in clear or found for key in keys)


@cache
def _words() -> Mapping[Stems, tuple[tuple[str, float], ...]]:
    found: dict[Stems, dict[str, float]] = {}
    for key, row in _table().items():
        for weight, lines in ((WEAK, row["weak"]), (STRONG, row["words"])):
            for line in lines:
                words = stems(line)
                for form in {words, ("".join(words),)} if len(words) > 1 else {words}:
                    found.setdefault(form, {})[key] = weight
    return {words: tuple(fields.items()) for words, fields in found.items()}


@cache
def _names() -> Mapping[Stems, tuple[str, ...]]:
    found: dict[Stems, list[str]] = {}
    for key, row in _table().items():
        for name in row["called"]:
            found.setdefault(stems(name), []).append(key)
    return {name: tuple(keys) for name, keys in found.items()}


@cache
def _table() -> dict[str, dict[str, Any]]:
    return tomllib.loads(PATH.read_text(encoding="utf-8"))
