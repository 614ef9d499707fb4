"""Whether an English word that is said once names a thing: its neighbours tell, as no grammar is known here."""

from collections.abc import Collection, Sequence
from functools import cache

import regex

from trenddrop.core.text.data import words as word_list
from trenddrop.core.text.sentences import Sentence
from trenddrop.core.text.tokens import stem

WORD = regex.compile(r"[\p{L}\p{M}\p{N}'’-]+|[^\s\p{L}\p{M}\p{N}]")
# "is wet", "so damp": what comes after these is how something is; "I slid", "to raise": what somebody does.
_BEFORE = (
    "is are was were be been being am feel feels felt look looks looked seem seems get gets got turn turns turned"
    " so very too quite really still not never i we you he she they it to can will would could should must let don't"
)
# "broke my arm", "repair the barrier": what comes before these is done to them.
_AFTER = "the a an my your our his her its their this that these those me us him them it"
_DATES = (
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august"
    " september october november december today tomorrow yesterday morning evening night week month year"
)
BEFORE_NO_THING, AFTER_A_DEED, DATES = (frozenset(each.split()) for each in (_BEFORE, _AFTER, _DATES))


def names_thing(phrase: str, sentences: Sequence[Sentence], others: Collection[str]) -> bool:
    """Say whether a phrase seems to name a thing wherever it is said; `others` are what else the text is about."""
    told = [word.lower() for word in phrase.split()]
    if any(word in DATES for word in told) or (len(told) > 1 and any(stem(word) in _deeds() for word in told)):
        return False
    things = {word.lower() for other in others for word in other.split()} - set(told)
    around = [place for one in sentences for place in _around(one.text, told)]
    return all(_is_thing(before, after, things) for before, after in around)


def _is_thing(before: str, after: str, things: Collection[str]) -> bool:
    """Judge one place: "fake saffron" says how the saffron is, when saffron is what the text is about."""
    return before not in BEFORE_NO_THING and after not in AFTER_A_DEED and after not in things


def _around(text: str, told: Sequence[str]) -> list[tuple[str, str]]:
    """Return the words before and after each place where a phrase is said; signs count as words."""
    words = ["", *(word.lower() for word in WORD.findall(text)), ""]
    size = len(told)
    return [
        (words[at - 1], words[at + size]) for at in range(1, len(words) - size) if words[at : at + size] == list(told)
    ]


def whole(phrases: Sequence[str]) -> list[str]:
    """Return the phrases without single words that end a longer one among them: "barrier" of "skin barrier"."""
    ends = {words[-1].lower() for phrase in phrases if len(words := phrase.split()) > 1}
    return [phrase for phrase in phrases if " " in phrase or phrase.lower() not in ends]


@cache
def _deeds() -> frozenset[str]:
    return frozenset(stem(word) for word in word_list("verbs_en"))
