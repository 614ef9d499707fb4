"""Which turns of phrase a sentence holds, from `cues.txt`."""

from functools import cache
from pathlib import Path

import regex

PATH = Path(__file__).with_name("cues.txt")
NUMBER = regex.compile(
    r"\p{N}|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy"
    r"|eighty|ninety|hundred|thousand|lakh|million|billion|crore|percent|half|twice|double|triple[d]?"
    r"|paanch|sattar|pandrah|sau|hazaar|pachas)\b",
    regex.IGNORECASE,
)
BACKWARDS = regex.compile(r"\b(?:instead|too|either|as well|again|the same|so do we|did we)\W*$", regex.IGNORECASE)
BARE_QUESTION = regex.compile(r"(?:and |but |so )?(?:why|how|how so|what|when|where|who|really)\?", regex.IGNORECASE)
POINTING = regex.compile(r"\b(?:that|it|this|them|him|her|those|these|there)\W*$", regex.IGNORECASE)
SHORT_PHRASE = 9  # words; in a longer one the pronoun may find its noun
LISTED = ("en", "hi-Latn", "hi", "es")


def holds(text: str, factor: str, language: str) -> bool:
    """Whether `text` has one of the phrases of `factor`."""
    pattern = _patterns(language).get(factor)
    return bool(pattern and pattern.search(text))


def begins(text: str, factor: str, language: str) -> bool:
    """Whether `text` begins with one of the phrases of `factor`."""
    pattern = _patterns(language).get(factor)
    return bool(pattern and pattern.match(text.lstrip("\"'“‘([¿¡ ")))


def has_number(text: str) -> bool:
    """A figure, or a number word of two and more."""
    return bool(NUMBER.search(text))


def stands_alone(text: str, language: str) -> bool:
    """Whether `text` can be read without what was said before it, as far as its ends tell."""
    backwards = BACKWARDS.search(text) or (len(text.split()) <= SHORT_PHRASE and POINTING.search(text))
    backwards = backwards or BARE_QUESTION.match(text)
    return not begins(text, "leaning", language) and not (language.startswith("en") and backwards)


@cache
def _patterns(language: str) -> dict[str, regex.Pattern[str]]:
    wanted = language if language in LISTED else language.split("-", maxsplit=1)[0]
    phrases: dict[str, list[str]] = {}
    for line in PATH.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            factor, code, rest = (part.strip() for part in line.split("|"))
            if code == wanted:
                phrases.setdefault(factor, []).extend(phrase.strip() for phrase in rest.split(","))
    return {factor: _any_of(each) for factor, each in phrases.items()}


def _any_of(phrases: list[str]) -> regex.Pattern[str]:
    longest_first = "|".join(regex.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))
    return regex.compile(rf"(?<![\p{{L}}\p{{M}}'’])(?:{longest_first})(?![\p{{L}}\p{{M}}'’])", regex.IGNORECASE)
