"""How likely two names mean one topic: 0–1, with the reason in words. Pure; wrong joins cost more than missed ones.

Words decide: the same words written another way, a plural, the other order, another script's spelling of a name, two
publishers' headlines of one event. Numbers, opposites and words that tell apart ("pro", "women", "trailer") forbid.
Nearness of vectors adds to it only where the embedder sees meaning.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from trends.normalise import Kind, comparison_words, pictures, undressed
from trends.transliteration import script_of, skeleton
from trends.wordlists import (
    CONNECTORS,
    DIRECTED,
    FILLERS,
    NUMBERS,
    OPPOSITES,
    PROPER_PLURALS,
    TELLING_APART,
    UNTOLD,
)

SAME = 0.8  # from here on two names are one topic
HEADLINE_WORDS = 6  # a name of so many words is a sentence, whatever its kind
NAMES = 4  # of a topic that are compared with those of another
SOUNDS_ALONE = 5  # consonants that make one word of another script the same: "रोनाल्डो" is Ronaldo and Ronald
MARKS = 40
PAIRED = 6  # longest words whose pairs are marks
MEANT = 0.90  # cosine of a semantic embedder from which two names may mean one thing
YEAR = ("19", "20")
POSSESSIVE = re.compile(r"(?<=\w)['’]s\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two names are, 0–1, and why."""

    score: float
    reason: str
    is_forbidden: bool = False  # something tells them apart, whatever else is alike

    @property
    def is_same(self) -> bool:
        """Say whether the two are one topic."""
        return self.score >= SAME


@dataclass(frozen=True, slots=True)
class Name:
    """A name made ready to be compared; `words` carry meaning, in order, plurals folded."""

    raw: str  # every word, closed up
    told: frozenset[str]  # every word
    words: tuple[str, ...]
    numbers: frozenset[str]
    sounds: str  # the consonants of all words, closed up
    scripts: frozenset[str]
    pictures: str
    is_sentence: bool
    is_match: bool  # "one vs the other"


def name_of(title: str, kind: Kind | str) -> Name:
    """Return a title made ready."""
    is_headline = Kind(kind) is Kind.HEADLINE
    told = comparison_words(POSSESSIVE.sub("", undressed(title) if is_headline else title))
    counted = [NUMBERS.get(word, word) for word in told]
    words = tuple(singular(word) for word in _meaningful(counted))
    return Name(
        raw="".join(told),
        told=frozenset(told),
        words=words,
        numbers=frozenset(word for word in words if any(map(str.isdigit, word))),
        sounds="".join(skeleton(word) for word in words),
        scripts=frozenset(script for word in words if (script := script_of(word))),
        pictures="" if told else pictures(title),
        is_sentence=is_headline or len(words) >= HEADLINE_WORDS,
        is_match=any(word in CONNECTORS for word in told),
    )


def likeness(one: Name, other: Name, *, cosine: float | None = None) -> Likeness:
    """Compare two names; `cosine` is that of vectors which see meaning, None without such."""
    if one.pictures or other.pictures:
        return _of_pictures(one, other)
    if one.raw == other.raw:
        return Likeness(1.0, "the same name, written another way")
    apart = _apart(one, other)
    if apart:
        return Likeness(0.0, apart, is_forbidden=True)
    found = max(
        (_written_alike(one, other), _reordered(one, other), _sounding_alike(one, other), _told_alike(one, other)),
        key=lambda each: each.score,
    )
    if cosine is not None and cosine >= MEANT and cosine > found.score:
        return Likeness(round(cosine, 3), "close in meaning, by the embedder")
    return found


def best(ones: Sequence[Name], others: Sequence[Name], *, cosine: float | None = None) -> Likeness:
    """Compare topics by their names, the title first: what tells the titles apart tells the topics apart."""
    found = likeness(ones[0], others[0], cosine=cosine)
    if found.is_forbidden or found.is_same:
        return found
    more = (likeness(one, other) for one in ones[:NAMES] for other in others[:NAMES])
    return max([found, *more], key=lambda each: each.score)


