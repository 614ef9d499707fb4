"""What a brand's guidelines say to keep away from."""

from collections.abc import Iterator
from functools import cache

import regex

from trends import niches
from trends.niches import Stems, stems

ORDERS = regex.compile(
    r"(?:\b(?:avoid|never|don['’]?t|do not|must not|stay away from|steer clear of|no (?:mention|talk) of|without any"
    r"|keep away from|not about|nothing about|no)\b|\bmat (?:bolo|likho|karo)\b|से बच\w*|पर बात न\w*)",
    regex.IGNORECASE,
)
VERBS = regex.compile(
    r"^\s*[:,-]?\s*(?:(?:ever|please|posts?|posting|anything|words?|topics?|content|jokes?|mention(?:ing)?"
    r"|say(?:ing)?|us(?:e|ing)|talk(?:ing)?|speak(?:ing)?|writ(?:e|ing)|claim(?:ing)?|promis(?:e|ing)"
    r"|mak(?:e|ing)|touch(?:ing)?|show(?:ing)?|about|of|on|like|any|the|a|an|to|with|our)\b[\s:]*)+",
    regex.IGNORECASE,
)
CONDITION = regex.compile(r"\b(?:without|unless|except|only|before|when|if|than|more)\b", regex.IGNORECASE)
SENTENCE = regex.compile(r"[.!?;\n।]+")
PARTS = regex.compile(r"\s*(?:,|/|\band\b|\bor\b|\bnor\b|\baur\b|\bya\b|\bऔर\b|\bया\b|&)\s*", regex.IGNORECASE)
STYLE_WORDS = """
    emoji emojis exclamation marks caps capitals slang jargon hashtags links sentences cliches clichés buzzwords passive
    abbreviations acronyms swearing puns questions
"""
STYLE = frozenset(
    stem for word in STYLE_WORDS.split() for stem in stems(word)
)  # how something is written, never what it is about
LONGEST = 4  # words; a longer stretch is a sentence, not a thing


@cache
def avoided(guidelines: str) -> tuple[str, ...]:
    """Return the things that guidelines say to avoid, as they are written; what is said with a condition is none."""
    found = {thing.casefold(): thing for sentence in SENTENCE.split(guidelines) for thing in _of(sentence)}
    return tuple(found.values())


def _of(sentence: str) -> Iterator[str]:
    order = ORDERS.search(sentence)
    if order is None:
        return
    before = order[0].startswith(("से", "पर"))
    rest = sentence[: order.start()] if before else sentence[order.end() :]
    if CONDITION.search(rest):
        return
    for part in PARTS.split(rest):
        thing = VERBS.sub("", ORDERS.sub("", part)).strip(" \"'“”‘’:-–()")
        words = stems(thing)
        if 0 < len(words) <= LONGEST and not set(words) & STYLE and any(len(word) > 2 for word in words):
            yield thing


def fields(things: tuple[str, ...]) -> frozenset[str]:
    """Return the fields that are avoided as a whole: "no politics" means all of it."""
    return frozenset(key for thing in things for key in niches.named(thing) if len(stems(thing)) <= 2)


def said(thing: str, texts: list[Stems]) -> bool:
    """Say whether one of the texts says all words of a thing, one after the other or written together."""
    wanted = stems(thing)
    closed = "".join(wanted)
    for words in texts:
        if any(words[at : at + len(wanted)] == wanted for at in range(len(words))):
            return True
        if len(closed) > 4 and any(word.startswith(closed) or word.endswith(closed) for word in words):
            return True
    return False
