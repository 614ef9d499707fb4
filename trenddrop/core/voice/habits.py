"""What a writer does in most samples, so that a new text may do it too."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, median

import regex

from trenddrop.core.voice import lists
from trenddrop.core.voice.features import CONTRACTED, EMOJI, LONG_FORM, LOWER_START, Reading

MOST = 0.6  # of the samples make a habit
SOME = 0.35  # of the samples make a greeting or a sign-off
HINGLISH = 8.0  # of a hundred words
MANY_LINES = 0.4
WORDS_AT_EDGE = 3
CLOSING = regex.compile(r"(?:^|\n)([^\n.!?]{2,40}[.!?]?)\s*$")


@dataclass(frozen=True)
class Habits:
    """Measured from samples; None or empty where they have no habit of it."""

    words: int
    sentence_words: float
    emoji: tuple[str, ...]
    emoji_each: float
    hashtags: int
    own_hashtags: tuple[str, ...]
    exclaims: float
    asks: float
    contracts: bool | None
    starts_small: bool
    breaks_lines: bool
    hinglish: bool
    greeting: str
    sign_off: str


def habits_of(samples: Sequence[str]) -> Habits | None:
    """The habits of a handful of samples; None when there are none."""
    readings = [Reading(text.strip()) for text in samples if text.strip()]
    if not readings:
        return None
    emoji = Counter(sign for reading in readings for sign in dict.fromkeys(reading.emoji))
    tags = Counter(tag[1:] for reading in readings for tag in dict.fromkeys(reading.hashtags))
    return Habits(
        words=round(median(len(reading.words) for reading in readings)),
        sentence_words=mean(len(reading.words) / len(reading.sentences) for reading in readings),
        emoji=tuple(sign for sign, _count in emoji.most_common(4)),
        emoji_each=median(len(reading.emoji) for reading in readings),
        hashtags=round(median(len(reading.hashtags) for reading in readings)),
        own_hashtags=tuple(tag for tag, count in tags.most_common(3) if count >= MOST * len(readings)),
        exclaims=mean(reading.each("!") for reading in readings),
        asks=mean("?" in reading.plain for reading in readings),
        contracts=_contracts(readings),
        starts_small=mean(reading.part(lambda s: bool(LOWER_START.match(s))) for reading in readings) > MOST,
        breaks_lines=mean(reading.text.count("\n") / len(reading.sentences) for reading in readings) > MANY_LINES,
        hinglish=mean(reading.share(lists.hinglish_words()) for reading in readings) > HINGLISH,
        greeting=_greeting(readings),
        sign_off=_sign_off(readings),
    )


def _contracts(readings: Sequence[Reading]) -> bool | None:
    short = sum(len(CONTRACTED.findall(reading.plain)) for reading in readings)
    long = sum(len(LONG_FORM.findall(reading.plain)) for reading in readings)
    return None if short + long < 2 else short > long


def _greeting(readings: Sequence[Reading]) -> str:
    """The words most samples begin with, up to the first mark: "Hey team", "Arre suno na"."""
    starts = Counter[str]()
    for reading in readings:
        before = regex.split(r"[,!?.…:\n]", EMOJI.sub("", reading.plain), maxsplit=1)[0].strip()
        if 0 < len(before.split()) <= WORDS_AT_EDGE:
            starts[before] += 1
    return _usual(starts, len(readings))


def _sign_off(readings: Sequence[Reading]) -> str:
    """The last line most samples end with."""
    ends = Counter[str]()
    for reading in readings:
        match = CLOSING.search(reading.plain)
        if match and "\n" in reading.plain and len(match[1].split()) <= 2 * WORDS_AT_EDGE:
            ends[match[1].strip()] += 1
    return _usual(ends, len(readings))


def _usual(counted: Counter[str], total: int) -> str:
    words, count = next(iter(counted.most_common(1)), ("", 0))
    return words if count >= max(2, SOME * total) else ""