def marks(names: Iterable[Name]) -> list[int]:
    """Return what two like topics have in common and few others have: signed 64-bit numbers, at most 40."""
    found = dict.fromkeys(mark for name in names for mark in _marks(name))
    return [_hashed(mark) for mark in list(found)[:MARKS]]


def _marks(name: Name) -> Iterator[str]:
    if name.pictures:
        yield f"p{name.pictures}"
        return
    yield f"={name.raw}"
    yield f"={''.join(name.words)}"
    yield f"s{' '.join(sorted(name.words))}"
    if len(name.sounds) >= 3:
        yield f"~{name.sounds}"
    longest = sorted(set(name.words), key=lambda word: (-len(word), word))[:PAIRED]
    for pair in combinations(sorted(longest), 2):
        yield f"+{' '.join(pair)}"


def _hashed(mark: str) -> int:
    return int.from_bytes(hashlib.blake2b(mark.encode("utf-8", "replace"), digest_size=8).digest(), signed=True)


def _of_pictures(one: Name, other: Name) -> Likeness:
    if one.pictures == other.pictures:
        return Likeness(1.0, "the same emoji")
    return Likeness(0.0, "different emoji" if one.pictures and other.pictures else "emoji and words")


def _apart(one: Name, other: Name) -> str:
    """Return what forbids that two names are one topic, "" when nothing does."""
    mine, theirs = {*one.words, *one.told}, {*other.words, *other.told}
    if one.numbers != other.numbers and not _is_only_a_year(one, other):
        return f"different numbers: {_listed(one.numbers)} and {_listed(other.numbers)}"
    for word in sorted((mine - theirs) & OPPOSITES.keys()):
        if against := OPPOSITES[word] & (theirs - mine):
            return f"opposites: {word} and {min(against)}"
    for word in sorted((mine ^ theirs) & TELLING_APART):
        return f"only one of them says “{word}”"
    return ""


def _is_only_a_year(one: Name, other: Name) -> bool:
    """Say whether one of them only adds the year: "Union Budget 2026"."""
    extra = one.numbers ^ other.numbers
    few, many = sorted((one.numbers, other.numbers), key=len)
    years = all(len(number) == 4 and number.startswith(YEAR) and number.isdigit() for number in extra)
    return years and len(extra) == 1 and few < many and min(len(one.words), len(other.words)) >= 2


def _written_alike(one: Name, other: Name) -> Likeness:
    closed, again = "".join(_without_years(one, other)), "".join(_without_years(other, one))
    if closed != again or not closed:
        return Likeness(0.0, "different words")
    if len(one.words) == len(other.words) == 1 and one.raw.isascii() and not _may_be_plural(one, other):
        return Likeness(0.5, "a name that means something else in the plural")
    return Likeness(0.97, "the same words, but for a plural or a small word")


def _may_be_plural(one: Name, other: Name) -> bool:
    return len(one.words[0]) >= 6 and not {one.raw, other.raw} & PROPER_PLURALS


def _without_years(one: Name, other: Name) -> list[str]:
    extra = one.numbers - other.numbers
    return [word for word in one.words if word not in extra]


def _reordered(one: Name, other: Name) -> Likeness:
    if Counter(one.words) != Counter(other.words):
        return Likeness(0.0, "different words")
    if one.is_match and other.is_match:
        return Likeness(0.97, "the same two sides, the other way round")
    if any(map(is_directed, one.words)):
        return Likeness(0.3, "the same words, but who does it to whom differs")
    enough = 3 if not (one.is_sentence or other.is_sentence) else 4
    return Likeness(0.9 if len(one.words) >= enough else 0.6, "the same words in another order")


