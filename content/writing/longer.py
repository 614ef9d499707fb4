"""Threads and articles by the embedded writer: the speaker's own sentences in the order they were said."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import regex

from content.understanding.cues import holds, stands_alone
from content.writing.fitting import fits_whole
from content.writing.layouts import ask
from content.writing.material import FIRST_QUARTER, Material, told_twice
from content.writing.voice import Voice
from trenddrop.core.platforms import PlatformRules, compose, fits
from trenddrop.core.platforms.threads import joined, numbered
from trenddrop.core.text.sentences import Sentence, split
from trenddrop.core.text.tidy import is_question, without_announcement, without_opener
from trenddrop.core.text.tokens import normal_words

FEWEST_PARTS, MOST_PARTS = 3, 8
ANSWER = 2  # sentences that a question keeps with it
SHORT = 6  # words; less says little without what was said before
LEANS = regex.compile(r"\b(?:the|those|these) (?:\w+ )?ones?\b", regex.IGNORECASE)
NUMBER_ROOM = "8/8 "
LONGEST_HEADING = 10  # words
SHORTEST_HEADING = 3
SENTENCES_A_SECTION = 5
MOST_SECTIONS = 5
NEAR = 2  # sentences that a section may begin earlier or later for its heading
FEWEST_SENTENCES = 6  # of which an article can be made
SENTENCES_A_PARAGRAPH = 3


@dataclass(frozen=True)
class Longer:
    """A longer text before its hashtags: `call` closes it."""

    text: str
    call: str


def thread(material: Material, voice: Voice, trend: str, row: PlatformRules, *, best: Sequence[str]) -> Longer | None:
    """A thread told in the order of the recording, or nothing when there is too little to say for one.

    `best`: the moments worth a part; what leans on the sentence before it stays with that sentence.
    """
    start = " ".join([material.opening, *material.answer])
    told = _after_opening(material, start)
    units = [unit for unit in _units(told, material.language) if not told_twice(unit, [start])]
    kept = _worth_telling(units, best)
    asking = ask(material, voice, kept[-1] if kept else start)
    parts = [part for text in [start, *kept, trend] if text for part in _packed(text, row)]
    if len(parts) < FEWEST_PARTS:
        return None
    last = f"{parts[-1]} {asking}".strip()
    parts = [*parts[:-1], last] if _fits(row, last) else [*parts, asking]
    return Longer(joined(numbered(parts)), "")


def _units(told: Sequence[Sentence], language: str) -> list[str]:
    """Sentences that stand alone, each with those after it that do not; a question with its answer."""
    units: list[list[str]] = []
    for sentence in told:
        text = sentence.text
        leans = not stands_alone(text, language) or LEANS.search(text) or len(normal_words(text)) < SHORT
        if units and (leans or any(map(is_question, units[-1][-ANSWER:]))):
            units[-1].append(text)
        else:
            units.append([without_opener(text)])
    return [" ".join(unit) for unit in units]


def _worth_telling(units: Sequence[str], best: Sequence[str]) -> list[str]:
    """The units that hold the best moments, in their order."""
    ranks = {unit: next((n for n, text in enumerate(best) if _shares(unit, text)), len(best)) for unit in units}
    chosen = sorted(units, key=lambda unit: ranks[unit])[: MOST_PARTS - 2]
    return [unit for unit in dict.fromkeys(units) if unit in chosen]


def _shares(unit: str, moment: str) -> bool:
    return unit in moment or moment in unit


def _packed(text: str, row: PlatformRules) -> list[str]:
    """The text as a part, or cut between sentences into several; a sentence that cannot fit is left out."""
    parts: list[str] = []
    for sentence in split(text):
        if parts and _fits(row, f"{parts[-1]} {sentence}"):
            parts[-1] = f"{parts[-1]} {sentence}"
        elif _fits(row, sentence):
            parts.append(sentence)
    return parts


def _fits(row: PlatformRules, text: str) -> bool:
    return fits(row.key, NUMBER_ROOM + text, row=row)


def article(material: Material, voice: Voice, trend: str, row: PlatformRules) -> Longer | None:
    """An opening, headed sections in the order of the recording, a closing line; nothing when there is too little."""
    start = " ".join([material.opening, *material.answer])
    told = _after_opening(material, start)
    if len(told) < FEWEST_SENTENCES:
        return None
    sections = [_section(part, material.language) for part in _divided(told, material.language)]
    asking = ask(material, voice, told[-1].text)
    call = voice.say("follow")
    ends = [text for text in (trend, asking) if text]
    while sections and not fits_whole(row, compose(text=_laid_out([start, *sections, *ends]), call_to_action=call)):
        sections.pop()
    return Longer(_laid_out([start, *sections, *ends]), call) if sections else None


def _after_opening(material: Material, start: str) -> list[Sentence]:
    """The sentences besides the opening, without "today I want to talk about" and what led up to an early one."""
    usable = [one for one in material.usable if _readable(one, material)]
    place = next((n for n, one in enumerate(usable) if one.text in start or material.opening in one.text), 0)
    rest = usable[place:] if place * FIRST_QUARTER <= len(usable) else usable
    bare = [replace(one, text=without_announcement(one.text)) for one in rest]
    return [one for one in bare if one.text not in start and not told_twice(one.text, [start])]


def _laid_out(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part)


def _readable(sentence: Sentence, material: Material) -> bool:
    """Whether a sentence belongs into an article: no fragments, no "comment below"."""
    long_enough = len(normal_words(sentence.text)) >= SHORTEST_HEADING or is_question(sentence.text)
    return long_enough and not holds(sentence.text, "invitation", material.language)


def _divided(told: Sequence[Sentence], language: str) -> list[list[Sentence]]:
    """The sentences in order, in sections of nearly equal length, each begun with a heading where one is near."""
    count = min(MOST_SECTIONS, max(1, round(len(told) / SENTENCES_A_SECTION)))
    edges = [0]
    for number in range(1, count):
        even = round(number * len(told) / count)
        near = [n for n in range(even - NEAR, even + NEAR + 1) if edges[-1] + 1 < n < len(told) - 1]
        heads = [n for n in near if _heads(told[n].text, language)]
        asked = [n for n in heads if is_question(told[n].text)]
        edges.append(min(asked or heads or near or [even], key=lambda n: abs(n - even)))
    return [list(told[start:end]) for start, end in zip(edges, [*edges[1:], len(told)], strict=True) if start < end]


def _section(sentences: Sequence[Sentence], language: str) -> str:
    """The first sentence as a heading where it can be one, and the rest in paragraphs."""
    texts = [one.text for one in sentences]
    heading = texts[0] if len(texts) > 1 and _heads(texts[0], language) else ""
    rest = texts[1:] if heading else texts
    rest = [without_opener(rest[0]), *rest[1:]]
    paragraphs = [" ".join(rest[n : n + SENTENCES_A_PARAGRAPH]) for n in range(0, len(rest), SENTENCES_A_PARAGRAPH)]
    return _laid_out([heading.rstrip("."), *paragraphs])


def _heads(text: str, language: str) -> bool:
    words = len(normal_words(text))
    return SHORTEST_HEADING <= words <= LONGEST_HEADING and (stands_alone(text, language) or is_question(text))
