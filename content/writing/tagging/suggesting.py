"""Hashtags to offer for a post, each with what speaks for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from content.writing import hashtags
from content.writing.tagging.candidates import Reading, read
from content.writing.tagging.model import Scored, Tagger
from content.writing.tagging.subject import Example, Subject, normal_tag, written
from trenddrop.core.text.stopwords import stop_words
from trenddrop.core.text.tokens import stem

LEAST_CHANCE = 0.15
RULE_CHANCE = 0.12  # the rule's points are no chances; below this it only guesses
ABOUT = 0.2  # weight of a keyword from which the whole is about it
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
    ABOUT = "about"
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
    about: Mapping[str, float] | None = None,
    refused: Callable[[str], bool] = lambda _tag: False,
    limit: int = 12,
) -> list[Suggestion]:
    """The hashtags most likely to be chosen, live topics first; each once, none that `refused` names.

    `about`: what the whole is about, with weights 0..1; such words are offered even where makers rarely choose them.
    """
    reading = read(subject, tagger.knowledge, earlier=earlier)
    spelled = spellings(subject)
    found = {one.tag.lower(): _of_topic(one) for one in live if not refused(one.tag)}
    least = LEAST_CHANCE if tagger.forests else RULE_CHANCE
    told = {normal_tag(phrase): weight for phrase, weight in (about or {}).items() if weight >= ABOUT}
    for one in _with_keywords(tagger.ranked(reading), told, least):
        if len(found) >= limit or one.chance < least:
            break
        phrase = " ".join(spelled.get(word, word) for word in one.tag.split(" "))
        tag, reasons = hashtags.hashtag(phrase), reasons_for(one.tag, reading)
        reasons += [Reason(Why.ABOUT)] if one.tag in told else []
        if not _offers(tag, phrase, reasons) or _told(tag, found) or refused(one.tag):
            continue
        found[tag.lower()] = Suggestion(tag, phrase, one.chance if tagger.forests else None, reasons)
    return list(found.values())[:limit]


def _with_keywords(ranked: Sequence[Scored], about: Mapping[str, float], least: float) -> list[Scored]:
    """Lift what the whole is about to where it is offered, the weightier the higher."""
    chances = {one.tag: one.chance for one in ranked}
    chances |= {tag: max(chances.get(tag, 0.0), least + weight / 10) for tag, weight in about.items()}
    return sorted((Scored(tag, chance) for tag, chance in chances.items()), key=lambda one: -one.chance)


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


def _offers(tag: str, phrase: str, reasons: Sequence[Reason]) -> bool:
    """Whether something speaks for it and it would find the like; "your skin" would only where it stands by itself."""
    words, alone = phrase.lower().split(" "), {one.why for one in reasons} & {Why.PART, Why.HASHTAG, Why.EARLIER}
    torn = not alone and not stop_words("en").isdisjoint({words[0], words[-1]})
    return bool(reasons and tag) and not torn and len(tag) <= hashtags.LONGEST and hashtags.tells(phrase)


def _told(tag: str, found: Mapping[str, Suggestion]) -> bool:
    """Whether it stands already, maybe in the plural."""
    return stem(tag.lower()) in {stem(one) for one in found}