def _sounding_alike(one: Name, other: Name) -> Likeness:
    if one.sounds != other.sounds or not one.sounds:
        return Likeness(0.0, "different words")
    if one.scripts.isdisjoint(other.scripts):
        known = "other" not in one.scripts | other.scripts
        enough = known and len(one.sounds) >= (4 if len(one.words) + len(other.words) > 2 else SOUNDS_ALONE)
        return Likeness(0.9 if enough else 0.5, "the same name in another script")
    return _spelt_alike(one, other)


def _spelt_alike(one: Name, other: Name) -> Likeness:
    """Compare names of one script that sound alike: one word may be spelt otherwise when others hold the name."""
    changed = [(a, b) for a, b in zip(one.words, other.words, strict=False) if a != b]
    if len(one.words) != len(other.words) or len(changed) != 1:
        return Likeness(0.5, "sounds alike")
    a, b = changed[0]
    if len(one.words) == 1:
        same = len(a) >= 6 and _undoubled(a) == _undoubled(b)
    else:
        same = len(skeleton(a)) >= 2 and min(len(a), len(b)) >= 5 and a[0] == b[0]
    return Likeness(0.88 if same else 0.5, f"another spelling of “{a}”")


def _undoubled(word: str) -> str:
    return "".join(char for place, char in enumerate(word) if word[place - 1 : place] != char)


def _told_alike(one: Name, other: Name) -> Likeness:
    """Compare two headlines of one event, or a name with the headline it is short for."""
    if not (one.is_sentence or other.is_sentence):
        return Likeness(0.0, "different words")
    mine, theirs = set(one.words), set(other.words)
    both = mine & theirs
    if len(both) < 3:
        return Likeness(0.0, "too few words in common")
    if _is_turned_round(one, other):
        return Likeness(0.0, "who does it to whom differs")
    shared, here, there = _weight(both), _weight(mine - both), _weight(theirs - both)
    if one.is_sentence and other.is_sentence:
        swapped = min(here, there)
        score = (2 * shared / (2 * shared + here + there)) - swapped / (shared + swapped)
        return Likeness(round(max(0.0, score), 3), f"headlines that share {len(both)} of their words")
    whole = min(here, there) == 0
    coverage = shared / (shared + max(here, there))
    return Likeness(round(coverage, 3) if whole else 0.0, "the headline says the whole name and little else")


def _is_turned_round(one: Name, other: Name) -> bool:
    """Say whether what stands before the deed in one stands after it in the other: "India beat England"."""
    deed = next((word for word in one.words if is_directed(word) and word in other.words), None)
    if deed is None:
        return False
    before, after = _around(deed, one.words)
    again_before, again_after = _around(deed, other.words)
    return bool(before & again_after) and bool(after & again_before)


def _around(deed: str, words: tuple[str, ...]) -> tuple[set[str], set[str]]:
    place = words.index(deed)
    return set(words[:place]), set(words[place + 1 :])


def _weight(words: Iterable[str]) -> float:
    return sum(map(_worth, words))


@lru_cache(maxsize=65536)
def is_directed(word: str) -> bool:
    """Say whether a word has a doer and a done-to: "beat", "beats", "defeated"."""
    return bool({word, word.removesuffix("ed"), word.removesuffix("d"), word.removesuffix("ing")} & DIRECTED)


@lru_cache(maxsize=65536)
def _worth(word: str) -> float:
    if word in UNTOLD:
        return 0.2
    return 1.0 if len(word) > 3 or any(map(str.isdigit, word)) else 0.7


def _meaningful(words: Sequence[str]) -> list[str]:
    kept = [word for word in words if word not in FILLERS and word not in CONNECTORS]
    return kept or list(words)


@lru_cache(maxsize=65536)
def singular(word: str) -> str:
    """Fold an English plural or the -s of a verb: the result is compared, never shown."""
    if not word.isascii() or not word.isalpha() or len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "xes", "zzes")) or (word.endswith("ches") and not word.endswith("aches")):
        return word[:-2]
    return word.removesuffix("s")


def _listed(numbers: Iterable[str]) -> str:
    return ", ".join(sorted(numbers)) or "none"
