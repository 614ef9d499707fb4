"""Hashtags to offer for a post, each with what speaks for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from content.writing import hashtags
from content.writing.tagging.candidates import Reading, read
from content.writing.tagging.model import Tagger
from content.writing.tagging.subject import Example, Subject, written
from trenddrop.core.text.tokens import stem

LEAST_CHANCE = 0.15
RULE_CHANCE = 0.35  # the rule's points are no chances; below this it only guesses
SURE = 0.3  # from here on a tag is good enough to be set without anybody looking
OTHERS = 2  # makers who use a tag that is not said: one may be wrong


class Why(StrEnum):
    """What speaks for a tag."""

    LIVE = "live"
    AUTHOR = "author"
    PART = "part"
    TITLE = "title"
    HASHTAG = "hashtag"
    SAID = "said"
    WORDS = "words"
    EARLIER = "earlier"
    ALIKE = "alike"


@dataclass(frozen=True)
class Reason:
    """One thing that speaks for a tag: how often (of how many), and what it was seen in."""

    why: Why
    count: int = 0
    of: int = 0
    name: str = ""


@dataclass(frozen=True)
class Suggestion:
    """A hashtag without #, the words it is made of, its chance (None by the rule), and the reasons."""

    tag: str
    phrase: str
    chance: float | None
    reasons: list[Reason] = field(default_factory=list)

    @property
    def is_said(self) -> bool:
        """Whether the material itself holds its words, or they are the author's own."""
        return any(one.why in {Why.PART, Why.TITLE, Why.SAID, Why.HASHTAG, Why.WORDS} for one in self.reasons)


@dataclass(frozen=True)
class Live:
    """A live topic that the material matches: its hashtag, its name, how well it fits (0..100)."""

    tag: str
    title: str
    score: int


def suggest(
    subject: Subject,
    tagger: Tagger,
    *,
    earlier: Sequence[Example] = (),
    live: Sequence[Live] = (),
    refused: Callable[[str], bool] = lambda _tag: False,
    limit: int = 12,
) -> list[Suggestion]:
    """The hashtags most likely to be chosen, live topics first; each once, none that `refused` names."""
    reading = read(subject, tagger.knowledge, earlier=earlier)
    spelled = spellings(subject)
    found = {one.tag.lower(): _of_topic(one) for one in live if not refused(one.tag)}
    least = LEAST_CHANCE if tagger.forests else RULE_CHANCE
    for one in tagger.ranked(reading):
        if len(found) >= limit or one.chance < least:
            break
        phrase = " ".join(spelled.get(word, word) for word in one.tag.split(" "))
        tag, reasons = hashtags.hashtag(phrase), reasons_for(one.tag, reading)
        if not reasons or not _offers(tag, phrase) or _told(tag, found) or refused(one.tag):
            continue
        found[tag.lower()] = Suggestion(tag, phrase, one.chance if tagger.forests else None, reasons)
    return list(found.values())[:limit]


def reasons_for(tag: str, reading: Reading) -> list[Reason]:
    """What speaks for a candidate; nothing speaks for one that a single other post holds."""
    bare, words = tag.replace(" ", ""), tag.split(" ")
    told, vote = reading.told.get(tag, 0), reading.votes.get(tag)
    said = {*reading.title, *(word for word in reading.told if " " not in word)}
    in_title = f" {tag} " in f" {' '.join(reading.title)} "
    checks = [
        (tag in reading.parts, Reason(Why.PART)),
        (in_title and tag not in reading.parts, Reason(Why.TITLE)),
        (bool(reading.author) and bare == "".join(reading.named), Reason(Why.AUTHOR)),
        (bare in reading.hashtags, Reason(Why.HASHTAG)),
        (told > 0, Reason(Why.SAID, told)),
        (not in_title and not told and set(words) <= said, Reason(Why.WORDS)),
        (tag in reading.own, Reason(Why.EARLIER, reading.own.get(tag, 0), reading.own_posts)),
        (vote is not None and vote.authors >= OTHERS, Reason(Why.ALIKE, *_of_vote(tag, reading))),
    ]
    return [reason for holds, reason in checks if holds]


def _of_vote(tag: str, reading: Reading) -> tuple[int, int, str]:
    vote = reading.votes.get(tag)
    return (vote.authors, 0, vote.like) if vote else (0, 0, "")


def spellings(subject: Subject) -> dict[str, str]:
    """How words are written where somebody wrote them with more than small letters, unless everything shouts."""
    title = subject.title if subject.title != subject.title.upper() else ""
    return {word.lower(): word for word in written(f"{subject.text} {title}") if word != word.lower()}


def _of_topic(one: Live) -> Suggestion:
    return Suggestion(one.tag, one.title, None, [Reason(Why.LIVE, one.score, name=one.title)])


def _offers(tag: str, phrase: str) -> bool:
    return bool(tag) and len(tag) <= hashtags.LONGEST and hashtags.tells(phrase)


def _told(tag: str, found: Mapping[str, Suggestion]) -> bool:
    """Whether it stands already, maybe in the plural."""
    return stem(tag.lower()) in {stem(one) for one in found}
