"""What posts with tags teach: who uses a tag, how often words become one, and which posts are alike."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from content.writing.tagging.subject import LINK, Example, Subject, normal_tag, written
from trenddrop.core.text.stopwords import stop_words

NEIGHBOURS = 20
LONGEST_RUN = 3
TOLD = 120  # words of the text beside the title that say which posts are alike
TOO_COMMON = 0.2  # of the posts: a word of more says nothing about likeness


@dataclass(frozen=True)
class Vote:
    """What the posts alike say of a tag: their likeness summed, how many, of how many makers, and the nearest one."""

    weight: float = 0.0
    posts: int = 0
    authors: int = 0
    nearest: float = 0.0
    like: str = ""


@dataclass
class Knowledge:
    """Examples, indexed. `without` in the questions names an author whose own posts do not count."""

    examples: Sequence[Example]
    users: dict[str, Counter[str]] = field(init=False)  # tag → author → posts
    chosen: dict[str, dict[str, list[int]]] = field(init=False)  # run of a title → author → posts, of them with the tag
    by_author: dict[str, list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self.users, self.chosen, self.by_author = defaultdict(Counter), defaultdict(dict), defaultdict(list)
        for place, one in enumerate(self.examples):
            author = normal_tag(one.subject.author)
            self.by_author[author].append(place)
            mine = frozenset(one.tags)
            for tag in mine:
                self.users[tag][author] += 1
            for run in set(runs(words_of(one.subject.title))):
                seen = self.chosen[run].setdefault(author, [0, 0])
                seen[0] += 1
                seen[1] += run in mine

    def authors_of(self, tag: str, *, without: str) -> int:
        """How many others use a tag."""
        users = self.users.get(tag)
        return 0 if users is None else len(users) - (without in users)

    def rate(self, run: str, *, without: str) -> tuple[float, int]:
        """The share of others who, with these words in a title, made them a tag; and how many they are."""
        told = [(n, hits) for author, (n, hits) in self.chosen.get(run, {}).items() if author != without]
        return sum(hits / n for n, hits in told), len(told)

    def votes(self, subject: Subject, *, without: str) -> dict[str, Vote]:
        """The tags of the posts most alike."""
        found: dict[str, list[tuple[float, Subject]]] = defaultdict(list)
        for place, likeness in self.neighbours(subject, without=without):
            one = self.examples[place]
            for tag in set(one.tags):
                found[tag].append((likeness, one.subject))
        return {tag: _vote(told) for tag, told in found.items()}

    def neighbours(self, subject: Subject, *, without: str) -> list[tuple[int, float]]:
        """The posts most alike with their likeness 0..1, the most alike first."""
        mine = self._vector(terms(subject))
        near: defaultdict[int, float] = defaultdict(float)
        for term, weight in mine.items():
            for place, other in self.postings.get(term, ()):
                near[place] += weight * other
        own = set(self.by_author.get(without, ()))
        others = ((place, value) for place, value in near.items() if place not in own)
        return sorted(others, key=lambda one: (-one[1], one[0]))[:NEIGHBOURS]

    @cached_property
    def rarity(self) -> dict[str, float]:
        """The weight of each term: the rarer the higher."""
        shared: Counter[str] = Counter()
        for one in self.examples:
            shared.update(set(terms(one.subject)))
        total = len(self.examples)
        return {term: 1 + math.log((1 + total) / (1 + count)) for term, count in shared.items()}

    @cached_property
    def postings(self) -> dict[str, list[tuple[int, float]]]:
        """Term → the posts that hold it, with their weights."""
        found: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, one in enumerate(self.examples):
            for term, weight in self._vector(terms(one.subject)).items():
                found[term].append((place, weight))
        most = max(10, TOO_COMMON * len(self.examples))
        return {term: places for term, places in found.items() if len(places) <= most}

    def _vector(self, counted: Counter[str]) -> dict[str, float]:
        raw = {t: (1 + math.log(n)) * self.rarity[t] for t, n in counted.items() if t in self.rarity}
        length = math.sqrt(sum(value * value for value in raw.values())) or 1.0
        return {term: value / length for term, value in raw.items()}

    def earlier(self, subject: Subject) -> list[Example]:
        """The author's other posts."""
        posts = (self.examples[place] for place in self.by_author.get(normal_tag(subject.author), ()))
        return [one for one in posts if one.subject != subject]


def _vote(told: Sequence[tuple[float, Subject]]) -> Vote:
    """Count the votes for one tag, the nearest post's first."""
    weights, authors = [weight for weight, _subject in told], {subject.author for _weight, subject in told}
    return Vote(sum(weights), len(told), len(authors), weights[0], told[0][1].title)


def words_of(text: str) -> list[str]:
    """The words of a text in small letters."""
    return [word.lower() for word in written(text)]


def runs(words: Sequence[str], longest: int = LONGEST_RUN) -> list[str]:
    """Every run of one to `longest` words, as one text each."""
    return [" ".join(words[at : at + size]) for size in range(1, longest + 1) for at in range(len(words) - size + 1)]


def terms(subject: Subject) -> Counter[str]:
    """What likeness is measured by: words and pairs of words that say something; the title counts twice."""
    stops = stop_words("en")
    title = [word for word in words_of(f"{subject.title} . {subject.author}") if word not in stops and len(word) > 1]
    told = [word for word in words_of(LINK.sub(" ", subject.text))[:TOLD] if word not in stops and len(word) > 1]
    return Counter([*runs(title, 2), *runs(told, 2)])
