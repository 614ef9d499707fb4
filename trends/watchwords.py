"""What the keywords of watches mean, and an index that tells in one reading of a text which of thousands it says.

A keyword meets every form of itself: "monsoon skincare", "#MonsoonSkincare" and "Monsoon-Skincare" are one. It is met
by whole words that stand side by side, never by a part of a word ("therapist" is not in "the rapist"); scripts
without spaces are read sign by sign. A leading minus leaves out.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import regex

from trends.normalise import Kind, comparison_words, normalise

START = 3  # signs by which a run of words is known to lead nowhere
REMEMBERED = 16_384  # texts; the same names come back at every poll
UNSPACED = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]|"
    r"[^\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]+"
)
MINUS = ("-", "−", "–")
TAG = regex.compile(r"[#＃][\p{L}\p{M}\p{N}_]+")


@dataclass(frozen=True, slots=True)
class Keyword:
    """One keyword: its text without the minus, the key under which all its forms meet, whether it leaves out.

    `is_one_word`: only a word, a hashtag or a whole name meets it, not two words that happen to close up to it.
    """

    text: str
    key: str
    leaves_out: bool = False
    is_one_word: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """Which keyword a topic says, and whether it is called so or only spoken of so."""

    keyword: str
    is_name: bool


def read(typed: str) -> Keyword:
    """Read a keyword as people type it; its key is "" when it says nothing."""
    text = typed.strip()
    leaves_out = text.startswith(MINUS)
    text = text.lstrip("".join(MINUS)).strip() if leaves_out else text
    is_one_word = len(words_of(text)) == 1 and not text.startswith(("#", "@"))
    return Keyword(text, key_of(text), leaves_out, is_one_word)


def key_of(text: str) -> str:
    """Return the key of a keyword: its words closed up; of emoji alone, the emoji."""
    return "".join(words_of(text)) or normalise(text, Kind.KEYWORD)


@lru_cache(maxsize=REMEMBERED)
def words_of(text: str) -> tuple[str, ...]:
    """Return a text's words as keywords are compared: lower case, singular, unspaced scripts sign by sign."""
    return tuple(part for word in comparison_words(text) for part in UNSPACED.findall(_singular(word)))


def _singular(word: str) -> str:
    """Fold the plural of English words; other scripts stay."""
    if not word.isascii() or len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word.removesuffix("s")


Keys = dict[str, bool]  # what texts say → whether as one word, one hashtag or a whole name


@dataclass(slots=True)
class Index:
    """Keywords of many watches, upside down: from a key to the watches that want it, or want to be spared it."""

    wanted: dict[str, list[tuple[uuid.UUID, Keyword]]] = field(default_factory=dict)
    starts: set[str] = field(default_factory=set)
    longest: int = 0

    @classmethod
    def of(cls, watches: Mapping[uuid.UUID, Iterable[str]]) -> "Index":
        """Build the index of what watches were given as keywords."""
        index = cls()
        for watch, keywords in watches.items():
            for keyword in filter(lambda one: one.key, map(read, keywords)):
                index.wanted.setdefault(keyword.key, []).append((watch, keyword))
                index.starts.add(keyword.key[:START])
                index.longest = max(index.longest, len(keyword.key))
        return index

    def met(self, names: Sequence[str], context: Sequence[str]) -> tuple[dict[uuid.UUID, Said], set[uuid.UUID]]:
        """Return which watches a topic meets by which keyword, and which want to be spared it.

        A name counts before what is said about it, a longer keyword before a shorter one.
        """
        found: dict[uuid.UUID, Said] = {}
        spared: set[uuid.UUID] = set()
        for is_name, texts in ((True, names), (False, context)):
            keys = self._keys(texts)
            for key in sorted(keys, key=lambda one: (-len(one), one)):
                for watch, keyword in self.wanted[key]:
                    if keyword.is_one_word and not keys[key]:
                        continue
                    if keyword.leaves_out:
                        spared.add(watch)
                    else:
                        found.setdefault(watch, Said(keyword.text, is_name))
        return {watch: said for watch, said in found.items() if watch not in spared}, spared

    def _keys(self, texts: Iterable[str]) -> Keys:
        keys: Keys = {}
        for text in texts:
            self._read(text, keys)
            for tag in TAG.findall(text) if "#" in text or "＃" in text else ():
                self._read(tag, keys)
        return keys

    def _read(self, text: str, keys: Keys) -> None:
        words = words_of(text)
        if not words and (key := normalise(text, Kind.KEYWORD)) in self.wanted:
            keys[key] = True
        is_closed = len(text.split()) == 1
        for start in range(len(words)):
            run = ""
            for end in range(start, len(words)):
                run += words[end]
                if len(run) > self.longest or (len(run) >= START and run[:START] not in self.starts):
                    break
                if run in self.wanted:
                    is_whole = is_closed or end == start or end - start + 1 == len(words)
                    keys[run] = keys.get(run, False) or is_whole
