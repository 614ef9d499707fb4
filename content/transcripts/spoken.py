"""The words of a recording laid out in lines for people: who speaks, what met a trend, what could be left out."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from content.models import PipelineStep, Transcript, TrendMatch
from content.transcripts import marking, turns
from content.transcripts.marking import Mark
from trenddrop.core.speech import Word

PAUSE = 0.7  # seconds of silence that begin a new line
LINE_WORDS = 26
UNSURE = 0.6
NEARBY = 12  # words around a reckoned second


@dataclass(frozen=True)
class Said:
    """A word as it is shown; `gap` is the silence before it in seconds, or 0."""

    at: float
    text: str
    unsure: bool = False
    matched: bool = False
    filler: bool = False
    found: bool = False
    gap: float = 0.0

    @property
    def look(self) -> str:
        """The classes it is shown with."""
        shown = {"unsure": self.unsure, "hit": self.matched, "filler": self.filler, "found": self.found}
        return " ".join(name for name, on in shown.items() if on)


@dataclass(frozen=True)
class Line:
    """A line of the transcript: its first word's number and second, its speaker, and its words.

    `begins`: the speaker begins here, so the name is shown.
    """

    at: float
    words: list[Said] = field(default_factory=list)
    first: int = 0
    speaker: str = ""
    begins: bool = False

    @property
    def text(self) -> str:
        """The words as one text."""
        return " ".join(word.text for word in self.words)

    @property
    def stop(self) -> int:
        """The number after its last word's."""
        return self.first + len(self.words)

    @property
    def last_at(self) -> float:
        """The second at which its last word begins."""
        return self.words[-1].at if self.words else self.at


def lines(
    transcript: Transcript | None,
    matches: Sequence[TrendMatch] = (),
    *,
    found: frozenset[int] = frozenset(),
    within: range | None = None,
) -> list[Line]:
    """Break the words into lines at pauses and turns.

    `found` are the numbers of words that somebody looked for; `within` lays out only those words.
    """
    if transcript is None:
        return []
    said = [Word(*word) for word in transcript.words]
    speaking, marks = turns.turns_of(transcript.turns), marking.marks_of(transcript.marks)
    marked = _marked(said, matches)
    gaps, is_filler = _gaps(said, marks), _fillers(marks)
    made: list[Line] = []
    for number in range(len(said)) if within is None else within:
        word = said[number]
        if not made or number in gaps or _breaks(said[number - 1], word, made[-1], speaking):
            made.append(_begin(made, number, word, speaking))
        unsure = word.confidence is not None and word.confidence < UNSURE
        shown = Said(
            word.start, word.text, unsure, number in marked, is_filler(word), number in found, gaps.get(number, 0.0)
        )
        made[-1].words.append(shown)
    return made


def parts_of(transcript: Transcript | None) -> tuple[list[Word], list[turns.Turn]]:
    """Return a transcript's words and turns; both empty where there is none."""
    if transcript is None:
        return [], []
    return [Word(*word) for word in transcript.words], turns.turns_of(transcript.turns)


def words_between(transcript: Transcript, start: float, end: float) -> range | None:
    """Return the words that begin from one second to another; None where there are none."""
    starts = [word[0] for word in transcript.words]
    first, last = bisect_left(starts, start - turns.NEAR), bisect_right(starts, end + turns.NEAR)
    return range(first, last) if first < last else None


def is_stale(transcript: Transcript | None, steps: Sequence[PipelineStep]) -> bool:
    """Say whether words changed since they were last read for summary, trends and pieces."""
    read = next((step for step in steps if step.name == "understand" and step.status == PipelineStep.Status.DONE), None)
    began = read.started_at if read else None
    return transcript is not None and began is not None and transcript.updated_at > began


def _begin(made: Sequence[Line], number: int, word: Word, speaking: Sequence[turns.Turn]) -> Line:
    name = turns.speaker_at(speaking, word.start)
    earlier = turns.speaker_at(speaking, word.start - 2 * turns.NEAR) if number else ""
    before = made[-1].speaker if made else earlier
    return Line(word.start, [], number, name, bool(name) and name != before)


def _breaks(before: Word, word: Word, line: Line, speaking: Sequence[turns.Turn]) -> bool:
    is_pause = word.start - before.end > PAUSE or len(line.words) >= LINE_WORDS
    return is_pause or turns.begins(speaking, before.start, word.start)


def _gaps(said: Sequence[Word], marks: Sequence[Mark]) -> dict[int, float]:
    """Return the silences by the number of the word they come before."""
    starts = [word.start for word in said]
    silent = [mark for mark in marks if mark[0] == marking.SILENCE]
    return {bisect_left(starts, end - 0.05): round(end - start, 1) for _kind, start, end in silent}


def _fillers(marks: Sequence[Mark]) -> Callable[[Word], bool]:
    """Return what says whether a word is part of a filler; words are asked about in their order."""
    left = [mark for mark in marks if mark[0] == marking.FILLER][::-1]

    def is_filler(word: Word) -> bool:
        while left and left[-1][2] + marking.MARGIN < word.end:
            left.pop()
        return bool(left) and marking.covered(word, left[-1:])

    return is_filler


def as_text(found: Sequence[Line]) -> str:
    """Return lines as plain text, a speaker's name in front where they begin."""
    return "\n".join(f"{line.speaker}: {line.text}" if line.begins else line.text for line in found)


def _marked(said: Sequence[Word], matches: Sequence[TrendMatch]) -> set[int]:
    """Return the positions of words that are evidence of a match."""
    marked: set[int] = set()
    starts, plain = [word.start for word in said], [_plain(word.text) for word in said]
    for match in matches:
        for evidence in match.evidence:
            if evidence.get("at") is not None:
                told = [_plain(word) for word in str(evidence["words"]).split()]
                marked.update(_place(plain, told, bisect_left(starts, evidence["at"])))
    return marked


def _place(plain: Sequence[str], said: Sequence[str], near: int) -> range:
    """Return where the words stand, nearest to a position: their second is reckoned from their sentence's."""
    first = max(0, near - NEARBY)
    found = [n for n in range(first, near + NEARBY) if plain[n : n + len(said)] == list(said)]
    start = min(found, key=lambda n: abs(n - near)) if found else near
    return range(start, start + len(said)) if found else range(0)


def _plain(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())
