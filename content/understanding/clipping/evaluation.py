"""Moments and clips of real meetings, in the format their scorer reads: the code that cuts the product's clips."""

import csv
import json
import math
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from content.understanding.clipping import choosing, ranking, relevance, worth
from content.understanding.clipping.laying import Floats, Laid, Part, Windows
from content.understanding.clipping.wishes import taken_apart
from trenddrop.core.text.tokens import normal_words, stem

LENGTH, SHORTEST = 160, 96  # words of a clip
CLIPS = 5
INSIDE = 0.5  # share of a clip's turns that must lie in a span
FEWEST_CANDIDATES = 10
USUAL_FROM = 8  # questions that must have a word
OFTENER = 3.0  # times as often as in a minute of speech, to be a word of asking and not of the matter
SEEN = 70  # candidates of a question that are learned from, besides the right ones
RIGHT = 20
A_FEW = 3  # questions that one candidate answers, beyond which more do not count
EVERY = 3  # of the candidates of a meeting, one is learned from


class BadMeetings(ValueError):
    """A folder whose file is no list of meetings."""


class TooFewMeetings(ValueError):
    """There is nothing to learn from."""


@dataclass(frozen=True)
class Question:
    """What was asked of a meeting, and the turns that answer it."""

    number: int
    text: str
    turns: frozenset[int]


@dataclass(frozen=True)
class Meeting:
    """The turns of a meeting laid out, its candidate clips as (first, last) turn, and the questions about it."""

    name: str
    laid: Laid
    clips: Sequence[tuple[int, int]]
    questions: Sequence[Question]

    @property
    def windows(self) -> Windows:
        """The candidates as stretches."""
        return self.laid.windows(self.clips)

    def inside(self, question: Question) -> NDArray[np.bool_]:
        """Which candidates lie in the question's span."""
        known = np.zeros(len(self.laid.parts) + 1)
        known[[turn + 1 for turn in question.turns if turn < len(self.laid.parts)]] = 1
        total, windows = np.cumsum(known), self.windows
        answer: NDArray[np.bool_] = (total[windows.stop] - total[windows.first]) / (
            windows.stop - windows.first
        ) >= INSIDE
        return answer


def moments(train: Path, data: Path, out: Path) -> None:
    """Learn from the questions of `train`, write five clips for each question of `data`."""
    model = relevance_of(load(train))
    rows = (row for meeting in load(data) for row in _answers(meeting, model))
    _write(out / "moments.csv", ["meeting_id", "query_id", "rank", "start", "end"], rows)


def clips(train: Path, data: Path, out: Path) -> None:
    """Learn from `train` what people ask about, write five clips of each meeting of `data`; no question is read."""
    model = worth_of(load(train))
    rows = (row for meeting in load(data) if len(meeting.clips) >= FEWEST_CANDIDATES for row in _best(meeting, model))
    _write(out / "clips.csv", ["meeting_id", "rank", "start", "end"], rows)


def figures(train: Sequence[Meeting], check: Sequence[Meeting]) -> tuple[float, float, float, float]:
    """hit@1, hit@3, precision and coverage on `check` of what `train` teaches, each as the scorer reckons it."""
    relevance_model, worth_model = relevance_of(train), worth_of(train)
    hits = [hit for meeting in check for hit in _hits(meeting, relevance_model)]
    asked = [one for one in check if one.questions and len(one.clips) >= FEWEST_CANDIDATES]
    shares = [_shares(meeting, worth_model) for meeting in asked]
    first, third = np.mean(hits, axis=0).tolist()
    precision, coverage = np.mean(shares, axis=0).tolist()
    return first, third, precision, coverage


def _hits(meeting: Meeting, model: ranking.Ranking) -> Iterator[tuple[bool, bool]]:
    place = {clip: row for row, clip in enumerate(meeting.clips)}
    answers = [(number, place[(first, last)]) for _, number, _, first, last in _answers(meeting, model)]
    for question in meeting.questions:
        right = meeting.inside(question)[[row for number, row in answers if number == question.number]]
        yield bool(right[:1].any()), bool(right[:3].any())


def _shares(meeting: Meeting, model: ranking.Ranking) -> tuple[float, float]:
    place = {clip: row for row, clip in enumerate(meeting.clips)}
    rows = [place[(first, last)] for _, _, first, last in _best(meeting, model)]
    inside = np.array([meeting.inside(question)[rows] for question in meeting.questions])
    return inside.any(axis=0).sum() / CLIPS, inside.any(axis=1).sum() / min(CLIPS, len(inside))


def relevance_of(meetings: Sequence[Meeting]) -> ranking.Ranking:
    """Weights learned from which clips answer which questions. Raises TooFewMeetings."""
    usual = _usual(meetings)
    chance = random.Random(1)
    lists = []
    for meeting in meetings:
        for question in meeting.questions:
            chosen = meeting.inside(question)
            seen = _some(chosen, chance)
            lists.append((_features(meeting, question, usual)[seen], chosen[seen]))
    if not any(chosen.any() and not chosen.all() for _, chosen in lists):
        raise TooFewMeetings("There are no questions to learn from.")
    return ranking.by_choice(lists, usual)


