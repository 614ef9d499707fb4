"""Hooks, quotes and insights: passages scored by named factors, so that every number can be explained."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from content.understanding.cues import has_number, holds, stands_alone
from content.understanding.results import Moment, Reason
from trenddrop.core.text.sentences import Sentence
from trenddrop.core.text.tidy import is_question, without_announcement
from trenddrop.core.text.tokens import normal_words

EARLY = 0.12  # of the recording
PAIR_FIRST, PAIR_SECOND, PAIR_WORDS = 12, 22, 30
STRONG_FEELING = 45
RETORT = 4  # words: "You don't."
SAME_WORDS = 0.6
Factors = list[tuple[str, float, bool]]


@dataclass(frozen=True)
class Passage:
    """One sentence or two that belong together, with what the scorers ask for."""

    text: str
    opening: str
    start: float | None
    end: float | None
    first: int
    last: int
    words: int
    place: float
    centrality: float
    feeling: int
    language: str

    @property
    def completes_a_thought(self) -> bool:
        """Whether its second sentence is what the first one was said for."""
        second = self.text.removeprefix(self.opening).strip()
        retort = len(second.split()) <= RETORT
        return self.last > self.first and (retort or not stands_alone(second, self.language))

    @property
    def stands_alone(self) -> bool:
        return stands_alone(self.text, self.language)

    @property
    def is_housekeeping(self) -> bool:
        return holds(self.text, "housekeeping", self.language)

    def holds(self, factor: str) -> bool:
        return holds(self.text, factor, self.language)


def passages(
    sentences: Sequence[Sentence], *, centrality: Sequence[float], feelings: Sequence[int], language: str
) -> list[Passage]:
    """Every sentence, and neighbours that make one thought: a question and its answer, a claim and its reason."""
    found = [_passage(sentences, n, n, centrality, feelings, language) for n in range(len(sentences))]
    for first, second in list(pairwise(found)):
        if _one_thought(first, second):
            found.append(_passage(sentences, first.first, second.last, centrality, feelings, language))
    return found


def _one_thought(first: Passage, second: Passage) -> bool:
    close = first.end is None or second.start is None or second.start - first.end < 1.5
    fits = first.words <= PAIR_FIRST and second.words <= PAIR_SECOND and first.words + second.words <= PAIR_WORDS
    connected = (
        is_question(first.text)
        or not second.stands_alone
        or (first.words <= 7 and second.words <= 12)
        or second.words <= RETORT
    )
    return close and fits and connected and not second.is_housekeeping


def _passage(
    sentences: Sequence[Sentence],
    first: int,
    last: int,
    centrality: Sequence[float],
    feelings: Sequence[int],
    language: str,
) -> Passage:
    part = sentences[first : last + 1]
    text = " ".join([without_announcement(part[0].text), *(sentence.text for sentence in part[1:])])
    return Passage(
        text=text,
        opening=without_announcement(part[0].text),
        start=part[0].start,
        end=part[-1].end,
        first=first,
        last=last,
        words=len(normal_words(text)),
        place=first / max(1, len(sentences) - 1),
        centrality=max(centrality[first : last + 1]),
        feeling=max(feelings[first : last + 1], key=abs, default=0) if feelings else 0,
        language=language,
    )


def hooks(found: Sequence[Passage], limit: int) -> list[Moment]:
    """Passages that would stop a thumb."""
    return _best(found, _hook_factors, limit, shortest=4, longest=30)


def quotes(found: Sequence[Passage], limit: int) -> list[Moment]:
    """Passages that stand on their own, without the rest of the recording."""
    return _best([one for one in found if one.stands_alone], _quote_factors, limit, shortest=5, longest=30)


def insights(found: Sequence[Passage], limit: int) -> list[Moment]:
    """Passages that teach: a cause, a rule, a figure, an instruction."""
    return _best(found, _insight_factors, limit, shortest=6, longest=34)


def _hook_factors(one: Passage) -> Factors:
    return [
        ("asks a question", 16, "? " in one.text or is_question(one.text)),
        ("answers its own question", 6, "? " in one.text),
        ("completes the thought", 6, one.completes_a_thought),
        ("promises a reveal", 18, one.holds("reveal")),
        ("gives a number", 12, has_number(one.text)),
        ("goes against expectation", 14, one.holds("contrast")),
        ("speaks to the viewer", 10, one.holds("second person")),
        ("goes to an extreme", 8, one.holds("superlative")),
        ("something is at stake", 10, one.holds("loss")),
        ("strong feeling", 6, abs(one.feeling) >= STRONG_FEELING),
        ("says it of everybody", 8, one.holds("claim")),
        ("opens the story", 8, one.first == 0),
        ("comes early", 8, one.place <= EARLY),
        ("short enough to read at once", 10, one.words <= 16),
        ("about what the whole is about", round(12 * one.centrality, 1), True),
        ("needs what was said before", -14, not one.stands_alone),
        ("long for a first line", -8, one.words > 24),
        ("greeting or housekeeping", -40, one.is_housekeeping),
    ]


def _quote_factors(one: Passage) -> Factors:
    return [
        ("stands on its own", 22, True),
        ("completes the thought", 8, one.completes_a_thought),
        ("short enough to remember", 16, one.words <= 14),
        ("sets one thing against another", 16, one.holds("contrast")),
        ("says it without exception", 12, one.holds("superlative")),
        ("tells what to do", 8, one.holds("instruction")),
        ("strong feeling", 8, abs(one.feeling) >= STRONG_FEELING),
        ("gives a number", 4, has_number(one.text)),
        ("about what the whole is about", round(16 * one.centrality, 1), True),
        ("asks rather than says", -14, is_question(one.text)),
        ("long for a quote", -10, one.words > 22),
        ("greeting or housekeeping", -45, one.is_housekeeping),
    ]


def _insight_factors(one: Passage) -> Factors:
    return [
        ("gives a reason", 18, one.holds("cause")),
        ("tells what to do", 16, one.holds("instruction")),
        ("explains a thing", 14, one.holds("definition")),
        ("gives a number", 14, has_number(one.text)),
        ("corrects a belief", 8, one.holds("contrast")),
        ("about what the whole is about", round(22 * one.centrality, 1), True),
        ("completes the thought", 8, one.completes_a_thought),
        ("enough words to explain", 8, one.words >= 10),
        ("needs what was said before", -12, not one.stands_alone),
        ("asks rather than says", -16, is_question(one.text)),
        ("greeting or housekeeping", -45, one.is_housekeeping),
    ]


def _best(
    found: Sequence[Passage], factors: Callable[[Passage], Factors], limit: int, *, shortest: int, longest: int
) -> list[Moment]:
    moments = [(one, _moment(one, factors(one))) for one in found if shortest <= one.words <= longest]
    chosen: list[tuple[Passage, Moment]] = []
    for one, moment in sorted(moments, key=lambda pair: (-pair[1].score, pair[0].first, pair[0].last)):
        if len(chosen) == limit or moment.score <= 0:
            break
        if not any(_overlap(one, other) for other, _ in chosen):
            chosen.append((one, moment))
    return [moment for _, moment in chosen]


def _moment(one: Passage, factors: Factors) -> Moment:
    reasons = [Reason(name, weight) for name, weight, applies in factors if applies and weight]
    score = max(0, min(100, round(sum(reason.weight for reason in reasons))))
    return Moment(one.start, one.end, one.text, score, reasons)


def _overlap(one: Passage, other: Passage) -> bool:
    if one.first <= other.last and other.first <= one.last:
        return True
    mine, theirs = set(normal_words(one.text)), set(normal_words(other.text))
    return len(mine & theirs) >= SAME_WORDS * min(len(mine), len(theirs))
