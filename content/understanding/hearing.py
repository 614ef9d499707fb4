"""What was said, laid out so that hundreds of topics can be looked for in hours of speech."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from trenddrop.core.text.sentences import Sentence
from trenddrop.core.text.stopwords import stop_words
from trenddrop.core.text.tokens import Token, stem, tokens

NEIGHBOURS = 1  # sentences before and after that may complete a headline
HEADLINE_COVERAGE = 0.5
FEWEST_HEADLINE_WORDS = 3
HESITATION = 1.0  # seconds
FEWEST_SQUASHED = 6  # letters of a hashtag that may be matched against words run together
MOST_SQUASHED = 4  # words
COMPOUND_ENDS = ("care", "wear")  # "skincare" is spoken of where somebody speaks of skin
FEWEST_BEFORE_END = 4  # letters


@dataclass(frozen=True)
class Evidence:
    """The words that met the topic, the second at which they are said (None for plain text), and the sentence."""

    words: str
    at: float | None
    sentence: str


@dataclass(frozen=True)
class Name:
    """One way a topic is called: its telling stems in order and how rare each is.

    `verbatim`: the stems are all its words; `known`: it is in the gazetteer.
    """

    stems: tuple[str, ...]
    rarity: tuple[float, ...]
    squashed: str
    headline: bool
    verbatim: bool = False
    known: bool = False


@dataclass(frozen=True)
class _Said:
    """A sentence as stems, and which of its words are telling."""

    sentence: Sentence
    tokens: tuple[Token, ...]
    stems: tuple[str, ...]
    telling: tuple[int, ...]


@dataclass(frozen=True)
class _Place:
    """Words `first` to `last` of a sentence."""

    said: _Said
    first: int
    last: int

    def evidence(self) -> Evidence:
        text, spoken = self.said.sentence.text, self.said.tokens
        words = text[spoken[self.first].start : spoken[self.last].end]
        return Evidence(words, self.said.sentence.second_of(spoken[self.first].start), text)


class Recording:
    """The sentences of a recording with an index of their words."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        self._said = [_said(sentence) for sentence in sentences]
        self._joined = list(_across_pauses(self._said))
        self._where = _index(self._said)
        self._where_joined = _index(self._joined)
        self._squashed = _squashed(self._said)

    def hear(self, name: Name) -> list[Evidence]:
        """Where the name is said: its words in order with at most stop words between, or run together."""
        found = self._in_order(name, self._said, self._where)
        if not found and len(name.squashed) >= FEWEST_SQUASHED:
            found = [
                place
                for place in self._squashed.get(name.squashed, [])
                if place.last > place.first or len(name.stems) == 1
            ]
        found = found or self._in_order(name, self._joined, self._where_joined)
        return [place.evidence() for place in found]

    def hear_apart(self, name: Name) -> list[Evidence]:
        """The sentences that say all of a name's words in any order: weaker than the name, but about the same."""
        said = [ways(word) for word in name.stems]
        numbers = set.intersection(*({n for way in each for n in self._where.get(way, ())} for each in said))
        wanted = {way: 1.0 for each in said for way in each}
        return [_words_heard([self._said[n]], wanted)[0] for n in sorted(numbers)]

    def hear_headline(self, name: Name) -> tuple[float, list[Evidence]]:
        """How much of a headline's rarity stands within neighbouring sentences, and where."""
        rare = dict(zip(name.stems, name.rarity, strict=True))
        total, best, evidence = sum(rare.values()), 0.0, list[Evidence]()
        for n in sorted({place for word in rare for place in self._where.get(word, ())}):
            window = self._said[max(0, n - NEIGHBOURS) : n + NEIGHBOURS + 1]
            heard = {word for each in window for word in each.stems if word in rare}
            coverage = sum(rare[word] for word in heard) / total
            enough = len(heard) >= FEWEST_HEADLINE_WORDS and sum(rare[word] >= 1 for word in heard) >= 2
            if enough and coverage >= HEADLINE_COVERAGE and coverage > best:
                best, evidence = coverage, _words_heard(window, rare)
        return best, evidence

    @staticmethod
    def _in_order(name: Name, said: Sequence[_Said], where: Mapping[str, set[int]]) -> list[_Place]:
        numbers = set.intersection(*(where.get(word, set()) for word in name.stems))
        return [place for n in sorted(numbers) if (place := _in_sentence(name, said[n]))]


def squash(token: Token) -> str:
    """A word as it stands in a hashtag."""
    return token.normal.replace("'", "").replace("-", "")


def _said(sentence: Sentence) -> _Said:
    spoken = tuple(tokens(sentence.text))
    telling = tuple(n for n, token in enumerate(spoken) if token.normal not in stop_words("en"))
    return _Said(sentence, spoken, tuple(stem(token.normal) for token in spoken), telling)


def ways(word: str) -> tuple[str, ...]:
    """A word, and the part of a compound that may stand for it."""
    ends = [word.removesuffix(end) for end in COMPOUND_ENDS if word.endswith(end)]
    return (word, *(part for part in ends if len(part) >= FEWEST_BEFORE_END))


def _across_pauses(said: Sequence[_Said]) -> Iterator[_Said]:
    """Neighbouring spoken sentences as one: a speaker may hesitate inside a name."""
    for first, second in pairwise(said):
        before, after = first.sentence.end, second.sentence.start
        if before is not None and after is not None and after - before < HESITATION:
            text = f"{first.sentence.text} {second.sentence.text}"
            yield _said(Sentence(text, first.sentence.start, second.sentence.end))


def _index(said: Sequence[_Said]) -> dict[str, set[int]]:
    where: dict[str, set[int]] = {}
    for n, each in enumerate(said):
        for word in each.stems:
            where.setdefault(word, set()).add(n)
    return where


def _squashed(said: Sequence[_Said]) -> dict[str, list[_Place]]:
    places: dict[str, list[_Place]] = {}
    for each in said:
        parts = [squash(token) for token in each.tokens]
        for first in range(len(parts)):
            for last in range(first, min(first + MOST_SQUASHED, len(parts))):
                joined = "".join(parts[first : last + 1])
                if len(joined) >= FEWEST_SQUASHED:
                    places.setdefault(joined, []).append(_Place(each, first, last))
    return places


def _in_sentence(name: Name, each: _Said) -> _Place | None:
    length = len(name.stems)
    numbers = tuple(range(len(each.tokens))) if name.verbatim else each.telling
    for at in range(len(numbers) - length + 1):
        run = numbers[at : at + length]
        if tuple(each.stems[n] for n in run) == name.stems and run[-1] - run[0] < length + (0 if name.verbatim else 2):
            return _Place(each, run[0], run[-1])
    return None


def _words_heard(window: Sequence[_Said], rare: Mapping[str, float]) -> list[Evidence]:
    found = []
    for each in window:
        at = [n for n, word in enumerate(each.stems) if word in rare]
        if at:
            words = " … ".join(dict.fromkeys(each.tokens[n].text for n in at))
            found.append(Evidence(words, each.sentence.second_of(each.tokens[at[0]].start), each.sentence.text))
    return found