def worth_of(meetings: Sequence[Meeting]) -> ranking.Ranking:
    """Weights learned from which clips anybody asked about. Raises TooFewMeetings."""
    known = [meeting for meeting in meetings if meeting.questions and len(meeting.clips) >= FEWEST_CANDIDATES]
    if not known:
        raise TooFewMeetings("There are no meetings to learn from.")
    return ranking.by_share(
        [(worth.features(one.laid, one.windows)[::EVERY], _asked_about(one)[::EVERY]) for one in known]
    )


def load(folder: Path) -> list[Meeting]:
    """Read a folder's meetings. Raises BadMeetings."""
    path = folder / "qmsum" / "meetings.json"
    try:
        found = [_meeting(item) for item in json.loads(path.read_text(encoding="utf-8"))]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadMeetings(f"{path.name}: {error}") from error
    return [meeting for meeting in found if meeting.clips]


def _meeting(item: Mapping[str, Any]) -> Meeting:
    parts = [Part(str(turn["content"]), str(turn["speaker"])) for turn in item["meeting_transcripts"]]
    questions = []
    for number, asked in enumerate(item["specific_query_list"]):
        spans = [(int(first), int(last)) for first, last in asked["relevant_text_span"]]
        turns = frozenset(turn for first, last in spans for turn in range(first, last + 1))
        questions.append(Question(number, str(asked["query"]), turns))
    return Meeting(str(item["id"]), Laid(parts), candidates([part.text for part in parts]), questions)


def candidates(turns: Sequence[str]) -> list[tuple[int, int]]:
    """Clips as (first, last) turn: from each turn until there are 160 words, or to the end; at least 96 words."""
    ends = np.cumsum([len(turn.split()) for turn in turns])
    found = []
    for first in range(len(turns)):
        before = int(ends[first - 1]) if first else 0
        last = min(int(np.searchsorted(ends, before + LENGTH)), len(turns) - 1)
        if int(ends[last]) - before >= SHORTEST:
            found.append((first, last))
    return found


def _features(meeting: Meeting, question: Question, usual: Mapping[str, float]) -> Floats:
    speakers = [part.speaker for part in meeting.laid.parts]
    wish = taken_apart(question.text, speakers, skipped=meeting.laid.skipped, usual=usual)
    return relevance.features(meeting.laid, meeting.windows, wish)


def _answers(meeting: Meeting, model: ranking.Ranking) -> Iterator[tuple[str, int, int, int, int]]:
    windows = meeting.windows
    for question in meeting.questions:
        scores = model.scores(_features(meeting, question, model.usual))
        for rank, row in enumerate(choosing.best(windows, scores, CLIPS), start=1):
            yield meeting.name, question.number, rank, *meeting.clips[row]


def _best(meeting: Meeting, model: ranking.Ranking) -> Iterator[tuple[str, int, int, int]]:
    windows = meeting.windows
    scores = model.scores(worth.features(meeting.laid, windows))
    scores = (scores - scores.mean()) / (scores.std() + 1e-9)
    for rank, row in enumerate(choosing.best(windows, scores, CLIPS, apart=choosing.APART), start=1):
        yield meeting.name, rank, *meeting.clips[row]


def _asked_about(meeting: Meeting) -> Floats:
    """How many questions each candidate answers; more than a few count as a few."""
    asked = np.zeros(len(meeting.clips))
    for question in meeting.questions:
        asked += meeting.inside(question)
    return np.minimum(A_FEW, asked)


def _some(chosen: NDArray[np.bool_], chance: random.Random) -> list[int]:
    rows, right = range(len(chosen)), np.flatnonzero(chosen).tolist()
    return sorted({*chance.sample(rows, min(SEEN, len(rows))), *chance.sample(right, min(RIGHT, len(right)))})


def _usual(meetings: Sequence[Meeting]) -> dict[str, float]:
    """How much a word tells that questions have far oftener than speech: "summarize" nothing, a rarer one more."""
    asked = [{stem(word) for word in normal_words(one.text)} for meeting in meetings for one in meeting.questions]
    found = Counter(word for words in asked for word in words)
    people = {stem(word) for one in meetings for part in one.laid.parts for word in normal_words(part.speaker)}
    scale = math.log(max(2, len(asked)))
    return {
        word: max(0.0, 1.6 * math.log(len(asked) / count) / scale - 0.35)
        for word, count in sorted(found.items())
        if count >= USUAL_FROM and word not in people and count / len(asked) >= OFTENER * _spoken(word, meetings)
    }


def _spoken(word: str, meetings: Sequence[Meeting]) -> float:
    """The share of stretches in which a word is said."""
    heard = sum(one.laid.heard_in(one.laid.words[word]) for one in meetings if word in one.laid.words)
    return heard / sum(one.laid.total / one.laid.stretch for one in meetings)


def _write(path: Path, header: Sequence[str], rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(header)
        lines.writerows(rows)
