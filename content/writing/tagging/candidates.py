"""What could be a tag of a post, and where it comes from: title, author, text, own earlier posts, posts alike."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import regex

from content.writing.tagging.knowledge import Knowledge, Vote, runs, words_of
from content.writing.tagging.subject import HASHTAG, LINK, LONGEST, Example, Subject, normal_tag, written
from trenddrop.core.text.stopwords import stop_words

PARTS = regex.compile(r"\s*(?:[|:()\[\]\"“”–—!?•/]|\s-\s|,\s|\bft\.?\s|\bfeat\.?\s|\bwith\s|\bvs\.?\s)\s*")
TITLE_RUN = 4
TELLING = 200  # words of the text that may become tags
FROM_TEXT = 25
FROM_OWN = 30
FROM_LIKE = 40
JOINED = 4


@dataclass(frozen=True)
class Reading:
    """A subject taken apart once: its words, the parts of its title, what the text says, who votes for what."""

    subject: Subject
    author: str
    title: Sequence[str]
    spelled: Sequence[str]  # the title's words as written
    parts: Sequence[str]
    named: Sequence[str]  # the author's own words
    told: Mapping[str, int]  # runs of the text → how often
    hashtags: frozenset[str]
    capitals: Mapping[str, int]  # runs of the text written with capitals → how often
    votes: Mapping[str, Vote]
    own: Mapping[str, int]
    own_posts: int


def read(subject: Subject, knowledge: Knowledge, *, earlier: Sequence[Example] = ()) -> Reading:
    """Take a subject apart; `earlier` are other posts of the same author."""
    author = normal_tag(subject.author)
    text = LINK.sub(" ", subject.text)
    own = Counter(tag for one in earlier for tag in set(one.tags))
    return Reading(
        subject,
        author,
        words_of(subject.title),
        written(subject.title),
        [part for each in PARTS.split(subject.title) if (part := " ".join(words_of(each)))],
        words_of(subject.author),
        Counter(runs(words_of(text)[:TELLING])),
        frozenset(tag.lower() for tag in HASHTAG.findall(f"{subject.title} {text}")),
        _capitals(written(text)[:TELLING]),
        knowledge.votes(subject, without=author),
        own,
        len(earlier),
    )


def candidates(reading: Reading) -> list[str]:
    """Every candidate once, the title's first."""
    found = dict.fromkeys(_of_title(reading))
    for more in (_of_author(reading), _of_text(reading), _of_own(reading), _of_votes(reading)):
        found |= dict.fromkeys(more)
    return [tag for tag in found if 1 < len(tag) <= LONGEST]


def _of_title(reading: Reading) -> Iterable[str]:
    stops = stop_words("en")
    for run in runs(reading.title, TITLE_RUN):
        words = run.split(" ")
        if len(words) == 1 or not {words[0], words[-1]} <= stops:
            yield run
    yield from reading.parts
    yield " ".join(reading.title)
    yield normal_tag(reading.subject.title)
    for first in reading.parts[:JOINED]:
        for second in reading.parts[:JOINED]:
            if first != second:
                yield f"{first} {second}"
    telling = [word for word in reading.title if word not in stops]
    yield from runs(telling, 2)


def _of_author(reading: Reading) -> Iterable[str]:
    yield reading.author
    yield "".join(reading.named)
    yield " ".join(reading.named)
    yield from runs(reading.named, 2)
    bare = reading.author.removesuffix("vevo").strip()
    yield bare
    yield from (" ".join(regex.findall(r"\p{Lu}?[\p{Ll}\p{N}]+|\p{Lu}+(?!\p{Ll})", reading.subject.author)).lower(),)


def _of_text(reading: Reading) -> Iterable[str]:
    stops = stop_words("en")
    yield from sorted(reading.hashtags)
    ranked = Counter(reading.capitals).most_common(FROM_TEXT)
    yield from (run for run, _count in ranked)
    often = [
        run
        for run, count in Counter(reading.told).most_common(200)
        if count > 1 and not stops.intersection((run.split(" ")[0], run.split(" ")[-1])) and len(run) > 2
    ]
    yield from often[:FROM_TEXT]


def _of_own(reading: Reading) -> Iterable[str]:
    return (tag for tag, _count in Counter(reading.own).most_common(FROM_OWN))


def _of_votes(reading: Reading) -> Iterable[str]:
    ranked = sorted(reading.votes.items(), key=lambda one: (-one[1].weight, one[0]))
    return (tag for tag, _vote in ranked[:FROM_LIKE])


def _capitals(words: Sequence[str]) -> dict[str, int]:
    """Runs of words with capitals: names, mostly."""
    stops = stop_words("en")
    found: Counter[str] = Counter()
    held: list[str] = []
    for word in [*words, ""]:
        if word[:1].isupper() and (held or word.lower() not in stops):
            held.append(word.lower())
            continue
        if held:
            found.update([" ".join(held[:3])])
        held = []
    return found
