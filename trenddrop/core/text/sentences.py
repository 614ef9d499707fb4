"""Sentences of written text, and of speech with or without punctuation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import regex

from trenddrop.core.text.casing import has_endings
from trenddrop.core.text.data import words as word_list

ABBREVIATIONS = word_list("abbreviations")
BREAK = regex.compile(
    r"(?<=[.!?…][\"'”’)\]]*)\s+(?=[\"'“‘(\[¿¡]*[\p{Lu}\p{Lo}\p{N}])"
    r"|(?<=[।。！？؟۔])\s*|\s*\n\s*\n\s*|\s*\n\s*(?=[-*•–]\s)"
)
LAST_WORD = regex.compile(r"(?<![\p{L}'’.])([\p{L}.]+)\.[\"'”’)\]]*$")
TERMINAL = regex.compile(r"[.!?…।。！？؟۔][\"'”’)\]]*$")
NUMBER_WORD = regex.compile(r"\d+|hundred|thousand|lakh|million|crore", regex.IGNORECASE)
PAUSE = 0.45  # seconds of silence that end a spoken sentence
SHORT, SHORT_PAUSE = 6, 0.65  # after so few words a pause must be longer to be more than a hesitation
LONG_PAUSE = 1.5  # ends one even after a word that asks for more
SHORTEST, LONGEST = 4, 28  # words
FROM_HERE = 10  # words after which a long run may be cut before a joining word
JOINING = word_list("joining")
DANGLING = word_list("dangling")
CONTINUING = word_list("continuing")


class Spoken(Protocol):
    """A recognised word with its place in the recording, in seconds."""

    @property
    def start(self) -> float: ...
    @property
    def end(self) -> float: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True)
class Sentence:
    """A sentence, and its place in the recording in seconds when it was spoken."""

    text: str
    start: float | None = None
    end: float | None = None

    def second_of(self, position: int) -> float | None:
        """The second at which the character at `position` is spoken, taking speech as even."""
        if self.start is None or self.end is None:
            return None
        return round(self.start + (self.end - self.start) * position / max(1, len(self.text)), 2)


def split(text: str) -> list[str]:
    """The sentences of a text; one without full stops is cut before joining words, and at the latest at 28 words."""
    if not has_endings(text):
        return [part for line in text.splitlines() for part in _cut(line.split())]
    return _joined(" ".join(part.split()) for part in BREAK.split(text) if part and part.strip())


def from_text(text: str) -> list[Sentence]:
    """`split` as sentences without times."""
    return [Sentence(part) for part in split(text)]


def from_words(words: Sequence[Spoken]) -> list[Sentence]:
    """The sentences of recognised speech: at punctuation where there is any, else at pauses and by length."""
    words = [word for word in words if word.text.strip()]
    punctuated = has_endings(" ".join(word.text for word in words))
    groups: list[list[Spoken]] = []
    current: list[Spoken] = []
    for index, word in enumerate(words):
        current.append(word)
        following = words[index + 1] if index + 1 < len(words) else None
        if following is None or _ends(current, following, punctuated=punctuated):
            groups.append(current)
            current = []
    return [_sentence(part) for group in groups for part in _within_length(group)]


def _ends(current: Sequence[Spoken], following: Spoken, *, punctuated: bool) -> bool:
    text, pause = current[-1].text, following.start - current[-1].end
    if punctuated:
        return bool(TERMINAL.search(text)) and not _abbreviates(text)
    if pause > LONG_PAUSE:
        return True
    complete = text.lower() not in DANGLING and following.text.lower() not in CONTINUING
    wanted = PAUSE if len(current) > SHORT else SHORT_PAUSE
    return pause > wanted and len(current) >= SHORTEST and complete


def _within_length(group: list[Spoken]) -> list[list[Spoken]]:
    """Cut a run of more than LONGEST words at its widest pauses or before joining words."""
    if len(group) <= LONGEST:
        return [group]
    middle = range(SHORTEST, len(group) - SHORTEST)
    at = max(middle, key=lambda n: _cut_worth(group, n))
    return _within_length(group[:at]) + _within_length(group[at:])


def _cut_worth(group: Sequence[Spoken], at: int) -> float:
    before, after = group[at - 1], group[at]
    central = 1 - abs(2 * at / len(group) - 1)
    worth = 4 * max(0.0, after.start - before.end) + 0.3 * central
    worth += 0.5 * bool(regex.search(r"[,;:–—]$", before.text)) + 0.3 * (after.text.lower() in JOINING)
    return worth - 1.0 * (before.text.lower() in DANGLING)


def _sentence(group: Sequence[Spoken]) -> Sentence:
    return Sentence(" ".join(word.text.strip() for word in group), group[0].start, group[-1].end)


def _cut(words: list[str]) -> list[str]:
    parts: list[list[str]] = [[]]
    for word in words:
        current = parts[-1]
        joins = word.lower() in JOINING and not (current and NUMBER_WORD.fullmatch(current[-1]))
        if current and (len(current) >= LONGEST or (len(current) >= FROM_HERE and joins)):
            parts.append(_left_hanging(current))
        parts[-1].append(word)
    return [" ".join(part) for part in parts if part]


def _left_hanging(part: list[str]) -> list[str]:
    """Take the words off the end of a part that ask for more: they begin the next one."""
    hanging: list[str] = []
    while len(part) > SHORTEST and part[-1].lower() in DANGLING:
        hanging.insert(0, part.pop())
    return hanging


def _joined(parts: Iterable[str]) -> list[str]:
    """Put back together what was cut after an abbreviation or an initial."""
    joined: list[str] = []
    for part in parts:
        if joined and _abbreviates(joined[-1]):
            joined[-1] = f"{joined[-1]} {part}"
        else:
            joined.append(part)
    return joined


def _abbreviates(text: str) -> bool:
    match = LAST_WORD.search(text)
    if not match:
        return False
    word = match[1].lower()
    return word in ABBREVIATIONS or (len(word) == 1 and word != "i")
