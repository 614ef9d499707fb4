"""The speaker's own sentences, sorted by what they are good for in a post."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import Random

import regex

from content.understanding.cues import has_number, holds, stands_alone
from content.understanding.results import Moment
from content.writing.brief import Brief
from content.writing.wishes import Wishes, cannot
from trenddrop.core.text.orders import gives_orders
from trenddrop.core.text.sentences import Sentence
from trenddrop.core.text.tidy import is_question, without_announcement, without_opener
from trenddrop.core.text.tokens import normal_words, stem

NEAR_BEST = 16  # points below the best opening that chance may still choose
LONGEST_LINE = 34  # words of a sentence that is worth quoting whole
SHORTEST_LINE = 5
FOLLOWING = 2  # sentences that answer an opening
HALF = 0.5  # of the words a wish names
SAME = 0.55
FIRST_HALF, FIRST_QUARTER = 2, 4
NAMED_BEFORE = regex.compile(
    r"(?:the|this|that) (?:trick|answer|reason|result|catch|problem|difference|point|second|third|other|next)\b"
    r"|(?:why|how|when|who|what)\b[^.?!]*\b(?:that|this|it|them|those)\?"
    r"|(?:second|third|next|last|other|another) (?:thing|one|point|step|rule|tip)\b",
    regex.IGNORECASE,
)
LIVED = regex.compile(
    r"(?:(?:in|by|for|last|one|when|after|before|then)\b[^,.]{0,40}?[, ])?"
    r"(?:i|we|my|our|maine|hum|hamne|humne|mera|meri)\b",
    regex.IGNORECASE,
)
CARED = 12  # points more for a passage that speaks to what bothers the readers


@dataclass(frozen=True)
class Material:
    """An opening, what follows it in the recording, points in order, a closing line, and the summary."""

    opening: str
    opening_at: float | None
    answer: list[str]
    points: list[Sentence]
    closing: str
    summary: list[str]
    language: str
    recording: Sequence[Sentence] = ()
    usable: Sequence[Sentence] = ()

    @property
    def opens_with_question(self) -> bool:
        return is_question(self.opening)

    @property
    def nature(self) -> str:
        """What most of it is: a "story" somebody lived, "advice" to follow, or a "fact" to know."""
        texts = [self.opening, *self.answer, *(point.text for point in self.points[:3])]
        lived = sum(bool(LIVED.match(text)) for text in texts)
        told = sum(holds(text, "instruction", self.language) for text in texts)
        if max(lived, told) * 2 < len(texts):
            return "fact"
        return "story" if lived >= told else "advice"

    def in_order(self, texts: Iterable[str]) -> list[str]:
        """The texts as they follow each other in the recording."""
        return sorted(texts, key=self._place)

    def _place(self, text: str) -> int:
        places = (n for n, one in enumerate(self.recording) if _inside(one.text, text) or text in one.text)
        return next(places, len(self.recording))


def gather(brief: Brief, wishes: Wishes, *, rng: Random, lean: str, early: bool = False) -> tuple[Material, Wishes]:
    """The material for one piece; `lean` ("hooks", "quotes", "insights") says where to look for the opening first.

    `early`: what is told in order opens with something from its beginning, where there is something.
    """
    language = brief.understanding.language
    usable = [one for one in brief.sentences if _usable(one.text, language, wishes)]
    wishes = _check_topics(usable, wishes)
    opening = _opening(brief, usable, wishes, rng, lean, early=early)
    wishes = _check_opening(opening, wishes)
    answer = _answer(opening, brief.sentences, language, wishes) if _asks_for_more(opening.text, language) else []
    used = [opening.text, *answer]
    closing = _closing(brief, used, wishes)
    points = _points(brief, usable, [*used, closing])
    said = [*used, closing]
    summary = [one.text for one in usable if _summarises(one.text, brief) and not told_twice(one.text, said)]
    told = (opening.text, opening.start, answer, points, closing, summary)
    return Material(*told, language, brief.sentences, usable), wishes


def _summarises(text: str, brief: Brief) -> bool:
    return text in brief.understanding.summary and not is_question(text)


def _usable(text: str, language: str, wishes: Wishes) -> bool:
    unwanted = any(mentions(text, phrase) for phrase in wishes.without) or gives_orders(text)
    return not unwanted and not holds(without_announcement(text), "housekeeping", language)


def mentions(text: str, phrase: str, *, share: float = 1.0) -> bool:
    """Whether `text` holds at least `share` of the words of `phrase`, whatever their number."""
    wanted = {stem(word) for word in normal_words(phrase)}
    heard = {stem(word) for word in normal_words(text)}
    return bool(wanted) and len(wanted & heard) >= share * len(wanted)


def _check_topics(usable: Sequence[Sentence], wishes: Wishes) -> Wishes:
    for phrase in wishes.about:
        if not any(mentions(one.text, phrase, share=HALF) for one in usable):
            wishes = cannot(wishes, phrase, "nothing in the material says it")
    return wishes


def _check_opening(opening: Moment, wishes: Wishes) -> Wishes:
    if wishes.question_first and not (is_question(opening.text) or "? " in opening.text):
        return cannot(wishes, "question", "nobody asks one in the material")
    if wishes.number_first and not has_number(opening.text):
        return cannot(wishes, "with a", "there is no number in the material")
    return wishes


def _opening(
    brief: Brief, usable: Sequence[Sentence], wishes: Wishes, rng: Random, lean: str, *, early: bool
) -> Moment:
    kinds = dict.fromkeys([lean, "hooks", "quotes", "insights"])
    ranked = [moment for kind in kinds for moment in getattr(brief.understanding, kind)]
    language = brief.understanding.language
    fits = [one for one in ranked if _usable(one.text, language, wishes)]
    fits = [one for one in fits if stands_alone(one.text, language) and not NAMED_BEFORE.match(one.text)] or fits
    if early:
        first = [one.text for one in brief.sentences[: max(2, len(brief.sentences) // FIRST_QUARTER)]]
        fits = [one for one in fits if any(text in one.text or one.text in text for text in first)] or fits
    if lean != "hooks" and not early:
        fits = _beyond_the_best_hook(fits, brief)
    plain = [Moment(one.start, one.end, without_announcement(one.text), 0, []) for one in usable]
    pool = fits or [one for one in plain if len(normal_words(one.text)) >= SHORTEST_LINE] or plain
    pool = _beside(_wanted(pool, plain, wishes), brief, wishes)
    if not pool:
        return Moment(None, None, "", 0, [])
    near = pool[:1] if early else [one for one in pool[:4] if one.score >= pool[0].score - NEAR_BEST]
    chosen = rng.choice(near)
    return replace(chosen, text=without_opener(chosen.text))


def _beyond_the_best_hook(pool: list[Moment], brief: Brief) -> list[Moment]:
    """The best hook opens the platforms that live of hooks; the others begin elsewhere, when there is an elsewhere."""
    best = brief.understanding.hooks[0].text if brief.understanding.hooks else ""
    return [one for one in pool if one.text not in best and best not in one.text] or pool


def _wanted(pool: list[Moment], plain: list[Moment], wishes: Wishes) -> list[Moment]:
    for phrase in wishes.about:
        pool = _preferring(partial(mentions, phrase=phrase, share=HALF), pool, plain)
        pool = _preferring(partial(mentions, phrase=phrase), pool, plain)
    if wishes.question_first:
        pool = _preferring(lambda text: is_question(text) or "? " in text, pool, plain)
    if wishes.number_first:
        pool = _preferring(has_number, pool, plain)
    return pool


def _preferring(test: Callable[[str], bool], pool: list[Moment], plain: list[Moment]) -> list[Moment]:
    return [one for one in pool if test(one.text)] or [one for one in plain if test(one.text)] or pool


def _beside(pool: list[Moment], brief: Brief, wishes: Wishes) -> list[Moment]:
    """A new version keeps its opening when the note is about something else, and changes it when it is not."""
    if brief.previous is None or wishes.about or wishes.question_first or wishes.number_first:
        return pool
    before = brief.previous.text
    same = [one for one in pool if without_opener(one.text) in before]
    other = [one for one in pool if without_opener(one.text) not in before]
    keeps = bool(wishes.met) and not wishes.other_words
    return (same or other) if keeps else (other or same)


def _asks_for_more(opening: str, language: str) -> bool:
    return is_question(opening) or holds(opening, "reveal", language)


def _answer(opening: Moment, sentences: Sequence[Sentence], language: str, wishes: Wishes) -> list[str]:
    """What the speaker says right after the opening."""
    told = next((n for n in range(len(sentences) - 1, -1, -1) if _inside(sentences[n].text, opening.text)), None)
    if told is None:
        return []
    following = FOLLOWING if is_question(opening.text) else 1
    after = [one.text for one in sentences[told + 1 : told + 1 + following]]
    return [text for text in after if _quotable(text) and _usable(text, language, wishes)]


def _inside(sentence: str, opening: str) -> bool:
    bare, whole = sentence.lower(), opening.lower()
    return bare in whole or (len(whole) > 12 and bare.endswith(whole))


def _quotable(text: str) -> bool:
    return SHORTEST_LINE <= len(normal_words(text)) <= LONGEST_LINE


def _points(brief: Brief, usable: Sequence[Sentence], used: list[str]) -> list[Sentence]:
    """Sentences that teach and stand alone, the best first; each says something the others don't."""
    reading = brief.understanding
    ranked = [(one.text, one.start, one.end, one.score) for one in (*reading.insights, *reading.quotes)]
    kept, told = list[Sentence](), list(used)
    allowed = {one.text for one in usable if without_announcement(one.text) == one.text}
    for text, start, end, _ in sorted(ranked, key=lambda one: -one[3] - CARED * _is_cared_about(one[0], brief)):
        alone = stands_alone(text, reading.language) and not is_question(text) and _quotable(text)
        if alone and not gives_orders(text) and _all_allowed(text, allowed) and not told_twice(text, told):
            kept.append(Sentence(without_opener(text), start, end))
            told.append(text)
    return kept


