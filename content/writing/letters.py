"""Newsletters by the embedded writer: what it is about, the points worth knowing, one passage told in full, a close."""

from collections.abc import Sequence

from content.understanding.cues import holds
from content.writing.fitting import fits_whole
from content.writing.layouts import ask
from content.writing.longer import Longer
from content.writing.material import Material, told_twice
from content.writing.voice import Voice
from trenddrop.core.platforms import PlatformRules, compose
from trenddrop.core.text.sentences import Sentence
from trenddrop.core.text.tidy import is_question, without_announcement, without_opener
from trenddrop.core.text.tokens import normal_words

FEWEST_POINTS, MOST_POINTS = 2, 5
PASSAGE = 4  # sentences told in full
SHORTEST = 4  # words of a sentence in the passage
BULLET = "• "


def newsletter(material: Material, voice: Voice, trend: str, row: PlatformRules) -> Longer | None:
    """A letter of short parts, inside the limits; nothing where too little is said for one."""
    start = " ".join([material.opening, *material.answer])
    points = _points(material, start)
    if len(points) < FEWEST_POINTS:
        return None
    listed = "\n".join([voice.say("points"), *(BULLET + point for point in points)]).strip()
    passage = _passage(material, [start, material.closing, *points])
    close = [trend, material.closing, ask(material, voice, material.closing or passage)]
    return _fitted([start, listed, passage, *close], voice.say("follow"), row)


def _points(material: Material, start: str) -> list[str]:
    """What stands alone and is worth keeping, in the order of the recording, each said once."""
    kept: list[str] = []
    for text in (*(point.text for point in material.points), *material.summary):
        if len(kept) < MOST_POINTS and not told_twice(text, [start, material.closing, *kept]):
            kept.append(without_opener(text))
    return material.in_order(kept)


def _passage(material: Material, told: Sequence[str]) -> str:
    """The longest stretch of sentences that nothing before has told, as it was said."""
    best: list[Sentence] = []
    stretch: list[Sentence] = []
    for one in material.usable:
        if _is_new(one.text, told, material.language):
            stretch.append(one)
            best = max(best, stretch, key=len)
        else:
            stretch = []
    first, *rest = [without_announcement(one.text) for one in best[:PASSAGE]] or [""]
    return " ".join([without_opener(first), *rest]).strip() if len(best) > 1 else ""


def _is_new(text: str, told: Sequence[str], language: str) -> bool:
    long_enough = len(normal_words(text)) >= SHORTEST or is_question(text)
    return long_enough and not holds(text, "invitation", language) and not told_twice(text, told)


def _fitted(parts: Sequence[str], call: str, row: PlatformRules) -> Longer | None:
    """Leave out the passage, then what closes, until it fits; opening and points always stay together."""
    kept = list(parts)
    for place in (2, len(kept) - 1, 3, 4):
        text = "\n\n".join(part for part in kept if part)
        if fits_whole(row, compose(text=text, call_to_action=call)):
            return Longer(text, call)
        kept[place] = ""
    text = "\n\n".join(part for part in kept if part)
    return Longer(text, "") if fits_whole(row, text) else None