def _is_cared_about(text: str, brief: Brief) -> bool:
    return any(mentions(text, pain, share=HALF) for pain in brief.brand.cares)


def _all_allowed(text: str, allowed: set[str]) -> bool:
    """Whether every sentence of a passage may be used."""
    return text in allowed or any(one in text for one in allowed)


def _closing(brief: Brief, told: list[str], wishes: Wishes) -> str:
    """A quotable line to end on."""
    early = [one.text for one in brief.sentences[: max(1, len(brief.sentences) // FIRST_HALF)]]
    for quote in brief.understanding.quotes:
        if NAMED_BEFORE.match(quote.text) or any(one in quote.text or quote.text in one for one in early):
            continue
        short = len(normal_words(quote.text)) <= 20
        alone = stands_alone(quote.text, brief.understanding.language)
        if (
            short
            and alone
            and _usable(quote.text, brief.understanding.language, wishes)
            and not told_twice(quote.text, told)
        ):
            return without_opener(quote.text)
    return ""


def told_twice(text: str, told: Sequence[str]) -> bool:
    """Whether most of the words of `text` were said already."""
    words = {stem(word) for word in normal_words(text)}
    heard = [{stem(word) for word in normal_words(one)} for one in told]
    return any(len(words & other) > SAME * min(len(words), len(other)) for other in heard if other)
